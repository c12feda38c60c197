"""The values of a nudging policy as golddust.yml gives them; only `complaints.policy` interprets them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from complaints.durations import Duration, parse_duration
from complaints.severity import Severity


def _duration(value: object) -> object:
    return value if isinstance(value, Duration) else parse_duration(str(value))


LENGTH_PATTERN: Final = r"^\s*\d{1,7}[mhdw](\s+(working|calendar))?\s*$"

Length = Annotated[
    Duration,
    BeforeValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": LENGTH_PATTERN,
                    "description": "15m, 4h, 3d, 2w of working time; `8w calendar` counts every day"}),
]  # fmt: skip


def _short_forms(schema: dict[str, Any]) -> None:
    # The file may give one length for all severities, or only some of them.
    length = {**schema["properties"]["normal"], "description": "One length for tickets of every severity."}
    table = {key: schema.pop(key) for key in ("type", "properties", "additionalProperties")}
    schema.pop("required")
    schema["anyOf"] = [length, {**table, "minProperties": 1}]


class Lengths(BaseModel):
    """How long a clock runs for each severity."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra=_short_forms, use_attribute_docstrings=True
    )

    low: Length
    """For tickets of severity low."""
    normal: Length
    """For tickets of severity normal."""
    high: Length
    """For tickets of severity high."""
    critical: Length
    """For tickets of severity critical."""

    @model_validator(mode="before")
    @classmethod
    def _one_for_all(cls, value: object) -> object:
        if isinstance(value, str | int | float | Duration):
            return dict.fromkeys(Severity, value)
        if isinstance(value, Mapping):
            return _filled(value)
        return value

    def of(self, severity: Severity) -> Duration:
        """The length for tickets of this severity."""
        length: Duration = getattr(self, severity.value)
        return length


def _filled(lengths: Mapping[Any, Any]) -> dict[str, Any]:
    """The mapping with each missing severity filled from the next milder one that is given, else the next worse."""
    ladder = [severity.value for severity in Severity]
    filled = dict(lengths)
    for order in (ladder, ladder[::-1]):
        last: Any = None
        for severity in order:
            last = filled.get(severity, last)
            if last is not None:
                filled.setdefault(severity, last)
    return filled


class Clocks(BaseModel):
    """How long each clock runs; `unblock` is the time the one who blocks a ticket has to answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    acknowledge: Lengths = Field(
        default={"low": "1d", "normal": "4h", "high": "1h", "critical": "15m calendar"}, validate_default=True
    )
    """Until the owner's first move."""
    resolve: Lengths = Field(
        default={"low": "10d", "normal": "3d", "high": "1d", "critical": "4h calendar"}, validate_default=True
    )
    """Until it is fixed."""
    tell: Lengths = Field(default="1d", validate_default=True)
    """From fixed until the customer was told."""
    unblock: Lengths = Field(default="1d", validate_default=True)
    """For whoever a ticket waits for."""


Rung = Literal["deputy", "lead", "manager"]


class Step(BaseModel):
    """One step of a clock: when, whom to remind, whom to ask for help."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    at: Annotated[str, Field(pattern=r"^(\d{1,3}%|\+\d{1,4}[mhdw])$")]
    """`50%` of the clock, or `+1d` after it ran out (working time)."""
    remind: Literal["holder"] | None = None
    """Whom to remind: holder."""
    escalate: Rung | None = None
    """Whom to ask for help: deputy, lead or manager."""

    @model_validator(mode="after")
    def _does_something(self) -> Step:
        if self.remind is None and self.escalate is None:
            raise ValueError("allowed are steps with `remind: holder`, `escalate: deputy|lead|manager`, or both")
        if self.at.endswith("%") and not 1 <= int(self.at[:-1]) <= 100:
            raise ValueError("allowed is a share of the clock from 1% to 100%; later steps are written +1d")
        return self


DEFAULT_STEPS: tuple[Step, ...] = (
    Step(at="50%", remind="holder"),
    Step(at="80%", remind="holder"),
    Step(at="100%", remind="holder"),
    Step(at="+1d", remind="holder", escalate="deputy"),
    Step(at="+2d", remind="holder", escalate="manager"),
    Step(at="+4d", remind="holder"),
)
"""Rule 3 of the nudging rules: 50, 80 and 100 %, then after 1, 2 and 4 more days; owner, deputy or lead, manager."""


class Policy(BaseModel):
    """The clocks of a team and the steps taken as they run."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    clocks: Clocks = Clocks()
    """How long each clock runs: one length, or one for each severity."""
    steps: tuple[Step, ...] = Field(default=DEFAULT_STEPS, min_length=1)
    """What happens as a clock runs."""
    repeat: Length = Field(default="5d", validate_default=True)
    """After the last step the holder is reminded again every so often (working time), so that nothing is forgotten."""
    profiles: tuple[str, ...] = ()
    """The regulatory clocks that run beside these: fca-disp, cfpb, …, or profiles of your own."""

    @cached_property
    def rising(self) -> bool:
        """Whether the steps plainly stand in the order in which they come on any clock: shares first, then one unit."""
        late = [step.at[1:] for step in self.steps if not step.at.endswith("%")]
        places = [(0, int(s.at[:-1])) if s.at.endswith("%") else (1, int(s.at[1:-1])) for s in self.steps]
        return len({at[-1] for at in late}) <= 1 and all(one <= two for one, two in pairwise(places))


BUILT_IN = Policy()
"""What holds where golddust.yml names no policy."""
