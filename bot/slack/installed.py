"""The tokens of one organisation, as its workspaces installed the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.slack.faults import NoToken
from bot.slack.installations import Installations
from bot.slack.tokens import Tokens, here
from storage.installations import Place


class InstalledTokens:
    """The tokens of the workspaces that the organisation’s file lists; `before` serves until one is installed."""

    def __init__(
        self, installations: Installations, ids: Callable[[], Sequence[str]], before: Tokens | None = None
    ) -> None:
        self._installations, self._ids, self._before = installations, ids, before

    async def token(self) -> str:
        """The token of the workspace that the request came from, or of the first that is installed; raises NoToken."""
        try:
            place = await self._place()
        except NoToken:
            if self._before is None:
                raise
            return await self._before.token()
        return await self._installations.token(place)

    async def instead_of(self, refused: str) -> str | None:
        """Another token than the one that Slack has just refused, or None; raises NoToken."""
        self._installations.forget_places()
        if self._before is not None and refused == await self._before.token():
            return None
        return await self._installations.instead_of(await self._place(), refused)

    def doubt(self) -> None:
        """Look the tokens up anew next time."""
        self._installations.forget()

    async def uninstalled(self, body: Mapping[str, Any]) -> None:
        """Forget the tokens of the workspace that Slack’s event names."""
        await self._installations.uninstalled(body)

    async def _place(self) -> Place:
        return await self._installations.place(self._ids(), here())
