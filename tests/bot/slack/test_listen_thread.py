"""Replies, edits and deletions around a captured message."""

from __future__ import annotations

from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, PAYMENTS, SAM, WATCHED, desk, shown
from tests.fakes import slack_payloads as payloads

SAID = "Mrs Ito’s card payment was taken twice"


async def test_a_reply_under_the_complaint_joins_the_timeline_and_the_cards_thread(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        thread = (await d.says(WATCHED, SAM, SAID))["event"]["ts"]
        await d.says(WATCHED, SAM, "She called again", thread_ts=thread)
        assert d.timeline()[-1]["kind"] == "comment"
        assert d.timeline()[-1]["data"]["words"] == "She called again"
        carried = d.card(PAYMENTS)
        assert "She called again" in shown(carried)
        assert carried["thread_ts"] == d.slack.messages(PAYMENTS)[0]["ts"]
        assert len(d.tickets()) == 1


async def test_a_reply_under_the_card_reaches_the_reporters_thread(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        thread = (await d.says(WATCHED, SAM, SAID))["event"]["ts"]
        reply = payloads.thread_reply(PAYMENTS, DANA, "Looking at it", d.card(PAYMENTS)["ts"], at=d.now)
        assert await d.event(reply) == 200
        assert await d.event(reply, retry=1) == 200
        assert [event["kind"] for event in d.timeline()].count("comment") == 1
        assert d.card(WATCHED)["thread_ts"] == thread
        assert "Looking at it" in shown(d.card(WATCHED))
        assert d.tickets()[0].acknowledged_by == "dana"


async def test_a_screenshot_and_a_broadcast_reply_are_comments(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        thread = (await d.says(WATCHED, SAM, SAID))["event"]["ts"]
        picture = payloads.file("receipt.png", user=SAM)
        await d.event(payloads.file_share(WATCHED, SAM, [picture], at=d.now, thread_ts=thread))
        await d.event(payloads.thread_broadcast(WATCHED, SAM, "Any news?", thread, at=d.now))
        assert "receipt.png" in d.timeline()[-2]["data"]["files"]
        assert d.timeline()[-1]["data"]["words"] == "Any news?"
        assert len(d.tickets()) == 1


async def test_threads_of_others_are_none_of_our_business(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        root = (await d.says(GENERAL, SAM, "Lunch?"))["event"]["ts"]
        await d.event(payloads.thread_reply(GENERAL, "U0PAT0001", "Yes", root, at=d.now))
        assert d.tickets() == []
        assert d.slack.called("users.info") == []


async def test_a_reply_under_a_direct_message_that_is_no_card_is_asked_which_ticket_it_means(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(d.slack.dm(SAM), SAM, "help")
        thread = d.card(SAM)["ts"]
        await d.says(d.slack.dm(SAM), SAM, "It is about the card", thread_ts=thread)
        assert "I can’t tell which ticket that is about" in shown(d.card(SAM))
        assert d.card(SAM)["thread_ts"] == thread
        assert d.tickets() == []


async def test_our_own_carried_replies_are_not_carried_back(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        thread = (await d.says(WATCHED, SAM, SAID))["event"]["ts"]
        echo = payloads.app_message(WATCHED, "Dana: looking", at=d.now)
        echo["event"]["thread_ts"] = thread
        assert await d.event(echo) == 200
        assert [event["kind"] for event in d.timeline()] == ["captured"]


async def test_an_edited_original_is_a_later_version(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        said = await d.says(WATCHED, SAM, SAID)
        await d.event(payloads.message_changed(said, "Mr Ito’s card payment was taken <twice>", at=d.now))
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.words) == (SAID, "Mr Ito’s card payment was taken <twice>")


async def test_an_unfurled_link_is_no_edit(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        said = await d.says(WATCHED, SAM, SAID)
        unfurled = payloads.message_changed(said, SAID, at=d.now)
        unfurled["event"]["message"]["attachments"] = [{"title": "A page"}]
        assert await d.event(unfurled) == 200
        assert [event["kind"] for event in d.timeline()] == ["captured"]


async def test_a_deleted_original_is_noted_and_its_words_stay(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        said = await d.says(WATCHED, SAM, SAID)
        assert await d.event(payloads.message_deleted(said, at=d.now)) == 200
        assert d.timeline()[-1]["kind"] == "original deleted"
        assert d.timeline()[-1]["actor"] == "sam"
        assert d.tickets()[0].verbatim == SAID


async def test_what_is_left_of_a_deleted_message_with_replies_counts_as_deleted(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        said = await d.says(WATCHED, SAM, SAID)
        tombstone = payloads.message_changed(said, "This message was deleted.", at=d.now)
        tombstone["event"]["message"] |= {"subtype": "tombstone", "user": "USLACKBOT"}
        assert await d.event(tombstone) == 200
        assert d.timeline()[-1]["kind"] == "original deleted"
        assert d.tickets()[0].words is None
