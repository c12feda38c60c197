"""The pages that somebody sees who signs in or out; plain HTML without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from starlette.responses import HTMLResponse

from bot.colours import COLOURS

_HERE = Path(__file__).parent
_STYLE = COLOURS + (_HERE / "page.css").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE = Environment(autoescape=True, undefined=StrictUndefined).from_string(
    (_HERE / "page.html").read_text(encoding="utf-8")
)

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""The address of the callback carries a code: nobody else is told of it, and nothing is kept."""

Links = Sequence[tuple[str, str]]

TELL = "If it stays so, tell whoever runs Golddust."

WHY = {
    "state": (400, "This page belongs to no sign-in that was begun in this browser within the last ten minutes, or it "
              "has been used already. Sign in again."),
    "denied": (403, "You chose not to sign in with {label}, so there is nothing to show. You can sign in again."),
    "refused": (400, f"{{label}} did not take the sign-in; it is good once, for minutes. Sign in again. {TELL}"),
    "token": (400, f"What {{label}} sent could not be verified, so nobody was signed in. Sign in again. {TELL}"),
    "unreachable": (502, f"{{label}} can’t be reached from here just now. Wait a minute, and sign in again. {TELL}"),
    "away": (503, "Golddust’s database can’t be reached just now. Wait a minute, and sign in again."),
    "stranger": (403, "Golddust isn’t set up for the {place} that you signed in with. Sign in with another account, or "
                 "ask whoever runs Golddust to add yours."),
}  # fmt: skip
"""What went wrong, and what to do: the status and the words."""

_PLACES = {"Slack": "Slack workspace", "Microsoft": "Microsoft organisation"}
_CHATS = {"Slack": "Slack", "Microsoft": "Teams"}


def choice(links: Links, *, signed_out: bool = False) -> HTMLResponse:
    """The page with a button for each provider."""
    if signed_out:
        return page("You are signed out", ["Golddust shows nothing more in this browser."], links)
    return page("Sign in", ["Sign in with the account that you use in chat."], links)


def refused(why: str, label: str, links: Links) -> HTMLResponse:
    """What went wrong."""
    status, words = WHY[why]
    return page("You are not signed in", [words.format(label=label, place=_PLACES[label])], links, status=status)


def unknown(label: str, organisation: str, admin: str, links: Links) -> HTMLResponse:
    """Whom to ask, for somebody whom no file lists."""
    words = [
        f"Golddust does not know this {label} account yet: please ask {admin} of {organisation} to add you.",
        f"If it has your e-mail address already, write to Golddust in {_CHATS[label]} once, and sign in again.",
    ]
    return page("You are not signed in", words, links, status=403)


def leaving(token: str, *, status: int = 200) -> HTMLResponse:
    """Whether to sign out, for somebody who came by a link."""
    return page(
        "Sign out", ["Golddust shows nothing more in this browser until you sign in again."], token=token, status=status
    )


def page(
    title: str, words: Sequence[str], links: Links = (), *, token: str | None = None, status: int = 200
) -> HTMLResponse:
    """A page of a few sentences, with buttons below."""
    body = _PAGE.render(title=title, words=words, links=links, token=token, style=_STYLE)
    return HTMLResponse(body, status, HEADERS)
