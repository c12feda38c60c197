"""What Golddust counts, for `GET /metrics`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

COMMANDS = Counter("golddust_commands_total", "Commands by kind and by how they ended", ["command", "reply"])
DELIVERIES = Counter("golddust_deliveries_total", "Notices by what became of them", ["outcome"])
NUDGES = Counter("golddust_nudges_total", "Nudges put in the outbox, by kind", ["kind"])
ORPHANS = Counter("golddust_orphans_total", "Open tickets found without a next nudge, and repaired; should stay 0")
CONFIGURATION = Gauge(
    "golddust_configuration_good", "1 while the file on disk is in force, 0 while it is refused", ["workspace"]
)
SPOOL = Gauge("golddust_spool_entries", "What is kept while the database is away, by state", ["state"])
TICKS_FAILED = Counter(
    "golddust_ticks_failed_total", "Passes of the scheduler that broke off; each is tried again", ["workspace", "tick"]
)
