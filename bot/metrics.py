"""What Golddust counts, for `GET /metrics`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

COMMANDS = Counter("golddust_commands_total", "Commands by kind and by how they ended", ["command", "reply"])
DELIVERIES = Counter("golddust_deliveries_total", "Notices by what became of them", ["outcome"])
LOOKUPS = Counter("golddust_lookups_total", "Notices of which it was uncertain whether they arrived", ["found"])
NUDGES = Counter("golddust_nudges_total", "Nudges put in the outbox, by kind", ["kind"])
ORPHANS = Counter("golddust_orphans_total", "Open tickets found without a next nudge, and repaired; should stay 0")
CONFIGURATION = Gauge("golddust_configuration_good", "1 while the file on disk is in force, 0 while it is refused")
