"""What a form of ours carries, so that no other page can send it in somebody's name."""

from __future__ import annotations

import hashlib
from hmac import compare_digest
from urllib.parse import urlsplit

from starlette.requests import Request

FIELD = "csrf"
"""The hidden field of every form: `<input type="hidden" name="csrf" value="{{ csrf_token(request) }}">`."""

SESSION_COOKIES = ("__Host-golddust", "golddust")
"""Where the session is: under https, and on this machine."""


def session_cookie(request: Request) -> str:
    """The session as the browser sent it, not yet verified, or nothing."""
    return next((request.cookies[name] for name in SESSION_COOKIES if name in request.cookies), "")


def csrf_token(request: Request) -> str:
    """What the form has to bring back: a hash of the session, which no other page can read."""
    return hashlib.sha256(b"golddust csrf\0" + session_cookie(request).encode()).hexdigest()


async def check_csrf(request: Request) -> bool:
    """Whether a POST comes from a page of ours; the form can be read again afterwards with `request.form()`.

    Without a session, as in the playground, it is the browser that says where the form was.
    """
    if not _from_here(request):
        return False
    given = (await request.form()).get(FIELD)
    return isinstance(given, str) and compare_digest(given.encode(), csrf_token(request).encode())


def _from_here(request: Request) -> bool:
    """Whether the browser does not deny that the form was on a page of ours; Fetch Metadata, else the Origin."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    if session_cookie(request):
        return True  # an older browser, and a token that is a secret
    origin = urlsplit(request.headers.get("origin", "")).netloc
    return bool(origin) and origin == request.headers.get("host")
