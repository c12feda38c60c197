"""Whose a request of Slack's is: each organisation has an application of its own, and sees only what is its own."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import arrival
from bot.app import Golddust
from bot.slack.payloads import Json
from bot.slack.tokens import arrived
from bot.tenants import Tenants
from storage.installations import Place

NOT_SET_UP = (
    "Golddust isn’t set up for this workspace: nothing was saved. "
    "Whoever runs Golddust can add {id} to `slack_workspaces` in your organisation’s file."
)

log = structlog.get_logger()


class Dispatching(Protocol):
    """An organisation’s application, or what stands in front of it."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The answer to a request."""


class Switchboard(AsyncApp):
    """The one application that Slack speaks to; it hands each request to that of the organisation it belongs to.

    Whose it is is told by the ids that Slack has signed, and by nothing that a person can write.
    """

    def __init__(
        self, tenants: Tenants, apps: Mapping[Golddust, Dispatching], client: AsyncWebClient,
        uninstalled: Callable[[Json], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            logger=logging.getLogger("slack_bolt"), client=client, authorize=_nobody, process_before_response=True,
            request_verification_enabled=False,
        )  # fmt: skip
        self._tenants = tenants
        self._apps = apps
        self._uninstalled = uninstalled

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The answer of the organisation; 200 with nothing done for a workspace that belongs to none.

        What the spool has kept for a workspace that belongs to none any more stays there.
        """
        if req.body.get("type") == "url_verification":
            return await super().async_dispatch(req)
        enterprise, team = origin(req)
        golddust = self._tenants.in_slack(enterprise, team)
        app = self._apps.get(golddust) if golddust is not None else None
        if app is None:
            if self._uninstalled is not None and (req.body.get("event") or {}).get("type") == "app_uninstalled":
                await self._uninstalled(req.body)
            kept = arrival.here()
            if kept is not None and kept.replayed:
                kept.hindered = True  # it was told that it is saved, so that it stays until its organisation is back
                return BoltResponse(status=503, body="")
            return _stranger(req.body, enterprise, team)
        arrived(Place(enterprise or "", team or ""))
        return await app.async_dispatch(req)


def origin(req: AsyncBoltRequest) -> tuple[str | None, str | None]:
    """The ids of the Enterprise Grid and of the workspace that a request comes from, as far as it says.

    A button under a message of ours is of the workspace for which that was posted, even where somebody of another
    workspace presses it in a channel that both share (docs.slack.dev/apis/slack-connect).
    """
    found = req.context.team_id, req.context.enterprise_id
    team, enterprise = (str(one) if one else None for one in found)
    posted = _posted_for(req.body)
    if posted is not None and posted != team:
        # The Grid is the presser's, unless the bot is installed on all of it.
        enterprise, team = (enterprise if req.context.is_enterprise_install else None), posted
    if team is not None and team.startswith("E"):  # installed on a whole Grid, which then stands for the team
        return team, None
    return enterprise, team


def _posted_for(body: Json) -> str | None:
    """The workspace of the message of ours whose button was pressed, or None."""
    if body.get("type") != "block_actions":
        return None
    profile = (body.get("message") or {}).get("bot_profile")
    if not isinstance(profile, dict) or profile.get("app_id") != body.get("api_app_id"):
        return None
    posted = profile.get("team_id")
    return posted if isinstance(posted, str) and posted else None


def _stranger(body: Json, enterprise: str | None, team: str | None) -> BoltResponse:
    kind = str((body.get("event") or {}).get("type") or body.get("type") or "command")
    log.warning(
        "a workspace that belongs to no organisation was left alone", kind=kind[:64], team=team, enterprise=enterprise
    )
    if "command" not in body:
        return BoltResponse(status=200, body="")
    said = NOT_SET_UP.format(id=team or enterprise or "its id")
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": said})


async def _nobody(**_: Any) -> AuthorizeResult:
    """Nobody: only the applications of the organisations speak to Slack."""
    return AuthorizeResult(enterprise_id=None, team_id=None)
