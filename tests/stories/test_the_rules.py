"""The rules of nudging, one story each; the other stories look closer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from prometheus_client import REGISTRY
from sqlalchemy import text

from bot import buttons, phrases, phrases_digest
from bot.phrases import Ink
from bot.simulation import history
from bot.simulation.figures import Window, figures
from bot.simulation.pair import both
from bot.watched import Watched
from complaints import commands
from complaints.notices import Bundle, Digest, Escalation, News, Reminder
from complaints.replies import Refused
from complaints.ticket import Blocked, ClockName
from complaints.views import TicketView
from tests.complaints.builders import moment, written
from tests.stories.test_steps import items, nudges, told
from tests.world import Delivered, World, world

LONDON = ZoneInfo("Europe/London")
PLAIN = Ink(escape=str, when=lambda at: f"{at.astimezone(LONDON):%a %H:%M}", bold=str)
PATIENT = {"acknowledge": "60d", "resolve": "10d"}
"""Clocks under which nothing is said to acknowledge."""


def under(tmp_path: Path, clocks: Any = None, **changes: Any) -> Watched:
    """The test organisation with other clocks, or other parts."""
    policies = {"standard": {"clocks": clocks or {}, **changes.pop("policy", {})}}
    return Watched(written(tmp_path / "golddust.yml", policies=policies, **changes))


def steps(found: list[Delivered]) -> list[str]:
    """Which steps were told to whom, in the order in which they were: “dana resolve.1:50%:remind”."""
    return [f"{to} {step}" for _, to, step in told(found)]


def due_at(w: World, name: ClockName) -> datetime | None:
    clock = w.ticket().clock(name)
    return clock.due_at if clock else None


def drawn(one: Delivered) -> TicketView:
    """The ticket as a message shows it."""
    assert one.dispatch.ticket is not None
    return one.dispatch.ticket


def spoken(one: Delivered) -> str:
    """What a reminder or an escalation says."""
    notice = one.dispatch.notice
    if isinstance(notice, Escalation):
        return phrases.escalation(notice, drawn(one), PLAIN)
    assert isinstance(notice, Reminder)
    return phrases.reminder(notice, drawn(one), PLAIN)


def news(w: World, person: str) -> list[str]:
    """What a reporter heard, news by their kind."""
    notices = [one.dispatch.notice for one in w.heard(person)]
    return [notice.what if isinstance(notice, News) else notice.kind for notice in notices]


async def test_rule_1_every_open_ticket_has_exactly_one_holder_and_only_the_holder_is_nudged(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        held = [w.record()["holder"]]
        await w.does(commands.Block, "dana", ticket, blocked=Blocked("person", "kim"))
        await w.advance(hours=5)
        assert {one.to for one in nudges(w)} == {"person:kim"}
        held.append(w.record()["holder"])
        for command, person, more in (
            (commands.Unblock, "kim", {}),
            (commands.Resolve, "dana", {"done": "Refunded"}),
            (commands.ConfirmTold, "sam", {}),
        ):
            await w.does(command, person, ticket, **more)
            held.append(w.record()["holder"])
        assert held == ["dana", "kim", "dana", "sam", None]


async def test_rule_2_a_pause_stops_our_clocks_but_no_regulators_and_an_edit_resets_none(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with world(sqlite_url, under(tmp_path, policy={"profiles": ["fca-disp"]})) as w:
        ticket = await w.says("sam", "my card")
        ours, theirs = due_at(w, "resolve"), due_at(w, "answer")
        await w.advance(hours=1)
        await w.does(commands.EditWords, "sam", ticket, words="my blue card")
        assert (due_at(w, "resolve"), due_at(w, "answer")) == (ours, theirs)
        await w.does(commands.Block, "dana", ticket, blocked=Blocked("person", "kim"))
        states = {clock["name"]: clock["state"] for clock in w.record()["clocks"]}
        assert (states["resolve"], states["answer"]) == ("paused", "running")
        await w.advance(hours=2)
        await w.does(commands.Unblock, "kim", ticket)
        assert due_at(w, "resolve") == moment("2026-11-26 11:00"), "exactly the two hours were given back"
        assert due_at(w, "answer") == theirs


async def test_rule_3_the_holder_is_reminded_step_by_step_and_an_escalation_names_who_was_asked(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with world(sqlite_url, under(tmp_path, PATIENT)) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-12-11 17:00"))
        assert steps(nudges(w)) == [
            "dana resolve.1:50%:remind",
            "dana resolve.1:80%:remind",
            "dana resolve.1:100%:remind",
            "dana resolve.1:+1d:remind",
            "omar resolve.1:+1d:deputy",
            "dana resolve.1:+2d:remind",
            "ines resolve.1:+2d:manager",
            "dana resolve.1:+4d:remind",
        ]
        (last,) = w.heard("ines", "escalation")
        assert "I have asked Dana (who has it) and Omar; you are next in line." in spoken(last)


async def test_rule_3_at_night_only_a_critical_ticket_speaks(sqlite_url: str, tmp_path: Path) -> None:
    quarter = under(tmp_path, {"acknowledge": "10m calendar"})
    async with world(sqlite_url, quarter, moment("2026-11-29 02:00")) as w:
        await w.says("sam", "It is fraud!")
        await w.says("sam", "The app is slow")
        await w.until(moment("2026-11-30 08:59"))
        critical, other = ([one for one in nudges(w) if items(one)[0].ticket == number] for number in (1, 2))
        assert critical[0].at == moment("2026-11-29 02:05")
        assert other == []
        await w.until(moment("2026-11-30 09:30"))
        assert [one.at for one in w.heard("kim", "reminder", "bundle")] == [moment("2026-11-30 09:30")]


async def test_rule_4_after_the_holder_acted_it_is_quiet_for_24_working_hours_except_at_the_end_of_a_clock(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with world(sqlite_url, under(tmp_path, {"acknowledge": "60d", "resolve": "3d"})) as w:
        touched, _left_alone = await w.says("sam", "my card"), await w.says("sam", "my other card")
        await w.until(moment("2026-11-24 12:00"))
        await w.does(commands.Acknowledge, "dana", touched)
        await w.until(moment("2026-11-26 12:00"))
        heard = {
            number: [(one.at, item.step) for one in nudges(w) for item in items(one) if item.ticket == number]
            for number in (1, 2)
        }
        assert heard[2][0] == (moment("2026-11-25 09:30"), "resolve.1:50%:remind")
        assert heard[1] == [(moment("2026-11-26 09:00"), "resolve.1:100%:remind")]


async def test_rule_5_one_bundle_a_day_at_the_time_that_its_reader_chose_with_what_runs_out_first_on_top(
    sqlite_url: str, tmp_path: Path
) -> None:
    clocks = {"acknowledge": "60d", "resolve": {"normal": "49h", "high": "48h", "low": "9d"}}
    async with world(sqlite_url, under(tmp_path, clocks)) as w:
        await w.do(commands.SetPreference(at=w.now, actor="dana", bundle_at="15:00"))
        await w.says("sam", "my card")
        await w.says("sam", "angry about my card")
        await w.until(moment("2026-11-26 14:59"))
        assert nudges(w) == []
        await w.until(moment("2026-11-27 15:00"))
        (one,) = nudges(w)
        assert isinstance(one.dispatch.notice, Bundle)
        assert one.at == moment("2026-11-26 15:00")
        assert [item.ticket for item in items(one)] == [2, 1]
        assert [item.held_since for item in items(one)] == [moment("2026-11-26 09:00"), moment("2026-11-26 09:30")]


async def test_rule_5_at_most_two_urgent_messages_a_day_and_the_rest_in_the_bundle(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        for _ in range(4):
            await w.says("sam", "my card")
            await w.advance(minutes=10)
        await w.until(moment("2026-11-23 17:00"))
        found = [(one.at, item.ticket) for one in w.heard("dana", "reminder", "bundle") for item in items(one)]
        assert found == [
            (moment("2026-11-23 11:00"), 1),
            (moment("2026-11-23 11:10"), 2),
            (moment("2026-11-23 11:20"), 3),
        ], "the third is the bundle of the day; what comes later waits for the next one"


async def test_rule_6_a_nudge_says_why_you_which_clock_what_comes_next_and_what_stops_it_and_only_to_you(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 11:00"))
        (one,) = nudges(w)
        assert one.to == "person:dana"
        assert spoken(one) == (
            "C-1 waits for you: 50 % of the time to acknowledge it has passed (due Mon 13:00).\n"
            "Acknowledge stops this. If it still waits by Mon 12:12, I’ll remind you."
        )


async def test_rule_7_there_are_answers_and_no_snooze(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 11:00"))
        (one,) = nudges(w)
        offered = [button.label for button in (*buttons.for_holder(drawn(one)), *buttons.RATING)]
        assert offered == [
            "Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date", "Useful", "Not useful",
        ]  # fmt: skip


async def test_rule_7_a_promise_is_quiet_until_its_date_known_to_the_reporter_and_nudged_at_once_when_broken(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with world(sqlite_url, under(tmp_path, policy={"profiles": ["fca-disp"]})) as w:
        ticket = await w.says("sam", "my card")
        refused = await w.does(commands.MakePromise, "dana", ticket, until=moment("2027-02-01 12:00"))
        assert isinstance(refused, Refused), "after the regulator’s date"
        await w.does(commands.MakePromise, "dana", ticket, until=moment("2026-11-25 12:00"))
        assert news(w, "sam") == ["captured", "promised"]
        await w.until(moment("2026-11-25 11:59"))
        assert [step for step in steps(nudges(w)) if " resolve" in step or " promise" in step] == []
        await w.until(moment("2026-11-25 12:00"))
        assert steps(nudges(w))[-1] == "dana promise.1:100%:remind"
        assert w.ticket().broken_promises == 1


async def test_rule_8_not_mine_names_the_next_owner_or_goes_to_triage_and_the_third_time_to_its_lead(
    sqlite_url: str, tmp_path: Path
) -> None:
    triage = {"name": "Triage", "lead": "ines", "members": ["noor"], "assign": "owner", "owner": "noor"}
    async with world(sqlite_url, under(tmp_path, teams={"triage": triage})) as w:
        ticket = await w.says("sam", "my card")
        owners = []
        for person, to in (("dana", {"to_person": "kim"}), ("kim", {}), ("noor", {"to_person": "omar"})):
            await w.does(commands.HandBack, person, ticket, **to)
            owners.append(w.ticket().holder)
        assert owners == ["kim", "noor", "ines"]
        trail = [event["actor"] for event in w.record()["timeline"] if event["kind"] == "handed back"]
        assert trail == ["dana", "kim", "noor"]


async def test_rule_9_while_the_holder_is_away_the_deputy_holds(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00")))
        assert w.ticket().holder == "omar"
        await w.until(moment("2026-11-23 11:00"))
        assert {one.to for one in nudges(w)} == {"person:omar"}
        await w.do(commands.ComeBack(at=w.now, actor="dana"))
        assert w.ticket().holder == "dana"


async def test_rule_10_a_forgotten_ticket_is_found_repaired_and_counted(sqlite_url: str, watched: Watched) -> None:
    def counted() -> float:
        return REGISTRY.get_sample_value("golddust_orphans_total") or 0.0

    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        before = counted()
        await w.tick()
        assert counted() == before
        with w.golddust.engine.begin() as connection:
            connection.execute(text("UPDATE tickets SET next_nudge_at = NULL"))
        await w.tick()
        planned = w.ticket().next_nudge_at
        assert planned is not None and planned > w.now
        assert counted() == before + 1


async def test_rule_11_after_an_outage_missed_nudges_are_one_that_says_so_and_nothing_comes_for_what_is_done(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        done = await w.says("sam", "my card")
        await w.says("sam", "the app is slow")
        await w.outage(hours=7)
        await w.golddust.nudge(w.now)  # judged and put in the outbox, but not sent yet
        await w.golddust.execute(commands.Resolve(at=w.now, actor="dana", number=done.number, done="Refunded"))
        await w.tick()
        (one,) = nudges(w)
        assert one.to == "person:kim"
        assert "Sorry this is late: it stands for 3 messages, the first from Mon 11:00." in spoken(one)


async def test_rule_12_the_reporter_hears_captured_acknowledged_promised_resolved_and_never_more(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Acknowledge, "dana", ticket)
        await w.does(commands.HandBack, "dana", ticket, to_person="omar")
        await w.does(commands.MakePromise, "omar", ticket, until=moment("2026-11-24 12:00"))
        await w.until(moment("2026-12-08 12:00"))
        await w.does(commands.Resolve, "omar", ticket, done="Refunded", tell="You have your money back")
        assert news(w, "sam") == ["captured", "acknowledged", "promised", "resolved"]
        assert drawn(w.heard("sam")[-1]).tell == "You have your money back"


async def test_rule_13_the_time_machine_shows_the_past_under_another_policy_and_sends_nothing(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    slower = under(tmp_path, {"acknowledge": "9d", "resolve": "90d"}).current
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        start, _ = w.now, await w.advance(days=7)
        sent = len(w.pigeons.delivered)
        past = w.golddust.read(lambda context: history.read(context, start, w.now))
        today, other = both(watched.current, slower, past, lambda _done: None)
        window = Window(start, w.now)
        assert figures(today, window).nudges == sum(len(items(one)) for one in nudges(w)) > 0
        assert figures(other, window).nudges < figures(today, window).nudges
        assert len(w.pigeons.delivered) == sent


async def test_the_digest_puts_the_verdict_first_in_at_most_200_words_and_is_one_line_when_nothing_is_unusual(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = under(tmp_path, digests=[{"to": "lee", "every": "daily", "teams": ["payments"]}])
    async with world(sqlite_url, file) as w:
        await w.until(moment("2026-11-24 09:00"))
        for number in range(12):
            await w.says("sam", f"my card, for the {number}. time: {'it was charged again ' * 10}")
        await w.until(moment("2026-12-01 09:00"))
        quiet, *_, busy = (one.dispatch.notice for one in w.heard("lee", "digest"))
        assert isinstance(quiet, Digest) and isinstance(busy, Digest)
        assert "nothing unusual" in phrases_digest.plain(quiet)
        assert "\n" not in phrases_digest.plain(quiet)
        shown = phrases_digest.digest(busy, PLAIN)
        assert shown.sections[0].lines[0].startswith("The backlog ")
        assert 40 < shown.words <= phrases_digest.MOST_WORDS
