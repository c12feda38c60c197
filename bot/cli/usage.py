"""What is wrong with a command line, in our words instead of the parser's."""

from __future__ import annotations

import re
from typing import Any

_CHOICE = re.compile(r"'(?P<given>.*)' is not one of (?P<allowed>'.*')\.?$", re.DOTALL)


def told(error: Exception) -> str:
    """The error in one sentence, and where to read more; it is one that Typer raises for a wrong command line."""
    command = getattr(getattr(error, "ctx", None), "command_path", "golddust")
    said = _said(error).rstrip(".")
    return f"{said}{'' if said.endswith('?') else '.'} See `{command} --help`."


def _said(error: Exception) -> str:
    message: str = getattr(error, "format_message", error.__str__)()
    where, found, why = message.removeprefix("Invalid value for ").partition(": ")
    if not found or not message.startswith("Invalid value for "):
        return message
    option = where.strip("'")
    choice = _CHOICE.search(why)
    if choice:
        return f"{option} is “{choice['given']}”; write {choice['allowed'].replace(chr(39), '').replace(', ', ' or ')}"
    if why.startswith("Input should be"):
        return f"{option}: write a whole number{_limits(getattr(error, 'param', None))}"
    return f"{option}: {why}"


def _limits(parameter: Any) -> str:
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is None:
        return ""
    return f" from {least} to {most}" if most is not None else f", {least} or more"
