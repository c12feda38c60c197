"""Forms where nobody signs in, as in the playground: the browser says whose page it was."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.signin.csrf import check_csrf, csrf_token


def posted(**headers: str) -> Request:
    """A form that carries the token of nobody's session."""
    body = f"csrf={csrf_token(Request({'type': 'http', 'headers': []}))}".encode()
    given = {"content-type": "application/x-www-form-urlencoded", "host": "127.0.0.1:8080", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items() if value]
    sent = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, object]:
        return sent.pop()

    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive)


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"origin": "http://127.0.0.1:8080"}, True),
        ({}, False),
        ({"host": ""}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://evil.test"}, False),
        ({"origin": "http://127.0.0.1:9090"}, False),
        ({"sec_fetch_site": "cross-site", "origin": "http://127.0.0.1:8080"}, False),
    ],
)
async def test_without_a_session_only_a_page_of_ours_may_send_a_form(headers: dict[str, str], *, taken: bool) -> None:
    assert await check_csrf(posted(**headers)) is taken
