"""The Web API's client of one organisation, whose token is asked for at each call."""

from __future__ import annotations

from typing import Any

from aiohttp import FormData
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.faults import code_of
from bot.slack.tokens import Tokens

TIMEOUT_SECONDS = 10

_REFUSED = frozenset({"invalid_auth", "token_expired", "token_revoked", "account_inactive", "not_authed"})


class TenantClient(AsyncWebClient):
    """Calls with the token of the moment; one that Slack refuses is looked up again, and the call made once more.

    It never repeats any other call by itself, since one that broke off may have arrived.
    """

    def __init__(self, tokens: Tokens, api_url: str) -> None:
        super().__init__(base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])
        self.tokens = tokens

    async def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        files: dict[str, Any] | None = None,
        data: dict[str, Any] | FormData | None = None,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        auth: dict[str, Any] | None = None,
    ) -> AsyncSlackResponse:
        """The answer; raises what slack_sdk raises, and NoToken where the app is not installed (any more)."""

        async def call(given: dict[str, Any] | None) -> AsyncSlackResponse:
            return await super(TenantClient, self).api_call(
                api_method, http_verb=http_verb, files=files, data=data, params=given,
                json=dict(json) if json is not None else None, headers=headers, auth=auth,
            )  # fmt: skip

        if auth is not None or "token" in {**(params or {}), **(json or {})}:
            return await call(params)  # with another token or none, as for Socket Mode
        token = await self.tokens.token()
        try:
            return await call({**(params or {}), "token": token})
        except SlackApiError as error:
            another = await self.tokens.instead_of(token) if code_of(error) in _REFUSED else None
            if another is None:
                raise
        return await call({**(params or {}), "token": another})


def tokens_of(client: AsyncWebClient) -> Tokens | None:
    """Where a client has its tokens from, or None for one that has one for good."""
    return client.tokens if isinstance(client, TenantClient) else None
