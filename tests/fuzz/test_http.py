"""Whatever an HTTP client does at whatever address, no answer is a failure of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.watched import Watched
from tests.bot.slack.driver import SAM, WATCHED, Desk, desk
from tests.fakes import slack_payloads as payloads
from tests.fuzz.cases import share
from tests.fuzz.hostile import noise
from tests.fuzz.siege import Siege
from tests.model.stage import hurried

ADDRESSES = (
    "/slack/events", "/slack/events/", "/healthz", "/readyz", "/metrics", "/api/messages", "/", "//", "/%00",
    "/..%2f..",
    "/slack/events?x=%ff", "/slack/events;a", "/metrics?name[]=x", "/" + "a" * 5000,
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "get")
NAMES = (
    "content-type", "content-length", "transfer-encoding", "x-slack-signature", "x-slack-request-timestamp",
    "x-slack-retry-num", "x-request-id", "authorization", "expect", "content-encoding", "cookie", "x-forwarded-for",
)  # fmt: skip
VALUES = (
    b"", b"0", b"-1", b"9" * 30, b"1e9", b"\xb2", b"\xff\xfe", b"v0=", b"v0=" + b"0" * 64, b"application/json",
    b"application/x-www-form-urlencoded; charset=utf-16", b"multipart/form-data; boundary=", b"gzip", b"chunked, gzip",
    b"Bearer ", b"a" * 9000, b"100-continue",
)  # fmt: skip


async def _proper(d: Desk, words: str) -> None:
    before = {ticket.number for ticket in d.tickets()}
    assert await d.event(payloads.message(WATCHED, SAM, words, at=d.now)) == 200
    assert words in [ticket.verbatim for ticket in d.tickets() if ticket.number not in before]


@pytest.fixture
def siege(sqlite_url: str, watched: Watched) -> Iterator[Siege[Desk]]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Siege[Desk]:
            made = await stack.enter_async_context(desk(sqlite_url, watched))
            hurried(made.golddust.engine)
            return Siege(runner, made, {}, _proper)

        made = runner.run(begin())
        yield made
        made.stands()
        runner.run(stack.aclose())


def test_methods_addresses_headers_and_chunks_of_any_kind_are_answered(siege: Siege[Desk]) -> None:
    headers = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES) | st.binary(max_size=20)), max_size=4)

    @share(0.05)
    @given(st.sampled_from(METHODS), st.sampled_from(ADDRESSES), headers, noise, st.sampled_from((1, 7, 65_536)))
    def attacked(method: str, address: str, given_: list[tuple[str, bytes]], body: bytes, size: int) -> None:
        async def attack() -> None:
            raw = [(name.encode(), value) for name, value in given_]
            answer = await siege.desk.http.request(method, address, headers=raw, content=_chunks(body[:100_000], size))
            assert answer.status_code < 500, answer.status_code

        siege.take(f"{method} {address} {given_!r} {body[:500]!r}", attack)

    attacked()


async def _chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    # A thousand pieces are enough to show that pieces do no harm.
    for start in range(0, min(len(body), size * 1000), size):
        yield body[start : start + size]
