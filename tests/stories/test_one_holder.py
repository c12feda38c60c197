"""Rules 1 and 2: every open ticket has one holder, only they are nudged, and the clocks are theirs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.watched import Watched
from complaints import commands
from complaints.replies import Done, Refused
from complaints.ticket import Blocked, State
from tests.complaints.builders import moment, written
from tests.world import MONDAY, World, world

NUDGES = ("reminder", "escalation")


def nudged(w: World) -> set[str]:
    """Everybody whom a nudge has reached."""
    return {one.to for one in w.pigeons.delivered if one.kind in NUDGES}


async def test_only_the_holder_is_reminded(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        await w.until(moment("2026-11-23 17:00"))
        assert [one.dispatch.notice.step for one in w.heard("dana", "reminder")] == [
            "acknowledge.1:50%:remind",
            "acknowledge.1:80%:remind",
            "acknowledge.1:100%:remind",
        ]
        assert nudged(w) == {"person:dana"}


async def test_a_blocked_ticket_nudges_the_blocker_and_nobody_else(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        reply = await w.does(commands.Block, "dana", ticket, blocked=Blocked("team", "app", "needs a release"))
        assert isinstance(reply, Done)
        assert reply.said == "C-1 waits for App, and its clocks are paused. I’m asking Kim now."
        assert w.ticket().holder == "kim"
        await w.until(moment("2026-11-24 09:00"))
        assert nudged(w) == {"person:kim"}
        w.forget()
        assert isinstance(await w.does(commands.Unblock, "kim", ticket), Done)
        assert (w.ticket().holder, w.ticket().state) == ("dana", State.ACKNOWLEDGED)
        assert [one.kind for one in w.heard("dana")] == ["card"]
        await w.advance(days=7)
        assert nudged(w) == {"person:dana", "person:omar"}, "her, and then her deputy"


async def test_a_resolved_ticket_nudges_the_reporter_until_the_customer_was_told(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        await w.until(moment("2026-11-24 09:00"))
        assert nudged(w) == {"person:sam"}
        assert {one.dispatch.notice.clock for one in w.heard("sam", "reminder")} == {"tell"}


async def test_what_waited_for_a_ticket_goes_on_when_that_one_is_resolved(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        first = await w.says("sam", "my card")
        second = await w.says("sam", "the app")
        await w.does(commands.Block, "dana", first, blocked=Blocked("ticket", "c-2"))
        assert (w.ticket(1).holder, w.ticket(1).blocked) == ("kim", Blocked("ticket", "2"))
        await w.does(commands.Resolve, "kim", second, done="Released")
        assert (w.ticket(1).state, w.ticket(1).holder, w.ticket(1).blocked) == (State.ACKNOWLEDGED, "dana", None)
        assert [event["kind"] for event in w.record(1)["timeline"]] == ["captured", "blocked", "unblocked"]


async def test_a_chain_of_waiting_tickets_goes_on_link_by_link(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        tickets = [await w.says("sam", f"card {n}") for n in range(3)]
        await w.does(commands.Block, "dana", tickets[0], blocked=Blocked("ticket", "2"))
        await w.does(commands.Block, "dana", tickets[1], blocked=Blocked("ticket", "3"))
        await w.does(commands.Withdraw, "sam", tickets[2])
        assert [w.ticket(n).state for n in (1, 2, 3)] == [State.BLOCKED, State.ACKNOWLEDGED, State.CLOSED]


async def test_tickets_can_not_wait_for_each_other_in_a_ring(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        tickets = [await w.says("sam", f"card {n}") for n in range(3)]
        await w.does(commands.Block, "dana", tickets[0], blocked=Blocked("ticket", "2"))
        await w.does(commands.Block, "dana", tickets[1], blocked=Blocked("ticket", "3"))
        reply = await w.does(commands.Block, "dana", tickets[2], blocked=Blocked("ticket", "1"))
        assert isinstance(reply, Refused)
        assert reply.field == "what"
        assert reply.reason.startswith("C-3 waits for C-1, C-1 for C-2, C-2 for C-3: ")
        assert w.ticket(3).state is State.NEW


async def test_while_the_owner_is_away_the_deputy_is_reminded_and_then_the_owner_again(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        reply = await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-23 12:00")))
        assert "Omar holds your tickets meanwhile" in reply.said
        await w.until(moment("2026-11-23 17:00"))
        assert [one.at for one in w.heard("omar", "reminder")] == [moment("2026-11-23 11:00")]
        assert [one.at for one in w.heard("dana", "reminder")] == [
            moment("2026-11-23 12:12"),
            moment("2026-11-23 13:00"),
        ]


async def test_when_the_whole_line_is_away_the_lead_holds(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        for person in ("dana", "omar"):
            await w.do(commands.GoAway(at=w.now, actor=person, until=MONDAY + timedelta(days=7)))
        await w.until(moment("2026-11-23 12:00"))
        assert nudged(w) == {"person:lee"}
        assert w.ticket().holder == "lee"


async def test_three_hand_backs_go_to_the_lead_of_triage_with_the_trail(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.HandBack, "dana", ticket, to_team="app", reason="looks like the app")
        assert (w.ticket().team, w.ticket().owner) == ("app", "kim")
        await w.does(commands.HandBack, "kim", ticket, to_person="omar", reason="no")
        assert (w.ticket().team, w.ticket().owner) == ("payments", "omar")
        await w.does(commands.HandBack, "omar", ticket, to_team="app", reason="no")
        assert (w.ticket().team, w.ticket().owner, w.ticket().bounces) == ("triage", "ines", 3)
        trail = w.ticket().reasons[-1]
        assert trail.startswith("handed on 3 times, so to the lead of triage: it says “card”")
        assert "handed on by Dana" in trail
        assert "handed on by Kim to Omar" in trail


async def test_the_lead_of_triage_can_hand_it_on_after_three_bounces(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card")
        for actor, team in (("dana", "app"), ("kim", "payments"), ("dana", "app")):
            await w.does(commands.HandBack, actor, ticket, to_team=team)
        assert w.ticket().owner == "ines"
        assert isinstance(await w.does(commands.HandBack, "ines", ticket, to_team="app"), Done)
        assert (w.ticket().team, w.ticket().owner) == ("app", "kim")
        await w.does(commands.HandBack, "kim", ticket, to_team="payments")
        assert w.ticket().owner == "ines", "anybody else's next one comes back to the lead"
        assert w.ticket().reasons[-1].count("handed on 3 times") == 1, "a trail does not hold the trail before it"


async def test_i_do_not_know_goes_to_triage(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await w.does(commands.HandBack, "dana", ticket)
        assert (w.ticket().team, w.ticket().owner) == ("triage", "ines")


async def test_handing_it_to_who_has_it_or_to_nobody_known_is_refused(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        for wrong in ({"to_person": "dana"}, {"to_person": "stranger"}, {"to_team": "branches"}, {"to_team": "none"}):
            reply = await w.does(commands.HandBack, "dana", ticket, **wrong)
            assert isinstance(reply, Refused)
            assert reply.field == "whom"
        assert (w.ticket().bounces, w.ticket().owner) == (0, "dana")


async def test_a_team_that_leaves_the_file_leaves_its_open_tickets_with_triage(
    database_url: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(database_url, Watched(path)) as w:
        await w.says("sam", "the app is slow")
        await w.says("sam", "my card")
        away = {"teams": {"app": {"name": "Old app", "lead": "kim", "owns": False}}}
        written(path, routes=[], **away)
        text = path.read_text(encoding="utf-8").replace("\n  app:\n", "\n  former:\n")
        path.write_text(text, encoding="utf-8")
        await w.tick()
        assert "app" not in w.golddust.organisation.teams
        w.forget()
        await w.until(moment("2026-11-24 17:00"))
        assert len(w.heard("kim", "reminder")) > 0, "her ticket is still hers"
        assert len(w.heard("dana", "reminder")) > 0, "and nobody else's nudges are held up"
        assert isinstance(await w.does(commands.Resolve, "kim", w.ticket(1), done="Faster now"), Done)


async def test_a_person_who_leaves_the_file_leaves_their_tickets_with_the_team(
    database_url: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(database_url, Watched(path)) as w:
        await w.says("sam", "my card")
        leaver = {"people": {"omar": {"deputy": "lee"}}, "teams": {"payments": {"members": ["omar"], "owner": "omar"}}}
        written(path, **leaver)
        text = path.read_text(encoding="utf-8").replace("\n  dana:\n", "\n  dora:\n")
        path.write_text(text, encoding="utf-8")
        await w.tick()
        assert "dana" not in w.golddust.organisation.people
        w.forget()
        await w.until(moment("2026-11-23 12:00"))
        assert nudged(w) == {"person:lee"}
