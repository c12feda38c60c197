"""Guests and people of other tenants in Teams."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from complaints.ticket import State
from tests.bot.teams.driver import (
    DANA,
    DANA_DM,
    PAT,
    PAT_DM,
    PAYMENTS,
    SHOP,
    WATCHED,
    Desk,
    card_in,
    desk,
    find_button,
    organisation_file,
)
from tests.bot.teams.tickets import spoken
from tests.fakes.teams_identity import Person, Place

SAID = "Mrs Ito’s card payment was taken twice"
ONLY = "I am here for people of Test Bank only; please ask Ines, or whoever invited you."
OUTSIDERS: dict[str, dict[str, Any]] = {
    "a guest by role": {"userRole": "guest"},
    "a guest by name": {"userPrincipalName": "pat_elsewhere.example#EXT#@testbank.example"},
    "somebody of another tenant": {"tenantId": "99999999-0000-0000-0000-000000000000"},
}


async def executes(at: Desk, verb: str, data: dict[str, Any], who: Person, place: Place, message: str) -> Any:
    """Somebody presses a button, be it one that they were never shown; what they are answered."""
    return (await at.invoke(at.says_.executed(verb, data, message, who, place)))["value"]


@pytest.mark.parametrize("kind", OUTSIDERS)
async def test_whoever_is_no_colleague_sees_and_captures_nothing(at: Desk, kind: str) -> None:
    await at.says(SAID, place=SHOP, mention=True)
    at.teams.conversations.guests[PAT.id] = OUTSIDERS[kind]
    for words in ("mine", "list", "digest", "settings", SAID):
        await at.says(words, PAT, PAT_DM)
    await at.says(SAID, PAT, WATCHED)
    await at.says("The refund is missing", PAT, SHOP, mention=True)
    card = at.card()
    found = find_button(card, "Acknowledge")
    assert found is not None
    thread = PAYMENTS.thread(card["thread"] or card["id"])
    for verb, data in ((found["verb"], found["data"]), ("show", found["data"]), ("page", {}), ("mine", {})):
        assert await executes(at, verb, data, PAT, thread, card["id"]) == ONLY
    assert at.read(PAT_DM).count(ONLY) == 5
    assert "C-1" not in at.read(PAT_DM)
    assert len(at.tickets()) == 1
    assert at.tickets()[0].state is State.NEW


async def test_a_guest_may_report_where_the_file_says_so_and_hears_its_number_only(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = organisation_file(tmp_path)
    file.write_text(file.read_text() + "\nprivacy: {guests: report}\n")
    async with desk(sqlite_url, file) as at:
        at.teams.conversations.guests[PAT.id] = OUTSIDERS["a guest by role"]
        await at.says(SAID, PAT, PAT_DM)
        assert "that is C-1 now" in at.read(PAT_DM)
        assert "Dana" not in at.read(PAT_DM)
        assert at.tickets()[0].reporter == f"guest:teams:{PAT.aad}"
        await at.says("mine", PAT, PAT_DM)
        assert "From guests I take reports only" in at.read(PAT_DM)


async def test_a_guest_with_the_address_of_a_colleague_is_not_taken_for_them(at: Desk) -> None:
    at.teams.conversations.guests[PAT.id] = {"userRole": "guest", "email": "dana@example.com"}
    await at.says("list", PAT, PAT_DM)
    assert ONLY in at.read(PAT_DM)


async def test_an_old_card_shows_nothing_new_to_somebody_who_left_the_file(sqlite_url: str, tmp_path: Path) -> None:
    file = organisation_file(tmp_path)
    async with desk(sqlite_url, file) as at:
        await at.event(at.says_.installed(DANA, DANA_DM))
        await at.says(SAID, place=SHOP, mention=True)
        card = at.card(DANA_DM)
        found = find_button(card, "Acknowledge")
        assert found is not None
        lines = [line for line in file.read_text().splitlines() if not line.startswith("  dana:")]
        gone = "\n".join(lines).replace("deputy: dana, ", "").replace("[dana, omar]", "[omar]")
        file.write_text(gone.replace("owner: dana", "owner: omar"))
        await at.golddust.reload(at.now)
        for verb in ("show", "acknowledge", "ask"):
            data = {**found["data"], "form": "not_mine"}
            told = await executes(at, verb, data, DANA, DANA_DM, card["id"])
            assert isinstance(told, str), spoken(card_in({"attachments": [{"content": told}]}))
            assert SAID not in told
        assert at.tickets()[0].state is State.NEW
