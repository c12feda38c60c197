"""What is shipped for operators: alerts and a dashboard over metrics that exist, a unit and an image that start."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import Counter, Histogram
from prometheus_client.metrics import MetricWrapperBase

from bot import metrics
from bot.running import DRAIN_SECONDS
from bot.server import REQUESTS_SECONDS

TOP = Path(__file__).parent.parent
OPS = TOP / "ops"
RULES: list[dict[str, Any]] = yaml.safe_load((OPS / "alerts.yml").read_text())["groups"][0]["rules"]
BOARD: dict[str, Any] = json.loads((OPS / "grafana.json").read_text())
TARGETS = [target for panel in BOARD["panels"] for target in panel["targets"]]
EXPRESSIONS = [*(rule["expr"] for rule in RULES), *(target["expr"] for target in TARGETS)]

SCRAPED = {"instance", "job"}
"""Labels that Prometheus itself gives to everything."""
_FUNCTIONS = {"sum", "max", "min", "rate", "increase", "time", "histogram_quantile", "by"}
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<range>\[\d+[smhd]\])|(?P<matchers>\{[^{}]*\})|(?P<name>[a-z_][a-z0-9_]*)"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<sign>==|!=|>=|<=|[-+*/><(),])"""
)
_MATCHER = re.compile(r'\s*([a-z_]+)(=~|!~|!=|=)"([^"]*)"\s*')


def series() -> dict[str, set[str]]:
    """Every series that is told, with its labels."""
    found: dict[str, set[str]] = {"up": set(SCRAPED)}
    for one in vars(metrics).values():
        if isinstance(one, Histogram):
            labels = {*one._labelnames, *SCRAPED}
            found |= {f"{one._name}_bucket": {*labels, "le"}, f"{one._name}_sum": labels, f"{one._name}_count": labels}
        elif isinstance(one, MetricWrapperBase):
            name = f"{one._name}_total" if isinstance(one, Counter) else one._name
            found[name] = {*one._labelnames, *SCRAPED}
    return found


def mistakes(expression: str) -> list[str]:
    """What Prometheus would not take, or would never find, in an expression."""
    found, position, depth, grouped = [], 0, 0, False
    known, current = series(), set(SCRAPED)
    names = [name for name in re.findall(r"[a-z_][a-z0-9_]*", expression) if name in known]
    everywhere = set().union(*(known[name] for name in names)) if names else set()
    while position < len(expression):
        token = _TOKEN.match(expression, position)
        if token is None:
            return [*found, f"can’t be read from {expression[position:]!r}"]
        position, kind, said = token.end(), token.lastgroup, token.group()
        if kind == "name" and grouped:
            found += [] if said in everywhere else [f"no label {said}"]
        elif kind == "name" and said in known:
            current = known[said]
        elif kind == "name" and said not in _FUNCTIONS:
            found.append(f"no metric {said}")
        elif kind == "matchers":
            parts = [_MATCHER.fullmatch(part) for part in said[1:-1].split(",")]
            found += [f"a matcher that can’t be read in {said}" for part in parts if part is None]
            found += [f"no label {part[1]}" for part in parts if part is not None and part[1] not in current]
        depth += {"(": 1, ")": -1}.get(said, 0)
        if said == "by":
            grouped = True
        elif said == ")":
            grouped = False
    counters = [name for name in names if name.endswith(("_total", "_bucket")) and "golddust_orphans" not in name]
    found += [f"{name} only ever grows" for name in counters if not re.search(rf"(rate|increase)\({name}", expression)]
    return found + ["its brackets do not match"] * (depth != 0)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_names_metrics_and_labels_that_exist(expression: str) -> None:
    assert mistakes(expression) == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("max(golddust_nudges_overdu) > 3", "no metric golddust_nudges_overdu"),
        ('golddust_outbox_notices{stat="parked"} > 0', "no label stat"),
        ("golddust_outbox_notices{state=parked} > 0", "a matcher that can’t be read in {state=parked}"),
        ("sum by (kin) (rate(golddust_nudges_total[5m]))", "no label kin"),
        ("max(golddust_nudges_overdue", "its brackets do not match"),
        ("golddust_database_up === 0", "can’t be read from '= 0'"),
        ("sum(golddust_nudges_total) > 0", "golddust_nudges_total only ever grows"),
    ],
)
def test_a_mistake_in_an_expression_is_noticed(expression: str, said: str) -> None:
    assert said in mistakes(expression)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_every_alert_says_what_to_do(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Golddust[A-Za-z]+", rule["alert"])
    assert re.fullmatch(r"\d+[smh]", rule.get("for", "0m"))
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert ": " in rule["annotations"]["summary"] or "lease report" in rule["annotations"]["summary"]
    used = re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"])
    grouped = re.search(r"by \(([^)]*)\)", rule["expr"])
    kept = set(grouped[1].replace(" ", "").split(",")) if grouped else SCRAPED
    assert set(used) <= kept


def test_every_alert_is_in_the_docs_and_the_other_way_round() -> None:
    told = re.findall(r"^\| `(Golddust\w+)`", (TOP / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert sorted(told) == sorted(rule["alert"] for rule in RULES)


def test_the_dashboard_is_one_that_grafana_can_load() -> None:
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= set(BOARD)
    assert [panel["id"] for panel in BOARD["panels"]] == list(range(1, 9))
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == 8
    for panel in BOARD["panels"]:
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])
        for target in panel["targets"]:
            wanted = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            grouped = re.search(r"by \(([^)]*)\)", target["expr"])
            assert wanted <= set(grouped[1].replace(" ", "").split(",") if grouped else [])
    assert [one["name"] for one in BOARD["templating"]["list"]] == ["datasource"]


def unit() -> RawConfigParser:
    parser = RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(OPS / "golddust.service")
    return parser


def test_the_unit_is_hardened_and_gives_time_to_drain() -> None:
    service = dict(unit()["Service"])
    wanted = {"DynamicUser", "NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictNamespaces", "ProtectClock"}
    assert {name for name in wanted if service.get(name) == "yes"} == wanted
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] == "golddust"
    assert int(service["TimeoutStopSec"]) > REQUESTS_SECONDS + 2 * DRAIN_SECONDS
    assert "PASSWORD" not in (OPS / "golddust.service").read_text().upper()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here; the test above parses")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    program = tmp_path / "golddust"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / "golddust.service"
    copy.write_text((OPS / "golddust.service").read_text().replace("/opt/golddust/bin/golddust", str(program)))
    found = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert [line for line in found.stderr.splitlines() if "golddust.service" in line] == []


