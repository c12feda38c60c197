"""Tickets as the tests of the Teams rooms see them, what strangers type, and the checks that every card must pass."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft6Validator

from bot.teams import elements
from complaints.organisation import Organisation
from complaints.ticket import Source
from complaints.views import TicketView
from tests.bot import strategies
from tests.bot.strategies import BLOCKED, RESOLVED, Typed, ticket_from


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
    return ticket_from(Source("teams", "w", "19:shop@thread.tacv2", "1700000000000"), **changes)


def a_blocked_ticket(**changes: Any) -> TicketView:
    """C-42 while it waits for Kim."""
    return a_ticket(**BLOCKED | changes)


def a_resolved_ticket(**changes: Any) -> TicketView:
    """C-42 when Sam has to tell the customer."""
    return a_ticket(**RESOLVED | changes)


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


@cache
def _problems(card: str) -> list[str]:
    # Kept, because a test that looks at a conversation sees each card in it again and again.
    return [f"{error.json_path}: {error.message[:200]}" for error in _schema().iter_errors(json.loads(card))]


def check_card(card: dict[str, Any]) -> None:
    """That a card is one by the schema of 1.5, apart from what Teams adds to it, and says something without it."""
    plain = copy.deepcopy(card)
    assert plain.pop("msteams") == {"width": "Full"}
    # Teams' own charts are in no schema; who does not know them shows their fallback.
    plain["body"] = [one["fallback"] if one["type"].startswith("Chart.") else one for one in plain["body"]]
    for one in walk(plain):
        # The schema lacks the style, which came with 1.5 (learn.microsoft.com: typeahead search in Adaptive Cards).
        if one.get("style") == "filtered":
            one["style"] = "compact"
    assert _problems(json.dumps(plain)) == []
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

_addresses = typed | st.just("https://x.example/f_(1)*?a=1&b=2") | st.just("https://x.example/" + "y" * 900)
_typed = Typed(short=typed, long=long_typed, name=long_typed, address=_addresses)

tickets = strategies.tickets(a_ticket, "teams", _typed)
"""Any ticket at all."""
BY_KIND = strategies.by_kind(_typed)
"""Any notice of each kind that there is."""
organisations = st.sampled_from((an_organisation(), a_crowd(60), a_crowd(300, "\u0001“é”😀" * 9)))
"""A small organisation, a middling one, and one with more people than any card holds."""
