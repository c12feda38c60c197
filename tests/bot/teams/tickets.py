"""Tickets as the tests of the Teams rooms see them, what strangers type, and the checks that every card must pass."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from hypothesis import strategies as st
from jsonschema import Draft6Validator

from bot.teams import elements
from complaints import notices
from complaints.notices import Notice, Nudge
from complaints.organisation import Organisation
from complaints.severity import Severity
from complaints.ticket import Attachment, CloseReason, Source, State
from complaints.views import ClockView, KnockOnView, TicketView
from tests.bot.digests import digests

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def an_organisation(**changes: Any) -> Organisation:
    """Two teams that own complaints, a shop that reports them, and who works there."""
    people = {"sam": "Sam", "dana": "Dana", "kim": "Kim", "lee": "Lee", "omar": "Omar"}
    facts: dict[str, Any] = {
        "organisation": {"name": "Shop", "time_zone": "Europe/London", "admins": ["lee"], "triage": "cards"},
        "people": {key: {"name": name, "email": f"{key}@shop.example"} for key, name in people.items()},
        "teams": {
            "payments": {"name": "Payments", "lead": "lee", "members": ["dana", "omar"]},
            "cards": {"name": "Cards", "lead": "lee", "members": ["kim"]},
            "shop": {"name": "Shop floor", "lead": "lee", "members": ["sam"], "owns": False},
        },
    }
    return Organisation.model_validate(facts | changes)


def a_crowd(number: int, name: str = "Person") -> Organisation:
    """An organisation with so many colleagues and a tenth as many teams."""
    people = {f"p{n}": {"name": f"{name} {n}"[:80]} for n in range(number)} | {"lee": {"name": "Lee"}}
    teams = {f"t{n}": {"name": f"Team {name} {n}"[:80], "lead": "lee", "members": ["p1"]} for n in range(number // 10)}
    payments = {"payments": {"name": "Payments", "lead": "lee", "members": [f"p{number - 1}"]}}
    return an_organisation(people=people, teams=teams | payments | {"cards": {"name": "Cards", "lead": "lee"}})


def a_ticket(**changes: Any) -> TicketView:
    """Dana's new ticket C-42, reported by Sam in a channel."""
    facts: dict[str, Any] = {
        "ref": "C-42", "number": 42, "version": 1, "state": State.NEW, "severity": Severity.HIGH,
        "category": "payments", "customer": None, "verbatim": "The card machine charged Mrs Ito twice", "words": None,
        "attachments": (), "source": Source("teams", "w", "19:shop@thread.tacv2", "1700000000000"), "team": "Payments",
        "team_key": "payments", "owner": "Dana", "owner_key": "dana", "pronoun": "she", "holder": "Dana",
        "holder_key": "dana", "reporter": "Sam", "reporter_key": "sam", "captured_at": MONDAY, "acknowledged_by": None,
        "resolved_by": None, "blocked_by": None, "blocked_why": "", "promised_until": None, "promise_reason": "",
        "broken_promises": 0, "done": "", "root_cause": "", "tell": "", "close_reason": None, "close_note": "",
        "duplicate_of": None,
        "bounces": 0, "why": "“card” is in the words",
        "clocks": (
            ClockView("acknowledge", MONDAY + timedelta(hours=4), "running"),
            ClockView("resolve", MONDAY + timedelta(days=3), "running"),
        ),
    }  # fmt: skip
    return TicketView(**facts | changes)


def a_blocked_ticket(**changes: Any) -> TicketView:
    """C-42 while it waits for Kim."""
    facts = {"state": State.BLOCKED, "blocked_by": "Kim", "blocked_why": "firmware", "holder": "Kim"}
    return a_ticket(**facts | {"holder_key": "kim"} | changes)


def a_resolved_ticket(**changes: Any) -> TicketView:
    """C-42 when Sam has to tell the customer."""
    facts = {"state": State.RESOLVED, "holder": "Sam", "holder_key": "sam", "done": "Refunded", "tell": "Sorry!"}
    return a_ticket(**facts | changes)