def instructions() -> list[tuple[str, str]]:
    lines = (OPS / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines if line.strip() and line[0] != "#"]


def test_the_image_is_built_from_the_lock_and_from_files_that_exist() -> None:
    steps = instructions()
    copied = [said.split()[:-1] for name, said in steps if name == "COPY" and "--from" not in said]
    assert all((TOP / source).exists() for sources in copied for source in sources)
    packages = set(tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    assert {package.partition(".")[0] for package in packages} <= {source for sources in copied for source in sources}
    installs = [said for name, said in steps if name == "RUN" and "pip install" in said]
    assert len(installs) == 2
    assert "--require-hashes -r requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]
    assert re.search(r"^setuptools==", (TOP / "requirements.lock").read_text(), re.MULTILINE), "which builds it"


def test_the_image_runs_as_nobody_in_particular_and_tells_whether_it_lives() -> None:
    steps = instructions()
    names = [name for name, _ in steps]
    assert set(names) <= {
        "FROM", "WORKDIR", "RUN", "COPY", "USER", "ENV", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    (user,) = [said for name, said in steps if name == "USER"]
    assert int(user) > 0
    assert names.index("USER") < names.index("ENTRYPOINT")
    (check,) = [said for name, said in steps if name == "HEALTHCHECK"]
    program = json.loads(check.partition("CMD ")[2])
    compile(program[2], "healthcheck", "exec")
    assert "/healthz" in program[2]
    assert [json.loads(said) for name, said in steps if name in {"ENTRYPOINT", "CMD"}] == [["golddust"], ["run"]]


def test_no_file_names_an_address_of_the_outside_world() -> None:
    for path in OPS.iterdir():
        found = re.findall(r"https?://[^\s'\"]+", path.read_text())
        assert [one for one in found if not one.startswith("http://127.0.0.1")] == [], path.name
    images = [said.split()[0] for name, said in instructions() if name == "FROM"]
    assert all(re.fullmatch(r"python:3\.1[1-9]-slim", image) for image in images)
