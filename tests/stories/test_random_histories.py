"""Whatever happens in whatever order, the rules hold: found by playing random histories with jumps of time."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.watched import Watched
from complaints import commands
from complaints.replies import Done, Refused, Said
from complaints.severity import Severity
from complaints.ticket import Blocked, Ticket
from tests.world import World, world

ORGANISATION = Watched(Path(__file__).parents[1] / "golddust.yml")
PEOPLE = ("sam", "dana", "omar", "lee", "kim", "ines")

jumps = st.one_of(st.integers(1, 8 * 60), st.integers(1, 20 * 24 * 60)).map(lambda minutes: timedelta(minutes=minutes))
numbers = st.integers(1, 2)
acts = st.one_of(
    st.tuples(st.just("pass"), jumps),
    st.tuples(st.just("pass"), jumps),
    st.tuples(st.just("outage"), jumps),
    st.tuples(st.just("judge"), jumps),
    st.tuples(st.just(commands.Acknowledge), numbers, st.just({})),
    st.tuples(st.just(commands.Resolve), numbers, st.just({"done": "Fixed"})),
    st.tuples(
        st.just(commands.Block),
        numbers,
        st.sampled_from([Blocked("team", "app"), Blocked("ticket", "1"), Blocked("ticket", "2"), Blocked("other", "x")])
        .map(lambda blocked: {"blocked": blocked}),
    ),
    st.tuples(st.just(commands.Unblock), numbers, st.just({})),
    st.tuples(st.just(commands.HandBack), numbers, st.sampled_from([{}, {"to_team": "app"}, {"to_person": "omar"}])),
    st.tuples(st.just(commands.MakePromise), numbers, jumps.map(lambda jump: {"until": jump})),
    st.tuples(st.just(commands.CorrectSeverity), numbers, st.sampled_from([{"severity": s} for s in Severity])),
    st.tuples(st.just(commands.Reopen), numbers, st.just({})),
    st.tuples(st.just(commands.ConfirmTold), numbers, st.just({})),
    st.tuples(st.just("away"), st.sampled_from(PEOPLE), jumps),
)  # fmt: skip


async def play(w: World, act: tuple[Any, ...]) -> None:
    match act:
        case ("pass", jump):
            await w.until(w.now + jump)
        case ("outage", jump):
            w.clock.move_to(w.now + jump)
            await w.tick()
        case ("judge", jump):  # nudges are put in the outbox, and then Golddust is down before they are sent
            w.clock.move_to(w.now + jump)
            await w.golddust.nudge(w.now)
        case ("away", person, jump):
            reply = await w.do(commands.GoAway(at=w.now, actor=person, until=w.now + jump))
            assert isinstance(reply, Said)
        case (command, number, more):
            if "until" in more:
                more = {"until": w.now + more["until"]}
            actor = "sam" if command is commands.ConfirmTold else "ines"
            reply = await w.does(command, actor, w.ticket(number), **more)
            assert isinstance(reply, Done | Refused)


def check_ticket(w: World, ticket: Ticket) -> None:
    keys = [taken.step for taken in ticket.taken]
    assert len(keys) == len(set(keys))
    if not ticket.open:
        assert ticket.next_nudge_at is None
        return
    assert ticket.next_nudge_at is not None
    assert ticket.next_nudge_at > w.now, "rule 10"
    assert ticket.holder in PEOPLE, "rule 1"


def check_deliveries(w: World) -> None:
    nudges = [one for one in w.pigeons.delivered if one.kind in {"reminder", "escalation"}]
    steps = Counter((one.dispatch.notice.ticket, one.dispatch.notice.step) for one in nudges)
    assert [step for step, times in steps.items() if times > 1] == [], "never twice for one step"
    for one in nudges:
        shown = one.dispatch.ticket
        assert shown is not None
        assert shown.close_reason is None, "nothing after closing"
        if shown.severity is not Severity.CRITICAL:
            local = one.at.astimezone(w.golddust.organisation.zone_of("dana"))
            assert local.weekday() < 5 and 9 <= local.hour < 17, f"never at night: {local}"
        if one.kind == "reminder":
            assert one.to == f"person:{shown.holder_key}", "only the holder"


async def history(path: Path, story: list[tuple[Any, ...]]) -> None:
    async with world(f"sqlite:///{path / 'golddust.db'}", ORGANISATION) as w:
        for words in ("my card", "the app and an angry man"):
            await w.says("sam", words)
        for act in story:
            await play(w, act)
            if act[0] != "judge":
                await w.tick()  # what was dropped as overtaken in the last pass is judged anew in this one
                for number in (1, 2):
                    check_ticket(w, w.ticket(number))
        await w.tick()
        check_deliveries(w)


@settings(max_examples=settings().max_examples // 8, suppress_health_check=[HealthCheck.too_slow])
@given(story=st.lists(acts, max_size=12))
def test_no_history_breaks_the_rules(story: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as path:
        asyncio.run(history(Path(path), story))
