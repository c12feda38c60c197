"""Messages in watched channels and to the bot alone; whose messages count."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, LEE, PAYMENTS, SAM, WATCHED, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_USER

SAID = "Mrs Ito’s card payment was taken twice"


async def test_a_message_in_a_watched_channel_is_captured_and_its_author_told(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        message = await d.says(WATCHED, SAM, [SAID, " ", payloads.broadcast("here")])
        [ticket] = d.tickets()
        assert (ticket.reporter, ticket.verbatim) == ("sam", f"{SAID} @here")
        assert ticket.source.message == message["event"]["ts"]
        assert not ticket.source.private
        assert "*C-1* is with Dana (Payments)" in d.heard(SAM)


async def test_other_channels_are_left_alone(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(GENERAL, SAM, SAID)
        assert d.tickets() == []
        assert d.slack.calls == [*d.slack.called("auth.test")]


async def test_a_channel_is_watched_by_name_too(sqlite_url: str, watched: Watched, tmp_path: Path) -> None:
    file = tmp_path / "golddust.yml"
    file.write_text(watched.path.read_text().replace("watch: [C0WATCHED]", "watch: ['#General']"))
    async with desk(sqlite_url, Watched(file)) as d:
        await d.says(WATCHED, SAM, SAID)
        await d.says(GENERAL, SAM, SAID)
        await d.says(GENERAL, SAM, "And the refund is missing")
        assert [ticket.source.conversation for ticket in d.tickets()] == [GENERAL, GENERAL]
        # Once by whoever listens; whoever posts asks too, whether others see the channel.
        asked = Counter(call.args["channel"] for call in d.slack.called("conversations.info"))
        assert asked == {WATCHED: 1, GENERAL: 2, PAYMENTS: 1}


async def test_slacks_retries_make_one_ticket(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        said = payloads.message(WATCHED, SAM, SAID, at=d.now)
        for retry in (1, 2, 0, 3):
            assert await d.event(said, retry=retry) == 200
        assert len(d.tickets()) == 1
        assert d.heard(SAM).count("already has this one") == 0


@pytest.mark.parametrize("kind", ["channel_join", "channel_topic", "bot_message", "app_message", "own", "slackbot"])
async def test_what_no_person_wrote_makes_no_ticket(sqlite_url: str, watched: Watched, kind: str) -> None:
    async with desk(sqlite_url, watched) as d:
        made = {
            "channel_join": payloads.channel_join(WATCHED, SAM, at=d.now),
            "channel_topic": payloads.channel_topic(WATCHED, SAM, SAID, at=d.now),
            "bot_message": payloads.bot_message(WATCHED, SAID, at=d.now),
            "app_message": payloads.app_message(WATCHED, SAID, at=d.now, user="U0OTHER", bot="B0OTHER", app="A0OTHER"),
            "own": payloads.app_message(WATCHED, SAID, at=d.now),
            "slackbot": payloads.message(WATCHED, "USLACKBOT", SAID, at=d.now),
        }
        assert await d.event(made[kind]) == 200
        assert d.tickets() == []


async def test_a_screenshot_without_a_word_is_a_complaint(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        picture = payloads.file("receipt.png", user=SAM)
        assert await d.event(payloads.file_share(WATCHED, SAM, [picture], at=d.now)) == 200
        [ticket] = d.tickets()
        assert ticket.verbatim == ""
        [attachment] = ticket.attachments
        assert (attachment.name, attachment.address, attachment.media_type) == (
            "receipt.png", picture["permalink"], "image/png",
        )  # fmt: skip


async def test_a_me_message_counts_as_said(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert await d.event(payloads.me_message(WATCHED, SAM, "heard that a refund is missing", at=d.now)) == 200
        assert len(d.tickets()) == 1


async def test_endless_words_in_a_watched_channel_are_refused_to_their_author_only(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(WATCHED, SAM, "long " * 21_000)
        assert "please keep it under 100,000" in d.heard(SAM)
        assert d.tickets() == []


async def test_a_direct_message_is_a_private_complaint_answered_there(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(d.slack.dm(SAM), SAM, SAID)
        [ticket] = d.tickets()
        assert ticket.source.private
        assert "*C-1* is with Dana (Payments)" in d.told(SAM)


@pytest.mark.parametrize("said", ["hi", "Hello!", "thanks", "Thank you so much 🙏", "ok", "help", "?"])
async def test_small_talk_gets_a_short_help_and_no_ticket(sqlite_url: str, watched: Watched, said: str) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.says(d.slack.dm(SAM), SAM, said)
        assert "Say in one sentence what the customer complained about" in d.told(SAM)
        assert d.tickets() == []


async def test_questions_and_absences_are_answered_in_place(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.says(d.slack.dm(DANA), DANA, "mine")
        assert "Yours to act on" in d.told(DANA)
        await d.says(d.slack.dm(DANA), DANA, ["away until Friday ", payloads.mention(LEE)])
        assert "Lee holds your tickets meanwhile" in d.told(DANA)
        await d.says(d.slack.dm(DANA), DANA, "away")
        assert "You are away until Friday" in d.told(DANA)
        assert len(d.tickets()) == 1


async def test_other_subscribed_events_are_answered(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert await d.event(payloads.member_joined_channel(WATCHED, BOT_USER, at=d.now)) == 200
        assert await d.event(payloads.tokens_revoked(at=d.now)) == 200
        assert await d.event(payloads.app_uninstalled(at=d.now)) == 200
        assert await d.event(payloads.event_callback({"type": "emoji_changed"}, at=d.now)) == 200


async def test_a_changed_profile_is_taken_up(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        pat = d.slack.users["U0PAT0001"]
        assert await d.event(payloads.user_change(pat, at=d.now)) == 200
        await d.complains("U0PAT0001", SAID)
        assert await d.event(payloads.user_change(pat | {"real_name": "Pat Roe"}, at=d.now)) == 200
        await d.complains("U0PAT0001", "The refund is missing")
        assert "reported by Pat Roe" in shown(d.card(PAYMENTS))
        assert len(d.slack.called("users.info")) == 1


@pytest.mark.parametrize("fault", [{"status": 500}, {"error": "internal_error"}])
async def test_while_the_name_of_a_channel_is_unknown_its_messages_are_asked_for_again(
    sqlite_url: str, watched: Watched, tmp_path: Path, fault: dict[str, object]
) -> None:
    file = tmp_path / "golddust.yml"
    file.write_text(watched.path.read_text().replace("watch: [C0WATCHED]", "watch: ['#general']"))
    async with desk(sqlite_url, Watched(file)) as d:
        said = payloads.message(GENERAL, SAM, SAID, at=d.now)
        d.slack.fail_next("conversations.info", times=2, **fault)  # type: ignore[arg-type]
        assert await d.event(said) == 503
        with capture_logs() as logged:
            assert await d.event(payloads.message(GENERAL, SAM, "Another", at=d.now), retry=3) == 200
        assert [line["log_level"] for line in logged] == ["error"]
        assert d.tickets() == []
        assert await d.event(said, retry=1) == 200
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]


async def test_where_slack_will_never_name_a_channel_its_messages_are_left_alone_with_a_word_in_the_log(
    sqlite_url: str, watched: Watched, tmp_path: Path
) -> None:
    file = tmp_path / "golddust.yml"
    file.write_text(watched.path.read_text().replace("watch: [C0WATCHED]", "watch: ['#general']"))
    async with desk(sqlite_url, Watched(file)) as d:
        d.slack.fail_next("conversations.info", error="missing_scope")
        with capture_logs() as logged:
            said = payloads.message(GENERAL, SAM, SAID, at=d.now)
            assert await d.event(said) == 200, "failing every event would have Slack stop delivering them"
        assert [line["error"] for line in logged if line["log_level"] == "error"] == ["missing_scope"]


SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Refund &amp; card are late"}}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Refund & card are late"}]}],
}


@pytest.mark.parametrize(
    "more",
    [
        {"attachments": [{"text": "Refund &amp; card are late", "fallback": "no"}]},
        {"attachments": [{"fallback": "Refund &amp; card are late"}]},
        {"attachments": [{"message_blocks": [{"message": {"blocks": [RICH]}}], "fallback": "no"}]},
        {"blocks": [SECTION]},
        {"blocks": [RICH]},
    ],
)
async def test_words_that_are_only_forwarded_or_only_in_blocks_are_heard(
    sqlite_url: str, watched: Watched, more: dict[str, object]
) -> None:
    async with desk(sqlite_url, watched) as d:
        said = payloads.message(WATCHED, SAM, "", at=d.now)
        said["event"] |= more
        assert await d.event(said) == 200
        assert [ticket.verbatim for ticket in d.tickets()] == ["Refund & card are late"]
