"""Whether an id token is what it says: by OpenID Connect Core 1.0, section 3.1.3.7, and what Microsoft adds to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from bot.signin.settings import ProviderSettings

ALGORITHMS = ["RS256"]
"""What Slack and Microsoft sign with; `none` and everything with a shared secret is refused."""

LEEWAY = 120
"""Seconds that the provider’s clock and ours may be apart."""

TENANT = "{tenantid}"
"""What stands for the directory in the issuer of Microsoft’s for any organisation."""

Claims = dict[str, Any]
Json = dict[str, Any]


def proven(
    token: str, keys: Json, issuer: str, provider: ProviderSettings, nonce: str, access_token: object, at: datetime
) -> Claims:
    """The claims of a token that is good; raises JoseError, ValueError, KeyError or TypeError for any other.

    InvalidKeyIdError, a JoseError, says that the key it names is not among `keys`.
    """
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    read = jwt.decode(token, KeySet.import_key_set(keys), registry=registry)  # type: ignore[arg-type]
    if provider.for_any_directory and TENANT not in issuer:
        raise ValueError("the issuer does not tell whose directory it is")
    options = {
        "iss": {"essential": True, "value": _of_tenant(issuer, read.claims)},
        "aud": {"essential": True, "value": provider.client_id},
    }
    params = {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token}
    claims = CodeIDToken(read.claims, read.header, options, params)
    claims.validate(now=int(at.timestamp()), leeway=LEEWAY)
    _check_key(keys, read.header.get("kid"), claims)
    return dict(claims)


def _check_key(keys: Json, kid: object, claims: Claims) -> None:
    """Nothing; raises ValueError where the key is another issuer’s, as each of Microsoft’s keys says whose it is.

    learn.microsoft.com: access tokens, “Validate the signing key issuer”.
    """
    used = [key for key in keys.get("keys", []) if kid is None or key.get("kid") == kid]
    for whose in (key["issuer"] for key in used if "issuer" in key):
        if _of_tenant(whose, claims) != claims.get("iss"):
            raise ValueError("the key is another issuer’s")


def _of_tenant(issuer: str, claims: Claims) -> str:
    return issuer.replace(TENANT, str(claims.get("tid", "")).lower())
