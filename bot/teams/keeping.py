"""Teams while the database is away: what can wait is kept in the spool and answered, the rest hears that it is away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot import arrival
from bot.arrival import Arrival, key_of
from bot.intents import asks, lasting
from bot.keeper import AWAY, KEPT, KEPT_REPORT, Keeper
from bot.spool import SpoolFailed
from bot.teams import activities, dialogs
from bot.teams.activities import speaker_of
from bot.teams.listen import Heard, Room, sentence
from bot.teams.listen_cards import MESSAGE, says
from bot.teams.port import Bad, Json, inside, ref_of
from bot.veil import under, veil
from complaints.errors import BadInput
from complaints.masking import spoken
from storage.absence import away

SECONDS = 8.0
"""How long a listener may take before what came is kept and answered; Teams waits ten to fifteen seconds."""
PRESS, SUBMIT = "adaptiveCard/action", "composeExtension/submitAction"

_SHOWING = frozenset({"page", "mine", "ask", "show"})
"""Buttons that only show something."""
_TYPED = frozenset({
    "capture.words", "capture.customer", "edit.words", "edit.customer", "resolve.done", "resolve.root_cause",
    "resolve.tell", "resolve.action", "blocked.other", "blocked.why", "not_mine.reason", "promise.reason",
    "reopen.reason",
})  # fmt: skip
"""The inputs in which somebody writes sentences."""
_TAG = re.compile("(<[^<>]*>)")
_TITLE = "Report as complaint"

Hear = Callable[[Json], Awaitable[Json | None]]

log = structlog.get_logger()


class Keeping:
    """What hears activities, behind the spool; `whose` is the listen room of an activity’s organisation.

    `broken` makes the answer to an invoke that could be neither done nor kept.
    """

    def __init__(
        self, keeper: Keeper, hear: Hear, whose: Callable[[Json], Room | None],
        broken: Callable[[Json], Json | None],
    ) -> None:  # fmt: skip
        self._keeper, self._hear, self._whose, self._broken = keeper, hear, whose, broken
        self._late: set[asyncio.Task[Json | None]] = set()

    async def heard(self, raw: Json) -> Json | None:
        """The answer to an activity; raises SpoolFailed for one that can’t be kept, so that Teams sends it again."""
        room, replayed = self._whose(raw), arrival.here()
        if replayed is not None:
            return await self._again(replayed, room, raw)
        if room is None:
            return await self._hear(raw)
        lane, here = f"teams:{room.golddust.organisation.workspace}", Arrival(key(raw))
        waits = can_wait(raw, room.now())
        if not (waits and self._keeper.queues(lane)):
            answer, late = await self._in_time(here, raw, waits=waits)
            if not (here.away or late):
                return answer
        if not waits:
            return await self._answer(room, raw, AWAY)
        report = reports(raw, room.now())
        cover = veil(room.golddust.organisation.privacy, report=report)
        if not await self._keeper.keep(here.key, f"teams: {kind(raw)}", lane, lambda: masked(raw, cover.text), {}):
            return self._refuse(raw)
        return await self._answer(room, raw, f"{KEPT_REPORT if report else KEPT} {spoken(tuple(cover.names))}".strip())

    async def _in_time(self, here: Arrival, raw: Json, *, waits: bool) -> tuple[Json | None, bool]:
        """The answer, and whether it is late: then the listener goes on, and what came is kept all the same."""
        with arrival.dealing(here):
            task = asyncio.create_task(self._dealt(here, raw))
        await asyncio.wait({task}, timeout=SECONDS if waits else None)
        if task.done():
            return task.result(), False
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return None, True

    async def _dealt(self, here: Arrival, raw: Json) -> Json | None:
        try:
            return await self._hear(raw)
        except Exception as error:
            if not away(error):
                raise
            here.away = True
            return None

    def _refuse(self, raw: Json) -> Json | None:
        if inside(raw, "type") == "invoke":
            return self._broken(raw)
        raise SpoolFailed("an activity could not be kept")

    async def _answer(self, room: Room, raw: Json, words: str) -> Json | None:
        """What an invoke is answered with; whoever wrote to us is told in the chat."""
        name = inside(raw, "name")
        if inside(raw, "type") == "invoke":
            return says(words) if name == PRESS else dialogs.message_dialog(_TITLE, words)
        speaker = speaker_of(raw)
        if speaker is not None and addressed(raw):
            try:
                await room.answer(Heard(raw, speaker, ref_of(raw), room.now()), sentence(words))
            except Bad:
                return None
        return None

    async def _again(self, here: Arrival, room: Room | None, raw: Json) -> Json | None:
        """Deal with what was kept; what it would have been answered with goes to the person in another way."""
        try:
            answer = await self._hear(raw)
        except Exception as error:  # noqa: BLE001 - the spool tries again, or sets it aside
            here.away = away(error)
            here.failed = "" if here.away else type(error).__name__
            return None
        speaker, told = speaker_of(raw), answer or {}
        if room is not None and speaker is not None and told.get("type") == MESSAGE and not here.by_notice:
            heard = Heard(raw, speaker, ref_of(raw), room.now())
            await room.tell(await room.who(heard), sentence(str(told.get("value") or "")))
        return answer


def key(raw: Json) -> str:
    """What tells an activity from all others; the same one sent again has the same."""
    # An edit has the id of its message, so that only its time tells one from the next.
    edited = inside(raw, "timestamp") if inside(raw, "type") in {"messageUpdate", "messageDelete"} else ""
    return key_of("teams", kind(raw), inside(raw, "conversation", "id"), inside(raw, "id"), edited)


def kind(raw: Json) -> str:
    """What an activity is, in Microsoft’s own word."""
    return (inside(raw, "name") or inside(raw, "type"))[:64]


def can_wait(raw: Json, at: datetime) -> bool:
    """Whether an activity can be dealt with later."""
    if inside(raw, "type") == "invoke":
        return _invoke_can_wait(raw)
    if inside(raw, "type") != "message" or not addressed(raw):
        return inside(raw, "type") in {
            "message", "messageUpdate", "messageDelete", "installationUpdate", "conversationUpdate",
        }  # fmt: skip
    return bool(activities.files_of(raw, None)) or lasting(activities.words_of(raw), at)


def addressed(raw: Json) -> bool:
    """Whether a person says something to us, and so waits for a word."""
    personal = inside(raw, "conversation", "conversationType") == "personal"
    return inside(raw, "type") == "message" and (personal or activities.mentioned(raw))


def reports(raw: Json, at: datetime) -> bool:
    """Whether it is a report, of which a person wants the number, and not another wish."""
    if inside(raw, "type") == "invoke":
        return inside(raw, "name") == SUBMIT
    return bool(activities.files_of(raw, None)) or not asks(activities.words_of(raw), at)


def masked(raw: Json, change: Callable[[str], str]) -> Json:
    """The activity with what somebody typed changed: a message, its HTML, or the fields of a form."""

    def in_html(html: str) -> str:
        parts = _TAG.split(html.replace("&nbsp;", "\u00a0"))
        return "".join(part if at % 2 else change(part) for at, part in enumerate(parts))

    said = {key: in_html(raw[key]) for key in ("text",) if isinstance(raw.get(key), str)}
    attached = {"attachments": under({"content"}, raw["attachments"], in_html)} if raw.get("attachments") else {}
    typed = {"value": under(_TYPED, raw["value"], change)} if isinstance(raw.get("value"), dict) else {}
    return {**raw, **said, **attached, **typed}


def _invoke_can_wait(raw: Json) -> bool:
    value = raw.get("value")
    if inside(raw, "name") == PRESS:
        return inside(value, "action", "verb") not in _SHOWING
    if inside(raw, "name") != SUBMIT or not isinstance(value, dict):
        return False
    try:
        form = dialogs.capture(value.get("data") if isinstance(value.get("data"), dict) else {})
    except BadInput:
        return False  # the form says at once what is wrong with it
    return bool(form.words.strip())
