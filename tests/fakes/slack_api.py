"""A fake Slack on 127.0.0.1: the Web API, response URLs, file downloads and Socket Mode, over real HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes import (
    slack_chat,
    slack_conversations,
    slack_oauth,
    slack_platform,
    slack_users,
    slack_views,
)
from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_faults import Fault, Faults, Trouble
from tests.fakes.slack_identity import START
from tests.fakes.slack_responses import respond
from tests.fakes.slack_scopes import BOT_SCOPES, METHOD_SCOPES, require_any
from tests.fakes.slack_socket import FakeSocket
from tests.fakes.slack_wire import answered, bearer, broken, failed, read_args
from tests.fakes.slack_workspace import Workspace

T = TypeVar("T")

METHODS: dict[str, Callable[[Workspace, Call], Json]] = {
    **slack_chat.METHODS,
    **slack_conversations.METHODS,
    **slack_oauth.METHODS,
    **slack_platform.METHODS,
    **slack_users.METHODS,
    **slack_views.METHODS,
}


class FakeSlack(Workspace):
    """A workspace with its server.

    `async with FakeSlack() as slack:` serves in the running loop; `with FakeSlack.in_thread() as slack:`
    serves in a thread of its own, for a bot in another process. `slack.url` is for SLACK_API_URL.
    """

    def __init__(self, *, scopes: Iterable[str] = BOT_SCOPES, at: datetime = START) -> None:
        super().__init__(scopes=scopes, at=at)
        self.socket = FakeSocket()
        self._faults = Faults()
        self._runner: web.AppRunner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = asyncio.Event()

    def fail_next(
        self,
        method: str,
        trouble: Trouble | None = None,
        *,
        error: str = "",
        status: int = 0,
        retry_after: int = 1,
        seconds: float = 1.0,
        times: int = 1,
    ) -> None:
        """Let the next calls of `method` (`response_url` and `*` too) fail; see `Fault` for the ways."""
        fault = Fault(error, status, trouble, retry_after, seconds)
        with self.changed:
            self._faults.add(method, fault, times)

    # -- serving

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/api/{method}", self._serve_method)
        app.router.add_post("/response/{key}", self._serve_response)
        app.router.add_get("/files-pri/{file}", self._serve_file)
        app.router.add_get("/files-pri/{file}/download", self._serve_file)
        app.router.add_get("/link/", self.socket.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._loop = asyncio.get_running_loop()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/api/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @classmethod
    @contextmanager
    def in_thread(cls, *, scopes: Iterable[str] = BOT_SCOPES, at: datetime = START) -> Iterator[Self]:
        """Serve from a thread of its own while the block runs."""
        slack, loop = cls(scopes=scopes, at=at), asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="fake-slack", daemon=True)
        thread.start()
        try:
            asyncio.run_coroutine_threadsafe(slack.__aenter__(), loop).result()
            yield slack
        finally:
            asyncio.run_coroutine_threadsafe(slack.__aexit__(None, None, None), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something of the fake's, such as `slack.socket.deliver(…)`, from outside its thread."""
        if self._loop is None:
            raise RuntimeError("the fake does not serve yet")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """Wait until `condition` holds, judged again after each call; for tests inside an event loop."""
        await asyncio.to_thread(self.wait_until, condition, timeout)

    # -- answering

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        method, args = request.match_info["method"], await read_args(request)
        token = bearer(request) or str(args.pop("token", ""))
        call = Call(method, args, token, self.now)
        return await self._answer(request, call, self._carry_out, self.scopes)

    async def _serve_response(self, request: web.Request) -> web.StreamResponse:
        call = Call("response_url", await read_args(request), "", self.now)

        def deliver(call: Call) -> Json:
            respond(self, request.match_info["key"], call.args)
            return {}

        return await self._answer(request, call, deliver, None)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        file = request.match_info["file"]
        if bearer(request) != self.bot_token or "files:read" not in self.scopes:
            return web.Response(text="<html>Sign in to Slack</html>", content_type="text/html")
        if file not in self.file_bytes:
            return web.Response(status=404)
        return web.Response(body=self.file_bytes[file], content_type=self.files[file]["mimetype"])

    async def _answer(
        self,
        request: web.Request,
        call: Call,
        carry_out: Callable[[Call], Json],
        scopes: Iterable[str] | None,
    ) -> web.StreamResponse:
        with self.changed:
            self.calls.append(call)
            fault = self._faults.take(call.method) or Fault()
            self.changed.notify_all()
        if fault.error:
            return answered(SlackError(fault.error).answer(), scopes)
        if fault.status:
            return failed(fault)
        if fault.trouble == "timeout":
            await self._closing.wait()
        if fault.trouble in ("timeout", "reset"):
            return broken(request)
        body = self._locked(call, carry_out)
        if fault.trouble == "late":
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), fault.seconds)
        if fault.trouble == "failed":
            return failed(Fault(status=500))
        if fault.trouble == "garbled":
            return failed(Fault(status=200))
        return broken(request) if fault.trouble == "cut" else answered(body, scopes)

    def _locked(self, call: Call, carry_out: Callable[[Call], Json]) -> Json:
        with self.changed:
            try:
                body = {"ok": True, **carry_out(call)}
            except SlackError as error:
                body = error.answer()
            self.changed.notify_all()
        return body

    def _carry_out(self, call: Call) -> Json:
        if call.method in {"api.test", "oauth.v2.access"}:
            return METHODS[call.method](self, call)
        if call.method == "apps.connections.open":
            return self._open_connection(call)
        if call.method not in METHODS:
            raise SlackError("unknown_method", req_method=call.method)
        self._check_token(call)
        require_any(self.scopes, METHOD_SCOPES[call.method])
        return METHODS[call.method](self, call)

    def _check_token(self, call: Call) -> None:
        if not call.token:
            raise SlackError("not_authed")
        if call.token == self.app_token:
            raise SlackError("not_allowed_token_type")
        if call.token != self.bot_token:
            self.grants.check(call.token, self.now)
        if self.token_error:
            raise SlackError(self.token_error)

    def _open_connection(self, call: Call) -> Json:
        if call.token == self.bot_token:
            raise SlackError("not_allowed_token_type")
        if call.token != self.app_token:
            raise SlackError("invalid_auth" if call.token else "not_authed")
        return {"url": self.socket.address(self.url)}
