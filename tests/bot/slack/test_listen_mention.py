"""Mentions of the bot."""

from __future__ import annotations

from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, OMAR, PAYMENTS, SAM, WATCHED, Desk, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_USER

SAID = "Mrs Ito’s card payment was taken twice"


async def mentions(d: Desk, channel: str, user: str, said: str, thread: str = "") -> None:
    """Somebody mentions the bot; in a channel that it is in, Slack sends the message as well."""
    wire = f"<@{BOT_USER}> {payloads.escaped(said)}"
    ts = d.slack.say(channel, user, wire, thread or None)
    both = (
        payloads.message(channel, user, [payloads.mention(BOT_USER), " ", said], at=d.now, ts=ts, thread_ts=thread),
        payloads.app_mention(channel, user, said, at=d.now, ts=ts, thread_ts=thread),
    )
    for payload in both:
        assert await d.event(payload) == 200


async def test_a_mention_is_a_complaint_without_our_name(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await mentions(d, GENERAL, SAM, SAID)
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]
        assert "*C-1* is with Dana (Payments)" in d.heard(SAM)


async def test_a_mention_in_a_watched_channel_arrives_twice_and_makes_one_ticket(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await mentions(d, WATCHED, SAM, SAID)
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]
        assert "already" not in d.heard(SAM)


async def test_an_empty_mention_gets_help_that_only_they_see(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        for said in ("", "thanks!", "help"):
            await mentions(d, WATCHED, SAM, said)
        assert d.heard(SAM).count("`/complaint mine`") >= 3
        assert d.tickets() == []


async def test_an_empty_mention_in_a_thread_captures_what_the_thread_is_about(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        root = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        await mentions(d, GENERAL, SAM, "", thread=root)
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.reporter, ticket.source.message) == (SAID, "sam", root)


async def test_a_mention_with_words_in_a_thread_is_a_complaint_of_its_own(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        root = (await d.says(GENERAL, OMAR, "How was your day?"))["event"]["ts"]
        await mentions(d, GENERAL, SAM, SAID, thread=root)
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]


async def test_a_mention_in_the_thread_of_a_ticket_is_a_comment_once(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await mentions(d, PAYMENTS, DANA, "looking at it", thread=d.card(PAYMENTS)["ts"])
        assert [event["kind"] for event in d.timeline()] == ["captured", "comment"]
        assert d.timeline()[-1]["data"]["words"] == "looking at it"
        assert len(d.tickets()) == 1


async def test_a_thread_under_a_message_of_ours_is_no_complaint(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        ours = d.slack.say(GENERAL, BOT_USER, "Hello, I am Golddust")
        await mentions(d, GENERAL, SAM, "", thread=ours)
        assert "about a message of mine" in d.heard(SAM)
        assert d.tickets() == []


async def test_without_the_scope_for_the_thread_they_are_told_what_to_do(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched, scopes=["chat:write", "users:read"]) as d:
        root = (await d.says(GENERAL, OMAR, SAID))["event"]["ts"]
        await mentions(d, GENERAL, SAM, "", thread=root)
        assert "I can’t read that message" in d.heard(SAM)
        assert "Report as complaint" in d.heard(SAM)


async def test_where_nobody_can_be_whispered_to_the_answer_comes_directly(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.fail_next("chat.postEphemeral", error="user_not_in_channel")
        await d.event(payloads.app_mention(GENERAL, SAM, "help", at=d.now))
        assert "`/complaint mine`" in d.told(SAM)


async def test_another_app_that_mentions_us_is_not_heard(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        mention = payloads.app_mention(GENERAL, "U0OTHER", SAID, at=d.now)
        mention["event"] |= {"bot_id": "B0OTHER"}
        assert await d.event(mention) == 200
        assert d.tickets() == []
        assert "card" not in shown({"blocks": d.slack.messages(GENERAL)})


async def test_a_call_or_a_command_in_the_thread_of_a_ticket_is_answered_and_no_remark(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        for said in ("", "help"):
            await mentions(d, PAYMENTS, DANA, said, thread=d.card(PAYMENTS)["ts"])
        assert [event["kind"] for event in d.timeline()] == ["captured"]
        assert d.heard(DANA).count("`/complaint mine`") >= 2
