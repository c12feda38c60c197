"""The one file that knows Microsoft's SDK: activities in, authenticated, as plain wire dicts, and the bot's own token.

The SDK is archived, so little is asked of it: it checks inbound tokens, runs the turn and gets the bot's own token.
What people said never goes through its models, which lose `conversation.tenantId`, most of an entity and
`value.trigger`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import jwt
import msal
import structlog
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount
from botframework.connector.auth import (
    AppCredentials,
    AuthenticateRequestResult,
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    JwtTokenExtractor,
    ManagedIdentityAppCredentials,
    ManagedIdentityServiceClientCredentialsFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
    ServiceClientCredentialsFactory,
)
from botframework.connector.auth.skill_validation import SkillValidation

from bot.clock import Clock
from bot.requests import is_a
from bot.teams.connector import Connector
from bot.teams.envelope import read
from bot.teams.keys import KeysUnavailable, SigningKeys
from bot.teams.local_login import LocalLogin
from bot.teams.port import Auth, Json, Unreachable, inside, tenant_of
from bot.teams.settings import TeamsSettings
from bot.teams.token import Held, Token
from bot.teams.wire import Wire

OnActivity: TypeAlias = Callable[[Json], Awaitable[Json | None]]
"""Takes an activity as it came; what it returns is the body of the answer to an invoke."""

_ISSUER = AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER
_SCOPE = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE
_CHANNEL = "msteams"
_LONGEST_HEADER = 16_384

log = structlog.get_logger()


class Transport(Connector):
    """The bot's line to Microsoft Teams: what `Connector` says goes out, what is posted to the bot comes in.

    `credentials` stands in for Microsoft's login. `patience` is how long an answer is waited for, in seconds.
    """

    def __init__(
        self,
        settings: TeamsSettings,
        on_activity: OnActivity,
        clock: Clock,
        *,
        credentials: ServiceClientCredentialsFactory | None = None,
        patience: float = 15.0,
    ) -> None:
        wire = Wire(patience)
        token = None if settings.unauthenticated else Token(self._obtain, clock)
        super().__init__(f"28:{settings.app_id}", token, wire, clock)
        self._settings = settings
        self._on_activity = on_activity
        self._factory = credentials or _factory(settings)
        self._credentials: AppCredentials | None = None
        self._patience = patience
        self._keys = SigningKeys(settings.openid_metadata_url, clock, wire.fetch)
        self._authentication = _authentication(settings, self._factory)
        self._adapter = _Adapter()

    # -- activities in

    async def prepare(self) -> None:
        """Fetch Microsoft's public keys, so that the first activity need not wait for them."""
        if not self._settings.unauthenticated:
            try:
                await self._keys.current()
            except KeysUnavailable:
                log.warning("teams keys not there yet; they are asked for again with the first activity")

    async def handle(self, body: bytes | Json, auth_header: str | None) -> tuple[int, Json | None]:
        """The HTTP status and body for an activity that was posted to the bot.

        400 for what is no activity, 401 for a header that is wrong in any way, 403 for a genuine activity of another
        organisation or of another channel than Teams, 503 while Microsoft's keys can't be had, 500 when the bot failed
        (Teams sends it again). Otherwise 200 with a body for an invoke, 202 for everything else.
        """
        raw = read(body)
        if raw is None:
            return HTTPStatus.BAD_REQUEST, None
        activity = _activity(raw)
        is_a(raw.get("type"))
        try:
            result = await self._authenticate(activity, auth_header)
        except KeysUnavailable:
            return HTTPStatus.SERVICE_UNAVAILABLE, None
        except Exception as error:  # noqa: BLE001 - the SDK raises any of a dozen kinds for a bad header
            log.warning("teams request refused", problem=repr(error)[:200])
            return HTTPStatus.UNAUTHORIZED, None
        if not self._serves(raw):
            log.warning("teams activity of another organisation or channel refused", tenant=tenant_of(raw)[:64])
            return HTTPStatus.FORBIDDEN, None
        return await self._turn(result, activity, raw)

    async def _authenticate(self, activity: Activity, header: str | None) -> AuthenticateRequestResult:
        if self._settings.unauthenticated:
            return await self._authentication.authenticate_request(activity, None)
        kid = _key_id(header)
        known = JwtTokenExtractor.get_open_id_metadata(self._settings.openid_metadata_url)
        known.keys = await self._keys.current(kid)
        # The SDK would fetch the keys itself, on the event loop and without a timeout, if it thought them old.
        known.last_updated = datetime.max  # noqa: DTZ901 - the SDK compares it with a naive moment
        result = await self._authentication.authenticate_request(activity, header)
        if "exp" not in result.claims_identity.claims:
            raise PermissionError("the token never expires")
        return result

    def _serves(self, raw: Json) -> bool:
        if self._settings.unauthenticated:
            return True
        served, tenant = self._settings.tenants, tenant_of(raw).lower()
        return inside(raw, "channelId") == _CHANNEL and bool(tenant) and (served is None or tenant in served)

    async def _turn(self, result: AuthenticateRequestResult, activity: Activity, raw: Json) -> tuple[int, Json | None]:
        async def logic(turn: TurnContext) -> None:
            body = await self._on_activity(raw)
            if activity.type == ActivityTypes.invoke:
                value = InvokeResponse(status=HTTPStatus.OK, body=body or {})
                await turn.send_activity(Activity(type=ActivityTypes.invoke_response, value=value))

        if self._settings.unauthenticated:
            self._bot = inside(raw, "recipient", "id") or self._bot
        result.connector_factory = self._adapter
        try:
            answer = await self._adapter.process_activity(result, activity, logic)
        except Exception:
            log.exception("teams activity failed", type=inside(raw, "type")[:64], activity=inside(raw, "id")[:64])
            return HTTPStatus.INTERNAL_SERVER_ERROR, None
        return (answer.status, answer.body) if answer else (HTTPStatus.ACCEPTED, None)

    # -- the bot's own token

    async def _obtain(self, anew: bool) -> Held:
        if self._credentials is None or anew:
            # The managed identity's tokens are kept by the class and would outlive the object.
            ManagedIdentityAppCredentials.global_token_cache = msal.TokenCache()
            settings = self._settings
            self._credentials = await self._factory.create_credentials(
                settings.app_id, _SCOPE, settings.authority, True
            )
        try:
            text = await asyncio.wait_for(asyncio.to_thread(_access_token, self._credentials), self._patience * 2)
        except (PermissionError, ValueError, KeyError) as error:
            raise Auth(f"no token for the bot: {error}"[:300]) from error
        except (OSError, TimeoutError) as error:
            raise Unreachable(f"no answer from the login: {error!r}"[:300]) from error
        return Held(text, _expiry(text))


