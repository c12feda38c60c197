"""What has to be true afterwards, counted in the database and at the fake Slack."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from bot.app import Golddust
from bot.watched import Watched
from handlers.verify import verify
from tests.chaos.replicas import CONFIG
from tests.chaos.rounds import Chaos
from tests.fakes.slack_call import Json

_LABEL = re.compile(r"case-\d{5}-")
_REF = re.compile(r"\bC-\d+\b")
_NUDGES = {"reminder", "escalation", "foretold"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found wrong, one line each, and the figures."""

    faults: list[str]
    table: str


def judge(run: Chaos) -> Verdict:
    """Whether everything arrived once and nothing is lost."""
    with run.engine.connect() as connection:
        outbox = [dict(row) for row in connection.execute(text("SELECT * FROM outbox ORDER BY id")).mappings()]
        tickets = [dict(row) for row in connection.execute(text("SELECT * FROM tickets")).mappings()]
    said = run.front.messages()
    whispers = said.pop("whispers")
    arrived = Counter(one["metadata"]["event_payload"]["id"] for all_ in said.values() for one in all_
                      if "metadata" in one)  # fmt: skip
    places = {one["ts"] for all_ in [*said.values(), whispers] for one in all_}
    faults = {
        "events": list(_events(run, tickets)),
        "doubles": [f"{key} arrived {count} times" for key, count in arrived.items() if count > 1],
        "whispers": list(_whispers(whispers)),
        "lost": [fault for row in outbox if (fault := _lost(row, arrived, places))],
        "repeated nudges": list(_repeated(outbox)),
        "orphans": [f"C-{one['number']} is an orphan" for one in tickets
                    if one["next_nudge_at"] is None and one["state"] != "closed"],
        "timelines": _tampered(run),
    }  # fmt: skip
    return Verdict([one for found in faults.values() for one in found], _table(run, outbox, tickets, faults))


def _events(run: Chaos, tickets: list[Json]) -> Iterator[str]:
    made = Counter(label for one in tickets for label in _LABEL.findall(one["verbatim"]))
    for event in run.load.events:
        count = made[event.label]
        if count > 1 or (event.acknowledged and count == 0):
            yield f"{event.label} (acknowledged: {event.acknowledged}) is {count} tickets"


def _whispers(whispers: list[Json]) -> Iterator[str]:
    """A receipt is whispered once at most, and said once more in a direct message where nobody knows of it.

    It is the only whisper that offers other severities; what answers a press may be said again.
    """
    receipts: defaultdict[str, list[str]] = defaultdict(list)
    for one in whispers:
        if "severity_" in str(one.get("blocks")):
            receipts[_REF.findall(str(one["blocks"]))[0]].append(f"{one['ts']} {one['text']}")
    yield from (f"the receipt of {ref} was whispered again: {said}" for ref, said in receipts.items() if len(said) > 1)


def _lost(row: Json, arrived: Counter[str], places: set[str]) -> str | None:
    about = f"notice {row['id']} ({row['kind']} for {row['audience']}) is {row['state']}"
    if row["state"] in ("waiting", "claimed"):
        return f"{about} for ever"
    if row["state"] == "parked":
        return f"{about}: {row['problem']}"
    if row["state"] == "sent" and not arrived[f"{row['workspace']}:{row['id']}"]:
        edited = row["kind"] in ("card", "captured") and row["receipt"] and row["receipt"]["message"] in places
        return None if edited else f"{about} and never arrived"
    return None


def _repeated(outbox: list[Json]) -> Iterator[str]:
    taken: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in outbox:
        if row["state"] == "sent":
            for nudge in [row["notice"], *row["notice"].get("items", ())]:
                if nudge["kind"] in _NUDGES:
                    taken[nudge["ticket"], nudge["step"], nudge["audience"]].append(row["id"])
    yield from (f"nudge {key} is in the notices {ids}" for key, ids in taken.items() if len(ids) > 1)


def _tampered(run: Chaos) -> list[str]:
    golddust = Golddust(run.engine, Watched(CONFIG), run.clock)
    try:
        return [f"C-{one.ticket}: {one.said}" for one in golddust.read(verify).broken]
    finally:
        golddust.close()


def _table(run: Chaos, outbox: list[Json], tickets: list[Json], faults: dict[str, list[str]]) -> str:
    figures: dict[str, Any] = dict(sorted((run.counts + run.replicas.ended).items()))
    figures |= {
        "events": len(run.load.events),
        "events acknowledged": sum(event.acknowledged for event in run.load.events),
        "tickets": len(tickets),
        **dict(sorted(run.load.answers.items())),
        "notices": len(outbox),
        **{f"notices {state}": count for state, count in sorted(Counter(row["state"] for row in outbox).items())},
        **{f"Slack: {name}": count for name, count in sorted(run.front.met().items())},
        **{f"WRONG {name}": len(found) for name, found in faults.items()},
    }
    return "\n".join(f"{name:<45}{value:>8}" for name, value in figures.items())
