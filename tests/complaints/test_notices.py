"""How notices are stored: rows that an earlier version wrote must be read, and written again as they were."""

from __future__ import annotations

import json
from typing import Any

import pytest

from complaints.notices import NOTICES, Bundle, Escalation, Foretold, Reminder

MONDAY = "2026-11-23T09:30:00Z"
EVERY: dict[str, Any] = {
    "ticket": 42, "audience": "person:dana", "step": "resolve:80%:1", "clock": "resolve", "due_at": MONDAY,
    "because": "the clock passes 80 %", "next_at": MONDAY, "next_what": "again", "due_since": MONDAY, "missed": 2,
    "held_since": MONDAY, "urgent": True, "folded": ["resolve:50%:1"],
}  # fmt: skip
"""What every nudge in a stored row has, with none of it left at its default."""
REMINDER = {"kind": "reminder", **EVERY}
ESCALATION = {"kind": "escalation", **EVERY, "asked": ["dana", "omar"]}
FORETOLD = {
    "kind": "foretold", **EVERY, "by": MONDAY, "waits_for": "C-7", "date": MONDAY, "what": "promised date",
    "passed": True,
}  # fmt: skip
BUNDLE = {
    "kind": "bundle", "audience": "person:dana", "items": [REMINDER, ESCALATION, FORETOLD], "urgent": False,
    "ticket": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "kind"),
    [(REMINDER, Reminder), (ESCALATION, Escalation), (FORETOLD, Foretold), (BUNDLE, Bundle)],
    ids=lambda one: one["kind"] if isinstance(one, dict) else "",
)
def test_a_stored_nudge_is_read_and_written_again_with_the_same_keys_and_values(
    stored: dict[str, Any], kind: type
) -> None:  # fmt: skip
    read = NOTICES.validate_json(json.dumps(stored))

    assert type(read) is kind
    assert NOTICES.dump_python(read, mode="json") == stored


def test_what_a_stored_reminder_does_not_say_is_as_it_was_when_it_was_written() -> None:
    said = {key: REMINDER[key] for key in ("kind", "ticket", "audience", "step", "clock", "due_at", "because")}

    written = NOTICES.dump_python(NOTICES.validate_python(said), mode="json")

    assert written == {
        **said, "next_at": None, "next_what": "", "due_since": None, "missed": 0, "held_since": None, "urgent": False,
        "folded": [],
    }  # fmt: skip
