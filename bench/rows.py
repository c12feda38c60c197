"""The rows of docs/performance.md: which bench measures each, against what, and how far it has to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench import delivery, digests, memory, register, start, teams_sends


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `reached` is None where nothing has to be reached, `why` what keeps it from its target."""

    what: str
    floor: str
    ours: str
    ratio: str
    target: str
    reached: bool | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """A command, its arguments for a whole and for a small run, and the rows that its figures make."""

    module: str
    whole: str
    small: str
    rows: Callable[[Any], Iterator[Row]]

    def arguments(self, *, small: bool) -> Sequence[str]:
        """What `python -m` is given."""
        return (f"bench.{self.module}", *(self.small if small else self.whole).split())

    def key(self, *, small: bool) -> str:
        """The command as a person would write it."""
        return " ".join(("python -m", *self.arguments(small=small)))


def _captures(found: Any) -> Iterator[Row]:
    ours, bolt, row = (f"{found[name]:,.0f}/s" for name in ("golddust", "bolt", "bolt_row"))
    floor = f"Bolt that only verifies and answers: {bolt}"
    cpu = found["cpu_us"]
    why = (
        f"A capture takes {cpu['golddust']:,.0f} µs of the core, Bolt’s bare answer {cpu['bolt']:,.0f}. About a "
        "quarter of it is HTTP (verified, checked for its shape, masked, logged), a quarter the first nudge, a fifth "
        "SQLite itself (six rows, with their indexes and the words), the rest routing, assigning and the rows in "
        "Python."
    )
    yield Row("Slack message event, durable and answered", floor, ours, _of(found["of_bolt"]), "≥ 0.50",
              found["of_bolt"] >= 0.5, why)  # fmt: skip
    p99 = found["p99_ms"]
    within = f"{p99:.0f} ms at {found['half_load']:,.0f}/s"
    yield Row("the same at half that load, 99 of 100 answers within", "–", within, "–", "≤ 100 ms", p99 <= 100)
    yield Row("Slack message event, durable and answered", f"Bolt and one durable row each: {row}", ours,
              _of(found["of_bolt_row"]), "≥ 1.0", found["of_bolt_row"] >= 1.0,
              f"The same; Bolt with a row takes {cpu['bolt-row']:,.0f} µs.")  # fmt: skip


def _grown(found: Any) -> Iterator[Row]:
    few, many = (f"{rate:,.0f}/s with {count:,}" for rate, count in zip(found["rates"], found["tickets"], strict=True))
    yield Row("a capture with many tickets in the table", few, many, f"{_of(found['slower'])} × as long", "≤ 1.3 ×",
              found["slower"] <= 1.3)  # fmt: skip


def _nudges(found: Any) -> Iterator[Row]:
    yield Row("nudges judged, bundled and put in the outbox", f"one APScheduler job per ticket: {found['jobs']:,.0f}/s",
              f"{found['nudges']:,.0f}/s", f"{found['ratio']:.1f} ×", "≥ 20 ×", found["ratio"] >= 20,
              f"Each takes {found['nudge_cpu']:,.0f} µs: half for judging the ticket (its clocks, its reader’s hours "
              "and day), half for its rows (ticket, timeline, outbox). An APScheduler job takes "
              f"{found['job_cpu']:,.0f}, so 20 × would leave {found['job_cpu'] / 20:,.0f} µs, less than the rows "
              "alone cost in Python.")  # fmt: skip


def _idle(found: Any) -> Iterator[Row]:
    for one in found:
        what = f"an idle tick with many open tickets, {DATABASES[one['database']]}"
        yield Row(what, f"with few: {one['few']:.2f} ms", f"{one['many']:.2f} ms", f"{_of(one['ratio'])} ×",
                  "≤ 1.5 × and ≤ 5 ms", one["ratio"] <= 1.5 and one["many"] <= 5)  # fmt: skip


def _delivery(found: Any) -> Iterator[Row]:
    for name, told in (("people", "delivery to {:,} people"), ("channel", "delivery of {:,} messages to one channel")):
        one = found[name]
        ours = f"{one['seconds']:,.0f} s, {one['refused']:,} answered with 429"
        reached = one["of_limit"] >= delivery.TARGET and not one["refused"] and not one["doubled"]
        floor, of = f"Slack’s limit: {one['limit']:,.0f} s", _of(one["of_limit"])
        yield Row(told.format(one["messages"]), floor, ours, of, "≥ 0.95, no 429", reached)


