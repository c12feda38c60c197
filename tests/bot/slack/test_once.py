"""Every notice arrives once, whatever Slack answers and wherever the process ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bot.channel import MayHaveArrived, TryLater
from bot.deliverer import MOST_TRIES, SETTLED
from bot.slack.lookup import EVENT, PAGE, PAGES_AT_ONCE
from bot.slack.render import SlackMessage
from bot.slack.send import SlackChannel, client
from bot.timetravel import travel
from bot.watched import Watched
from complaints.commands import Acknowledge
from complaints.notices import Remark
from handlers import deliver
from handlers.deliver import Dispatch
from storage import outbox
from storage.outbox import LEASE, Parcel
from tests.bot.slack.driver import DANA, PAYMENTS, SAM, WATCHED, Desk, Json, desk
from tests.fakes.slack_forms import labels
from tests.fakes.slack_identity import BOT_TOKEN
from tests.world import MONDAY

SAID = "The card payment failed"
DONE = ["cut", "failed", "garbled", "late"]
"""The message is there, and the answer is not."""
NOT_DONE: list[dict[str, Any]] = [
    {"trouble": "reset"}, {"trouble": "timeout"}, {"status": 500}, {"status": 429}, {"error": "fatal_error"},
]  # fmt: skip
WAIT = SETTLED + timedelta(seconds=30)


@pytest_asyncio.fixture
async def at(sqlite_url: str, watched: Watched) -> AsyncIterator[Desk]:
    async with desk(sqlite_url, watched) as made:
        hasty = client(BOT_TOKEN, made.slack.url)
        hasty.timeout = 1
        channel = SlackChannel(hasty, made.clock)
        channel.pace = 0.0
        made.golddust.connect([channel])
        yield made


async def passes(at: Desk, amount: timedelta) -> None:
    """Time passes, and what is due is sent."""
    at.clock.move_to(at.now + amount)
    at.slack.advance(amount)
    await at.golddust.deliverer.deliver_due(at.now)


def cards(at: Desk, where: str = PAYMENTS) -> list[Json]:
    return [message for message in at.slack.messages(where) if message.get("bot_id")]


def parcels(at: Desk, *states: str) -> list[Parcel]:
    return at.golddust.read(lambda context: outbox.listed(context.session, context.workspace, states, 99))


async def dies_sending(at: Desk, to: str, *, arrived: bool) -> None:
    """A process takes everything, hands one notice to Slack, or is about to, and is never heard of again."""

    def claim(context: Any) -> list[Any]:
        return [
            deliver.prepare(context, parcel) for parcel in outbox.claim(context.session, context.workspace, at.now, 99)
        ]

    taken: list[Dispatch] = await at.golddust.worker.run(claim, at.now)
    one = next(one for one in taken if one.notice.audience == to)
    channel = SlackChannel(client(BOT_TOKEN, at.slack.url), at.clock)
    address = channel.address(one.reader)
    assert address is not None
    if arrived:
        await channel.send(one, address)


def a_remark() -> Parcel:
    said = Remark(ticket=1, audience="team:payments", author="Sam", words="please hurry")
    return Parcel(7, "main", said, "claimed", MONDAY, MONDAY, 2, None, None, None)


# -- the answer does not tell


async def test_every_message_carries_the_id_of_its_notice_and_nothing_else(at: Desk) -> None:
    await at.complains(SAM, SAID)
    posted = [message for where in (PAYMENTS, DANA) for message in cards(at, where)]
    sent = {f"main:{parcel.id}" for parcel in parcels(at, "sent") if parcel.notice.kind == "card"}
    assert {message["metadata"]["event_type"] for message in posted} == {EVENT}
    assert [list(message["metadata"]["event_payload"]) for message in posted] == [["id"], ["id"]]
    assert {message["metadata"]["event_payload"]["id"] for message in posted} == sent


@pytest.mark.parametrize("trouble", DONE)
async def test_a_card_that_arrived_without_an_answer_is_found_and_not_posted_again(at: Desk, trouble: Any) -> None:
    at.slack.fail_next("chat.postMessage", trouble, seconds=3.0)
    at.slack.fail_next("chat.postMessage", trouble, seconds=3.0)
    await at.complains(SAM, SAID)
    assert len(parcels(at, "waiting")) == 2
    assert all(parcel.uncertain_since == MONDAY for parcel in parcels(at, "waiting"))
    await passes(at, WAIT)
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)
    assert parcels(at, "waiting", "claimed", "parked") == []
    receipts = {parcel.receipt.message for parcel in parcels(at, "sent") if parcel.receipt}
    assert {cards(at)[0]["ts"], cards(at, DANA)[0]["ts"]} <= receipts
    assert all(parcel.uncertain_since is None for parcel in parcels(at, "sent"))


@pytest.mark.parametrize("fault", NOT_DONE, ids=str)
async def test_a_card_that_did_not_arrive_is_posted_once_more(at: Desk, fault: Any) -> None:
    at.slack.fail_next("chat.postMessage", **fault)
    at.slack.fail_next("chat.postMessage", **fault)
    await at.complains(SAM, SAID)
    assert cards(at) == []
    await passes(at, WAIT)
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)
    assert parcels(at, "waiting", "claimed", "parked") == []


async def test_what_is_certain_is_not_looked_for(at: Desk) -> None:
    at.slack.fail_next("chat.postMessage", status=429)
    at.slack.fail_next("chat.postMessage", error="request_timeout")
    await at.complains(SAM, SAID)
    assert [parcel.uncertain_since for parcel in parcels(at, "waiting")] == [None, None]
    await passes(at, WAIT)
    assert not at.slack.called("conversations.history")
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)


async def test_slack_is_given_time_to_finish_before_it_is_asked(at: Desk) -> None:
    at.slack.fail_next("chat.postMessage", "cut", times=2)
    await at.complains(SAM, SAID)
    await passes(at, SETTLED - timedelta(seconds=1))
    assert not at.slack.called("conversations.history")


async def test_the_same_fate_many_times_over_ends_with_one_card(at: Desk) -> None:
    for trouble in ("reset", "reset", "failed"):
        at.slack.fail_next("chat.postMessage", trouble, times=2)
    await at.complains(SAM, SAID)
    for _ in range(4):
        await passes(at, WAIT)
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)
    assert parcels(at, "waiting", "claimed", "parked") == []


async def test_a_card_that_is_found_shows_the_ticket_as_it_is_by_then(at: Desk) -> None:
    at.slack.fail_next("chat.postMessage", "cut", times=2)
    await at.complains(SAM, SAID)
    assert "Acknowledge" in labels(cards(at)[0]["blocks"])
    await at.golddust.execute(Acknowledge(at=at.now, actor="dana", number=1))
    await passes(at, WAIT)
    (card,) = cards(at)
    assert "Acknowledge" not in labels(card["blocks"])
    assert card["metadata"]["event_type"] == EVENT


async def test_an_edit_is_repeated_without_a_look(at: Desk) -> None:
    await at.complains(SAM, SAID)
    at.slack.fail_next("chat.update", "cut", times=2)
    await at.golddust.execute(Acknowledge(at=at.now, actor="dana", number=1))
    await passes(at, timedelta())
    await passes(at, WAIT)
    assert not at.slack.called("conversations.history")
    assert "Acknowledge" not in labels(cards(at)[0]["blocks"])
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)


async def test_a_receipt_that_only_its_reader_sees_is_said_again_as_a_direct_message_and_that_once(at: Desk) -> None:
    at.slack.fail_next("chat.postEphemeral", "cut")
    await at.says(WATCHED, SAM, SAID)
    assert len(at.slack.ephemerals(SAM)) == 1
    at.slack.fail_next("chat.postMessage", "cut")
    await passes(at, WAIT)
    await passes(at, WAIT)
    assert len(at.slack.ephemerals(SAM)) == 1
    assert len(cards(at, SAM)) == 1
    assert parcels(at, "waiting", "claimed", "parked") == []


async def test_a_reply_in_a_thread_is_looked_for_in_the_thread(at: Desk) -> None:
    await at.complains(SAM, SAID)
    said = Remark(ticket=1, audience="thread:card", author="Sam", words="please hurry")
    at.slack.fail_next("chat.postMessage", "cut")
    await at.golddust.worker.run(lambda c: outbox.put(c.session, c.workspace, [said], c.at), at.now)
    await passes(at, timedelta())
    await passes(at, WAIT)
    assert len([one for one in cards(at) if one.get("thread_ts", one["ts"]) != one["ts"]]) == 1
    assert len(at.slack.called("conversations.replies")) == 1
    assert parcels(at, "waiting", "claimed", "parked") == []


# -- the process ends


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_process_that_ends_between_sending_and_the_record_leaves_one_card(at: Desk, arrived: bool) -> None:
    at.delivering = False
    await at.complains(SAM, SAID)
    await dies_sending(at, "team:payments", arrived=arrived)
    assert len(cards(at)) == arrived
    await passes(at, LEASE)
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)
    assert parcels(at, "waiting", "claimed", "parked") == []


async def test_it_is_looked_for_where_a_channel_is_listed_by_its_name(at: Desk) -> None:
    doubtful = replace(a_remark(), uncertain_since=MONDAY)
    channel = SlackChannel(client(BOT_TOKEN, at.slack.url), at.clock)
    message = at.slack.as_bot("it", None) | {"metadata": {"event_type": EVENT, "event_payload": {"id": "main:7"}}}
    at.slack.record(at.slack.channels[PAYMENTS], message)
    found = await channel._posting.find(doubtful, "#payments")
    assert found is not None
    assert (found.conversation, found.message) == (PAYMENTS, message["ts"])


async def test_the_same_mark_on_another_app_s_message_is_not_ours(at: Desk) -> None:
    at.delivering = False
    await at.complains(SAM, SAID)
    await dies_sending(at, "team:payments", arrived=True)
    cards(at)[0]["bot_id"] = "B0OTHER01"
    await passes(at, LEASE)
    assert len(at.slack.called("chat.postMessage")) == 1 + len(cards(at)) - 1 + len(cards(at, DANA))
    assert [message["bot_id"] for message in cards(at)] == ["B0OTHER01", cards(at, DANA)[0]["bot_id"]]


# -- Slack's limits, and what it does not let us see


async def test_a_busy_conversation_is_looked_through_page_by_page_and_never_from_the_start(at: Desk) -> None:
    at.slack.fail_next("chat.postMessage", "cut", times=2)
    await at.complains(SAM, SAID)
    for number in range(PAGE * PAGES_AT_ONCE + 3):
        at.slack.say(PAYMENTS, SAM, f"chatter {number}")
    await passes(at, WAIT)
    assert [parcel.notice.audience for parcel in parcels(at, "waiting")] == ["team:payments"]
    await passes(at, timedelta(seconds=1))
    asked = [call.args for call in at.slack.called("conversations.history") if call.args["channel"] == PAYMENTS]
    assert len(asked) == PAGES_AT_ONCE + 1
    assert {int(one["limit"]) for one in asked} == {PAGE}
    assert len({one.get("cursor") for one in asked}) == len(asked)
    assert parcels(at, "waiting", "claimed", "parked") == []
    assert len(cards(at)) == 1


async def test_the_pause_that_slack_asks_for_is_kept_and_parks_nothing(at: Desk) -> None:
    at.slack.fail_next("chat.postMessage", "cut", times=2)
    await at.complains(SAM, SAID)
    for _ in range(MOST_TRIES + 1):
        at.slack.fail_next("conversations.history", status=429, retry_after=60, times=2)
        await passes(at, timedelta(seconds=60))
    assert len(parcels(at, "waiting")) == 2
    assert len(at.slack.called("conversations.history")) == 2 * (MOST_TRIES + 1)
    await passes(at, timedelta(seconds=60))
    assert (len(cards(at)), len(cards(at, DANA))) == (1, 1)
    assert parcels(at, "waiting", "claimed", "parked") == []


async def test_a_pause_of_the_look_up_holds_up_no_other_message_of_the_conversation(at: Desk) -> None:
    channel = SlackChannel(client(BOT_TOKEN, at.slack.url), at.clock)
    at.slack.fail_next("conversations.history", status=429, retry_after=60)
    doubtful = replace(a_remark(), uncertain_since=MONDAY)
    with pytest.raises(TryLater) as later:
        await channel._posting.find(doubtful, PAYMENTS)
    assert (later.value.after, later.value.counted, later.value.holds) == (timedelta(seconds=60), False, False)


@pytest.mark.parametrize("scope", ["channels:history", "im:write"])
async def test_without_the_scope_to_look_it_is_sent_again(at: Desk, scope: str) -> None:
    at.slack.scopes.remove(scope)
    at.slack.fail_next("chat.postMessage", "cut", times=2)
    await at.complains(SAM, SAID)
    with capture_logs() as logged:
        await passes(at, WAIT)
    twice, once = (PAYMENTS, DANA) if scope == "channels:history" else (DANA, PAYMENTS)
    assert (len(cards(at, twice)), len(cards(at, once))) == (2, 1)
    [told] = [one for one in logged if one["event"].startswith("it can’t be seen whether a notice arrived")]
    assert scope in told["why"]


async def test_after_twelve_tries_it_is_left_open_and_its_step_stays_taken(at: Desk) -> None:
    await at.complains(SAM, SAID)
    at.slack.fail_next("chat.postMessage", status=500, times=99)
    await travel(at.golddust, at.clock, MONDAY + timedelta(hours=7))
    parked = parcels(at, "parked")[-1]
    assert parked.uncertain_since is not None
    assert parked.problem is not None
    assert parked.problem.startswith("given up after 12 tries: it may have arrived and may not")
    (ticket,) = at.tickets()
    assert getattr(parked.notice, "step", None) in {taken.step for taken in ticket.taken}
    assert ticket.next_nudge_at is not None


async def test_a_message_without_a_number_may_have_arrived(at: Desk) -> None:
    channel = SlackChannel(client(BOT_TOKEN, at.slack.url), at.clock)
    at.slack.fail_next("chat.postMessage", "garbled")
    with pytest.raises(MayHaveArrived, match="may have arrived and may not"):
        await channel._posting.add(a_remark(), PAYMENTS, SlackMessage("x", []))
