"""What Prometheus is told: what was counted, what lies about, and that a broken database breaks nothing."""

from __future__ import annotations

import math
import re
import threading
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from prometheus_client import REGISTRY, Counter
from prometheus_client.metrics import MetricWrapperBase
from sqlalchemy import text
from structlog.testing import capture_logs

from bot import gauges, metrics
from bot.app import Golddust
from bot.clock import VirtualClock
from bot.gauges import Gauges
from bot.scheduler import metronome
from bot.server import application
from bot.watched import Watched
from complaints.ticket import Source
from storage.backlog import backlog
from storage.database import open_engine, reading
from tests.bot.slack.driver import SAM, desk
from tests.world import MONDAY, World, world

SAID = "Mrs Ito’s card payment was taken twice"
REFERENCE = (Path(__file__).parents[2] / "docs" / "reference.md").read_text()


def value(name: str, **labels: str) -> float:
    """What is told of a metric; not a number for one that is not told at all."""
    found = REGISTRY.get_sample_value(name, labels)
    return math.nan if found is None else found


async def asked(w: World) -> None:
    """Prometheus asks for the first time."""
    await Gauges([w.golddust]).refresh(w.now)


async def test_a_new_ticket_is_counted_and_the_same_message_again_is_not(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        before = value("golddust_captures_total", platform="pigeon")
        source = Source("pigeon", "w", "person:sam", "1")
        await w.says("sam", SAID, source=source)
        await w.says("sam", SAID, source=source)
        assert value("golddust_captures_total", platform="pigeon") - (0 if math.isnan(before) else before) == 1


async def test_a_nudge_that_nobody_judged_is_overdue(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", SAID)
        await asked(w)
        assert (value("golddust_nudges_overdue"), value("golddust_nudges_overdue_seconds")) == (0, 0)
        await w.outage(hours=9)
        await asked(w)
        assert value("golddust_nudges_overdue") == 1
        assert 0 < value("golddust_nudges_overdue_seconds") <= 9 * 3600


async def test_the_outbox_is_told_by_state_with_the_age_of_what_waits(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", SAID)
        with w.golddust.engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET state = 'waiting', finished_at = NULL"))
            number = connection.scalar(text("SELECT count(*) FROM outbox"))
        await w.outage(minutes=30)
        await asked(w)
        assert value("golddust_outbox_notices", state="waiting") == number > 0
        assert value("golddust_outbox_notices", state="parked") == 0
        assert value("golddust_outbox_overdue_seconds") == pytest.approx(1800, abs=60)
        with w.golddust.engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET state = 'parked'"))
        await asked(w)
        assert value("golddust_outbox_notices", state="parked") == number
        assert value("golddust_outbox_overdue_seconds") == 0


async def test_the_database_is_asked_at_most_every_five_seconds(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        kept = Gauges([w.golddust])
        await kept.refresh(MONDAY)
        await w.says("sam", SAID)
        with w.golddust.engine.begin() as connection:
            connection.execute(text("UPDATE outbox SET state = 'parked'"))
        await kept.refresh(MONDAY + timedelta(seconds=4.9))
        assert value("golddust_outbox_notices", state="parked") == 0
        await kept.refresh(MONDAY + timedelta(seconds=5))
        assert value("golddust_outbox_notices", state="parked") > 0


async def test_a_broken_database_makes_gauges_unknown_and_not_metrics_fail(watched: Watched) -> None:
    engine = open_engine("postgresql://nobody:secret@127.0.0.1:1/none")
    golddust = Golddust(engine, watched, VirtualClock(MONDAY))
    try:
        transport = httpx.ASGITransport(app=application([golddust], None))
        async with httpx.AsyncClient(transport=transport, base_url="http://golddust.test") as http:
            answer = await http.get("/metrics")
        assert answer.status_code == 200
        assert "golddust_database_up 0.0" in answer.text
        assert "golddust_nudges_overdue NaN" in answer.text
        assert "golddust_commands_total" in answer.text
    finally:
        golddust.close()


async def test_a_database_that_hangs_is_asked_one_question_however_often_prometheus_asks(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauges, "PATIENCE_SECONDS", 0.01)
    async with world(sqlite_url, watched) as w:
        answers, asked_for = threading.Event(), []

        class Hanging(Gauges):
            def _read(self, at):  # type: ignore[no-untyped-def]
                asked_for.append(at)
                answers.wait(30)
                return super()._read(at)

        kept = Hanging([w.golddust])
        for minute in range(5):
            await kept.refresh(MONDAY + timedelta(minutes=minute))
            assert value("golddust_database_up") == 0
        assert asked_for == [MONDAY]
        answers.set()
        monkeypatch.setattr(gauges, "PATIENCE_SECONDS", 30)
        await kept.refresh(MONDAY + timedelta(minutes=9))
        assert value("golddust_database_up") == 1


def test_the_questions_read_indexes_and_not_tables(sqlite_url: str) -> None:
    from sqlalchemy import event

    from storage.database import upgrade

    engine = open_engine(sqlite_url)
    upgrade(engine)
    plans: list[str] = []

    def explain(connection: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT"):
            rows = engine.raw_connection().cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.extend(row[3] for row in rows if row[3].startswith(("SEARCH", "SCAN")))

    with reading(engine)() as session:
        event.listen(engine, "before_cursor_execute", explain)
        backlog(session, "main", MONDAY)
    event.remove(engine, "before_cursor_execute", explain)
    assert [re.sub(r".*INDEX (\w+) .*", r"\1", plan) for plan in plans] == [
        "tickets_due_by_holder",
        "outbox_due",
        "outbox_due",
    ]
    engine.dispose()


async def test_a_request_has_an_id_in_its_answer_and_in_the_log(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        before = value("golddust_request_seconds_count", platform="slack", kind="command")
        configured = structlog.get_config()
        structlog.reset_defaults()  # a command that ran before may have left only warnings
        try:
            with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logged:
                await d.complains(SAM, SAID)
        finally:
            structlog.configure(**configured)
        seen = [line.get("request") for line in logged if line.get("command") == "CaptureComplaint"]
        assert len(seen) == 1
        assert re.fullmatch(r"[0-9a-f]{12}", str(seen[0]))
        assert [line["ticket"] for line in logged if line.get("command") == "CaptureComplaint"] == [1]
        assert SAID not in repr(logged)
        after = value("golddust_request_seconds_count", platform="slack", kind="command")
        assert after - (0 if math.isnan(before) else before) == 1


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_X", True), ("x" * 65, False), ('a" b', False), ("", False), ("a\tb", False)]
)
async def test_a_proxys_request_id_is_kept_if_it_is_a_sane_one(
    sqlite_url: str, watched: Watched, given: str, kept: bool
) -> None:
    async with desk(sqlite_url, watched) as d:
        answer = await d.http.post("/slack/events", content=b"{", headers={"x-request-id": given})
        assert (answer.headers["x-request-id"] == given) is kept
        assert answer.headers["x-request-id"]
        assert "x-request-id" not in (await d.http.get("/healthz")).headers


async def test_nobody_can_make_up_kinds_of_requests(sqlite_url: str, watched: Watched) -> None:
    from bot.requests import answering, is_a

    with answering("slack"):
        is_a("made up")
    assert math.isnan(value("golddust_request_seconds_count", platform="slack", kind="made up"))
    assert value("golddust_request_seconds_count", platform="slack", kind="other") >= 1


async def test_a_tick_is_measured_and_says_when_it_last_ended_well(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        jobs = {job.id: job.func for job in metronome(w.golddust).get_jobs()}
        last = "golddust_tick_last_success_timestamp_seconds"
        assert value(last, tick="nudge") == w.now.timestamp()
        before = value("golddust_tick_seconds_count", tick="nudge")
        await w.outage(minutes=5)
        await jobs["nudge"]()
        assert value(last, tick="nudge") == w.now.timestamp()
        assert value("golddust_tick_seconds_count", tick="nudge") == (0 if math.isnan(before) else before) + 1
        with w.golddust.engine.begin() as connection:
            connection.execute(text("ALTER TABLE tickets RENAME TO hidden"))
        good = w.now.timestamp()
        await w.outage(minutes=5)
        await jobs["nudge"]()
        assert value(last, tick="nudge") == good


async def test_the_version_that_runs_is_told_once(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await asked(w)
        [sample] = next(iter(metrics.BUILD.collect())).samples
        assert sample.labels["config"] == watched.current.version
        assert re.match(r"\d+\.\d+", sample.labels["version"])


def test_every_metric_is_in_the_reference_and_the_other_way_round() -> None:
    told = {
        (f"{one._name}_total" if isinstance(one, Counter) else one._name, tuple(one._labelnames))
        for one in vars(metrics).values()
        if isinstance(one, MetricWrapperBase)
    }
    rows = re.findall(r"^\| `(golddust_\w+)` \|([^|]*)\|", REFERENCE, re.MULTILINE)
    assert {(name, tuple(re.findall(r"`(\w+)`", labels))) for name, labels in rows} == told
