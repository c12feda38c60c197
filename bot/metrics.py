"""What Golddust counts and measures, for `GET /metrics`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_ANSWERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Slack waits three seconds for an answer, Teams fifteen."""
_PASSES = (0.005, 0.02, 0.1, 0.5, 2.0, 5.0, 20.0, 60.0, 300.0)

COMMANDS = Counter("golddust_commands_total", "Commands by kind and by how they ended", ["command", "reply"])
CAPTURES = Counter("golddust_captures_total", "New tickets, by where the complaint was said", ["platform"])
REQUESTS = Histogram(
    "golddust_request_seconds", "How long a platform waited for its answer", ["platform", "kind"], buckets=_ANSWERS
)
DELIVERIES = Counter("golddust_deliveries_total", "Notices by what became of them", ["outcome"])
LOOKUPS = Counter("golddust_lookups_total", "Notices of which it was uncertain whether they arrived", ["found"])
NUDGES = Counter("golddust_nudges_total", "Nudges put in the outbox, by kind", ["kind"])
ORPHANS = Counter("golddust_orphans_total", "Open tickets found without a next nudge, and repaired; should stay 0")
TICKS = Histogram("golddust_tick_seconds", "How long a pass of the scheduler took", ["tick"], buckets=_PASSES)
TICKED = Gauge(
    "golddust_tick_last_success_timestamp_seconds", "When a pass last ended well; the start, before any has", ["tick"]
)
TICKS_FAILED = Counter(
    "golddust_ticks_failed_total", "Passes of the scheduler that broke off; each is tried again", ["workspace", "tick"]
)
CONFIGURATION = Gauge(
    "golddust_configuration_good", "1 while the file on disk is in force, 0 while it is refused", ["workspace"]
)
BUILD = Gauge("golddust_build_info", "Always 1: what runs, and the file in force", ["version", "workspace", "config"])
DATABASE = Gauge("golddust_database_up", "1 when the database answered the last time it was asked, else 0")
WORKER_JOBS = Gauge("golddust_worker_jobs", "Jobs that wait for the one thread that writes to the database")
OVERDUE = Gauge("golddust_nudges_overdue", "Tickets whose next nudge is past and has not been judged")
OVERDUE_SECONDS = Gauge("golddust_nudges_overdue_seconds", "For how long the first of them has been due; 0 without any")
OUTBOX = Gauge("golddust_outbox_notices", "Notices that have not arrived, by state", ["state"])
OUTBOX_SECONDS = Gauge("golddust_outbox_overdue_seconds", "For how long the first waiting notice has been due; or 0")
SPOOL = Gauge("golddust_spool_entries", "What is kept while the database is away, by state", ["state"])
