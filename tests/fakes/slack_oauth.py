"""oauth.v2.access and the tokens it gives out: docs.slack.dev/reference/methods/oauth.v2.access."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_identity import APP, BOT_USER, TEAM, TEAM_NAME

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace

CLIENT_ID, CLIENT_SECRET = "111.222", "fake-client-secret"
CODE_LIFE, TOKEN_LIFE = timedelta(minutes=10), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What somebody has allowed the app on Slack's page: where, and whether its tokens expire."""

    team: str | None
    enterprise: str | None
    rotates: bool
    until: datetime


@dataclass
class Grants:
    """The codes, bot tokens and refresh tokens that are about."""

    codes: dict[str, Allowed] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    tokens: dict[str, tuple[Allowed, datetime | None]] = field(default_factory=dict)
    refreshes: dict[str, Allowed] = field(default_factory=dict)
    redirects: set[str] = field(default_factory=set)
    """The redirect addresses that the app's pages list; none: any will do."""
    numbers: count[int] = field(default_factory=lambda: count(1))

    def check(self, token: str, now: datetime) -> None:
        """Refuse a token that was not given out, or has expired."""
        if token not in self.tokens:
            raise SlackError("invalid_auth")
        until = self.tokens[token][1]
        if until is not None and now >= until:
            raise SlackError("token_expired")

    def revoke_all(self) -> None:
        """Somebody removes the app: nothing that was given out is good any more."""
        self.tokens.clear()
        self.refreshes.clear()


def allow(slack: Workspace, *, team: str | None = TEAM, enterprise: str | None = None, rotates: bool = True) -> str:
    """Let somebody press Allow on Slack's page; the code with which they are sent back."""
    with slack.changed:
        code = f"code.{next(slack.grants.numbers)}"
        slack.grants.codes[code] = Allowed(team, enterprise, rotates, slack.now + CODE_LIFE)
    return code


def access(slack: Workspace, call: Call) -> Json:
    """oauth.v2.access: a code or a refresh token in exchange for a bot token."""
    _check_app(call)
    if call.text("grant_type") == "refresh_token":
        allowed = slack.grants.refreshes.pop(call.text("refresh_token"), None)
        if allowed is None:
            raise SlackError("invalid_refresh_token")
    else:
        allowed = _of_code(slack, call)
    return _answer(slack, allowed)


def _check_app(call: Call) -> None:
    said = base64.b64decode(call.token.removeprefix("Basic ")).decode() if call.token else ""
    client_id = call.text("client_id") or said.partition(":")[0]
    if client_id != CLIENT_ID:
        raise SlackError("invalid_client_id")
    if (call.text("client_secret") or said.partition(":")[2]) != CLIENT_SECRET:
        raise SlackError("bad_client_secret")


def _of_code(slack: Workspace, call: Call) -> Allowed:
    code, grants = call.required("code"), slack.grants
    if code in grants.used:
        raise SlackError("code_already_used")
    if code not in grants.codes or slack.now >= grants.codes[code].until:
        raise SlackError("invalid_code")
    if grants.redirects and call.text("redirect_uri") not in grants.redirects:
        raise SlackError("bad_redirect_uri")
    grants.used.add(code)
    return grants.codes[code]


def _answer(slack: Workspace, allowed: Allowed) -> Json:
    number = next(slack.grants.numbers)
    token = f"xoxe.xoxb-fake-{number}" if allowed.rotates else f"xoxb-fake-{number}"
    answer: Json = {
        "access_token": token, "token_type": "bot", "scope": ",".join(slack.scopes), "bot_user_id": BOT_USER,
        "app_id": APP, "authed_user": {"id": "U0SAM0001"}, "is_enterprise_install": allowed.team is None,
        "team": {"id": allowed.team, "name": f"{TEAM_NAME} {allowed.team}"} if allowed.team else None,
        "enterprise": {"id": allowed.enterprise, "name": "Grid"} if allowed.enterprise else None,
    }  # fmt: skip
    until = None
    if allowed.rotates:
        answer |= {"refresh_token": f"xoxe-1-fake-{number}", "expires_in": int(TOKEN_LIFE.total_seconds())}
        slack.grants.refreshes[answer["refresh_token"]] = allowed
        until = slack.now + TOKEN_LIFE
    slack.grants.tokens[token] = (allowed, until)
    return answer


METHODS = {"oauth.v2.access": access}
