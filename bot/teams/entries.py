"""What came back from a card, read one value at a time; what has another shape than ours is BadInput."""

from __future__ import annotations

from collections.abc import Mapping

from complaints.errors import BadInput
from complaints.words import storable

OUTDATED = "This form is out of date; please open it again."
LONGEST_TOKEN = 200


def mapping(data: object, field: str = "ticket") -> Mapping[str, object]:
    """The object that a press sent."""
    if not isinstance(data, Mapping):
        raise BadInput(field=field, reason=OUTDATED)
    return data


def text(data: object, form: str, field: str, *, asked: str = "") -> str:
    """What was typed into an input, empty where nothing was; `asked` is said where it must not be."""
    value = mapping(data, field).get(f"{form}.{field}")
    if not isinstance(value, str | None):
        raise BadInput(field=field, reason=OUTDATED)
    typed = storable(value or "")
    if asked and not typed.strip():
        raise BadInput(field=field, reason=asked)
    return typed


def number(data: object, name: str, most: int = 10**9) -> int:
    """A whole number of ours, from 0 on."""
    value = mapping(data).get(name)
    if type(value) is not int or not 0 <= value < most:
        raise BadInput(field=name, reason=OUTDATED)
    return value


def word(data: object, name: str) -> str:
    """A short text of ours, which must be there."""
    value = mapping(data).get(name)
    if not isinstance(value, str) or not value or len(value) > LONGEST_TOKEN:
        raise BadInput(field=name, reason=OUTDATED)
    return storable(value)
