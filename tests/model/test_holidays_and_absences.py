"""Whoever is away, whatever the file is changed to, and over the holidays, the rules hold."""

from __future__ import annotations

from tests.complaints.builders import moment
from tests.model.histories import absences, changes, histories
from tests.model.proof import no_history_breaks_the_rules

STARTS = (moment("2026-11-25 10:00"), moment("2026-12-23 13:00"), moment("2026-12-31 11:00"))

test_with_people_away_and_files_changed_no_history_breaks_the_rules = no_history_breaks_the_rules(
    histories(STARTS, absences, absences, changes)
)
