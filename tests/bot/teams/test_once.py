"""Teams can't be asked whether a message arrived: what is uncertain is shown, and repeated only on somebody's word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from complaints.commands import Acknowledge
from complaints.notices import Reminder
from handlers import deliver
from handlers.deliver import Dispatch
from storage import outbox
from storage.outbox import LEASE, Parcel
from tests.bot.teams.driver import DANA_DM, PAYMENTS, Desk
from tests.world import MONDAY

SAID = "The card payment failed"
UNKNOWN: list[dict[str, Any]] = [
    {"trouble": "cut"}, {"trouble": "reset"}, {"status": 412}, {"status": 500}, {"status": 502, "html": True},
    {"status": 504},
]  # fmt: skip


def uncertain(at: Desk) -> list[Parcel]:
    return at.golddust.read(
        lambda context: outbox.listed(context.session, context.workspace, ("parked",), 99, uncertain=True)
    )


async def insists(at: Desk) -> None:
    await at.golddust.worker.run(
        lambda context: outbox.release(context.session, context.workspace, [], context.at, uncertain=True), at.now
    )


async def taken_by_one_that_dies(at: Desk, to: str, *, arrived: bool) -> None:
    """A process takes what is there, posts one notice, or is about to, and is never heard of again."""

    def claim(context: Any) -> list[Any]:
        return [
            deliver.prepare(context, parcel) for parcel in outbox.claim(context.session, context.workspace, at.now, 99)
        ]

    taken: list[Dispatch] = await at.golddust.worker.run(claim, at.now)
    one = next(one for one in taken if one.notice.audience == to)
    address = at.made.channel.address(one.reader)
    assert address is not None
    if arrived:
        await at.made.channel.send(one, address)


@pytest.mark.parametrize("fault", UNKNOWN, ids=str)
async def test_a_card_of_which_no_answer_tells_is_not_repeated_by_itself(at: Desk, fault: Any) -> None:
    at.teams.fail_next("create", **fault)
    await at.says(SAID)
    arrived = len(at.said(PAYMENTS))
    assert arrived == (fault == {"trouble": "cut"})
    [parcel] = uncertain(at)
    assert (parcel.notice.audience, parcel.uncertain_since) == ("team:payments", MONDAY)
    assert parcel.problem is not None
    assert "ask Payments, and if they did not get it, `golddust outbox retry` sends it once more" in parcel.problem
    await at.advance(hours=1)
    assert len(at.said(PAYMENTS)) == arrived


async def test_on_an_operator_s_word_it_is_sent_once_more(at: Desk) -> None:
    at.teams.fail_next("create", "reset", times=2)
    await at.says(SAID)
    await insists(at)
    await at.advance(seconds=1)
    assert len(uncertain(at)) == 1, "the second time nobody knows either"
    await insists(at)
    await at.advance(seconds=1)
    assert (len(at.said(PAYMENTS)), uncertain(at), at.parked()) == (1, [], [])


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_a_process_that_ended_was_sending_is_uncertain(at: Desk, arrived: bool) -> None:
    at.delivering = False
    await at.says(SAID)
    await taken_by_one_that_dies(at, "team:payments", arrived=arrived)
    await at.advance(seconds=LEASE.total_seconds())
    assert len(at.said(PAYMENTS)) == arrived
    parcel = next(one for one in uncertain(at) if one.notice.audience == "team:payments")
    assert parcel.uncertain_since == MONDAY
    assert "Golddust ended, or lost its database, as it was being sent" in str(parcel.problem)
    await at.advance(hours=1)
    assert len(at.said(PAYMENTS)) == arrived


async def test_the_operator_s_word_does_not_outlive_another_crash(at: Desk) -> None:
    at.teams.fail_next("create", "reset")
    await at.says(SAID)
    await insists(at)
    await taken_by_one_that_dies(at, "team:payments", arrived=True)
    await at.advance(seconds=LEASE.total_seconds())
    assert len(at.said(PAYMENTS)) == 1
    assert [parcel.notice.audience for parcel in uncertain(at)] == ["team:payments"]


async def test_a_card_that_is_uncertain_comes_with_the_next_change_of_its_ticket(at: Desk) -> None:
    at.teams.fail_next("create", "reset")
    await at.says(SAID)
    assert at.said(PAYMENTS) == []
    await at.golddust.execute(Acknowledge(at=at.now, actor="dana", number=1))
    await at.advance(seconds=1)
    assert len(at.said(PAYMENTS)) == 1


async def test_an_edit_that_was_cut_off_is_repeated(at: Desk) -> None:
    await at.says(SAID)
    at.teams.fail_next("update", "cut", times=2)
    await at.golddust.execute(Acknowledge(at=at.now, actor="dana", number=1))
    await at.advance(seconds=0)
    await at.advance(minutes=1)
    assert (len(at.said(PAYMENTS)), at.parked()) == (1, [])
    assert len(at.teams.called("update")) == 4


async def test_the_step_of_an_uncertain_nudge_stays_taken_and_the_next_one_comes(at: Desk) -> None:
    await at.says(SAID)
    before = len(at.said(DANA_DM))
    at.teams.fail_next("send", "cut")
    while not uncertain(at):
        await at.advance(minutes=30)
        assert at.now - MONDAY < timedelta(hours=5)
    [parcel] = uncertain(at)
    assert isinstance(parcel.notice, Reminder)
    assert len(at.said(DANA_DM)) == before + 1
    [ticket] = at.tickets()
    assert parcel.notice.step in [taken.step for taken in ticket.taken]
    assert ticket.next_nudge_at is not None
    steps = len(ticket.taken)
    while len(at.tickets()[0].taken) == steps:
        await at.advance(minutes=30)
        assert at.now - MONDAY < timedelta(days=2)
    assert [taken.step for taken in at.tickets()[0].taken].count(parcel.notice.step) == 1
    assert at.parked() == [parcel]
