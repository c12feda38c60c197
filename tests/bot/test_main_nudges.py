"""`golddust nudges --report`."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import SystemClock
from complaints import commands
from complaints.lifecycle import GOLDDUST, Event
from complaints.replies import Captured
from complaints.ticket import Source
from handlers.context import Context
from storage import timeline
from tests.bot.conftest import CommandLine
from tests.world import World

HALF = "acknowledge.1:50%:remind"


async def nudged(w: World, sent: int = 1, withheld: int = 0) -> None:
    """Tickets of which each was nudged about once, or not on purpose; those nudged about were acknowledged at once."""
    at = w.now
    for number in range(sent + withheld):
        source = Source("pigeon", "w", "c", str(number))
        said = commands.CaptureComplaint(at=at, actor="sam", words="my card", source=source)
        assert isinstance(await w.golddust.execute(said), Captured)
        kind = "reminded" if number < sent else "withheld"
        event = Event(kind, GOLDDUST, at, {"to": "dana", "step": HALF})

        def note(context: Context, number: int = number, event: Event = event) -> None:
            timeline.append(context.session, context.workspace, number + 1, [event])

        await w.golddust.worker.run(note, at)
        if number < sent:
            await w.golddust.execute(commands.RateNudge(at=at, actor="dana", number=number + 1, useful=True))
            await w.golddust.execute(commands.Acknowledge(at=at, actor="dana", number=number + 1))


def lately(days: int) -> datetime:
    return SystemClock().now() - timedelta(days=days)


def test_the_report_is_a_table_by_step(golddust: CommandLine) -> None:
    golddust.given(nudged, lately(20))
    lines = golddust("nudges", "--report").out.splitlines()
    assert lines[0].split("  ")[0] == "step"
    assert lines[1].split() == ["50", "%", "acknowledge", "1", "100", "%", "of", "1", "1", "minute", "1", "of", "1",
                                "0", "%", "of", "1"]  # fmt: skip
    assert lines[2].split()[:2] == ["all", "1"]
    assert lines[-1].startswith("nothing was withheld, so this says what followed nudges, not what they caused")


def test_the_report_as_json_has_exactly_these_keys(golddust: CommandLine) -> None:
    golddust.given(nudged, lately(20))
    record = golddust("nudges", "--report", "--json").json
    measures = {"count", "judged", "acted", "median_hours", "useful", "not_useful", "decided", "missed"}
    assert set(record) == {"since", "until", "steps", "all", "muted"}
    assert set(record["all"]) == measures | {"trial"}
    (step,) = record["steps"]
    assert set(step) == measures | {"trial", "clock", "step", "kind"}
    assert (step["clock"], step["step"], step["kind"], step["count"], step["useful"]) == (
        "acknowledge", "50%", "reminded", 1, 1,
    )  # fmt: skip
    assert record["all"]["trial"] is None


def test_a_trial_says_what_nudging_adds_or_that_there_are_too_few(golddust: CommandLine) -> None:
    async def few(w: World) -> None:
        await nudged(w, 3, 2)

    golddust.given(few, lately(20))
    out = golddust("nudges", "--report").out
    assert "50 % of acknowledge: acted on in a day: 100 % of 3 sent, 0 % of 2 withheld; too few to tell" in out


def test_a_large_trial_has_its_interval(golddust: CommandLine) -> None:
    async def many(w: World) -> None:
        await nudged(w, 20, 20)

    golddust.given(many, lately(20))
    assert "; nudging adds +100 points (95 %: +77 to +100)" in golddust("nudges", "--report").out
    trial = golddust("nudges", "--report", "--json").json["all"]["trial"]
    assert (trial["sent"]["acted"], trial["withheld"]["acted"]) == (20, 0)
    assert 0.7 < trial["difference"]["low"] < trial["difference"]["points"] == trial["difference"]["high"] == 1.0


def test_only_the_wanted_time_is_looked_at(golddust: CommandLine) -> None:
    golddust.given(nudged, lately(20))
    assert golddust("nudges", "--report", "--since", "3d").out == "no nudges in that time\n"
    assert golddust("nudges", "--report", "--since", "3w").out != "no nudges in that time\n"


def test_a_wrong_question_is_told_in_one_line(golddust: CommandLine) -> None:
    golddust.given(nudged, lately(20))
    assert "`golddust nudges --report`" in golddust("nudges").complaint
    assert "“long” is no length of time" in golddust("nudges", "--report", "--since", "long").complaint
