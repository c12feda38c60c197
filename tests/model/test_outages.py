"""However often and long Golddust is down, the rules hold for when it is up."""

from __future__ import annotations

from datetime import timedelta

from tests.model.histories import downs, histories
from tests.model.proof import no_history_breaks_the_rules
from tests.world import MONDAY

STARTS = (MONDAY, MONDAY + timedelta(days=2, hours=5), MONDAY + timedelta(days=29))

test_with_outages_no_history_breaks_the_rules = no_history_breaks_the_rules(histories(STARTS, downs, downs, downs))