def walk(found: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card, in the order in which it is read."""
    if isinstance(found, dict):
        yield found
        for inner in found.values():
            yield from walk(inner)
    elif isinstance(found, list):
        for inner in found:
            yield from walk(inner)


def spoken(card: dict[str, Any]) -> str:
    """All that can be read in a card before anything is pressed, a paragraph a line."""
    lines: list[str] = []
    for one in walk(card.get("body", [])):
        if one.get("type") == "TextBlock":
            lines.append(one["text"])
        elif one.get("type") == "RichTextBlock":
            lines.append("".join(run["text"] for run in one["inlines"]))
    return "\n".join(lines)


def pressed(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons that can be seen before anything unfolds, in order; those of the card itself come last."""
    inner = [action for one in walk(card.get("body", [])) for action in one.get("actions", ())]
    return [*inner, *card.get("actions", ())]


def labels(card: dict[str, Any]) -> list[str]:
    """What these buttons say."""
    return [action["title"] for action in pressed(card)]


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every input of a card, unfolded or not, by its id."""
    found = [one for one in walk(card) if str(one.get("type", "")).startswith("Input.")]
    assert len({one["id"] for one in found}) == len(found), "two inputs with one id"
    return {one["id"]: one for one in found}


@cache
def _schema() -> Draft6Validator:
    text = (files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text(encoding="utf-8")
    return Draft6Validator(json.loads(text))


def check_card(card: dict[str, Any]) -> None:
    """That a card is one by the schema of 1.5, apart from what Teams adds to it, and says something without it."""
    plain = copy.deepcopy(card)
    assert plain.pop("msteams") == {"width": "Full"}
    for one in walk(plain):
        # The schema lacks the style, which came with 1.5 (learn.microsoft.com: typeahead search in Adaptive Cards).
        if one.get("style") == "filtered":
            one["style"] = "compact"
    problems = [f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(plain)]
    assert problems == []
    assert card["version"] == "1.5" and card["lang"] == "en" and card["fallbackText"].strip()
    inputs(card)


def check_activity(activity: dict[str, Any]) -> dict[str, Any]:
    """The card of an activity that Teams takes."""
    assert activity["type"] == "message"
    assert activity["summary"].strip()
    assert "\n" not in activity["summary"]
    assert elements.size(activity) <= 40 * 1024
    (attached,) = activity["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    card: dict[str, Any] = attached["content"]
    check_card(card)
    return card


HOSTILE = (
    "<at>Dana</at>", "**bold**", "_it_", "~~no~~", "`code`", "[pay](https://evil.example)", "<https://evil.example>",
    "{{DATE(2026-11-23T15:00:00Z, SHORT)}}", "{{TIME(2026-11-23T15:00:00Z)}}", "&lt;b&gt;", "&#42;", "\\*", "- item",
    "1. one", "# head", "> quote", "| a | b |\n|---|---|", "---", "![x](https://evil.example/x.png)", "<b>", "{", "}}",
    "😀👨‍👩‍👧", "مرحبا", "\u202eabc", "\x00\x07", "\n\n", "\r\n", "“", '"\\', "\t", "[x]: https://evil.example",
)  # fmt: skip

typed = st.one_of(st.text(max_size=80), st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=9))).map("".join))
"""What a stranger types into a name or a reason."""
long_typed = st.one_of(
    typed, st.builds(lambda piece, times: piece * times, typed, st.integers(1, 4000)).map(lambda text: text[:40_000])
)
"""The same, up to 40,000 characters long."""

_moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_clocks = st.lists(
    st.builds(
        ClockView, st.sampled_from(("acknowledge", "resolve", "tell", "unblock", "promise")), _moments,
        st.sampled_from(("running", "overdue", "paused", "met", "missed")),
    ), max_size=5,
).map(tuple)  # fmt: skip
_addresses = typed | st.just("https://x.example/f_(1)*?a=1&b=2") | st.just("https://x.example/" + "y" * 900)
_sources = st.builds(Source, st.just("teams"), typed, typed, typed, st.none() | _addresses, st.booleans())

tickets = st.builds(
    a_ticket,
    state=st.sampled_from(State), severity=st.sampled_from(Severity), customer=st.none() | long_typed,
    verbatim=long_typed, words=st.none() | long_typed, source=_sources,
    attachments=st.lists(st.builds(Attachment, typed, _addresses), max_size=30).map(tuple),
    team=typed, owner=st.none() | long_typed, owner_key=st.sampled_from((None, "dana")), holder=typed,
    holder_key=st.sampled_from(("dana", "kim", "sam")), reporter=typed, acknowledged_by=st.none() | typed,
    blocked_by=st.none() | long_typed, blocked_why=long_typed, promised_until=st.none() | _moments,
    promise_reason=long_typed, done=long_typed, root_cause=long_typed, tell=long_typed, why=long_typed,
    close_reason=st.sampled_from(CloseReason), duplicate_of=st.none() | st.just("C-7"), clocks=_clocks,
    knock_on=st.none() | st.builds(KnockOnView, long_typed, _moments, _moments, typed, st.booleans()),
).map(lambda ticket: ticket if ticket.state is State.CLOSED else replace(ticket, close_reason=None))  # fmt: skip
"""Any ticket at all."""

organisations = st.sampled_from((an_organisation(), a_crowd(60), a_crowd(300, "\u0001“é”😀" * 9)))
"""A small organisation, a middling one, and one with more people than any card holds."""

_about = {"ticket": st.just(42), "audience": st.sampled_from(("team:payments", "person:dana", "person:kim"))}
_step = {
    "step": st.just("resolve.1:100%:remind"), "clock": st.sampled_from(("acknowledge", "resolve", "tell", "unblock")),
    "due_at": _moments, "because": st.just("the time to resolve it has run out"), "next_at": st.none() | _moments,
    "next_what": typed, "due_since": st.none() | _moments, "missed": st.integers(0, 9),
}  # fmt: skip
BY_KIND: dict[type, st.SearchStrategy[Any]] = {
    notices.Card: st.builds(notices.Card, **_about, anew=st.booleans()),
    notices.Captured: st.builds(notices.Captured, **_about),
    notices.News: st.builds(
        notices.News, **_about, what=st.sampled_from(("acknowledged", "promised", "resolved", "dismissed"))
    ),
    notices.Reminder: st.builds(notices.Reminder, **_about, **_step),
    notices.Foretold: st.builds(
        notices.Foretold,
        **_about,
        step=st.just("knock-on:x"),
        clock=st.just("promise"),
        due_at=_moments,
        because=st.just("it waits"),
        by=_moments,
        waits_for=long_typed,
        date=_moments,
        what=st.one_of(st.just("promised date"), st.just("FCA DISP")),
        passed=st.booleans(),
    ),
    notices.Escalation: st.builds(
        notices.Escalation, **_about, **_step, asked=st.lists(long_typed, min_size=1, max_size=30).map(tuple)
    ),
    notices.Digest: digests,
    notices.Remark: st.builds(notices.Remark, **_about, author=long_typed, words=long_typed),
    notices.ConfigurationRefused: st.builds(
        notices.ConfigurationRefused, audience=st.just("person:ines"), problems=long_typed
    ),
}
"""Any notice of each kind that there is."""
nudges = st.one_of(BY_KIND[notices.Reminder], BY_KIND[notices.Escalation], BY_KIND[notices.Foretold])
BY_KIND[notices.Bundle] = st.builds(
    notices.Bundle,
    audience=st.sampled_from(("person:dana", "person:kim")),
    items=st.lists(nudges, max_size=45).map(tuple),
    urgent=st.booleans(),
)
KINDS = get_args(Notice)


def items_of(notice: Notice, ticket: TicketView) -> tuple[tuple[Nudge, TicketView], ...]:
    """What a bundle lists, all of it about one ticket; nothing for other notices."""
    return tuple((nudge, ticket) for nudge in notice.items) if isinstance(notice, notices.Bundle) else ()