class _Adapter(CloudAdapterBase):
    """The SDK's adapter; `on_turn_error` stays unset, because with it failures of the bot would be swallowed."""

    def __init__(self) -> None:
        super().__init__(self)

    async def create_user_token_client(self, identity: object) -> None:
        """Nothing: no one signs in through the bot, and the SDK's would be made anew each turn."""

    async def create(self, service_url: str, audience: str | None = None) -> object:
        """What the SDK wants at hand during a turn to answer with; the bot answers through its own connector."""
        return self


def _factory(settings: TeamsSettings) -> ServiceClientCredentialsFactory:
    if settings.unauthenticated:
        return PasswordServiceClientCredentialFactory()
    if settings.app_type == "UserAssignedMSI":
        return ManagedIdentityServiceClientCredentialsFactory(settings.app_id)
    if urlsplit(settings.login_url).scheme == "http":
        return LocalLogin(settings, _SCOPE)
    secret = settings.app_password.get_secret_value()
    # None for a registration for any organisation: the SDK knows where those get their tokens.
    tenant = settings.tenant if settings.app_type == "SingleTenant" else None
    return PasswordServiceClientCredentialFactory(settings.app_id, secret, tenant)


def _authentication(settings: TeamsSettings, factory: ServiceClientCredentialsFactory) -> Any:
    return BotFrameworkAuthenticationFactory.create(
        validate_authority=True,
        to_channel_from_bot_login_url=settings.authority,
        to_channel_from_bot_oauth_scope=_SCOPE,
        to_bot_from_channel_token_issuer=_ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=settings.openid_metadata_url,
        to_bot_from_emulator_open_id_metadata_url=settings.openid_metadata_url,
        credential_factory=factory,
    )


def _access_token(credentials: Any) -> str:
    """The bot's token; blocks. MSAL keeps no time limit unless it is given one."""
    if isinstance(credentials, MicrosoftAppCredentials) and credentials.app is None:
        credentials.app = msal.ConfidentialClientApplication(
            client_id=credentials.microsoft_app_id,
            client_credential=credentials.microsoft_app_password,
            authority=credentials.oauth_endpoint,
            timeout=10,
        )
    return str(credentials.get_access_token())


def _expiry(token: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(jwt.decode(token, options={"verify_signature": False})["exp"]), UTC)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _key_id(header: str | None) -> str:
    """Which key the token claims to be signed with; raises one of many errors unless it is one of Microsoft's channel.

    Judged before the SDK sees it: the SDK also lets in tokens of other bots and of the Emulator, and would fetch the
    keys of those on the event loop.
    """
    if header is None or len(header) > _LONGEST_HEADER:
        raise PermissionError("no header, or one that is too long")
    scheme, _, token = header.partition(" ")
    claims = jwt.decode(token, options={"verify_signature": False})
    if scheme != "Bearer" or claims.get("iss") != _ISSUER or SkillValidation.is_skill_claim(claims):
        raise PermissionError("not a token of the Bot Framework channel service")
    return str(jwt.get_unverified_header(token)["kid"])


def _activity(raw: Json) -> Activity:
    """As much of an activity as the SDK needs to see."""
    return Activity(
        type=inside(raw, "type"),
        id=inside(raw, "id"),
        channel_id=inside(raw, "channelId"),
        service_url=inside(raw, "serviceUrl"),
        conversation=ConversationAccount(id=inside(raw, "conversation", "id")),
        recipient=ChannelAccount(id=inside(raw, "recipient", "id")),
    )
