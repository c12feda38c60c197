"""Tokens of the fake Microsoft: those it signs its requests to the bot with, and those it gives the bot."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.fakes.teams_identity import APP, ISSUER, TENANT

Json = dict[str, Any]


class SigningKey:
    """An RSA key of the channel service; `endorsements` are the channels it may speak for."""

    def __init__(self, kid: str, endorsements: tuple[str, ...] = ("msteams", "webchat")) -> None:
        self.kid = kid
        self.endorsements = endorsements
        self.private = _private_key(kid)

    def published(self) -> Json:
        """The key as it is in the JWKS document."""
        public = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        return {**public, "kid": self.kid, "use": "sig", "alg": "RS256", "endorsements": list(self.endorsements)}

    def sign(self, service_url: str, at: datetime, *, kid: str | None = None, **changed: Any) -> str:
        """A token for a request to the bot that was made `at`; `changed` replaces claims, and None leaves one out."""
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "serviceurl": service_url,
            "nbf": at - timedelta(minutes=1),
            "exp": at + timedelta(hours=1),
            **changed,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.private, algorithm="RS256", headers={"kid": kid or self.kid})


class BotTokens:
    """What the login has given to the bot; usable from any thread."""

    def __init__(self, lifetime: timedelta) -> None:
        self.lifetime = lifetime
        self.issued: list[str] = []
        self.issued_in: list[str] = []
        self._ends: dict[str, datetime] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()

    def issue(self, at: datetime) -> str:
        """A new token for the connector."""
        with self._lock:
            until = at + self.lifetime
            claims = {"aud": ISSUER, "appid": APP, "tid": TENANT, "exp": until, "jti": str(next(self._numbers))}
            token = jwt.encode(claims, "known-to-the-fake-only-and-long-enough", algorithm="HS256")
            self._ends[token] = until
            self.issued.append(token)
            self.issued_in.append(threading.current_thread().name)
            return token

    def good(self, token: str, at: datetime) -> bool:
        """Whether the connector accepts it."""
        with self._lock:
            return token in self._ends and at < self._ends[token]

    def revoke(self) -> None:
        """Accept none of the tokens given out so far."""
        with self._lock:
            self._ends.clear()


@cache
def _private_key(kid: str) -> rsa.RSAPrivateKey:
    # One for each name and run of the tests: they take a tenth of a second to make.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
