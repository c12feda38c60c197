"""Rights are asked on every command, whoever gives it and however old the card that it comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.commands import Command
from complaints.replies import Refused, Reply
from complaints.severity import Severity
from complaints.ticket import Blocked, Source
from handlers import reading
from handlers.dispatch import HANDLERS
from tests.world import MONDAY, World, world

PLACE = Source("pigeon", "w", "person:x", "9")
GIVEN: dict[type[Command], dict[str, Any]] = {
    commands.CaptureComplaint: {"words": "The app is slow", "source": PLACE},
    commands.Acknowledge: {"number": 1},
    commands.Resolve: {"number": 1, "done": "Paid back"},
    commands.PlanAction: {"number": 1, "action": commands.Plan("Alert")},
    commands.Block: {"number": 1, "blocked": Blocked("team", "app", "their part")},
    commands.Unblock: {"number": 1},
    commands.HandBack: {"number": 1, "to_team": "app"},
    commands.Dismiss: {"number": 1, "reason": "spam"},
    commands.MakePromise: {"number": 1, "until": MONDAY + timedelta(days=2)},
    commands.ConfirmTold: {"number": 1},
    commands.Reopen: {"number": 1},
    commands.Withdraw: {"number": 1},
    commands.EditWords: {"number": 1, "words": "The card payment failed twice"},
    commands.CorrectSeverity: {"number": 1, "severity": Severity.LOW},
    commands.RateNudge: {"number": 1, "useful": True},
    commands.Join: {"numbers": (1, 2)},
    commands.JoinAlike: {"number": 1},
    commands.SettleSurge: {"number": 1},
    commands.Leave: {"number": 1},
    commands.Comment: {"words": "Any news?", "place": PLACE, "thread": "1"},
    commands.OriginalEdited: {"words": "The card failed", "source": PLACE},
    commands.OriginalDeleted: {"source": PLACE},
    commands.GoAway: {"until": MONDAY + timedelta(days=2)},
    commands.ComeBack: {},
    commands.Subscribe: {},
    commands.Unsubscribe: {},
    commands.SetPreference: {"early": False},
    commands.KnowAccount: {"platform": "pigeon", "user": "U1", "name": "Somebody"},
}
WORK = {commands.Acknowledge, commands.Resolve, commands.Block, commands.HandBack, commands.Dismiss}
OWNERS = WORK | {commands.PlanAction, commands.MakePromise, commands.CorrectSeverity}
REPORTERS = {commands.Withdraw, commands.EditWords, commands.CorrectSeverity}
FACTS = {commands.KnowAccount, commands.OriginalEdited, commands.OriginalDeleted}
ON_TICKET = {kind for kind in GIVEN if issubclass(kind, commands.OnTicket)}
ROLES: dict[str, tuple[str, set[type[Command]]]] = {
    # who, and which of the commands about the ticket they may give while it is new
    "a stranger": ("slack:U0STRANGER", set()),
    "a colleague of another team": ("kim", set()),
    "its reporter": ("sam", REPORTERS),
    "its owner": ("dana", OWNERS),
    "an admin": ("ines", OWNERS),
}


def test_every_command_is_in_the_table() -> None:
    assert GIVEN.keys() == HANDLERS.keys()


async def given(w: World, kind: type[Command], actor: str) -> Reply:
    """The answer to a command that somebody gives."""
    return await w.golddust.execute(kind(at=w.now, actor=actor, **GIVEN[kind]))


@pytest.mark.parametrize("kind", sorted(ON_TICKET, key=lambda one: one.__name__))
@pytest.mark.parametrize("role", ROLES)
async def test_a_command_about_a_ticket_is_for_those_who_may(
    sqlite_url: str, watched: Watched, role: str, kind: type[Command]
) -> None:
    actor, may = ROLES[role]
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "The card payment failed")
        before = w.record()
        reply = await given(w, kind, actor)
        assert isinstance(reply, Refused) is (kind not in may), reply
        assert (w.record()["timeline"] == before["timeline"]) is (kind not in may)


@pytest.mark.parametrize("kind", sorted(set(GIVEN) - FACTS, key=lambda one: one.__name__))
async def test_an_owner_who_left_the_file_may_do_nothing_any_more(
    sqlite_url: str, tmp_path: Path, kind: type[Command]
) -> None:
    file = tmp_path / "golddust.yml"
    text = (Path(__file__).parents[1] / "golddust.yml").read_text()
    file.write_text(text)
    async with world(sqlite_url, Watched(file)) as w:
        ticket = await w.says("sam", "The card payment failed")
        assert ticket.owner == "dana"
        lines = [line for line in text.splitlines() if not line.startswith("  dana:")]
        gone = "\n".join(lines).replace("deputy: dana, ", "").replace("[dana, omar]", "[omar]")
        file.write_text(gone.replace("owner: dana", "owner: omar"))
        await w.golddust.reload(w.now)
        assert w.golddust.organisation.person("dana") is None
        before = w.record()
        reply = await given(w, kind, "dana")
        assert isinstance(reply, Refused)
        assert "does not list you any more" in reply.reason
        assert w.record() == before
        assert w.golddust.read(lambda context: reading.page(context, "held", "dana")).total == 0
        assert w.golddust.read(lambda context: reading.page(context, "open", "dana")).tickets == ()
        assert w.golddust.read(lambda context: reading.readable(context, 1, "dana")) is None


async def test_an_unlisted_account_is_a_reporter_even_where_it_holds_the_ticket(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("slack:U0STRANGER", "The card payment failed")
        resolve = commands.Resolve(at=w.now, actor="slack:U0STRANGER", number=1, done="Nothing")
        assert isinstance(await w.golddust.execute(resolve), Refused)
        assert not isinstance(await w.golddust.execute(replace(resolve, actor="dana")), Refused)
        assert not isinstance(await given(w, commands.ConfirmTold, "slack:U0STRANGER"), Refused)
