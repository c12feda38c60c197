"""Who and what is not of the organisation alone: guests, people of other workspaces, channels shared with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.channel import TryLater, Undeliverable
from bot.slack.faults import FAILURES, code_of, fault_of
from handlers.deliver import Reader

REMEMBERED = timedelta(hours=1)
"""How long an answer about a channel holds; it can be shared at any time."""
_MOST = 10_000
_SHARED = (
    "The channel {channel} of {team} is shared with another organisation, so nothing about tickets is posted there, "
    "and its lead is not known in Slack: give the team another channel in golddust.yml, or its lead a Slack member id."
)

log = structlog.get_logger()


def is_guest(user: Mapping[str, Any]) -> bool:
    """Whether a user object is of a guest, or of somebody from another workspace (docs.slack.dev: user object)."""
    return any(bool(user.get(flag)) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))


def is_outsider(user: Mapping[str, Any], team: str, enterprise: str | None) -> bool:
    """Whether a user object is of a guest, or of somebody whose workspace and Enterprise Grid are not ours."""
    if is_guest(user):
        return True
    grid, home = user.get("enterprise_user"), user.get("team_id")
    if isinstance(grid, dict):
        teams = grid.get("teams")
        ours = bool(enterprise) and grid.get("enterprise_id") == enterprise
        if ours or (isinstance(teams, list) and team in teams):
            return False
    return bool(home) and home not in {team, enterprise}


class Shared:
    """Asks Slack which channels are shared with other organisations, and remembers it for an hour."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, tuple[bool, datetime]] = {}

    async def is_shared(self, conversation: str, at: datetime) -> bool:
        """Whether people of other organisations see what is posted there; raises TryLater where Slack is busy."""
        if conversation[:1] not in {"C", "G"}:
            return False
        known = self._known.get(conversation)
        if known is not None and at < known[1]:
            return known[0]
        shared = await self._ask(conversation)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[conversation] = shared, at + REMEMBERED
        if shared:
            log.warning("a channel is shared with another organisation; nothing about tickets is posted there",
                        conversation=conversation)  # fmt: skip
        return shared

    async def instead(self, reader: Reader, channel: str, at: datetime) -> str:
        """The address for a team's notice: its channel, or its lead where that is shared; raises Undeliverable."""
        if not await self.is_shared(channel, at):
            return channel
        lead = reader.lead.get("slack")
        if lead is None:
            raise Undeliverable(_SHARED.format(channel=channel, team=reader.name))
        return lead

    async def _ask(self, conversation: str) -> bool:
        try:
            answer = await self._client.conversations_info(channel=conversation)
        except FAILURES as error:
            fault = fault_of(error)
            if isinstance(fault, TryLater):
                raise fault from error
            # What Slack never says keeps nobody from their channel; what can't be posted there fails by itself.
            log.warning("whether a channel is shared can’t be read", conversation=conversation, error=code_of(error))
            return False
        channel = answer.get("channel") or {}
        return bool(channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"))
