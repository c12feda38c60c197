"""A fake Microsoft on 127.0.0.1: the Bot Connector, the login and the public keys, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from tests.fakes.teams_activities import Activities
from tests.fakes.teams_conversations import Conversations, account
from tests.fakes.teams_faults import HTML, Fault, Faults, Refusal, Trouble
from tests.fakes.teams_identity import APP, ISSUER, SECRET, START, Place
from tests.fakes.teams_tokens import BotTokens, SigningKey

Json = dict[str, Any]

_CONVERSATION = "/teams/v3/conversations/{conversation}"
_ACTIVITY = _CONVERSATION + "/activities/{activity}"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that came in; `connection` is the caller's port, which tells the TCP connections apart."""

    operation: str
    path: str
    body: Json
    token: str
    connection: int


class FakeTeams:
    """An organisation with Teams, and Microsoft around it.

    `async with FakeTeams() as teams:` serves in the running loop; `with FakeTeams.in_thread() as teams:` serves in a
    thread of its own, for a bot in another process. `service_url`, `login_url` and `metadata_url` are for the bot's
    settings. `now` is the clock that the bot's tokens are judged by.
    """

    def __init__(
        self, *, at: datetime = START, lifetime: timedelta = timedelta(hours=1), open_to_all: bool = False
    ) -> None:
        self.changed = threading.Condition()
        self.now = at
        self.calls: list[Call] = []
        self.conversations = Conversations()
        self.tokens = BotTokens(lifetime)
        self.keys = [SigningKey("key-1")]
        self.activities = Activities("", at=at)
        self.url = ""
        self._open = open_to_all
        self._faults = Faults()
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()

    # -- arranging and looking

    @property
    def service_url(self) -> str:
        """Where the bot sends to."""
        return f"{self.url}/teams/"

    @property
    def login_url(self) -> str:
        """Where the bot gets its token."""
        return f"{self.url}/login"

    @property
    def identity_url(self) -> str:
        """Where a managed identity gets its token; the value of IDENTITY_ENDPOINT."""
        return f"{self.url}/msi/token"

    @property
    def metadata_url(self) -> str:
        """Where the bot finds the public keys."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    def fail_next(
        self,
        operation: str,
        trouble: Trouble | None = None,
        *,
        status: int = 0,
        code: str = "",
        retry_after: str = "",
        html: bool = False,
        times: int = 1,
    ) -> None:
        """Let the next calls of an operation fail; see `Fault` for the ways.

        Operations: create, send, reply, update, delete, member, members, token, identity, metadata, keys; `*` is any.
        """
        with self.changed:
            self._faults.add(operation, Fault(status, code, retry_after, html, trouble), times)

    def called(self, operation: str) -> list[Call]:
        """The calls of one operation, in order."""
        return [call for call in self.calls if call.operation == operation]

    def said(self, place: Place) -> list[Json]:
        """What the bot has said in a conversation and is still there."""
        return list(self.conversations.at(place.id).activities.values())

    def header(self, *, key: SigningKey | None = None, at: datetime | None = None, **changed: Any) -> str:
        """The Authorization header of a request to the bot; `changed` replaces claims of its token."""
        signer = key or self.keys[0]
        return f"Bearer {signer.sign(self.service_url, at or SystemClock().now(), **changed)}"

    async def deliver(self, url: str, activity: Json) -> tuple[int, str]:
        """Post an activity to a bot at an address, signed; the status and the text of its answer."""
        headers = {"Authorization": self.header()}
        async with aiohttp.ClientSession() as session, session.post(url, json=activity, headers=headers) as answer:
            return answer.status, await answer.text()

    async def until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until `condition` holds, judged again after each call."""
        await asyncio.to_thread(self.wait_until, condition, timeout)

    def wait_until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """The same for tests outside an event loop; raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(lambda: bool(condition()), timeout):
                raise TimeoutError("the bot has not done it")

    # -- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_get("/v1/.well-known/openidconfiguration", self._route("metadata", self._metadata, free=True))
        app.router.add_get("/v1/.well-known/keys", self._route("keys", self._published, free=True))
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._route("token", self._login, free=True))
        app.router.add_get("/msi/token", self._route("identity", self._identity, free=True))
        app.router.add_post("/teams/v3/conversations", self._route("create", self._create))
        app.router.add_post(_CONVERSATION + "/activities", self._route("send", self._send))
        app.router.add_post(_ACTIVITY, self._route("reply", self._send))
        app.router.add_put(_ACTIVITY, self._route("update", self._update))
        app.router.add_delete(_ACTIVITY, self._route("delete", self._delete))
        app.router.add_get(_CONVERSATION + "/members/{member}", self._route("member", self._member))
        app.router.add_get(_CONVERSATION + "/pagedmembers", self._route("members", self._members))
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.activities.service_url = self.service_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @classmethod
    @contextmanager
    def in_thread(cls, **settings: Any) -> Iterator[Self]:
        """Serve from a thread of its own while the block runs."""
        teams, loop = cls(**settings), asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="fake-teams", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(teams.__aenter__(), loop).result()
            yield teams
        finally:
            asyncio.run_coroutine_threadsafe(teams.__aexit__(None, None, None), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    # -- answering

    def _route(self, operation: str, carry_out: Callable[[web.Request, Json], Json], *, free: bool = False) -> Any:
        async def serve(request: web.Request) -> web.StreamResponse:
            call = await self._record(operation, request)
            with self.changed:
                fault = self._faults.take(operation)
            if fault.status:
                return _failed(fault)
            if fault.trouble == "reset":
                return _broken(request)
            try:
                with self.changed:
                    if not free:
                        self._check(call.token)
                    answer = carry_out(request, call.body)
                    self.changed.notify_all()
            except Refusal as refusal:
                return web.json_response(refusal.body, status=refusal.status)
            if fault.trouble == "late":
                await self._closing.wait()
            return _broken(request) if fault.trouble else web.json_response(answer, status=_STATUS.get(operation, 200))

        return serve

    async def _record(self, operation: str, request: web.Request) -> Call:
        text = await request.text()
        body = json.loads(text) if request.content_type == "application/json" and text else dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self.changed:
            self.calls.append(Call(operation, request.path, body, token, _port(request)))
            call = self.calls[-1]
            self.changed.notify_all()
        return call

    def _check(self, token: str) -> None:
        if not self._open and not self.tokens.good(token, self.now):
            raise Refusal(401, message="Authorization has been denied for this request.")

    def _metadata(self, request: web.Request, body: Json) -> Json:
        return {
            "issuer": ISSUER,
            "jwks_uri": f"{self.url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def _published(self, request: web.Request, body: Json) -> Json:
        return {"keys": [key.published() for key in self.keys]}

    def _login(self, request: web.Request, body: Json) -> Json:
        wanted = {"grant_type": "client_credentials", "client_id": APP, "client_secret": SECRET}
        if any(body.get(name) != value for name, value in wanted.items()) or body.get("scope") != f"{ISSUER}/.default":
            raise Refusal(401, "invalid_client")
        seconds = int(self.tokens.lifetime.total_seconds())
        return {"token_type": "Bearer", "expires_in": seconds, "access_token": self.tokens.issue(self.now)}

    def _identity(self, request: web.Request, body: Json) -> Json:
        """The managed identity's endpoint, as it is inside Azure's App Service."""
        if request.headers.get("X-IDENTITY-HEADER") != SECRET or request.query.get("client_id") != APP:
            raise Refusal(400, "invalid_request")
        until = int((self.now + self.tokens.lifetime).timestamp())
        token = self.tokens.issue(self.now)
        return {"access_token": token, "expires_on": str(until), "resource": ISSUER, "token_type": "Bearer"}

    def _create(self, request: web.Request, body: Json) -> Json:
        return self.conversations.create(body)

    def _send(self, request: web.Request, body: Json) -> Json:
        return {"id": self.conversations.post(request.match_info["conversation"], body)}

    def _update(self, request: web.Request, body: Json) -> Json:
        number = request.match_info["activity"]
        self.conversations.replace(request.match_info["conversation"], number, body)
        return {"id": number}

    def _delete(self, request: web.Request, body: Json) -> Json:
        self.conversations.delete(request.match_info["conversation"], request.match_info["activity"])
        return {}

    def _member(self, request: web.Request, body: Json) -> Json:
        person = self.conversations.at(request.match_info["conversation"]).member(request.match_info["member"])
        return account(person) | self.conversations.guests.get(person.id, {})

    def _members(self, request: web.Request, body: Json) -> Json:
        members = list(self.conversations.at(request.match_info["conversation"]).members.values())
        begin, size = int(request.query.get("continuationToken") or 0), int(request.query.get("pageSize") or 200)
        more = {"continuationToken": str(begin + size)} if begin + size < len(members) else {}
        return {"members": [account(person) for person in members[begin : begin + size]], **more}


_STATUS = {"create": 201, "send": 201, "reply": 201}


def _failed(fault: Fault) -> web.Response:
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    if 300 <= fault.status < 400:
        headers["Location"] = "/v1/.well-known/keys"
    if fault.html:
        return web.Response(status=fault.status, text=HTML, content_type="text/html", headers=headers)
    return web.json_response(Refusal(fault.status, fault.code).body, status=fault.status, headers=headers)


def _port(request: web.Request) -> int:
    return int(request.transport.get_extra_info("peername")[1]) if request.transport else 0


def _broken(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
