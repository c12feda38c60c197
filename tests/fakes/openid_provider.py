"""An OpenID provider that can lie, over real HTTP; it signs anybody in at once as whoever `claims` says.

What it asks for is what OpenID Connect Core 1.0 and RFC 7636 ask for: the client’s secret, the same redirect address,
each code once, and a verifier for each challenge.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.clock import Clock
from tests.fakes.teams_tokens import SigningKey

Json = dict[str, Any]
Forger = Callable[[Json], str]

CLIENT, SECRET = "client-1", "fake-openid-secret"


@dataclass
class Lies:
    """What the provider says that is not so; nothing, unless a test wants it."""

    changed: Json = field(default_factory=dict)
    """Claims that are replaced, or left out where they are None."""
    signs_with: SigningKey | None = None
    forges: Forger | None = None
    """Makes the token of the claims in its own way."""
    answers: Json | None = None
    """In the place of the answer of the token endpoint."""
    status: int = 200


class FakeOpenId:
    """A provider at `url`; `issuer` may have `{tenantid}` in it, as Microsoft’s for any organisation has."""

    def __init__(self, clock: Clock, claims: Json, *, issuer: str | None = None, challenges: bool = False) -> None:
        self.clock, self.claims, self.lies = clock, claims, Lies()
        self.key, self.published = SigningKey("openid-1"), [SigningKey("openid-1")]
        self.key_issuer: str | None = None
        self.challenges = challenges
        self.asked: list[Json] = []
        self.looked = 0
        self.url, self._issuer = "", issuer
        self._codes: dict[str, Json] = {}
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None

    @property
    def issuer(self) -> str:
        """As in its metadata."""
        return self._issuer or self.url

    @property
    def metadata_url(self) -> str:
        """Where it says how one signs in with it."""
        return f"{self.url}/.well-known/openid-configuration"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @classmethod
    @contextmanager
    def in_thread(cls, *given: Any, **settings: Any) -> Iterator[Self]:
        """Serve from a thread of its own while the block runs."""
        fake, loop = cls(*given, **settings), asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="fake-openid", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(fake.__aenter__(), loop).result()
            yield fake
        finally:
            asyncio.run_coroutine_threadsafe(fake.__aexit__(None, None, None), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    async def _metadata(self, _: web.Request) -> web.Response:
        self.looked += 1
        if self.lies.status != 200:
            return web.Response(status=self.lies.status, text="<h1>Busy</h1>")
        more = {"code_challenge_methods_supported": ["S256"]} if self.challenges else {}
        return web.json_response({
            "issuer": self.issuer, "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "none", "HS256"], **more,
        })  # fmt: skip

    async def _keys(self, _: web.Request) -> web.Response:
        whose = {"issuer": self.key_issuer} if self.key_issuer else {}
        return web.json_response({"keys": [{**key.published(), **whose} for key in self.published]})

    async def _authorize(self, request: web.Request) -> web.Response:
        """Back at once with a code; with the scope that we ask for there is nothing to consent to."""
        asked = dict(request.query)
        self.asked.append(asked)
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        code = f"code-{next(self._numbers)}"
        self._codes[code] = asked
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        raise web.HTTPFound(back)

    async def _token(self, request: web.Request) -> web.Response:
        said = {key: str(value) for key, value in (await request.post()).items()}
        if self.lies.answers is not None:
            return web.json_response(self.lies.answers)
        asked = self._codes.pop(said.get("code", ""), None)
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        if asked is None or said.get("redirect_uri") != asked["redirect_uri"] or not _verified(asked, said):
            return web.json_response({"error": "invalid_grant"}, status=400)
        access = "access-1"
        return web.json_response({
            "access_token": access, "token_type": "Bearer", "expires_in": 3600, "id_token": self._id_token(asked),
        })  # fmt: skip

    def _id_token(self, asked: Json) -> str:
        now = int(self.clock.now().timestamp())
        issuer = self.issuer.replace("{tenantid}", self.claims.get("tid", ""))
        claims = {
            "iss": issuer, "aud": CLIENT, "sub": "subject-1", "iat": now, "exp": now + 300,
            "nonce": asked.get("nonce"), **self.claims, **self.lies.changed,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.lies.forges is not None:
            return self.lies.forges(claims)
        key = self.lies.signs_with or self.key
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid})


def unsigned(claims: Json) -> str:
    """A token that says of itself that it is not signed."""
    return f"{_said('none', claims)}."


def signed_with_the_public_key(claims: Json) -> str:
    """A token whose shared secret is what everybody may know."""
    said = _said("HS256", claims)
    public = SigningKey("openid-1").private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return f"{said}.{_packed(hmac.digest(public, said.encode(), 'sha256'))}"


def _said(algorithm: str, claims: Json) -> str:
    header = {"alg": algorithm, "typ": "JWT", "kid": "openid-1"}
    return ".".join(_packed(json.dumps(part).encode()) for part in (header, claims))


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _verified(asked: Json, said: dict[str, str]) -> bool:
    if "code_challenge" not in asked:
        return "code_verifier" not in said
    digest = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
    return _packed(digest) == str(asked["code_challenge"])
