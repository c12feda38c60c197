"""Sending into Slack: where notices go, what comes back, and what is made of every kind of trouble."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.channel import TryLater, Undeliverable
from bot.clock import VirtualClock
from bot.slack.faults import fault_of
from bot.slack.send import SlackChannel, client
from complaints import notices
from complaints.notices import Notice
from complaints.ticket import Source
from complaints.views import TicketView
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt
from storage.outbox import Parcel
from tests.bot.digests import digest
from tests.bot.slack.tickets import SHOP, a_ticket
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_forms import labels
from tests.fakes.slack_identity import BOT_TOKEN
from tests.world import MONDAY

PAYMENTS, DANA, SAM = "C0PAYMENTS", "U0DANA", "U0SAM"
UTC = ZoneInfo("UTC")

TEAM = Reader("team:payments", "Payments", UTC, channel=PAYMENTS)
OWNER = Reader("person:dana", "Dana", UTC, "dana", {"slack": DANA})
REPORTER = Reader("person:sam", "Sam", UTC, "sam", {"slack": SAM, "teams": "t1"})
CARD = notices.Card(ticket=42, audience="team:payments")
CAPTURED = notices.Captured(ticket=42, audience="person:sam")


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.add_user(DANA)
        fake.add_user(SAM)
        fake.add_channel(PAYMENTS, "payments", members=[DANA])
        fake.add_channel(SHOP, "shop", members=[SAM])
        yield fake


@pytest.fixture
def channel(slack: FakeSlack) -> SlackChannel:
    return SlackChannel(client(BOT_TOKEN, slack.url), VirtualClock(MONDAY))


def a_dispatch(
    notice: Notice = CARD, reader: Reader = TEAM, ticket: TicketView | None = None, card: Receipt | None = None
) -> Dispatch:
    parcel = Parcel(1, "w", notice, "claimed", MONDAY, MONDAY, 1, None, None, None)
    return Dispatch(parcel, notice, ticket or a_ticket(), reader, card)


def in_thread(thread: Receipt | None, which: str = "original") -> Reader:
    return Reader(f"thread:{which}", "Sam", UTC, "sam", {"slack": SAM}, thread=thread)


async def send(channel: SlackChannel, dispatch: Dispatch) -> Receipt:
    address = channel.address(dispatch.reader)
    assert address is not None
    return await channel.send(dispatch, address)


# -- where


@pytest.mark.parametrize(
    ("reader", "address"),
    [
        (OWNER, DANA),
        (Reader("person:x", "X", UTC, "x", {"teams": "t9"}), None),
        (TEAM, PAYMENTS),
        (Reader("team:a", "A", UTC, channel="#payments"), "#payments"),
        (Reader("team:a", "A", UTC, channel="19:abc@thread.tacv2"), None),
        (Reader("team:a", "A", UTC), None),
        (in_thread(Receipt("slack", SHOP, "1700000000.000100")), SHOP),
        (in_thread(Receipt("slack", SHOP, "command-77")), SAM),
        (in_thread(Receipt("import", "file", "12")), SAM),
        (in_thread(None), SAM),
        (in_thread(Receipt("playground", "team:payments", "5"), "card"), None),
    ],
)
async def test_a_reader_is_reached_in_their_own_conversation(
    channel: SlackChannel, reader: Reader, address: str | None
) -> None:
    assert channel.address(reader) == address


async def test_a_card_for_a_person_lands_in_their_direct_messages(slack: FakeSlack, channel: SlackChannel) -> None:
    receipt = await send(channel, a_dispatch(notices.Card(ticket=42, audience="person:dana"), OWNER))
    posted = slack.messages(DANA)[0]
    assert receipt == Receipt("slack", slack.dm(DANA), posted["ts"])
    assert labels(posted["blocks"])[0] == "Acknowledge"
    assert posted["text"].startswith("C-42 · Payments")
    asked = slack.called("chat.postMessage")[0].args
    assert (asked["unfurl_links"], asked["unfurl_media"]) == (False, False)


async def test_somebody_listed_by_their_email_alone_is_looked_up_once(slack: FakeSlack, channel: SlackChannel) -> None:
    reader = Reader("person:kim", "Kim", UTC, "kim", email="Kim@Shop.example")
    slack.add_user("U0KIM", email="kim@shop.example")
    for _ in range(2):
        receipt = await send(channel, a_dispatch(notices.Card(ticket=42, audience="person:kim"), reader))
        assert (receipt.conversation, receipt.account) == (slack.dm("U0KIM"), "U0KIM")
    assert len(slack.called("users.lookupByEmail")) == 1


async def test_an_email_that_nobody_has_says_what_to_correct(channel: SlackChannel) -> None:
    reader = Reader("person:kim", "Kim", UTC, "kim", email="kim@nowhere.example")
    with pytest.raises(Undeliverable, match=r"has the e-mail kim@nowhere\.example: correct it in golddust\.yml"):
        await send(channel, a_dispatch(notices.Card(ticket=42, audience="person:kim"), reader))


def test_a_receipt_that_only_its_reader_sees_is_not_paced(channel: SlackChannel) -> None:
    private = a_ticket(source=Source("slack", "w", "D0SAM", "1.000001", private=True))
    assert channel.paced(a_dispatch(CAPTURED, REPORTER), SAM) is None
    assert channel.paced(a_dispatch(CAPTURED, REPORTER, private), SAM) == SAM
    assert channel.paced(a_dispatch(), PAYMENTS) == PAYMENTS


# -- cards


async def test_a_fresh_card_takes_the_buttons_off_the_older_one(slack: FakeSlack, channel: SlackChannel) -> None:
    first = await send(channel, a_dispatch(notices.Card(ticket=42, audience="person:dana"), OWNER))
    anew = notices.Card(ticket=42, audience="person:dana", anew=True)
    second = await send(channel, a_dispatch(anew, OWNER, card=first))
    older, newer = slack.messages(DANA)
    assert (older["ts"], newer["ts"]) == (first.message, second.message)
    assert (older["text"], labels(older["blocks"])) == ("C-42: see its newer card below.", [])
    assert labels(newer["blocks"])[0] == "Acknowledge"


async def test_an_older_card_that_cannot_be_edited_does_not_keep_the_fresh_one_back(
    slack: FakeSlack, channel: SlackChannel
) -> None:
    first = await send(channel, a_dispatch(notices.Card(ticket=42, audience="person:dana"), OWNER))
    slack.fail_next("chat.update", status=500)
    anew = notices.Card(ticket=42, audience="person:dana", anew=True)
    assert (await send(channel, a_dispatch(anew, OWNER, card=first))).message != first.message


async def test_a_card_is_edited_in_place_with_text_and_blocks(slack: FakeSlack, channel: SlackChannel) -> None:
    first = await send(channel, a_dispatch())
    again = await send(channel, a_dispatch(ticket=a_ticket(owner="Omar"), card=first))
    assert again == first
    [posted] = slack.messages(PAYMENTS)
    assert "owned by Omar" in str(posted["blocks"])
    assert {"text", "blocks"} <= slack.called("chat.update")[0].args.keys()


@pytest.mark.parametrize(
    "error", ["message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"]
)
async def test_a_card_that_cannot_be_edited_is_posted_anew(slack: FakeSlack, channel: SlackChannel, error: str) -> None:
    first = await send(channel, a_dispatch())
    slack.fail_next("chat.update", error=error)
    anew = await send(channel, a_dispatch(card=first))
    assert anew.message != first.message
    assert [message["ts"] for message in slack.messages(PAYMENTS)] == [first.message, anew.message]


async def test_a_deleted_card_is_posted_anew(slack: FakeSlack, channel: SlackChannel) -> None:
    first = await send(channel, a_dispatch())
    slack.take_back(PAYMENTS, first.message)
    anew = await send(channel, a_dispatch(card=first))
    assert [message["ts"] for message in slack.messages(PAYMENTS)] == [anew.message]


async def test_a_card_that_is_on_another_platform_is_posted(slack: FakeSlack, channel: SlackChannel) -> None:
    receipt = await send(channel, a_dispatch(card=Receipt("playground", "team:payments", "7")))
    assert receipt.message == slack.messages(PAYMENTS)[0]["ts"]
    assert slack.called("chat.update") == []


async def test_a_card_links_to_the_original_and_the_receipt_keeps_the_link(
    slack: FakeSlack, channel: SlackChannel
) -> None:
    ticket = a_ticket(source=Source("slack", "w", SHOP, slack.say(SHOP, SAM, "broken")))
    receipt = await send(channel, a_dispatch(ticket=ticket))
    assert receipt.permalink is not None
    assert f"<{receipt.permalink}|See the original message>" in str(slack.messages(PAYMENTS)[0]["blocks"])


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        (Source("slack", "w", SHOP, "1.000001"), 1),
        (Source("slack", "w", SHOP, "command-77"), 0),
        (Source("slack", "w", "D0SAM", "1.000001", private=True), 0),
        (Source("import", "w", "file", "1.000001"), 0),
        (Source("slack", "w", SHOP, "1.000001", "https://x.example/p"), 0),
    ],
)
async def test_a_card_goes_out_without_a_link_where_there_is_none_to_have(
    slack: FakeSlack, channel: SlackChannel, source: Source, asked: int
) -> None:
    receipt = await send(channel, a_dispatch(ticket=a_ticket(source=source)))
    assert receipt.permalink is None
    assert len(slack.called("chat.getPermalink")) == asked
    assert len(slack.messages(PAYMENTS)) == 1


# -- to the reporter


async def test_the_reporter_alone_sees_that_it_is_captured(slack: FakeSlack, channel: SlackChannel) -> None:
    receipt = await send(channel, a_dispatch(CAPTURED, REPORTER))
    [whisper] = slack.ephemerals(SAM)
    assert receipt == Receipt("slack", SHOP, whisper["ts"])
    assert whisper["text"].startswith("*C-42* is with Dana (Payments)")
    assert slack.messages(SHOP) == []


@pytest.mark.parametrize(
    "arranged", [{"with_bot": False}, {"members": []}, {"archived": True}, {"kind": "group", "with_bot": False}]
)
async def test_where_nothing_can_be_whispered_the_reporter_gets_a_direct_message(
    slack: FakeSlack, channel: SlackChannel, arranged: dict[str, Any]
) -> None:
    slack.add_channel("C0OTHER", **{"members": [SAM]} | arranged)
    ticket = a_ticket(source=Source("slack", "w", "C0OTHER", "1.000001"))
    receipt = await send(channel, a_dispatch(CAPTURED, REPORTER, ticket))
    assert receipt.conversation == slack.dm(SAM)
    assert len(slack.messages(SAM)) == 1


async def test_who_wrote_to_the_bot_is_answered_there(slack: FakeSlack, channel: SlackChannel) -> None:
    ticket = a_ticket(source=Source("slack", "w", slack.dm(SAM), "1.000001", private=True))
    receipt = await send(channel, a_dispatch(CAPTURED, REPORTER, ticket))
    assert receipt.conversation == slack.dm(SAM)
    assert slack.ephemerals(SAM) == []


async def test_what_was_imported_is_told_in_a_direct_message(slack: FakeSlack, channel: SlackChannel) -> None:
    ticket = a_ticket(source=Source("import", "w", "file.csv", "7"))
    assert (await send(channel, a_dispatch(CAPTURED, REPORTER, ticket))).conversation == slack.dm(SAM)


async def test_news_is_a_direct_message(slack: FakeSlack, channel: SlackChannel) -> None:
    news = notices.News(ticket=42, audience="person:sam", what="acknowledged")
    receipt = await send(channel, a_dispatch(news, REPORTER))
    assert receipt == Receipt("slack", slack.dm(SAM), slack.messages(SAM)[0]["ts"])


# -- remarks


def a_remark(audience: str) -> notices.Remark:
    return notices.Remark(ticket=42, audience=audience, author="Dana", words="Looking at it")


async def test_a_remark_is_a_reply_in_the_thread(slack: FakeSlack, channel: SlackChannel) -> None:
    said = slack.say(SHOP, SAM, "broken")
    receipt = await send(channel, a_dispatch(a_remark("thread:original"), in_thread(Receipt("slack", SHOP, said))))
    assert slack.messages(SHOP)[1]["thread_ts"] == said
    assert receipt.message == slack.messages(SHOP)[1]["ts"]


async def test_a_remark_for_a_channel_without_the_bot_reaches_the_reporter(
    slack: FakeSlack, channel: SlackChannel
) -> None:
    slack.add_channel("C0OTHER", members=[SAM], with_bot=False)
    where = Receipt("slack", "C0OTHER", "1.000001")
    await send(channel, a_dispatch(a_remark("thread:original"), in_thread(where)))
    assert len(slack.messages(SAM)) == 1


async def test_a_remark_waits_for_the_teams_card_and_never_returns_to_its_author(
    slack: FakeSlack, channel: SlackChannel
) -> None:
    with pytest.raises(TryLater, match="not posted yet"):
        await send(channel, a_dispatch(a_remark("thread:card"), in_thread(None, "card")))
    assert slack.messages(SAM) == []
    with pytest.raises(TryLater, match="the owner’s card"):
        await send(channel, a_dispatch(a_remark("thread:owner"), in_thread(None, "owner")))


# -- trouble


async def test_a_rate_limit_is_waited_for_and_not_counted(slack: FakeSlack, channel: SlackChannel) -> None:
    slack.fail_next("chat.postMessage", status=429, retry_after=7)
    with pytest.raises(TryLater) as later:
        await send(channel, a_dispatch())
    assert (later.value.after, later.value.counted) == (timedelta(seconds=7), False)
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"trouble": "reset"},
        {"trouble": "cut"},
        *({"error": error} for error in ("internal_error", "fatal_error", "service_unavailable", "request_timeout")),
    ],
    ids=str,
)
async def test_passing_trouble_is_tried_again_later_and_not_at_once(
    slack: FakeSlack, channel: SlackChannel, fault: dict[str, Any]
) -> None:
    slack.fail_next("chat.postMessage", **fault)
    with pytest.raises(TryLater) as later:
        await send(channel, a_dispatch())
    assert later.value.counted
    assert len(slack.called("chat.postMessage")) == 1


async def test_an_answer_that_never_comes_is_tried_again_later(slack: FakeSlack) -> None:
    hasty = client(BOT_TOKEN, slack.url)
    hasty.timeout = 1
    slack.fail_next("chat.postMessage", "timeout")
    with pytest.raises(TryLater, match="TimeoutError"):
        await send(SlackChannel(hasty, VirtualClock(MONDAY)), a_dispatch())


async def test_a_slack_that_is_not_there_is_tried_again_later() -> None:
    with pytest.raises(TryLater, match="could not be reached"):
        await send(SlackChannel(client(BOT_TOKEN, "http://127.0.0.1:9/api/"), VirtualClock(MONDAY)), a_dispatch())


async def test_a_missing_scope_names_what_to_add(slack: FakeSlack, channel: SlackChannel) -> None:
    slack.scopes.remove("chat:write")
    with pytest.raises(Undeliverable, match=r"add the scope chat:write in manifest\.yml and reinstall"):
        await send(channel, a_dispatch())


async def test_a_channel_without_the_bot_says_whom_to_invite(slack: FakeSlack, channel: SlackChannel) -> None:
    slack.add_channel("C0OUTSIDE", with_bot=False)
    with pytest.raises(Undeliverable, match="not a member of C0OUTSIDE: invite it there with /invite @Golddust"):
        await send(channel, a_dispatch(reader=Reader("team:a", "A", UTC, channel="C0OUTSIDE")))


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("channel_not_found", "invite @Golddust there"),
        ("is_archived", "unarchive it"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("token_revoked", "reinstall the app"),
        ("account_inactive", "reinstall the app"),
        ("user_not_found", "golddust.yml"),
        ("cannot_dm_bot", "not of a person"),
        ("invalid_blocks", "report this"),
        ("msg_too_long", "report this"),
        ("msg_blocks_too_long", "report this"),
        ("restricted_action", "ask a Slack admin"),
        ("a_new_error", "a_new_error"),
    ],
)
async def test_lasting_trouble_tells_an_operator_what_to_do(
    slack: FakeSlack, channel: SlackChannel, error: str, advice: str
) -> None:
    slack.fail_next("chat.postMessage", error=error)
    with pytest.raises(Undeliverable, match=advice) as never:
        await send(channel, a_dispatch())
    assert "{" not in str(never.value)


@pytest.mark.parametrize(
    ("method", "notice", "reader"),
    [
        ("chat.postEphemeral", CAPTURED, REPORTER),
        ("chat.postMessage", a_remark("thread:original"), in_thread(Receipt("slack", SHOP, "1.000001"))),
    ],
)
async def test_passing_trouble_sends_nobody_to_another_conversation(
    slack: FakeSlack, channel: SlackChannel, method: str, notice: Notice, reader: Reader
) -> None:
    slack.fail_next(method, status=503)
    with pytest.raises(TryLater):
        await send(channel, a_dispatch(notice, reader))
    assert len(slack.called("chat.postMessage")) + len(slack.called("chat.postEphemeral")) == 1


async def test_a_rate_limit_that_names_no_wait_is_given_one(slack: FakeSlack, channel: SlackChannel) -> None:
    slack.fail_next("chat.postMessage", error="ratelimited")
    with pytest.raises(TryLater) as later:
        await send(channel, a_dispatch())
    assert (later.value.after, later.value.counted) == (timedelta(seconds=30), False)


async def test_a_remark_without_a_thread_on_slack_is_a_direct_message(slack: FakeSlack, channel: SlackChannel) -> None:
    await send(channel, a_dispatch(a_remark("thread:original"), in_thread(Receipt("import", "file", "12"))))
    assert len(slack.messages(SAM)) == 1


async def test_a_refused_edit_is_no_reason_to_post_twice(slack: FakeSlack, channel: SlackChannel) -> None:
    first = await send(channel, a_dispatch())
    slack.fail_next("chat.update", status=429, retry_after=3)
    with pytest.raises(TryLater):
        await send(channel, a_dispatch(card=first))
    assert len(slack.messages(PAYMENTS)) == 1


def test_an_error_of_our_own_is_not_blamed_on_slack() -> None:
    fault = fault_of(KeyError("x"))
    assert isinstance(fault, Undeliverable)
    assert "KeyError; see the log" in str(fault)


async def test_whether_a_channel_is_shared_is_asked_again_also_for_a_notice_that_has_waited(slack: FakeSlack) -> None:
    clock = VirtualClock(MONDAY)
    channel = SlackChannel(client(BOT_TOKEN, slack.url), clock)
    await send(channel, a_dispatch())
    slack.channels[PAYMENTS].shared = True
    clock.advance(hours=2)
    with pytest.raises(Undeliverable, match="is shared with another organisation"):
        await send(channel, a_dispatch())


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_a_slack_without_charts_gets_the_same_digest_without_them_at_once(
    slack: FakeSlack, channel: SlackChannel, error: str
) -> None:
    slack.fail_next("chat.postMessage", error=error)
    receipt = await send(channel, a_dispatch(digest(), REPORTER))
    refused, taken = (call.args for call in slack.called("chat.postMessage"))
    (told,) = slack.messages(SAM)
    assert receipt.message == told["ts"]
    assert [block for block in _blocks(refused) if block["type"] != "data_visualization"] == _blocks(taken)
    assert len(_blocks(refused)) == len(_blocks(taken)) + 2
    assert refused["text"] == taken["text"]


async def test_a_digest_with_charts_is_taken_as_it_is_where_slack_knows_them(
    slack: FakeSlack, channel: SlackChannel
) -> None:
    await send(channel, a_dispatch(digest(), REPORTER))
    (call,) = slack.called("chat.postMessage")
    assert sum(block["type"] == "data_visualization" for block in _blocks(call.args)) == 2


async def test_a_digest_that_is_refused_without_its_charts_too_is_parked(
    slack: FakeSlack, channel: SlackChannel
) -> None:
    for _ in range(2):
        slack.fail_next("chat.postMessage", error="invalid_blocks")
    with pytest.raises(Undeliverable, match="report this"):
        await send(channel, a_dispatch(digest(), REPORTER))
    assert len(slack.called("chat.postMessage")) == 2


async def test_passing_trouble_does_not_cost_a_digest_its_charts(slack: FakeSlack, channel: SlackChannel) -> None:
    slack.fail_next("chat.postMessage", status=503)
    with pytest.raises(TryLater):
        await send(channel, a_dispatch(digest(), REPORTER))
    assert len(slack.called("chat.postMessage")) == 1


def _blocks(arguments: dict[str, Any]) -> list[dict[str, Any]]:
    sent = arguments["blocks"]
    found: list[dict[str, Any]] = json.loads(sent) if isinstance(sent, str) else sent
    return found
