"""OpenID Connect: the authorization code flow with one provider.

As OpenID Connect Core 1.0 (section 3.1) and RFC 7636 describe it. The parameters and claims are Authlib’s
to make and judge; its own HTTP client is not used, because it stands on httpx, which it is leaving.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from joserfc.errors import InvalidKeyIdError, JoseError

from bot.clock import Clock
from bot.signin.proof import Claims, Json, proven
from bot.signin.session import Begun
from bot.signin.settings import ProviderSettings
from bot.teams.port import Ambiguous, Unreachable
from bot.teams.settings import is_safe
from bot.teams.wire import Wire

METADATA_GOOD_FOR = timedelta(hours=24)
ASKED_AGAIN = timedelta(seconds=5)
"""So long nobody asks again what could not be had, so that nobody queues for it."""
KEYS_ASKED_AGAIN = timedelta(minutes=1)
"""So long nobody asks for new keys again because a token names one that is not known."""


class NotSignedIn(Exception):
    """Nobody was signed in; `why` is a key of the page that says so, `told` for the log, without secrets."""

    def __init__(self, why: str, told: str) -> None:
        super().__init__(told)
        self.why = why
        self.told = told


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: Json
    keys: Json
    at: datetime


class Provider:
    """One provider; what it says of itself is kept for a day."""

    def __init__(self, settings: ProviderSettings, redirect_url: str, wire: Wire, clock: Clock) -> None:
        self.settings = settings
        self._redirect_url, self._wire, self._clock = redirect_url, wire, clock
        self._known: _Known | None = None
        self._failed: tuple[NotSignedIn, datetime] | None = None
        self._looking = asyncio.Lock()

    async def address(self, begun: Begun) -> str:
        """Where somebody signs in; raises NotSignedIn where the provider can’t be reached."""
        metadata = (await self._look()).metadata
        verifier = begun.verifier if self._challenges(metadata) else None
        address, _ = self._client().create_authorization_url(
            metadata["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=verifier
        )
        return str(address)

    async def claims(self, begun: Begun, code: str) -> Claims:
        """What the provider says about whoever came back with this code; raises NotSignedIn."""
        known = await self._look()
        answer = await self._exchanged(known.metadata, begun, code)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("token", "no id token came")
        try:
            return await self._proven(known, token, begun, answer.get("access_token"))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotSignedIn("token", f"the id token is not good: {type(error).__name__}") from None

    def _client(self) -> Any:
        return OAuth2Client(
            None, self.settings.client_id, self.settings.client_secret, scope="openid profile",
            token_endpoint_auth_method="client_secret_post", redirect_uri=self._redirect_url,  # noqa: S106
            code_challenge_method="S256",
        )  # fmt: skip

    def _challenges(self, metadata: Json) -> bool:
        return self.settings.pkce or "S256" in metadata.get("code_challenge_methods_supported", [])

    async def _exchanged(self, metadata: Json, begun: Begun, code: str) -> Json:
        verifier = begun.verifier if self._challenges(metadata) else None
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=self._redirect_url, code_verifier=verifier
        )
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        client = self._client()
        address, headers, body = client.client_auth(client.token_endpoint_auth_method).prepare(
            "POST", metadata["token_endpoint"], headers, body
        )
        answer = await self._asked("POST", address, headers, body)
        # Slack says so with 200 and `ok`; what the error is called is documented by each, and no secret.
        if "error" in answer or answer.get("ok") is False:
            raise NotSignedIn("refused", f"the code was not taken: {str(answer.get('error'))[:60]}")
        return answer

    async def _proven(self, known: _Known, token: str, begun: Begun, access_token: object) -> Claims:
        def claims(known: _Known) -> Claims:
            issuer, now = known.metadata["issuer"], self._clock.now()
            return proven(token, known.keys, issuer, self.settings, begun.nonce, access_token, now)

        try:
            return claims(known)
        except InvalidKeyIdError:
            return claims(await self._look(newer_than=known))

    async def _look(self, newer_than: _Known | None = None) -> _Known:
        """What the provider says of itself; anew after a day, and for an unknown key, once a minute at most."""
        async with self._looking:
            known, now = self._known, self._clock.now()
            patience = KEYS_ASKED_AGAIN if newer_than is not None and newer_than is known else METADATA_GOOD_FOR
            if known is None or not timedelta() <= now - known.at < patience:
                self._known = known = await self._tried(now)
            return known

    async def _tried(self, now: datetime) -> _Known:
        if self._failed is not None and timedelta() <= now - self._failed[1] < ASKED_AGAIN:
            raise NotSignedIn(self._failed[0].why, self._failed[0].told)
        try:
            return await self._fetched(now)
        except NotSignedIn as error:
            self._failed = error, self._clock.now()
            raise

    async def _fetched(self, now: datetime) -> _Known:
        metadata = await self._asked("GET", self.settings.metadata_url)
        wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(metadata.get(key), str) for key in wanted):
            raise NotSignedIn("unreachable", "its metadata is not what OpenID Connect asks for")
        if not all(is_safe(metadata[key]) for key in wanted[1:]):
            raise NotSignedIn("unreachable", "its metadata names addresses that are not https")
        keys = await self._asked("GET", metadata["jwks_uri"])
        return _Known(metadata, keys, now)

    async def _asked(
        self, method: str, url: str, headers: dict[str, str] | None = None, body: str | None = None
    ) -> Json:
        try:
            answer = await self._wire.request(method, url, headers or {}, body, repeatable=method == "GET")
            said = json.loads(answer.body)
        except (Unreachable, Ambiguous) as error:
            raise NotSignedIn("unreachable", str(error)) from None
        except (ValueError, RecursionError):
            raise NotSignedIn("unreachable", f"it answered {answer.status}, and no JSON") from None
        if not isinstance(said, dict) or (not answer.ok and "error" not in said):
            raise NotSignedIn("unreachable", f"it answered {answer.status}")
        return said
