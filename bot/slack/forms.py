"""The way back: what somebody typed into a modal, as typed values; anything missing or forged is BadInput."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from bot.forms import EditForm as EditForm
from bot.forms import PromiseForm as PromiseForm
from bot.forms import ReopenForm as ReopenForm
from bot.forms import ResolveForm as ResolveForm
from bot.forms import day_of, promised
from bot.slack import entries
from bot.slack.entries import OUTDATED, View
from bot.slack.inputs import GUESS
from bot.slack.modals import CaptureMetadata
from complaints.errors import BadInput
from complaints.severity import Severity
from complaints.ticket import Attachment, number_of


@dataclass(frozen=True, slots=True)
class Origin:
    """What a form about a ticket remembers: the ticket's number, and the message whose button opened it."""

    ticket: int
    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class CaptureForm:
    """A complaint; `severity` is None where Golddust should guess."""

    words: str
    customer: str | None
    severity: Severity | None
    files: tuple[Attachment, ...]
    metadata: CaptureMetadata | None


@dataclass(frozen=True, slots=True)
class BlockedForm:
    """Whom or what a ticket waits for: `what` is a team's key, a ticket's reference or words.

    A colleague is named by `slack_user`, and `what` is empty.
    """

    ticket: int
    by: Literal["team", "person", "ticket", "other"]
    what: str
    why: str
    slack_user: str | None = None


@dataclass(frozen=True, slots=True)
class NotMineForm:
    """Whose a ticket is: a Slack user's, a team's (its key), or (neither) unknown; or no complaint of its own."""

    ticket: int
    slack_user: str | None
    team: str | None
    not_a_complaint: bool
    duplicate_of: int | None
    reason: str


_BLOCKS: dict[str, dict[str, str]] = {
    "capture": {"words": "words", "customer": "customer", "severity": "severity", "files": "files"},
    "resolve": {
        "done": "done", "root_cause": "root_cause", "tell": "tell", "action": "action", "action_who": "colleague",
        "action_until": "date", "colleague": "colleague", "date": "date",
    },
    "blocked": {
        "what": "ticket", "person": "colleague", "team": "team", "ticket": "ticket", "other": "other",
        "colleague": "colleague", "why": "why",
    },
    "not_mine": {
        "whom": "colleague", "team": "team", "choice": "choice", "duplicate": "duplicate", "reason": "reason",
    },
    "promise": {"until": "date", "time": "time", "reason": "reason"},
    "reopen": {"reason": "reason"},
    "edit": {"words": "words", "customer": "customer"},
}  # fmt: skip


def block_of(form: str, field: str) -> str:
    """The block_id at which a form shows what is wrong with a field; its first one for a field that it has not.

    Of `blocked`, the kinds of blocker (`person`, `team`, `ticket`, `other`) are fields too.
    """
    fields = _BLOCKS.get(form, {})
    return fields.get(field) or next(iter(fields.values()), field)


def origin(view: View) -> Origin:
    """The ticket that a form is about, and where it was opened."""
    try:
        found = json.loads(view["private_metadata"])
        ticket, channel, message = found["ticket"], found.get("channel", ""), found.get("message", "")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(field="ticket", reason=OUTDATED) from None
    numbered = type(ticket) is int and 0 < ticket < 10**9
    if not numbered or not isinstance(channel, str) or not isinstance(message, str):
        raise BadInput(field="ticket", reason=OUTDATED)
    return Origin(ticket, channel, message)


def capture(view: View) -> CaptureForm:
    """The complaint that somebody reported."""
    written = view.get("private_metadata") or ""
    if not isinstance(written, str):
        raise BadInput(field="words", reason=OUTDATED)
    metadata = CaptureMetadata.from_json(written) if written else None
    brought = metadata.files if metadata else ()
    customer = entries.text(view, "customer").strip() or None
    words = entries.text(view, "words", asked=True)
    return CaptureForm(words, customer, _severity(view), (*brought, *_files(view)), metadata)


