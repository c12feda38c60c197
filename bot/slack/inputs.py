"""The fields of a form: each input's block_id and action_id are the name of its field."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.blocks import Block, plain_text
from bot.slack.text import short
from complaints.severity import Severity

LONGEST_INPUT = 3000
"""Characters that Slack takes in a text input."""
GUESS = "guess"


def question(field: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """An input block around an element."""
    made: Block = {
        "type": "input", "block_id": field, "label": plain_text(label, 2000), "element": element, "optional": optional,
    }  # fmt: skip
    return made | ({"hint": plain_text(hint, 2000)} if hint else {})


def text(
    field: str, label: str, initial: str = "", *, lines: bool = False, optional: bool = False, placeholder: str = "",
    hint: str = "",
) -> Block:  # fmt: skip
    """A text input, on one line or on several."""
    element: Block = {
        "type": "plain_text_input", "action_id": field, "multiline": lines, "max_length": LONGEST_INPUT,
    }  # fmt: skip
    if initial:
        element["initial_value"] = short(initial, LONGEST_INPUT)
    if placeholder:
        element["placeholder"] = plain_text(placeholder, 150)
    return question(field, label, element, optional=optional, hint=hint)


def severity() -> Block:
    """The choice of a severity, or to have it guessed."""
    guess = option("Let Golddust guess", GUESS)
    options = [guess, *(option(one.value.capitalize(), one.value) for one in Severity)]
    element = {"type": "static_select", "action_id": "severity", "options": options, "initial_option": guess}
    return question("severity", "How bad is it?", element, optional=True)


def colleague(label: str, hint: str = "") -> Block:
    """The choice of anybody in the workspace."""
    return question("colleague", label, {"type": "users_select", "action_id": "colleague"}, optional=True, hint=hint)


def team(label: str, teams: Sequence[tuple[str, str]]) -> Block:
    """The choice of a team by name; more than a hundred stand in groups, since a select takes no more at once."""
    options = [option(name, key) for key, name in sorted(teams, key=lambda one: one[1].casefold())]
    groups = [options[start : start + 100] for start in range(0, len(options), 100)][:100]
    element: Block = {"type": "static_select", "action_id": "team"}
    if len(groups) > 1:
        element["option_groups"] = [{"label": plain_text(_span(group), 75), "options": group} for group in groups]
    else:
        element["options"] = options
    return question("team", label, element, optional=True)


def _span(group: Sequence[Block]) -> str:
    first, last = (short(option["text"]["text"], 30) for option in (group[0], group[-1]))
    return f"{first} to {last}"


def option(label: str, value: str) -> Block:
    """One option of a select or of radio buttons."""
    return {"text": plain_text(label, 75), "value": value}
