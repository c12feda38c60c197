"""“Report as complaint” in Teams: on a message and beside the compose box."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.teams.driver import DANA, LEE, PAYMENTS, SAM, SAM_DM, SHOP, Desk
from tests.bot.teams.tickets import check_card, inputs, spoken, walk
from tests.fakes.teams_activities import file
from tests.fakes.teams_identity import APP, GROUP, Person, Place

SAID = "Mrs Ito’s card payment was taken twice"
Json = dict[str, Any]


def dialog(answer: Json) -> Json:
    """The card of a dialog that stays open."""
    assert answer["task"]["type"] == "continue"
    card: Json = answer["task"]["value"]["card"]["content"]
    check_card(card)
    return card


def filled(card: Json, **typed: str) -> Json:
    """What Teams sends when the dialog is handed in."""
    button = next(one for one in walk(card) if one.get("type") == "Action.Submit")
    values = {name: one["value"] for name, one in inputs(card).items() if "value" in one}
    return {**button["data"], **values, **{f"capture.{name}": value for name, value in typed.items()}}


async def opened(at: Desk, payload: Json | None, who: Person = SAM, place: Place = SHOP) -> Json:
    return dialog(await at.invoke(at.says_.fetch_task("report", who, place, payload=payload)))


async def test_a_message_becomes_a_ticket_with_its_words_and_its_link(at: Desk) -> None:
    payload = at.says_.payload(f"<p>{SAID}</p><img src='https://graph.microsoft.com/1'>", LEE)
    card = await opened(at, payload)
    assert inputs(card)["capture.words"]["value"] == SAID
    data = filled(card, customer="Mrs Ito", severity="high")
    receipt = dialog(await at.invoke(at.says_.submit_action("report", data, SAM, SHOP, payload=payload)))
    assert "**C-1** is with Dana (Payments)" in spoken(receipt)
    [ticket] = at.tickets()
    assert (ticket.verbatim, ticket.reporter, ticket.customer) == (SAID, "sam", "Mrs Ito")
    assert (ticket.source.conversation, ticket.source.message) == (SHOP.id, payload["id"])
    assert ticket.source.permalink == payload["linkToMessage"]
    assert (ticket.severity.value, [one.name for one in ticket.attachments]) == ("high", ["image"])
    assert "owned by Dana" in at.read(PAYMENTS)
    assert "**C-1** is with Dana (Payments)" in at.read(SAM_DM)
    assert at.said(SHOP) == []


async def test_a_reply_keeps_its_thread(at: Desk) -> None:
    payload = {**at.says_.payload(SAID), "replyToId": "1700000000000"}
    data = filled(await opened(at, payload))
    await at.invoke(at.says_.submit_action("report", data, SAM, SHOP, payload=payload))
    assert at.tickets()[0].source.thread == "1700000000000"


async def test_of_a_message_too_long_for_the_dialog_nothing_is_lost(at: Desk) -> None:
    words = "The card machine broke again. " * 400
    files = [file(f"https://x.example/{number}", f"{number}.pdf") for number in range(12)]
    payload = at.says_.payload(f"<p>{words}</p>", LEE, attachments=files)
    card = await opened(at, payload)
    assert "all of it is kept" in spoken(card)
    again = await at.invoke(at.says_.submit_action("report", filled(card, severity="x"), SAM, SHOP, payload=payload))
    await at.invoke(at.says_.submit_action("report", filled(dialog(again)), SAM, SHOP, payload=payload))
    [ticket] = at.tickets()
    assert ticket.verbatim == words.strip()
    assert len(ticket.attachments) == 12


async def test_words_that_were_changed_in_the_dialog_are_meant_as_they_are(at: Desk) -> None:
    payload = at.says_.payload("<p>" + "The card machine broke again. " * 400 + "</p>", LEE)
    data = filled(await opened(at, payload), words="The card machine broke.")
    await at.invoke(at.says_.submit_action("report", data, SAM, SHOP, payload=payload))
    assert at.tickets()[0].verbatim == "The card machine broke."


async def test_from_the_compose_box_the_form_is_empty_and_handing_in_twice_makes_one_ticket(at: Desk) -> None:
    card = await opened(at, None, place=GROUP)
    assert "value" not in inputs(card)["capture.words"]
    submit = at.says_.submit_action("report", filled(card, words=SAID), SAM, GROUP)
    assert "C-1" in spoken(dialog(await at.invoke(submit)))
    assert "already has this one" in spoken(dialog(await at.invoke({**submit, "id": at.says_.new_id()})))
    [ticket] = at.tickets()
    assert ticket.source.private


async def test_a_message_that_was_captured_already_is_said_so(at: Desk) -> None:
    heard = await at.says(SAID, SAM, SHOP, mention=True)
    payload = at.says_.payload(SAID, SAM, id=heard["id"])
    data = filled(await opened(at, payload, DANA))
    receipt = dialog(await at.invoke(at.says_.submit_action("report", data, DANA, SHOP, payload=payload)))
    assert "already has this one" in spoken(receipt)
    assert len(at.tickets()) == 1


async def test_what_is_wrong_is_shown_at_its_field_and_the_rest_is_kept(at: Desk) -> None:
    card = await opened(at, None)
    data = filled(card, words="  ", customer="Mrs Ito")
    again = dialog(await at.invoke(at.says_.submit_action("report", data, SAM, SHOP)))
    assert "Say in a sentence what the customer complained about." in spoken(again)
    assert inputs(again)["capture.customer"]["value"] == "Mrs Ito"
    assert at.tickets() == []


async def test_our_own_message_is_no_complaint(at: Desk) -> None:
    payload = at.says_.payload("C-1 is with Dana")
    payload["from"] = {"application": {"id": APP, "displayName": "Golddust"}, "user": None}
    assert "That is a message of mine" in spoken(await opened(at, payload))


async def test_when_nothing_can_be_saved_the_dialog_says_so_and_keeps_what_was_typed(at: Desk) -> None:
    card = await opened(at, None)
    at.break_database()
    data = filled(card, words=SAID)
    again = dialog(await at.invoke(at.says_.submit_action("report", data, SAM, SHOP)))
    assert "I could not save that" in spoken(again)
    assert inputs(again)["capture.words"]["value"] == SAID


@pytest.mark.parametrize(
    "forged",
    [
        {"source": {"conversation": "19:secret@thread.tacv2", "message": "1", "permalink": None, "files": []}},
        {"source": 7}, {"source": {"conversation": 7}}, {"token": 7}, {"capture.severity": "worst"},
        {"capture.words": ["x"]},
    ],
)  # fmt: skip
async def test_forged_dialogs_make_no_ticket(at: Desk, forged: Json) -> None:
    data = {**filled(await opened(at, None), words=SAID), **forged}
    dialog(await at.invoke(at.says_.submit_action("report", data, SAM, SHOP)))
    assert at.tickets() == []


async def test_a_forged_link_is_left_out(at: Desk) -> None:
    payload = {**at.says_.payload(SAID), "linkToMessage": "https://evil.example/x"}
    data = filled(await opened(at, payload))
    data["source"]["permalink"] = "https://evil.example/x"
    await at.invoke(at.says_.submit_action("report", data, SAM, SHOP, payload=payload))
    assert at.tickets()[0].source.permalink is None


async def test_in_a_chat_that_we_are_no_member_of_the_reporter_hears_alone(at: Desk) -> None:
    chat = Place("19:sam_lee@unq.gbl.spaces", "personal")
    payload = at.says_.payload(SAID, LEE)
    data = filled(await opened(at, payload, SAM, chat))
    await at.invoke(at.says_.submit_action("report", data, SAM, chat, payload=payload))
    assert len(at.tickets()) == 1
    assert "**C-1** is with Dana (Payments)" in at.read(SAM_DM)


@pytest.mark.parametrize("value", [None, [], {"messagePayload": 7}, {"messagePayload": {"body": 7}}, {"data": "x"}])
async def test_odd_values_are_no_failure(at: Desk, value: Any) -> None:
    for activity in (at.says_.fetch_task("report"), at.says_.submit_action("report", {})):
        dialog(await at.invoke({**activity, "value": value}))
