"""“Report as complaint”: the dialog that opens from a message or beside the compose box, and what comes back from it.

A message extension answers `fetchTask` and `submitAction` with these; its buttons are `Action.Submit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot import phrases
from bot.teams import elements, entries
from bot.teams.cards import excerpt, trimmed
from bot.teams.desk import mark
from bot.teams.elements import CARD, Element
from bot.teams.entries import OUTDATED
from bot.teams.text import INK, LONGEST_ADDRESS, one_line
from complaints import replies
from complaints.errors import BadInput
from complaints.severity import Severity
from complaints.ticket import Attachment

LONGEST_WORDS = 8000
LONGEST_INPUT = 500
MOST_FILES = 10
LARGEST_FILES = 12_000
"""Bytes, counted as UTF-16, that the files of a message may take in its dialog."""
GUESS = "guess"

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaptureMetadata:
    """The message that a complaint is captured from, carried through the dialog.

    `cut` is the mark of the words that the dialog was filled in with, where those are only the beginning of all.
    """

    conversation: str
    message: str
    permalink: str | None = None
    files: tuple[Attachment, ...] = ()
    private: bool = False
    cut: str = ""

    def to_data(self) -> dict[str, Any]:
        """The same as plain data; a link or files that are too long for a dialog are left out."""
        link = self.permalink if self.permalink and len(self.permalink) <= LONGEST_ADDRESS else None
        files = [[one.name, one.address, one.media_type] for one in self.files[:MOST_FILES]]
        while elements.size(files) > LARGEST_FILES:
            files.pop()
        return {
            "conversation": self.conversation, "message": self.message, "permalink": link, "private": self.private,
            "files": files, "cut": self.cut,
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: object) -> CaptureMetadata:
        """What `to_data` wrote; raises BadInput for anything else."""
        kept = entries.mapping(data, "words")
        link, files = kept.get("permalink"), kept.get("files")
        if not isinstance(link, str | None) or not isinstance(files, list) or len(files) > MOST_FILES:
            raise BadInput(field="words", reason=OUTDATED)
        conversation, message, cut = kept.get("conversation"), kept.get("message"), kept.get("cut", "")
        if not isinstance(conversation, str) or not isinstance(message, str) or not isinstance(cut, str):
            raise BadInput(field="words", reason=OUTDATED)
        return cls(conversation, message, link, tuple(map(_file, files)), kept.get("private") is True, cut)


@dataclass(frozen=True, slots=True)
class CaptureForm:
    """A complaint; `severity` is None where Golddust should guess, `metadata` where it is from no message."""

    words: str
    customer: str | None
    severity: Severity | None
    metadata: CaptureMetadata | None
    token: str


def capture_dialog(
    words: str = "", metadata: CaptureMetadata | None = None, *, token: str,
    errors: Mapping[str, str] | None = None, typed: Mapping[str, object] | None = None,
) -> Answer:  # fmt: skip
    """The dialog that reports a complaint, filled in with what the message said or with what was typed so far.

    `token` names the dialog, so that a submission that arrives twice counts once.
    """
    room = LONGEST_WORDS
    while True:
        filled = _typed(typed, "words", words)[:room]
        if metadata is not None and typed is None and len(words) > room:
            metadata = replace(metadata, cut=mark(filled))
        answer = _dialog("Report as complaint", _form(filled, metadata, token, errors or {}, typed or {}))
        if room < 100 or elements.size(answer) <= elements.LARGEST:
            return answer
        room //= 2


def capture(data: object) -> CaptureForm:
    """The complaint that somebody reported."""
    source = entries.mapping(data, "words").get("source")
    metadata = CaptureMetadata.from_data(source) if source is not None else None
    words = entries.text(data, "capture", "words", asked="Say in a sentence what the customer complained about.")
    customer = entries.text(data, "capture", "customer").strip() or None
    return CaptureForm(words, customer, _severity(data), metadata, entries.word(data, "token"))


def receipt_dialog(reply: replies.Captured) -> Answer:
    """Who has it and by when they look; buttons follow with the receipt in the chat, since a dialog can't take them."""
    ticket = trimmed(reply.ticket)
    said = phrases.captured(ticket, INK, again=reply.again, masked=reply.masked)
    body = [*elements.sentences(said), elements.quiet(excerpt(ticket))]
    return _dialog(ticket.ref, elements.card(body, fallback=ticket.ref), "small")


def message_dialog(title: str, text: str) -> Answer:
    """A dialog that only says something."""
    room = LONGEST_WORDS
    while True:
        answer = _dialog(title, elements.card([elements.words(text[:room])], fallback=text), "small")
        if room < 100 or elements.size(answer) <= elements.LARGEST:
            return answer
        room //= 2


def _form(
    words: str, metadata: CaptureMetadata | None, token: str, errors: Mapping[str, str], typed: Mapping[str, object]
) -> Element:
    guess = ("Let Golddust guess", GUESS)
    severities = (guess, *((one.value.capitalize(), one.value) for one in Severity))
    chosen = _typed(typed, "severity", GUESS)
    asked = [
        elements.text_input(
            "capture.words", "What did the customer complain about?", words, lines=True, limit=LONGEST_WORDS,
            placeholder="The card machine charged Mrs Ito twice",
            missing="Say in a sentence what the customer complained about.",
        ),
        elements.text_input(
            "capture.customer", "Customer", _typed(typed, "customer", ""), limit=LONGEST_INPUT,
            placeholder="Name or account, if you know it",
        ),
        elements.choice_input(
            "capture.severity", "How bad is it?", severities,
            chosen if chosen in {value for _, value in severities} else GUESS,
        ),
    ]  # fmt: skip
    body = []
    for element in asked:
        wrong = errors.get(str(element["id"]).partition(".")[2])
        body += [element, elements.fault(wrong)] if wrong else [element]
    if metadata is not None and metadata.cut:
        body.append(elements.quiet("There is more in the message; unless you change these words, all of it is kept."))
    if metadata is not None and metadata.files:
        names = ", ".join(one_line(one.name, 80) for one in metadata.files[:MOST_FILES])
        body.append(elements.quiet(f"Comes along: {names}"))
    data = {"token": token, "source": metadata.to_data() if metadata else None}
    return elements.card(body, [elements.submit("Report", data)], fallback="Report as complaint")


def _dialog(title: str, shown: Element, height: str = "medium") -> Answer:
    attached = {"contentType": CARD, "content": shown}
    value = {"title": one_line(title, 60), "width": "medium", "height": height, "card": attached}
    return {"task": {"type": "continue", "value": value}}


def _typed(typed: Mapping[str, object] | None, field: str, otherwise: str) -> str:
    value = (typed or {}).get(f"capture.{field}")
    return value if isinstance(value, str) else otherwise


def _severity(data: object) -> Severity | None:
    chosen = entries.text(data, "capture", "severity")
    if chosen in {"", GUESS}:
        return None
    try:
        return Severity(chosen)
    except ValueError:
        raise BadInput(field="severity", reason=OUTDATED) from None


def _file(kept: object) -> Attachment:
    if not isinstance(kept, list) or len(kept) != 3 or not all(isinstance(one, str) for one in kept):
        raise BadInput(field="words", reason=OUTDATED)
    return Attachment(*kept)
