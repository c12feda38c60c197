"""Notices into Teams: where they go, how cards are edited, and what each failure means."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.channel import TryLater, Uncertain, Undeliverable, Unreachable
from complaints.notices import Card, Remark, Reminder
from complaints.ticket import State
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt
from storage.outbox import Parcel
from tests.bot.teams.driver import (
    DANA,
    DANA_DM,
    GROUP,
    LEE,
    LEE_DM,
    OMAR,
    OMAR_DM,
    PAT,
    PAT_DM,
    PAYMENTS,
    SAM,
    SAM_DM,
    SHOP,
    Desk,
    card_in,
    desk,
    organisation_file,
)  # fmt: skip
from tests.bot.teams.tickets import a_ticket, labels, spoken
from tests.fakes.teams_faults import Refusal
from tests.fakes.teams_identity import Person, Place
from tests.world import MONDAY

SAID = "Mrs Ito’s card payment was taken twice"
INES = Person("29:ines", "Ines Roth", "ines@example.com", "d0000000-0000-0000-0000-000000000004")
INES_DM = Place("a:ines-and-the-bot", "personal")


def reader(audience: str = "person:dana", **more: Any) -> Reader:
    person = audience.partition(":")[2] if audience.startswith("person:") else None
    known: dict[str, Any] = {"accounts": {"teams": DANA.aad}} if person else {}
    return Reader(audience, "Dana", ZoneInfo("UTC"), **{"person": person, **known, **more})


def dispatch(to: Reader | None = None, notice: Any = None, **more: Any) -> Dispatch:
    to = to or reader()
    notice = notice or Card(ticket=42, audience=to.audience)
    parcel = Parcel(1, "main", notice, "claimed", MONDAY, MONDAY, 1, None, None, None)
    return Dispatch(parcel, notice, more.pop("ticket", a_ticket()), to, **more)


PAYMENTS_TEAM = reader("team:payments", channel=PAYMENTS.id)


async def send(at: Desk, one: Dispatch) -> Receipt:
    address = at.made.channel.address(one.reader)
    assert address is not None
    return await at.made.channel.send(one, address)


# -- addresses


@pytest.mark.parametrize(
    ("to", "address"),
    [
        (reader(), DANA.aad),
        (reader(accounts={"slack": "U0DANA001"}), None),
        (reader(accounts={}, email="dana@example.com"), "email:dana@example.com"),
        (reader(accounts={"slack": "U0DANA001"}, email="dana@example.com"), None),
        (reader("thread:card"), "thread:card"),
        (PAYMENTS_TEAM, PAYMENTS.id),
        (reader("team:payments", channel="19:0123456789abcdef@thread.skype"), "19:0123456789abcdef@thread.skype"),
        (reader("team:payments", channel="19:chat@thread.v2"), "19:chat@thread.v2"),
        (reader("team:payments", channel="C0PAYMENTS"), None),
        (reader("team:payments", channel=None), None),
        (reader("thread:original", thread=Receipt("teams", SHOP.id, "1")), SHOP.id),
        (reader("thread:original", thread=Receipt("slack", "C0SHOP", "1.0"), accounts={"teams": "a"}), "a"),
        (reader("thread:card", thread=Receipt("slack", "C0SHOP", "1.0"), accounts={"teams": "a"}), None),
    ],
)
async def test_where_a_reader_is(at: Desk, to: Reader, address: str | None) -> None:
    assert at.made.channel.address(to) == address


# -- arriving


async def test_a_card_begins_a_thread_in_the_channel_and_is_edited_in_place(at: Desk) -> None:
    receipt = await send(at, dispatch(PAYMENTS_TEAM))
    assert receipt == Receipt("teams", PAYMENTS.id, at.last(PAYMENTS)["id"])
    again = await send(at, dispatch(PAYMENTS_TEAM, card=receipt, ticket=a_ticket(state=State.ACKNOWLEDGED)))
    assert again == receipt
    [card] = at.said(PAYMENTS)
    assert card["edited"]
    assert "Acknowledged" in spoken(card_in(card))


async def test_a_card_that_is_gone_is_posted_anew(at: Desk) -> None:
    receipt = await send(at, dispatch(PAYMENTS_TEAM))
    at.teams.said(PAYMENTS)
    at.teams.conversations.delete(PAYMENTS.id, receipt.message)
    assert (await send(at, dispatch(PAYMENTS_TEAM, card=receipt))).message != receipt.message
    elsewhere = Receipt("slack", "C0PAYMENTS", "1.0")
    assert (await send(at, dispatch(PAYMENTS_TEAM, card=elsewhere))).platform == "teams"


async def test_a_fresh_card_takes_the_buttons_off_the_older_one(at: Desk) -> None:
    first = await send(at, dispatch())
    await send(at, dispatch(notice=Card(ticket=42, audience="person:dana", anew=True), card=first))
    older, newer = (card_in(message) for message in at.said(DANA_DM))
    assert (spoken(older), labels(older)) == ("C-42: see its newer card below.", [])
    assert labels(newer)[0] == "Acknowledge"


async def test_an_older_card_that_cannot_be_edited_does_not_keep_the_fresh_one_back(at: Desk) -> None:
    first = await send(at, dispatch())
    at.teams.fail_next("update", status=500)
    anew = Card(ticket=42, audience="person:dana", anew=True)
    assert (await send(at, dispatch(notice=anew, card=first))).message == at.last(DANA_DM)["id"] != first.message


async def test_somebody_of_whom_nothing_was_heard_is_found_by_their_email_once(at: Desk) -> None:
    await at.says("hello", DANA, PAYMENTS, mention=True)
    at.teams.conversations.add(INES_DM, [INES])
    at.teams.conversations.at(PAYMENTS.id).members[INES.id] = INES
    ines = reader("person:ines", accounts={}, email="Ines@example.com")
    for _ in range(2):
        assert await send(at, dispatch(ines)) == Receipt("teams", INES_DM.id, at.last(INES_DM)["id"], account=INES.aad)
    assert [call.path.rpartition("/")[2] for call in at.teams.called("member")].count("Ines@example.com") == 1


async def test_the_nudge_of_somebody_whose_email_nobody_has_goes_to_the_next_in_line(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = organisation_file(tmp_path, **{"slack: U0DANA001, ": "", "dana@example.com": "gone@example.com"})
    async with desk(sqlite_url, file) as at:
        for person, place in ((SAM, SAM_DM), (OMAR, OMAR_DM), (LEE, PAYMENTS)):
            await at.event(at.says_.installed(person, place))
        await at.says(SAID)
        assert any("is not known in Teams yet" in (parcel.problem or "") for parcel in at.parked())
        await at.advance(hours=3)
        assert "I can’t reach Dana, and" in at.read(OMAR_DM)


async def test_who_is_looked_up_must_have_the_address_that_was_asked_for(at: Desk) -> None:
    await at.says("hello", DANA, PAYMENTS, mention=True)
    there = at.teams.conversations.at(PAYMENTS.id).members
    there["29:odd"] = Person("29:odd", "Odd", "odd@example.com", "ines@example.com")
    with pytest.raises(Unreachable, match=r"correct the e-mail"):
        await send(at, dispatch(reader("person:ines", accounts={}, email="ines@example.com")))


async def test_a_card_can_be_in_a_group_chat(at: Desk) -> None:
    chat = reader("team:payments", channel="19:group@thread.v2")
    receipt = await send(at, dispatch(chat))
    assert receipt == Receipt("teams", GROUP.id, at.last(GROUP)["id"])


async def test_somebody_never_heard_of_is_written_to_in_a_new_conversation(at: Desk) -> None:
    receipt = await send(at, dispatch(reader("person:sam", accounts={"teams": SAM.aad})))
    assert receipt.conversation == SAM_DM.id
    await send(at, dispatch(reader("person:sam", accounts={"teams": SAM.aad})))
    assert len(at.teams.called("create")) == 1


async def test_a_conversation_that_is_gone_is_opened_anew(at: Desk) -> None:
    at.teams.fail_next("send", status=404)
    assert (await send(at, dispatch())).conversation == DANA_DM.id
    assert len(at.teams.called("create")) == 1


async def test_the_receipt_falls_back_to_the_reporter_alone(at: Desk) -> None:
    at.teams.conversations.block(SHOP, "BotNotInConversationRoster")
    await at.says(SAID, SAM, SHOP, mention=True)
    assert "**C-1** is with Dana (Payments)" in at.read(SAM_DM)


async def test_a_remark_waits_for_the_card(at: Desk) -> None:
    to = reader("thread:card", thread=None, person="sam", accounts={"teams": SAM.aad})
    with pytest.raises(TryLater, match="not posted yet"):
        await send(at, dispatch(to, Remark(ticket=42, audience="thread:card", author="Sam", words="x")))


# -- failing


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        ({"status": 429, "retry_after": "7"}, TryLater, "asks for a pause"),
        ({"status": 429}, TryLater, "asks for a pause"),
        ({"status": 412}, Uncertain, "may have arrived and may not"),
        ({"status": 502, "html": True}, Uncertain, "may have arrived and may not"),
        ({"status": 503}, Uncertain, "may have arrived and may not"),
        ({"trouble": "reset"}, Uncertain, "may have arrived and may not"),
        ({"trouble": "cut"}, Uncertain, "may have arrived and may not"),
        ({"status": 403}, Unreachable, "Dana can’t be written to in Teams"),
        ({"status": 413}, Undeliverable, "too large"),
        ({"status": 400, "code": "BadSyntax"}, Undeliverable, "refused the message"),
    ],
)
async def test_what_a_failure_means(at: Desk, fault: dict[str, Any], error: type[Exception], said: str) -> None:
    at.teams.fail_next("send", **fault)
    with pytest.raises(error, match=said) as caught:
        await send(at, dispatch())
    assert type(caught.value) is error
    assert len(at.teams.called("send")) == 3 + 1  # three greetings before


async def test_a_pause_is_as_long_as_microsoft_asks_and_is_nobody_s_fault(at: Desk) -> None:
    at.teams.fail_next("send", status=429, retry_after="7")
    with pytest.raises(TryLater) as caught:
        await send(at, dispatch())
    assert (caught.value.after, caught.value.counted) == (timedelta(seconds=7), False)


async def test_an_edit_that_was_lost_is_tried_again(at: Desk) -> None:
    receipt = await send(at, dispatch(PAYMENTS_TEAM))
    at.teams.fail_next("update", status=503, html=True)
    with pytest.raises(TryLater):
        await send(at, dispatch(PAYMENTS_TEAM, card=receipt))


async def test_a_channel_that_golddust_is_not_in_says_what_to_do(at: Desk) -> None:
    at.teams.conversations.block(PAYMENTS, "BotNotInConversationRoster")
    with pytest.raises(Undeliverable, match="add the app to that team or chat") as caught:
        await send(at, dispatch(PAYMENTS_TEAM))
    assert not isinstance(caught.value, Unreachable)


async def test_credentials_that_are_refused_name_the_settings(at: Desk) -> None:
    at.teams.fail_next("send", status=401, times=2)
    with pytest.raises(Undeliverable, match="MicrosoftAppPassword"):
        await send(at, dispatch())


async def test_somebody_unknown_to_teams_can_t_be_reached(at: Desk) -> None:
    with pytest.raises(Unreachable):
        await send(at, dispatch(reader("person:kim", accounts={"teams": "d0000000-nobody"})))


async def test_a_whole_burst_needs_one_token(at: Desk) -> None:
    for number in range(10):
        await at.says(f"card payment {number}", SAM, SHOP, mention=True)
    assert len(at.teams.called("send")) + len(at.teams.called("create")) >= 30
    assert len(at.teams.tokens.issued) == 1


# -- with the outbox


async def test_a_notice_whose_fate_is_unknown_is_parked_as_uncertain_and_not_repeated(at: Desk) -> None:
    at.teams.fail_next("create", "cut")
    await at.says(SAID)
    [parcel] = at.parked()
    assert parcel.notice.audience == "team:payments"
    assert parcel.problem and "may have arrived and may not" in parcel.problem
    await at.advance(hours=1)
    assert len(at.said(PAYMENTS)) == 1


async def test_throttling_is_waited_out(at: Desk) -> None:
    at.teams.fail_next("create", status=429, retry_after="20")
    await at.says(SAID)
    assert at.said(PAYMENTS) == []
    await at.advance(seconds=25)
    await at.advance(minutes=5)
    assert len(at.said(PAYMENTS)) == 1
    assert at.parked() == []


async def test_the_nudge_of_somebody_who_blocked_us_goes_to_the_next_in_line_with_the_reason(at: Desk) -> None:
    await at.says(SAID)
    at.teams.conversations.block(DANA_DM)
    await at.advance(hours=3)
    assert "I can’t reach Dana, and" in at.read(OMAR_DM)
    [parcel] = at.parked()
    assert parcel.problem and "they don’t have Golddust, or have blocked it" in parcel.problem
    event = at.record()["timeline"][-1]
    assert (event["kind"], event["data"]["to"]) == ("not reached", "dana")


async def test_when_the_deputy_has_left_too_it_goes_to_the_lead(at: Desk) -> None:
    await at.says(SAID)
    at.teams.conversations.block(DANA_DM)
    at.teams.conversations.at(OMAR_DM.id).refusal = Refusal(404, "ConversationNotFound")
    at.teams.conversations.uninstall(OMAR)
    await at.advance(hours=3)
    assert "I can’t reach Omar" in at.read(LEE_DM)
    assert len([one for one in at.parked() if isinstance(one.notice, Reminder)]) == 1


async def test_who_took_the_app_away_is_noticed(at: Desk) -> None:
    await at.says(SAID)
    await at.event(at.says_.installed(DANA, DANA_DM, action="remove"))
    at.teams.conversations.uninstall(DANA)
    await at.advance(hours=3)
    assert "I can’t reach Dana" in at.read(OMAR_DM)


async def test_a_reporter_whom_nobody_listed_hears_what_becomes_of_it(at: Desk) -> None:
    await at.says(SAID, PAT, SHOP, mention=True)
    await at.presses("Resolve", DANA, at.card(), PAYMENTS, into={"resolve.done": "Refunded"})
    assert "C-1** is fixed" in at.read(PAT_DM)


async def test_without_any_activity_yet_microsoft_s_global_address_is_used(sqlite_url: str, tmp_path: Path) -> None:
    async with desk(sqlite_url, organisation_file(tmp_path)) as made:
        ref = await made.made.room.references.guess(PAYMENTS.id, "channel")
    assert ref.service_url == "https://smba.trafficmanager.net/teams/"
    assert (ref.tenant, ref.channel, ref.kind) == ("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", PAYMENTS.id, "channel")
