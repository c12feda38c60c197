"""The files that an organisation of a random history may change over to, each as what differs from golddust.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

_FIRST: Final[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("golddust.yml").read_text(encoding="utf-8"))

_SHORT: Final = {"acknowledge": "1h", "resolve": "1d", "tell": "4h", "unblock": "4h"}
_LONG: Final = {"acknowledge": "2d", "resolve": "2w", "tell": "3d", "unblock": "3d"}
_FEW: Final = [{"at": "75%", "remind": "holder"}, {"at": "100%", "remind": "holder", "escalate": "lead"}]

VARIANTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "the first one": {},
    "short clocks": {"policies": {"standard": {"clocks": _SHORT}, "calendar": {"clocks": _SHORT}}},
    "long clocks": {"policies": {"standard": {"clocks": _LONG}}},
    "few steps": {"policies": {"standard": {"steps": _FEW}, "calendar": {"steps": _FEW}}},
    "Dana has left": {
        "people": {"dana": None, "omar": {"deputy": "lee"}},
        "teams": {"payments": {"members": ["omar"], "owner": "omar"}},
    },
    "Kim has left": {"people": {"kim": None}, "teams": {"app": {"members": ["jo"]}}},
    "late shifts": {
        "calendars": {"london": {"hours": {"mon-thu": "12:00-20:00", "sat": "10:00-14:00"}}},
        "people": {"omar": {"hours": {"mon-fri": "06:00-10:00"}}},
    },
}


@cache
def document(variant: str) -> str:
    """The text of the file of this name."""
    return yaml.safe_dump(_merged(_FIRST, VARIANTS[variant]), sort_keys=False)


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The old values with the new ones in their place; None removes."""
    merged = dict(old)
    for key, value in new.items():
        before = merged.get(key)
        merged[key] = value
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(before, value)
    return {key: value for key, value in merged.items() if value is not None}