def _teams(found: Any) -> Iterator[Row]:
    yield Row("sends into Teams", f"one new connector per send: {found['peer']:,.0f}/s", f"{found['ours']:,.0f}/s",
              f"{found['ratio']:.1f} ×", "≥ 4 ×", found["ratio"] >= teams_sends.TARGET)  # fmt: skip


def _memory(found: Any) -> Iterator[Row]:
    what = f"memory with {found['tickets']:,} tickets after {found['captured']:,} captures at {found['rate']:.0f}/s"
    reached = found["ratio"] <= memory.TARGET_RATIO and found["most"] <= memory.TARGET_MEGABYTES
    yield Row(what, f"at start: {found['start']:.0f} MB", f"at most {found['most']:.0f} MB",
              f"{_of(found['ratio'])} ×", "≤ 1.5 × and ≤ 200 MB", reached)  # fmt: skip


def _start(found: Any) -> Iterator[Row]:
    yield Row(f"start to ready with {found['tickets']:,} tickets, median of {len(found['each'])}", "–",
              f"{found['seconds']:.2f} s", "–", "≤ 2 s", found["seconds"] <= start.TARGET_SECONDS)  # fmt: skip


def _digests(found: Any) -> Iterator[Row]:
    for one in found:
        for what, name in (("a digest’s figures", "digest"), ("the page’s five charts", "charts")):
            cpu, judged = one[f"{name}_cpu"], name == "digest" and one["tickets"] == digests.JUDGED_AT
            ours = f"{cpu:.2f} s of the processor, {one[name]:.2f} s in all"
            yield Row(f"{what} over {one['tickets']:,} tickets", "–", ours, "–", "< 1 s" if judged else "–",
                      cpu < digests.TARGET_SECONDS if judged else None)  # fmt: skip


def _register(found: Any) -> Iterator[Row]:
    for one in found:
        filters = {what: ms for what, ms in one["ms"].items() if what != register.FIRST}
        slowest = max(filters, key=lambda what: filters[what])
        reached = one["tickets"] <= register.HELD_TO
        first, many = one["ms"][register.FIRST], f"{one['tickets']:,} tickets, as {one['reader']}"
        yield Row(f"first paint of the register, {many}", "–", f"{first:,.0f} ms", "–", "≤ 1,000 ms",
                  first <= register.TARGET_FIRST if reached else None)  # fmt: skip
        yield Row(f"slowest filter of the register ({slowest}), {many}", "–", f"{filters[slowest]:,.0f} ms", "–",
                  "≤ 300 ms", filters[slowest] <= register.TARGET_FILTER if reached else None)  # fmt: skip


def _replicas(found: Any) -> Iterator[Row]:
    first = found[0]
    for one in found[1:]:
        for what in ("captures", "nudges"):
            yield Row(f"{what} of {one['replicas']} replicas on PostgreSQL", f"one replica: {first[what]:,.0f}/s",
                      f"{one[what]:,.0f}/s", f"{_of(one[f'{what}_ratio'])} ×", "–")  # fmt: skip


def _of(ratio: float) -> str:
    return f"{ratio:.2f}"


DATABASES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
BENCHES: Final = (
    Bench("captures", "", "--requests 50 --rounds 1", _captures),
    Bench("nudges", "", "--tickets 200 --jobs 20", _nudges),
    Bench("idle", "", "--few 100 --tickets 200 --ticks 5", _idle),
    Bench("captures", "--grown", "", _grown),
    Bench("delivery", "--people 1000 --notices 300", "--people 10 --notices 3", _delivery),
    Bench("teams_sends", "--sends 10000 --peers 1000", "--sends 50 --peers 10", _teams),
    Bench("memory", "--tickets 1000000 --rate 100 --seconds 60", "--tickets 50 --rate 10 --seconds 1", _memory),
    Bench("start", "--tickets 10000 --times 5", "", _start),
    Bench("digests", "--tickets 10000 100000 1000000", "--tickets 50 --times 1", _digests),
    Bench("register", "", "--tickets 60 --times 2", _register),
    Bench("replicas", "--replicas 1 2 4 --requests 4000 --tickets 20000", "--requests 20 --tickets 20", _replicas),
)
"""In the order of the table. What has no small run is left out of a small report where only its size matters."""
