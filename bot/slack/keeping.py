"""Slack while the database is away: what can wait is kept in the spool and answered, the rest hears that it is away.

It stands between the switchboard and the application of an organisation, for HTTP and Socket Mode alike.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import arrival
from bot.arrival import Arrival
from bot.keeper import AWAY, KEPT, KEPT_REPORT, Keeper, Replay
from bot.slack import waiting
from bot.slack.apology import apology
from bot.slack.listen import Room, respond, sentence
from bot.slack.listen_home import publish_away
from bot.slack.payloads import Json, thread_of
from bot.slack.render import SlackMessage
from bot.veil import veil
from complaints.masking import spoken

SECONDS = 2.6
"""How long a listener may take before what came is kept and answered; Slack waits three seconds in all."""
RESPONSE_URL_GOOD = timedelta(minutes=30)
_HEADERS = ("x-slack-retry-num", "x-slack-retry-reason")

log = structlog.get_logger()


class Keeping:
    """The application of an organisation behind the spool."""

    def __init__(self, app: AsyncApp, room: Room, keeper: Keeper) -> None:
        self._app = app
        self._room = room
        self._keeper = keeper
        self._lane = f"slack:{room.golddust.organisation.workspace}"
        self._late: set[asyncio.Task[BoltResponse]] = set()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The application’s answer; where the database is away, that the payload is kept, or that we can’t look."""
        replayed = arrival.here()
        if replayed is not None:
            return await self._again(replayed, req)
        here, body = Arrival(waiting.key(req.body)), req.body
        known = self._room.introduction.known
        waits = waiting.can_wait(body, self._room.now(), known.user if known else "")
        if waits and self._keeper.queues(self._lane):
            return await self._keep(here, req)
        answer = await self._in_time(here, req, waits=waits)
        if answer is not None and not here.away:
            return answer
        if waits:
            return await self._keep(here, req)
        if body.get("type") == "view_submission":
            return await apology(self._room, body, 503)
        self._room.later(self._tell(body, AWAY))
        return _answered(body, AWAY)

    async def _in_time(self, here: Arrival, req: AsyncBoltRequest, *, waits: bool) -> BoltResponse | None:
        """The answer, or None where it is late: then the listener goes on, and what came is kept all the same."""
        with arrival.dealing(here):
            task = asyncio.create_task(self._app.async_dispatch(req))
        await asyncio.wait({task}, timeout=SECONDS if waits else None)
        if task.done():
            return task.result()
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return None

    async def _keep(self, here: Arrival, req: AsyncBoltRequest) -> BoltResponse:
        body: Json = req.body
        headers = {name: req.headers[name][0] for name in _HEADERS if req.headers.get(name)}
        kind = f"slack {'socket' if req.mode == 'socket_mode' else 'http'}: {waiting.kind(body)}"
        report = waiting.reports(body, self._room.now())
        cover = veil(self._room.golddust.organisation.privacy, report=report)
        if not await self._keeper.keep(here.key, kind, self._lane, lambda: waiting.masked(body, cover.text), headers):
            return await apology(self._room, body, 503)
        said = f"{KEPT_REPORT if report else KEPT} {spoken(tuple(cover.names))}".strip()
        self._room.later(self._tell(body, said))
        return _answered(body, said)

    async def _tell(self, body: Json, words: str) -> None:
        """Tell whoever waits, where the answer itself can’t."""
        user, event, said = waiting.user_of(body), body.get("event") or {}, sentence(words)
        if "command" in body or not user:
            return
        if event.get("type") == "app_home_opened":
            await publish_away(self._room, user)
        elif event:
            if waiting.addressed(event):
                await self._room.whisper(str(event.get("channel")), user, said, thread_of(event))
        elif not body.get("response_url") or not await respond(str(body["response_url"]), said):
            await self._room.tell(user, said)

    # -- once the database is back

    async def _again(self, here: Arrival, req: AsyncBoltRequest) -> BoltResponse:
        """Deal with what was kept; what it would have been answered with goes to the person in another way."""
        answer = await self._app.async_dispatch(req)
        if answer.status >= 400 and not (here.away or here.hindered):
            here.failed = here.failed or f"answered {answer.status}"
        said = _said(answer)
        if said is not None and not (here.away or here.hindered or here.failed or here.by_notice):
            self._room.later(self._answer_late(here, req.body, said))
        return answer

    async def _answer_late(self, here: Arrival, body: Json, said: SlackMessage) -> None:
        url, user = body.get("response_url"), waiting.user_of(body)
        good = here.at is not None and self._keeper.clock.now() - here.at < RESPONSE_URL_GOOD
        if (not url or not good or not await respond(str(url), said)) and user:
            await self._room.tell(user, said)


def replay_through(board: AsyncApp) -> Replay:
    """Lets the switchboard have a payload as if it had just come."""

    async def replay(payload: Json, headers: Mapping[str, str]) -> None:
        kept = {"content-type": "application/json", **headers}
        await board.async_dispatch(AsyncBoltRequest(body=json.dumps(payload), headers=dict(kept)))

    return replay


def _answered(body: Json, words: str) -> BoltResponse:
    if "command" not in body:
        return BoltResponse(status=200, body="")
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": words})


def _said(answer: BoltResponse) -> SlackMessage | None:
    """What an answer says to a person, or None."""
    try:
        body: Any = json.loads(answer.body) if answer.body else {}
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    if isinstance(body.get("text"), str):
        return SlackMessage(body["text"], body.get("blocks") or sentence(body["text"]).blocks)
    if body.get("response_action") == "errors":
        return sentence("That could not be done: " + " ".join(map(str, (body.get("errors") or {}).values())))
    shown = [block for block in (body.get("view") or {}).get("blocks") or () if block.get("type") == "section"]
    words = " ".join(str((block.get("text") or {}).get("text") or "") for block in shown).strip()
    return sentence(words) if words else None
