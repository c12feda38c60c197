"""The HTTP side: who is let in, and what the addresses answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from bot.app import Golddust
from bot.clock import VirtualClock
from bot.server import application
from bot.watched import Watched
from storage.database import open_engine
from tests.bot.slack.driver import SAM, WATCHED, desk
from tests.fakes import slack_payloads as payloads
from tests.world import MONDAY

SAID = "Mrs Ito’s card payment was taken twice"


async def test_health_readiness_and_metrics_answer(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        assert (await d.http.get("/healthz")).status_code == 200
        assert (await d.http.get("/readyz")).text == "ready\n"
        metrics = await d.http.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        assert 'golddust_commands_total{command="CaptureComplaint",reply="Captured"}' in metrics.text


async def test_it_is_not_ready_before_the_database_is_migrated(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        with open_engine(sqlite_url).begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
        answer = await d.http.get("/readyz")
        assert answer.status_code == 503
        assert "run `golddust db upgrade`" in answer.text
        assert (await d.http.get("/healthz")).status_code == 200


async def test_it_is_not_ready_while_the_database_does_not_answer(watched: Watched) -> None:
    engine = open_engine("postgresql://nobody:secret@127.0.0.1:1/none")
    golddust = Golddust(engine, watched, VirtualClock(MONDAY))
    try:
        transport = httpx.ASGITransport(app=application([golddust], None))
        async with httpx.AsyncClient(transport=transport, base_url="http://golddust.test") as http:
            answer = await http.get("/readyz")
            assert answer.status_code == 503
            assert "cannot use the database" in answer.text
            assert "secret" not in answer.text
            assert (await http.post("/slack/events")).status_code == 404
    finally:
        golddust.close()


@pytest.mark.parametrize("path", ["/", "/slack", "/slack/events/", "/api/messages"])
async def test_unknown_addresses_are_refused_with_a_line_in_the_log(
    sqlite_url: str, watched: Watched, path: str
) -> None:
    async with desk(sqlite_url, watched) as d:
        with capture_logs() as logged:
            assert (await d.http.post(path)).status_code == 404
        assert [(line["status"], line["path"]) for line in logged] == [(404, path)]


async def test_another_method_is_refused(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert (await d.http.get("/slack/events")).status_code == 405


@pytest.mark.parametrize("wrong", ["secret", "body", "old", "early", "none", "stamp", "bytes"])
async def test_what_slack_has_not_just_signed_is_refused(sqlite_url: str, watched: Watched, wrong: str) -> None:
    async with desk(sqlite_url, watched) as d:
        said, at = payloads.message(WATCHED, SAM, SAID, at=d.now), d.now
        if wrong in {"old", "early"}:
            at += timedelta(seconds=-301 if wrong == "old" else 301)
        secret = {"secret": "another-secret"} if wrong == "secret" else {}
        body, headers = payloads.event_request(said, at=at, **secret)
        body = {"body": body + b" ", "bytes": b"\xff\xfe"}.get(wrong, body)
        if wrong == "none":
            headers = {"content-type": "application/json"}
        if wrong == "stamp":
            headers["x-slack-request-timestamp"] = "9" * 13
        with capture_logs() as logged:
            assert (await d.send((body, headers))).status_code == 401
        assert [(line["event"], line["status"]) for line in logged] == [("a request was refused", 401)]
        assert d.tickets() == []


async def test_a_request_just_within_five_minutes_is_let_in(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        said = payloads.message(WATCHED, SAM, SAID, at=d.now)
        request = payloads.event_request(said, at=d.now - timedelta(seconds=299))
        assert (await d.send(request)).status_code == 200


_MALFORMED = {
    "no json": b"{",
    "a list": b"[]",
    "a number": b"7",
    "nothing": b"",
    "no type": b"{}",
    "deep": b"[" * 100_000,
    "an event that is a text": b'{"type": "event_callback", "event": "message"}',
    "an event without a type": b'{"type": "event_callback", "event": {}}',
    "no event": b'{"type": "event_callback"}',
    "actions that are none": b'{"type": "block_actions", "actions": []}',
    "an action that is a text": b'{"type": "block_actions", "actions": ["x"]}',
    "a view that is a list": b'{"type": "view_submission", "view": []}',
}


@pytest.mark.parametrize("kind", sorted(_MALFORMED))
async def test_what_cannot_be_read_is_refused_without_a_crash(sqlite_url: str, watched: Watched, kind: str) -> None:
    async with desk(sqlite_url, watched) as d:
        body = _MALFORMED[kind]
        headers = payloads.signed(body, "application/json", d.now)
        with capture_logs() as logged:
            assert (await d.send((body, headers))).status_code == 400
        assert len(logged) == 1


async def test_an_interaction_that_is_no_json_is_refused(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        body = b"payload=%7B"
        headers = payloads.signed(body, "application/x-www-form-urlencoded", d.now)
        assert (await d.send((body, headers))).status_code == 400


async def test_slacks_handshake_and_certificate_check_are_answered(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        answer = await d.send(payloads.event_request(payloads.url_verification("abc"), at=d.now))
        assert answer.json() == {"challenge": "abc"}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        assert (await d.send((b"ssl_check=1&token=x", headers))).status_code == 200


async def test_a_body_over_a_megabyte_is_refused_by_its_length(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        said = payloads.message(WATCHED, SAM, "x" * 1_000_001, at=d.now)
        with capture_logs() as logged:
            assert (await d.send(payloads.event_request(said, at=d.now))).status_code == 413
        assert [line["status"] for line in logged] == [413]


async def test_a_body_without_a_length_is_cut_off_at_a_megabyte(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            while sent < 50_000_000:
                sent += 100_000
                yield b"x" * 100_000

        answer = await d.http.post("/slack/events", content=endless())
        assert answer.status_code == 413
        assert sent <= 1_200_000


async def test_almost_a_megabyte_of_text_is_refused_in_words_that_the_person_sees(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        said = payloads.message(WATCHED, SAM, "x" * 400_000, at=d.now)
        said["event"]["blocks"] = []
        assert len(json.dumps(said)) < 1_000_000
        assert await d.event(said) == 200
        assert "please keep it under 100,000" in d.heard(SAM)
