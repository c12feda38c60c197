"""Every notice as Slack's and as Teams' own renderers make it, drawn on the playground's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.buttons import Press
from bot.previews import previews
from bot.web import adaptive, blockkit, cardtext
from bot.web.forms import ASKING
from bot.web.looks import Handed, Look, chosen
from bot.web.mrkdwn import Reading
from complaints import commands
from complaints.errors import BadInput
from complaints.notices import Captured, Card, ConfigurationRefused, Escalation, Notice, Remark, Surge
from complaints.organisation import Organisation
from complaints.ticket import Attachment, Blocked, State
from complaints.views import TicketView
from tests.bot.web.samples import EVERY_NOTICE, HOSTILE, NOW, TICKET, hostile, items_of, surge_of
from tests.bot.web.seen import Seen, seen
from tests.complaints.builders import organisation

LOOKS = previews()
SLACK, TEAMS = LOOKS
ZONE = ZoneInfo("Europe/London")


def drawn(look: Look, notice: Notice, ticket: TicketView = TICKET) -> Seen:
    about = None if isinstance(notice, ConfigurationRefused) else ticket
    surge = surge_of(ticket) if isinstance(notice, Surge) else None
    payload = look.message(notice, about, None, organisation(), items_of(notice, ticket), surge=surge)
    if look.draws == "blocks":
        return seen(blockkit.draw(payload["blocks"], blockkit.Scene(Reading(ZONE, NOW), "back-1")))
    return seen(adaptive.draw(cardtext.localised(payload, ZONE), "back-1"))


def handed(look: Look, press: Press, **typed: str) -> Handed:
    """A form with this in its fields; the names are Slack's, Teams puts the form's before them."""
    form = look.form(press, TICKET, organisation(), {}, {})
    data: dict[str, Any] = {**typed}
    if look is TEAMS:
        data = {f"{press}.{name}": value for name, value in typed.items()} | form["actions"][0]["data"]
    return Handed(press, "dana", ZONE, NOW, form, data)


def command(look: Look, press: Press, **typed: str) -> commands.Command:
    return look.command(handed(look, press, **typed), organisation())


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("notice", EVERY_NOTICE, ids=lambda notice: f"{notice.kind}-{getattr(notice, 'what', '')}")
def test_every_notice_is_drawn_without_a_gap_and_its_hostile_words_do_nothing(look: Look, notice: Notice) -> None:
    if isinstance(notice, Remark):
        notice = replace(notice, words=HOSTILE, author=HOSTILE)
    if isinstance(notice, Escalation):
        notice = replace(notice, asked=(HOSTILE,), next_at=NOW, next_what=HOSTILE)
    files = (Attachment(HOSTILE, "javascript:alert(1)"),)
    for ticket in (TICKET, replace(hostile(), state=State.BLOCKED, attachments=files)):
        found = drawn(look, notice, ticket)
        assert found.words.strip()
        assert "shows a" not in found.words
        assert found.inert


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_the_card_shows_the_words_as_they_were_said_and_its_buttons(look: Look) -> None:
    found = drawn(look, Card(ticket=1, audience="person:dana"), replace(TICKET, verbatim=HOSTILE))
    assert HOSTILE in found.words
    assert "acknowledge" in found.having("data-verb")
    for label in ("Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"):
        assert label in found.words


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_the_receipt_offers_the_other_severities(look: Look) -> None:
    found = drawn(look, Captured(ticket=1, audience="person:sam"))
    assert len([verb for verb in found.having("data-verb") if verb.startswith("severity")]) == 3


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("press", sorted(ASKING))
def test_every_button_that_asks_has_a_form(look: Look, press: Press) -> None:
    assert look.form(press, TICKET, organisation(), {}, {})


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_what_is_filled_in_becomes_the_same_command_on_both(look: Look) -> None:
    on: dict[str, Any] = {"at": NOW, "actor": "dana", "number": 1}
    assert command(look, "resolve", done="Paid back", root_cause="Twice", tell="Sorry") == commands.Resolve(
        **on, done="Paid back", root_cause="Twice", tell="Sorry"
    )
    assert command(look, "promise", date="2026-11-25", time="12:00", reason="a part") == commands.MakePromise(
        **on, until=NOW + timedelta(days=2, hours=3), reason="a part"
    )
    assert command(look, "blocked", ticket="C-2", why="first") == commands.Block(
        **on, blocked=Blocked("ticket", "C-2", "first")
    )
    assert command(look, "not_mine", duplicate="C-2") == commands.Dismiss(**on, duplicate_of=2, reason="")
    assert command(look, "not_mine", choice="unknown", reason="?") == commands.HandBack(
        **on, to_person=None, to_team=None, reason="?"
    )
    assert command(look, "reopen", reason="Still wrong") == commands.Reopen(**on, reason="Still wrong")
    assert command(look, "edit", words="Better words", customer="") == commands.EditWords(
        **on, words="Better words", customer=None
    )


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_colleague_is_picked_by_name_and_meant_by_key(look: Look) -> None:
    people: Organisation = organisation()
    key = next(key for key in people.people if key != "dana")
    made = command(look, "blocked", colleague=key)
    assert isinstance(made, commands.Block)
    assert (made.blocked.by, made.blocked.what) == ("person", key)
    passed = command(look, "not_mine", colleague=key)
    assert isinstance(passed, commands.HandBack)
    assert passed.to_person == key


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_what_is_wrong_is_said_at_a_field_of_the_form(look: Look) -> None:
    with pytest.raises(BadInput) as wrong:
        command(look, "promise", date="", time="12:00")
    assert look.field(handed(look, "promise"), wrong.value.field) == "date"
    assert look.field(handed(look, "blocked", ticket="C-9"), "what") == "ticket"


def test_a_look_is_chosen_by_name_and_anything_else_is_the_playgrounds_own() -> None:
    assert chosen(LOOKS, "teams") is TEAMS
    assert chosen(LOOKS, "golddust") is None
    assert chosen(LOOKS, None) is None
    assert chosen(LOOKS, HOSTILE) is None
