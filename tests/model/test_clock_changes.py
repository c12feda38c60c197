"""Whatever people do while the clocks go back and forward, in Britain and weeks apart in America, the rules hold."""

from __future__ import annotations

from tests.complaints.builders import moment
from tests.model.histories import histories
from tests.model.proof import no_history_breaks_the_rules

STARTS = (
    moment("2026-10-23 15:00"),  # Britain goes back on Sunday the 25th
    moment("2026-10-30 15:00"),  # America on Sunday the 1st
    moment("2027-03-12 15:00"),  # America goes forward on Sunday the 14th
    moment("2027-03-25 15:00"),  # Britain on Easter Sunday, with holidays around it
)

test_while_the_clocks_change_no_history_breaks_the_rules = no_history_breaks_the_rules(histories(STARTS))