def resolve(view: View) -> ResolveForm:
    """What was done."""
    return ResolveForm(
        origin(view).ticket,
        entries.text(view, "done", asked=True),
        entries.text(view, "root_cause"),
        entries.text(view, "tell"),
        entries.text(view, "action"),
        entries.chosen(view, "colleague", "selected_user"),
        day_of(entries.chosen(view, "date", "selected_date") or ""),
    )


def blocked(view: View) -> BlockedForm:
    """Whom or what a ticket waits for, which must be one only."""
    ticket, why = origin(view).ticket, entries.text(view, "why")
    user, team = entries.chosen(view, "colleague", "selected_user"), entries.option(view, "team")
    other_ticket, other = entries.text(view, "ticket").strip(), entries.text(view, "other").strip()
    given = [one for one in (user, team, other_ticket, other) if one]
    if len(given) != 1:
        which = "Fill in one of these." if not given else "Fill in only one of these, and leave the others empty."
        raise BadInput(field="colleague", reason=f"Say whom or what it waits for. {which}")
    if user:
        return BlockedForm(ticket, "person", "", why, user)
    if team:
        return BlockedForm(ticket, "team", team, why)
    return BlockedForm(ticket, "ticket" if other_ticket else "other", given[0], why)


def not_mine(view: View) -> NotMineForm:
    """Whose a ticket is; “I don’t know” counts only where nothing else was said."""
    ticket, reason = origin(view).ticket, entries.text(view, "reason")
    user, team = entries.chosen(view, "colleague", "selected_user"), entries.option(view, "team")
    choice, duplicate = entries.option(view, "choice"), entries.text(view, "duplicate").strip()
    if choice not in {None, "unknown", "not_a_complaint"}:
        raise BadInput(field="choice", reason=OUTDATED)
    dismissed = choice == "not_a_complaint"
    given = [one for one in (user, team, duplicate, dismissed) if one]
    if len(given) > 1:
        raise BadInput(field="whom", reason="Pick only one: a colleague, a team, or one of the other answers.")
    if not given and choice is None:
        raise BadInput(field="whom", reason="Pick a colleague or a team; or “I don’t know”, and triage finds out.")
    original = number_of(duplicate)
    if duplicate and original is None:
        raise BadInput(field="duplicate", reason=f"“{duplicate}” is no ticket; write it like C-42.")
    return NotMineForm(ticket, user, team, dismissed, original, reason)


def promise(view: View, zone: ZoneInfo) -> PromiseForm:
    """The promised moment; date and time are those of the owner's zone."""
    ticket = origin(view).ticket
    day, at = entries.chosen(view, "date", "selected_date"), entries.chosen(view, "time", "selected_time")
    return PromiseForm(ticket, promised(day or "", at or "", zone), entries.text(view, "reason"))


def reopen(view: View) -> ReopenForm:
    """Why a ticket is opened again."""
    return ReopenForm(origin(view).ticket, entries.text(view, "reason"))


def edit(view: View) -> EditForm:
    """What is to be worded anew."""
    ticket = origin(view).ticket
    words, customer = entries.text(view, "words"), entries.text(view, "customer").strip()
    same_words, same_customer = entries.initial(view, "words"), entries.initial(view, "customer")
    if same_words and not words.strip():
        raise BadInput(field="words", reason="Say in a sentence what the customer complained about.")
    return EditForm(
        ticket, words if words.strip() and words != same_words else None,
        customer if customer != same_customer else None,
    )  # fmt: skip


def _severity(view: View) -> Severity | None:
    chosen = entries.option(view, "severity")
    if chosen in {None, GUESS}:
        return None
    try:
        return Severity(chosen)
    except ValueError:
        raise BadInput(field="severity", reason=OUTDATED) from None


def _files(view: View) -> tuple[Attachment, ...]:
    files = entries.given(view, "files").get("files") or []
    if not isinstance(files, list) or not all(isinstance(one, dict) for one in files):
        raise BadInput(field="files", reason=OUTDATED)
    return tuple(
        Attachment(
            str(one.get("name") or "file"), str(one.get("permalink") or one.get("url_private") or ""),
            str(one.get("mimetype") or ""),
        )
        for one in files
    )  # fmt: skip
