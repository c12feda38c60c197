"""What an answer of the Bot Connector means when it is not the one that was hoped for.

Source: "Status codes from bot conversational APIs" and "Rate limiting" of Microsoft's Teams documentation; that real
403s often carry other codes than the documented one is known, so every 403 counts as blocked unless it names a reason
of another kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.teams.port import Ambiguous, Auth, Bad, Blocked, Fault, Gone, Json, Throttled, TooBig, Unreachable, inside

_BY_CODE: dict[str, type[Fault]] = {
    "MessageWritesBlocked": Blocked,
    "ConversationBlockedByUser": Blocked,
    "BotDisabledByAdmin": Blocked,
    "BotDisabledByUser": Blocked,
    "BotNotInConversationRoster": Gone,
    "ConversationNotFound": Gone,
    "ActivityNotFoundInConversation": Gone,
    "MemberNotFoundInConversation": Gone,
    "MessageSizeTooBig": TooBig,
    "InvalidBotApiHost": Bad,
    "NotEnoughPermissions": Bad,
}
_BY_STATUS: dict[int, type[Fault]] = {401: Auth, 403: Blocked, 404: Gone, 410: Gone, 413: TooBig}
_TRANSIENT = frozenset({408, 412, 425})
"""With every 5xx: the request may have been carried out before this was said (412 is a lost race at Microsoft's)."""

_LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: header names in lower case, the body as text, which may well be a page of HTML."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def ok(self) -> bool:
        """Whether the request was carried out."""
        return 200 <= self.status < 300

    def json(self) -> Json:
        """The body as an object; an empty one when it is none."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}


def fault_of(answer: Answer, *, repeatable: bool, now: datetime) -> Fault:
    """Why it failed. `repeatable` says that carrying the request out twice does no harm: reads, and edits in place."""
    code, status = _code(answer), answer.status
    why = _why(answer, code)
    retry_after = _wait(answer.headers.get("retry-after", ""), now)
    if status == 429:
        return Throttled(why, status=status, code=code, retry_after=retry_after)
    if status in _TRANSIENT or status >= 500:
        if repeatable:
            return Unreachable(why, status=status, code=code, retry_after=retry_after)
        return Ambiguous(why, status=status, code=code)
    kind = _BY_STATUS.get(status, Bad) if status == 401 else _BY_CODE.get(code) or _BY_STATUS.get(status, Bad)
    return kind(why, status=status, code=code)


def _code(answer: Answer) -> str:
    """Microsoft’s word for the reason: `error.code`, or the `subCode` where one is given."""
    body = answer.json()
    error = body.get("error", body)
    return inside(error, "subCode") or inside(body, "subCode") or inside(error, "code") or inside(body, "error")


def _why(answer: Answer, code: str) -> str:
    message = inside(answer.json(), "error", "message")[:200]
    return " ".join(part for part in ("Microsoft answered", str(answer.status), code, message) if part)


def _wait(text: str, now: datetime) -> timedelta | None:
    """The wait of a Retry-After header, in seconds or as a date; never negative and at most an hour."""
    if text.isascii() and text.strip().isdigit():
        return min(timedelta(seconds=int(text.strip()[:9])), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), _LONGEST_WAIT)
