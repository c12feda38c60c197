"""What golddust.yml says of privacy: what guests may do, and what is masked before it is stored."""

from __future__ import annotations

from typing import Annotated, Literal

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from complaints.conditions import Pattern, visible


def _finds_something(pattern: str) -> str:
    if regex.search(pattern, "", timeout=1) is not None:
        raise ValueError("allowed is a regular expression that never finds nothing")
    return pattern


def _plain(name: str) -> str:
    if any(char in "[]\n" for char in name):
        raise ValueError("allowed is a name without square brackets and line breaks")
    return visible(name)


class Mask(BaseModel):
    """A kind of personal data that is masked in what people type."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_plain)]
    """What stands in its place, in square brackets, and what its reporter is told."""
    pattern: Annotated[Pattern, AfterValidator(_finds_something)]
    """A regular expression, with a time limit; whether letters are capitals does not count."""


class Privacy(BaseModel):
    """What guests may do, and what is masked before it is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    guests: Literal["refuse", "report"] = "refuse"
    """What guests and people of other organisations may do: nothing (refuse), or report and get a receipt (report)."""
    mask: tuple[Mask, ...] = Field(default=(), max_length=20)
    """What is masked in what people type, beside the numbers of payment cards, which always are."""
