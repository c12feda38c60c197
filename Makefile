# Everything one needs; `make help` lists it.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready
# Microsoft's renderer of Adaptive Cards, for the playground; where npm can't bring it, the playground draws cards itself.
CARDS := node_modules/adaptivecards/dist/adaptivecards.min.js

.DEFAULT_GOAL := help
.PHONY: help demo test soak fuzz chaos year signals bench check format lock screenshot clean

help:  ## what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY)  ## the playground: Golddust on SQLite, no accounts needed
	@test -f .venv/$(CARDS) || ! command -v npm >/dev/null 2>&1 || \
		npm install --prefix .venv --silent --no-audit --no-fund --no-save --ignore-scripts --legacy-peer-deps \
			--prefer-offline --fetch-retries=0 --fetch-timeout=5000 adaptivecards@3.0.6 >/dev/null 2>&1 || true
	@$(BIN)/golddust demo

test: $(READY)  ## every test: SQLite, a real PostgreSQL, a real browser
	@sh tests/chromium.sh
	@$(BIN)/pytest -n auto --dist loadfile -q $(ARGS)

soak: $(READY)  ## 10,000 random histories against the rules of nudging; `make test` plays 300
	@GOLDDUST_SOAK=$(or $(GOLDDUST_SOAK),10000) $(BIN)/pytest -n auto --dist loadfile -q tests/model $(ARGS)

fuzz: $(READY)  ## hostile requests, files and words, CASES=10000 of them; `make test` tries 400, always the same
	@GOLDDUST_CASES=$(or $(CASES),10000) $(BIN)/pytest -n auto -q tests/fuzz $(ARGS)

chaos: $(READY)  ## 500 rounds of killed replicas, a stopped database and a bad Slack; `make test` plays 8
	@GOLDDUST_ROUNDS=$(or $(ROUNDS),500) $(BIN)/pytest -n0 -q -s tests/chaos $(ARGS)

year: $(READY)  ## a simulated year of 200 people and 50,000 tickets; keeps its report in docs/year.md
	@$(BIN)/python -m bench.year --page docs/year.md $(ARGS)

signals: $(READY)  ## how soon surges are noticed, and false alarms a year, at several settings; takes some minutes
	@$(BIN)/python -m bench.signals --page docs/signals.md $(ARGS)

bench: $(READY)  ## every figure of docs/performance.md anew; takes a quarter of an hour and wants a quiet machine
	@$(BIN)/python -m bench.report --page docs/performance.md $(ARGS)

check: $(READY)  ## formatting, lint, types, and the direction of imports
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo | tail -n 12

format: $(READY)  ## put the code into shape
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix .

lock: $(READY)  ## choose newer versions of what we depend on, with hashes and without addresses
	@$(BIN)/pip install -q uv
	@$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --group dev --all-extras pyproject.toml -o requirements.lock

screenshot: $(READY)  ## draw the README's picture of the playground anew, and those that charts are compared with
	@sh tests/chromium.sh
	@GOLDDUST_SCREENSHOT=1 $(BIN)/pytest -q tests/bot/web/test_browser.py tests/bot/test_drawing.py

clean:  ## remove the environment and the playground's database
	@rm -rf .venv golddust-demo.db*

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Golddust needs Python 3.11 or newer; run make with PYTHON=/path/to/python3.11")'
	@echo "Installing into .venv; this takes about a minute the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)
