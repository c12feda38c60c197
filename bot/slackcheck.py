"""Asking Slack whether the set-up is good: token, scopes, clock, channels, Socket Mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from socket import gaierror
from typing import Any

import yaml
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientOSError,
    ClientPayloadError,
    ClientSSLError,
    InvalidURL,
    ServerDisconnectedError,
)
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor import Finding, good, problem
from bot.slack.faults import FAILURES, NoToken, code_of
from complaints.organisation import Organisation

MOST_SKEW = timedelta(seconds=60)
"""Slack's signatures are refused when they are 300 seconds old."""

REINSTALL = "create the app anew from manifest.yml, or reinstall it, and set SLACK_BOT_TOKEN to its bot token (xoxb-…)"


async def examine(
    client: AsyncWebClient,
    app_token: str | None,
    organisation: Organisation | None,
    scopes: frozenset[str] | None,
    now: datetime,
) -> list[Finding]:
    """What Slack says about the set-up; where Slack can't be reached, that is the only finding.

    `scopes` are those that the token should have, or None where they are not known.
    """
    try:
        answer = await client.auth_test()
    except NoToken as error:
        return [problem("Slack token", str(error), "then look again with `golddust doctor`")]
    except SlackApiError as error:
        return [_refused(error)]
    except FAILURES as error:
        return [_unreachable(error)]
    headers = {key.lower(): value for key, value in (answer.headers or {}).items()}
    findings = [good("Slack token", f"good: {answer.get('user')} in {answer.get('team')}")]
    findings += [*_scopes(headers, scopes), *_skew(headers, now)]
    try:
        findings += await _socket_mode(client, app_token)
        findings += await _channels(client, organisation)
    except FAILURES as error:
        findings.append(_unreachable(error))
    return findings


def manifest_scopes(path: Path | None = None) -> frozenset[str] | None:
    """The scopes that manifest.yml asks for, or None where the manifest is not at hand."""
    places = [path] if path else [Path(__file__).parent.parent / "manifest.yml", Path(__file__).parent / "manifest.yml"]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        return None
    document: Any = yaml.safe_load(found.read_text(encoding="utf-8"))
    return frozenset(document["oauth_config"]["scopes"]["bot"])


def _refused(error: SlackApiError) -> Finding:
    code = code_of(error)
    if not code:
        return _unreachable(error)
    return problem("Slack token", f"Slack does not accept SLACK_BOT_TOKEN: {code}", REINSTALL)


def _unreachable(error: Exception) -> Finding:
    what = f"it answered {_status(error)}" if isinstance(error, SlackApiError) else _in_words(error)
    return problem(
        "Slack",
        f"Slack could not be reached: {what}",
        "see that this machine may call https://slack.com, and that SLACK_API_URL is right if it is set",
    )


def _in_words(error: Exception) -> str:
    """Why nothing was reached: the kinds of aiohttp's and the system's errors mean little to most people."""
    kinds: dict[str, tuple[type[Exception], ...]] = {
        "no machine is known by its name": (ClientConnectorDNSError, gaierror),
        "its certificate is not trusted here": (ClientConnectorCertificateError, ClientSSLError),
        "it did not answer in time": (TimeoutError,),
        "nothing listens there, or a firewall is in between": (ClientConnectorError, ConnectionRefusedError),
        "it hung up in the middle": (ServerDisconnectedError, ConnectionError, ClientOSError, ClientPayloadError),
        "SLACK_API_URL is no web address": (InvalidURL,),
    }
    words = (told for told, classes in kinds.items() if isinstance(error, classes))
    return next(words, "the connection failed")


def _status(error: SlackApiError) -> str:
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return f"HTTP status {status}" if status else "something that is not Slack’s"


def _scopes(headers: Mapping[str, str], wanted: frozenset[str] | None) -> Iterator[Finding]:
    if wanted is None:
        yield good("Slack scopes", "not compared: manifest.yml is not beside this installation")
        return
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    missing = sorted(wanted - granted)
    if missing:
        do = "add them under “OAuth & Permissions” (or paste manifest.yml anew), then reinstall the app"
        yield problem("Slack scopes", f"the token lacks {', '.join(missing)}", do)
    else:
        yield good("Slack scopes", f"all {len(wanted)} of the manifest are granted")


def _skew(headers: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError):
        return
    skew = abs(now - theirs)
    if skew > MOST_SKEW:
        found = (
            f"this machine’s clock is {skew.total_seconds():,.0f} s {'ahead of' if now > theirs else 'behind'} Slack’s"
        )
        yield problem("clock", found, "set the clock (NTP); at 300 s everything that Slack sends is refused")
    else:
        yield good("clock", "agrees with Slack’s")


async def _socket_mode(client: AsyncWebClient, app_token: str | None) -> list[Finding]:
    if app_token is None:
        return []
    try:
        await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        do = "make an app-level token with connections:write under “Basic Information”, and turn Socket Mode on"
        found = f"Slack does not accept SLACK_APP_TOKEN: {code_of(error) or _status(error)}"
        return [problem("Socket Mode", found, do)]
    return [good("Socket Mode", "SLACK_APP_TOKEN opens connections")]


async def _channels(client: AsyncWebClient, organisation: Organisation | None) -> list[Finding]:
    if organisation is None:
        return []
    wanted = {team.channel: f"{_OF_TEAM} {key}" for key, team in organisation.teams.items() if team.channel}
    for watched in organisation.capture.watch:
        wanted.setdefault(watched, "a watched channel")
    # What begins with 19: is a conversation of Microsoft Teams.
    ours = {channel: what for channel, what in wanted.items() if not channel.startswith("19:")}
    return [await _channel(client, channel, what) for channel, what in ours.items()]


async def _channel(client: AsyncWebClient, channel: str, what: str) -> Finding:
    about = f"channel {channel}"
    if channel[:1] not in "CG":
        return good(about, f"{what} is given by its name, which can’t be looked up; Golddust has to be a member there")
    try:
        found: dict[str, Any] = (await client.conversations_info(channel=channel)).get("channel") or {}
    except SlackApiError as error:
        return problem(
            about, f"{what}: Slack answers {code_of(error) or _status(error)}", _CURES.get(code_of(error), _CURE)
        )
    named = f"#{found['name']}" if found.get("name") else what
    if found.get("is_archived"):
        return problem(about, f"{named}, {what}, is archived", "unarchive it, or name another in the file")
    if not found.get("is_member"):
        return problem(about, f"Golddust is not a member of {named}, {what}", "write /invite @Golddust there")
    if found.get("is_ext_shared") and what.startswith(_OF_TEAM):
        seen = f"{named}, {what}, is shared with another organisation, so its cards go to the team’s lead"
        return problem(about, seen, "name a channel in the file that only your own people see")
    return good(about, f"{named}, {what}")


_OF_TEAM = "the channel of"
_CURE = "correct it in the file (the id is at the foot of “Channel details”), or invite Golddust if it is private"
_CURES = {"missing_scope": "add channels:read and groups:read to the app, and reinstall it"}
