"""Guests, people of other workspaces, and channels that they see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.slack.outside import is_outsider
from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, NOOR, PAT, PAYMENTS, SAM, WATCHED, Desk, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import TEAM

SAID = "A customer’s card payment failed"
ONLY = "I am here for people of Test Bank only; please ask Ines, or whoever invited you."
OUTSIDERS: dict[str, dict[str, Any]] = {
    "a guest": {"is_restricted": True},
    "a guest of one channel": {"is_ultra_restricted": True},
    "a stranger": {"is_stranger": True},
    "somebody of another workspace": {"team_id": "T0ANOTHER"},
}


def reporting(watched: Watched, folder: Path) -> Watched:
    """The same organisation, which lets guests report."""
    file = folder / "golddust.yml"
    file.write_text(watched.path.read_text() + "\nprivacy: {guests: report}\n")
    return Watched(file)


async def has_a_ticket(d: Desk) -> None:
    """Sam reports a complaint in a channel; Dana has its card."""
    await d.says(WATCHED, SAM, SAID)
    assert len(d.tickets()) == 1


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_whoever_is_no_colleague_sees_and_captures_nothing(sqlite_url: str, watched: Watched, kind: str) -> None:
    async with desk(sqlite_url, watched) as d:
        await has_a_ticket(d)
        d.slack.users[PAT] |= OUTSIDERS[kind]
        for words in ("mine", "list", "digest", "settings", "away until Friday", SAID):
            assert ONLY in shown(await d.complains(PAT, words)), words
        await d.says(WATCHED, PAT, SAID)
        await d.says(d.slack.dm(PAT), PAT, SAID, channel_type="im")
        await d.presses(PAT, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        await d.presses(PAT, d.card(PAYMENTS), "Resolve", channel=PAYMENTS)
        assert str((await d.opens_home(PAT))["blocks"]).count(ONLY) == 1
        assert len(d.tickets()) == 1
        assert [event["kind"] for event in d.timeline()] == ["captured"]
        assert d.slack.modals(PAT) == []
        seen = d.heard(PAT) + d.told(PAT)
        assert ONLY in seen
        assert "C-1" not in seen


async def test_a_form_that_a_guest_hands_in_changes_nothing(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(PAT, "")
        d.slack.users[PAT] |= {"is_restricted": True}
        assert ONLY in str(await d.submits(PAT, words=SAID))
        assert d.tickets() == []


async def test_a_guests_reply_and_reaction_are_not_taken_up(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.users[PAT] |= {"is_restricted": True}
        said = await d.says(WATCHED, SAM, SAID)
        await d.says(WATCHED, PAT, "Me too", thread_ts=said["event"]["ts"])
        other = await d.says(GENERAL, SAM, "The refund is missing")
        ts = other["event"]["ts"]
        await d.event(payloads.reaction_added(GENERAL, ts, PAT, item_user=SAM, at=d.now))
        assert d.heard(PAT).count(ONLY) == 4  # each as text and as a block
        assert [event["kind"] for event in d.timeline()] == ["captured"]
        assert len(d.tickets()) == 1


async def test_a_guest_may_report_where_the_file_says_so_and_hears_its_number_only(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    async with desk(sqlite_url, reporting(watched, tmp_path)) as d:
        d.slack.users[PAT] |= {"is_restricted": True}
        assert "that is C-1 now" in shown(await d.complains(PAT, SAID))
        said = await d.says(WATCHED, PAT, "The refund is missing")
        assert "that is C-2 now" in d.heard(PAT)
        assert [ticket.reporter for ticket in d.tickets()] == [f"guest:slack:{PAT}"] * 2
        assert "Dana" not in d.heard(PAT) + d.told(PAT)
        assert "From guests I take reports only" in shown(await d.complains(PAT, "mine"))
        await d.says(WATCHED, PAT, "And again", thread_ts=said["event"]["ts"])
        await d.presses(PAT, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        assert [event["kind"] for event in d.timeline(2)] == ["captured"]


async def test_a_guest_does_not_learn_who_has_what_others_reported(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    async with desk(sqlite_url, reporting(watched, tmp_path)) as d:
        d.slack.users[PAT] |= {"is_restricted": True}
        said = await d.says(WATCHED, SAM, SAID)
        ts = said["event"]["ts"]
        await d.event(payloads.reaction_added(WATCHED, ts, PAT, item_user=SAM, at=d.now))
        assert "has been reported already" in d.heard(PAT)
        assert "C-1" not in d.heard(PAT)


async def test_a_guest_whose_member_id_the_file_lists_is_a_colleague(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.users[DANA] |= {"is_restricted": True}
        await has_a_ticket(d)
        await d.presses(DANA, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        assert d.tickets()[0].acknowledged_by == "dana"


async def test_an_outsider_with_the_address_of_a_colleague_is_not_taken_for_them(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.users[NOOR] |= {"team_id": "T0ANOTHER"}
        assert ONLY in shown(await d.complains(NOOR, "list"))


async def test_who_becomes_a_guest_sees_nothing_from_then_on(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert "*C-1*" in shown(await d.complains(NOOR, SAID))
        guest = d.slack.users[NOOR] | {"is_restricted": True}
        assert await d.event(payloads.user_change(guest, at=d.now)) == 200
        assert ONLY in shown(await d.complains(NOOR, "mine"))


async def test_a_card_goes_to_the_lead_where_others_see_the_teams_channel(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.channels[PAYMENTS].shared = True
        await has_a_ticket(d)
        assert d.slack.messages(PAYMENTS) == []
        assert "C-1" in d.told("U0LEE0001")


async def test_a_channel_that_is_shared_later_gets_no_further_card(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await has_a_ticket(d)
        before = d.card(PAYMENTS)
        d.slack.channels[PAYMENTS].shared = True
        d.clock.advance(hours=2)
        d.slack.advance(d.now - d.slack.now)
        await d.presses(DANA, before, "Acknowledge", channel=PAYMENTS)
        assert d.card(PAYMENTS) == before
        assert "C-1" in d.told("U0LEE0001")


async def test_a_receipt_comes_directly_where_others_see_the_channel(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.channels[WATCHED].shared = True
        await has_a_ticket(d)
        assert d.heard(SAM) == ""
        assert "C-1" in d.told(SAM)


async def test_a_teams_reply_reaches_the_reporter_directly_where_others_see_the_thread(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.channels[WATCHED].shared = True
        await has_a_ticket(d)
        await d.says(PAYMENTS, DANA, "It is the new gateway", thread_ts=d.card(PAYMENTS)["ts"])
        assert [one for one in d.slack.messages(WATCHED) if one.get("bot_id")] == []
        assert "new gateway" in d.told(SAM)


def test_people_of_the_same_enterprise_grid_are_colleagues() -> None:
    elsewhere = {"team_id": "T0ELSEWHERE"}
    assert is_outsider(elsewhere, TEAM, "E0OURS")
    assert not is_outsider(elsewhere | {"enterprise_user": {"enterprise_id": "E0OURS"}}, TEAM, "E0OURS")
    assert not is_outsider(elsewhere | {"enterprise_user": {"enterprise_id": "E0X", "teams": [TEAM]}}, TEAM, None)
    assert is_outsider(elsewhere | {"enterprise_user": {"enterprise_id": "E0X", "teams": []}}, TEAM, "E0OURS")
