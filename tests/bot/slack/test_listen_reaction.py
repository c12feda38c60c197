"""The reaction that makes a complaint of somebody's message."""

from __future__ import annotations

import pytest

from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, OMAR, PAYMENTS, SAM, WATCHED, desk
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_USER

SAID = "Mrs Ito’s card payment was taken twice"


async def test_whoever_reacts_is_the_reporter(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        d.clock.advance(hours=1)
        assert await d.event(payloads.reaction_added(GENERAL, ts, SAM, item_user=OMAR, at=d.now)) == 200
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.reporter, ticket.source.message) == (SAID, "sam", ts)
        assert ticket.received_at < ticket.captured_at == d.now
        assert "*C-1* is with Dana (Payments)" in d.heard(SAM)


async def test_a_reply_in_a_thread_can_be_captured_with_its_files(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        root = (await d.says(GENERAL, OMAR, "How was your day?"))["event"]["ts"]
        picture = payloads.file("receipt.png", user=OMAR)
        ts = (await d.says(GENERAL, OMAR, SAID, thread_ts=root, files=[picture]))["event"]["ts"]
        await d.event(payloads.reaction_added(GENERAL, ts, SAM, "ticket::skin-tone-2", item_user=OMAR, at=d.now))
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.source.message) == (SAID, ts)
        assert [attachment.name for attachment in ticket.attachments] == ["receipt.png"]


async def test_a_second_reaction_and_a_message_captured_before_make_no_second_ticket(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = (await d.says(WATCHED, SAM, SAID))["event"]["ts"]
        for user in (OMAR, OMAR, SAM):
            await d.event(payloads.reaction_added(WATCHED, ts, user, item_user=SAM, at=d.now))
        assert len(d.tickets()) == 1
        assert "*C-1* already has this one" in d.heard(OMAR)
        assert "already" not in d.heard(SAM)


async def test_other_reactions_and_our_own_messages_are_left_alone(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        await d.event(payloads.reaction_added(GENERAL, ts, SAM, "eyes", item_user=OMAR, at=d.now))
        await d.event(payloads.reaction_removed(GENERAL, ts, SAM, item_user=OMAR, at=d.now))
        assert d.tickets() == []
        await d.complains(SAM, SAID)
        card = d.card(PAYMENTS)["ts"]
        await d.event(payloads.reaction_added(PAYMENTS, card, DANA, item_user=BOT_USER, at=d.now))
        assert len(d.tickets()) == 1


async def test_a_deleted_message_is_said_to_be_gone(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        d.slack.take_back(GENERAL, ts)
        assert await d.event(payloads.reaction_added(GENERAL, ts, SAM, item_user=OMAR, at=d.now)) == 200
        assert "That message is gone" in d.heard(SAM)


async def test_where_we_are_no_member_they_are_told_directly_what_to_do(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.add_channel("C0OUTSIDE", members=[SAM, OMAR], with_bot=False)
        ts = d.slack.say("C0OUTSIDE", OMAR, SAID)
        assert await d.event(payloads.reaction_added("C0OUTSIDE", ts, SAM, item_user=OMAR, at=d.now)) == 200
        assert "/invite @Golddust" in d.told(SAM)
        assert "Report as complaint" in d.told(SAM)


async def test_a_missing_scope_is_told_to_who_reacted(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched, scopes=["chat:write", "users:read", "reactions:read"]) as d:
        ts = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        assert await d.event(payloads.reaction_added(GENERAL, ts, SAM, item_user=OMAR, at=d.now)) == 200
        assert "I can’t read that message" in d.heard(SAM)
        assert d.tickets() == []


@pytest.mark.parametrize(
    "fault", [{"status": 429}, {"status": 500}, {"trouble": "reset", "times": 2}, {"error": "internal_error"}]
)
async def test_when_slack_is_busy_the_event_comes_again_and_then_succeeds(
    sqlite_url: str, watched: Watched, fault: dict[str, object]
) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        reacted = payloads.reaction_added(GENERAL, ts, SAM, item_user=OMAR, at=d.now)
        d.slack.fail_next("conversations.history", **fault)  # type: ignore[arg-type]
        assert await d.event(reacted) == 503
        assert d.heard(SAM) == ""
        assert await d.event(reacted, retry=1) == 200
        assert len(d.tickets()) == 1


async def test_when_slack_stays_busy_they_hear_it_at_the_last_delivery(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        d.slack.fail_next("conversations.history", status=500)
        reacted = payloads.reaction_added(GENERAL, ts, SAM, item_user=OMAR, at=d.now)
        assert await d.event(reacted, retry=3) == 200
        assert "I can’t read that message" in d.heard(SAM)
