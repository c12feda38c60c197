"""What the page makes of a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.web import leadership
from bot.web.render import Shown, offers, render
from complaints import notices
from complaints.notices import Notice
from complaints.ticket import Attachment, State
from tests.bot.web.samples import DUE, EVERY_NOTICE, HOSTILE, NOW, TICKET, dispatch, hostile


def html_of(shown: Shown) -> str:
    return shown.html + "".join(fact.html for fact in shown.facts)


def labels(shown: Shown) -> list[str]:
    return [button.label for button in shown.offers]


def test_the_samples_hold_every_kind_of_notice() -> None:
    assert {type(notice) for notice in EVERY_NOTICE} == set(get_args(Notice))


def test_the_log_has_a_word_for_every_kind_of_notice() -> None:
    assert {notice.kind for notice in EVERY_NOTICE} <= set(leadership.KINDS)


@pytest.mark.parametrize("notice", EVERY_NOTICE, ids=lambda notice: f"{notice.kind}-{getattr(notice, 'what', '')}")
def test_every_notice_says_something_in_html_and_in_plain_words(notice: Notice) -> None:
    shown = render(dispatch(notice))
    assert shown.html
    assert shown.plain
    assert "<" not in shown.plain


@pytest.mark.parametrize("notice", EVERY_NOTICE, ids=lambda notice: f"{notice.kind}-{getattr(notice, 'what', '')}")
def test_hostile_words_never_become_markup(notice: Notice) -> None:
    if isinstance(notice, notices.Remark):
        notice = replace(notice, words=HOSTILE, author=HOSTILE)
    if isinstance(notice, notices.ConfigurationRefused):
        notice = replace(notice, problems=HOSTILE)
    if isinstance(notice, notices.Escalation):
        notice = replace(notice, asked=(HOSTILE,), next_at=NOW, next_what=HOSTILE)
    ticket = replace(hostile(), state=State.BLOCKED, attachments=(Attachment(HOSTILE, "javascript:alert(1)"),))
    markup = html_of(render(dispatch(notice, ticket))).lower()
    assert "<script" not in markup
    assert "<img" not in markup
    assert "javascript:" not in markup


def test_the_hostile_words_are_shown_as_they_were_said() -> None:
    shown = render(dispatch(notices.Card(ticket=1, audience="person:dana"), hostile()))
    assert shown.quote == HOSTILE
    assert "&lt;script&gt;" in html_of(shown)


def test_a_receipt_names_the_owner_and_the_hour_and_offers_edit_and_withdraw() -> None:
    shown = render(dispatch(notices.Captured(ticket=1, audience="person:sam")))
    assert shown.plain == "C-1 is with Dana (Payments), she’ll look by 11:00."
    assert labels(shown) == ["Edit", "Withdraw"]
    assert shown.side == "reporter"


def test_a_card_shows_verbatim_words_people_clocks_and_why() -> None:
    shown = render(dispatch(notices.Card(ticket=1, audience="person:dana")))
    facts = {fact.label: fact.html for fact in shown.facts}
    assert shown.quote == "Charged twice"
    assert (facts["From"], facts["With"]) == ("Sam", "Dana (Payments)")
    assert "Mon 11:00" in facts["Clocks"]
    assert facts["Why here"] == "it says “charged”"
    assert labels(shown) == ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]


def test_a_card_says_what_it_waits_for() -> None:
    blocked = replace(TICKET, state=State.BLOCKED, blocked_by="Operations", blocked_why="Which account?")
    shown = render(dispatch(notices.Card(ticket=1, audience="person:dana"), blocked))
    assert next(fact.html for fact in shown.facts if fact.label == "Waiting") == "Waits for Operations: Which account?"


def test_the_one_who_blocks_is_only_asked_to_unblock() -> None:
    blocked = replace(TICKET, state=State.BLOCKED, blocked_by="Rui", holder="Rui", holder_key="rui")
    assert [button.label for button in offers("owner", blocked, "rui")] == ["Unblock"]
    assert next(button.label for button in offers("owner", blocked, "dana")) == "Unblock"
    assert len(offers("owner", blocked, "dana")) > 1


def test_a_resolved_ticket_hands_over_the_words_for_the_customer() -> None:
    resolved = replace(TICKET, state=State.RESOLVED, done="Refunded", tell="You have it back")
    shown = render(dispatch(notices.News(ticket=1, audience="person:sam", what="resolved"), resolved))
    assert (shown.quote_label, shown.quote) == ("You could say", "You have it back")
    assert labels(shown) == ["Customer told", "Reopen"]


def test_a_reminder_to_tell_the_customer_belongs_to_the_reporters_pane() -> None:
    tell = notices.Reminder(audience="person:sam", **{**DUE, "clock": "tell"})
    assert render(dispatch(tell)).side == "reporter"
    assert render(dispatch(notices.Reminder(audience="person:dana", **DUE))).side == "owner"


def test_another_day_is_named_and_a_far_one_dated() -> None:
    later = replace(TICKET.clocks[0], due_at=NOW + timedelta(days=1))
    shown = render(dispatch(notices.Captured(ticket=1, audience="person:sam"), replace(TICKET, clocks=(later,))))
    assert "by Tue 09:00" in shown.plain
    later = replace(later, due_at=NOW + timedelta(days=8))
    shown = render(dispatch(notices.Captured(ticket=1, audience="person:sam"), replace(TICKET, clocks=(later,))))
    assert "by Tue 1 Dec 09:00" in shown.plain


def test_a_notice_without_its_ticket_is_a_mistake_that_says_so() -> None:
    with pytest.raises(TypeError, match="card"):
        render(dispatch(notices.Card(ticket=1, audience="person:dana"), None))
