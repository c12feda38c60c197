"""The forms that Slack shows as modals; each input's block_id and action_id are the name of its field."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.forms import END_OF_DAY
from bot.slack import blocks, inputs
from bot.slack.blocks import Block, plain_text
from bot.slack.entries import OUTDATED
from bot.slack.inputs import LONGEST_INPUT
from bot.slack.text import one_line
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.ticket import Attachment, Kind
from complaints.views import TicketView

LONGEST_METADATA = 3000
TITLE = 24


@dataclass(frozen=True, slots=True)
class CaptureMetadata:
    """The message that a complaint is captured from, carried through the form."""

    channel: str
    message: str
    permalink: str | None = None
    files: tuple[Attachment, ...] = ()
    private: bool = False
    thread: str | None = None
    cut: bool = False
    """Whether there is more of the message than the form holds."""

    def shortened(self) -> bool:
        """Whether there is more of the message than the form holds, be it only a file that does not fit."""
        return CaptureMetadata.from_json(self.to_json()).cut

    def to_json(self) -> str:
        """The JSON for `private_metadata`; files that do not fit into 3000 characters are left out."""
        kept = self
        while len(written := json.dumps(asdict(kept), separators=(",", ":"))) > LONGEST_METADATA and kept.files:
            kept = replace(kept, files=kept.files[:-1], cut=True)
        return written

    @classmethod
    def from_json(cls, text: str) -> CaptureMetadata:
        """The metadata that `to_json` wrote; raises BadInput for anything else."""
        try:
            found = json.loads(text)
            files = tuple(Attachment(str(f["name"]), str(f["address"]), str(f["media_type"])) for f in found["files"])
            channel, message, link, thread = (found[key] for key in ("channel", "message", "permalink", "thread"))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BadInput(field="words", reason=OUTDATED) from None
        if not (isinstance(channel, str) and isinstance(message, str)):
            raise BadInput(field="words", reason=OUTDATED)
        if not (isinstance(link, str | None) and isinstance(thread, str | None)):
            raise BadInput(field="words", reason=OUTDATED)
        return cls(channel, message, link, files, found.get("private") is True, thread, found.get("cut") is True)


def capture_form(*, words: str = "", metadata: CaptureMetadata | None, at_files: bool = True) -> dict[str, Any]:
    """The form that reports a complaint; `words` is what the message said, `at_files` offers an upload."""
    asked = [
        inputs.text(
            "words", "What did the customer complain about?", words, lines=True,
            placeholder="The card machine charged Mrs Ito twice",
            hint="Longer than this form: the rest stays in the original." if len(words) > LONGEST_INPUT else "",
        ),
        inputs.text("customer", "Customer", optional=True, placeholder="Name or account, if you know it"),
        inputs.severity(),
    ]  # fmt: skip
    if metadata is not None and metadata.files:
        asked.append(blocks.context_plain("Comes along: " + one_line(", ".join(f.name for f in metadata.files), 500)))
    if at_files:
        upload = {"type": "file_input", "action_id": "files", "max_files": 5}
        asked.append(inputs.question("files", "Screenshots or files", upload, optional=True))
    return _form("capture", "Report a complaint", "Report", asked, metadata.to_json() if metadata else "")


def resolve_form(ticket: TicketView, *, channel: str = "", message: str = "") -> dict[str, Any]:
    """What was done, why it happened, the words to tell the customer, and what is to be done against the cause.

    Of an action no more is asked than what was done.
    """
    if ticket.kind is Kind.ACTION:
        done = inputs.text("done", "What was done?", ticket.words or ticket.verbatim, lines=True)
        return _on_ticket("resolve", f"{ticket.ref} is done", "Done", [done], ticket, channel, message)
    passes_on = "Each reporter" if ticket.kind is Kind.PROBLEM else _name(ticket)
    asked = [
        inputs.text("done", "What was done?", lines=True),
        inputs.text("root_cause", "Why did it happen?", optional=True),
        inputs.text(
            "tell", "Words to tell the customer", lines=True, optional=True, hint=f"{passes_on} passes them on."
        ),
        inputs.text(
            "action", "What will you do so that it does not happen again?", optional=True,
            hint="Becomes a ticket of its own, with a date.",
        ),
        inputs.colleague("Who does it?", hint="You, unless you pick somebody."),
        inputs.question(
            "date", "Until when?", {"type": "datepicker", "action_id": "date"}, optional=True,
            hint="In two weeks, unless you pick a day.",
        ),
    ]  # fmt: skip
    return _on_ticket("resolve", f"Resolve {ticket.ref}", "Resolve", asked, ticket, channel, message)


def blocked_form(
    ticket: TicketView, organisation: Organisation, *, channel: str = "", message: str = ""
) -> dict[str, Any]:
    """Whom or what the ticket waits for: a colleague, a team, another ticket, or something else."""
    asked = [
        blocks.section_plain(
            "Whom or what does it wait for? Fill in one of these: I’ll ask them, and the clocks pause."
        ),
        inputs.colleague("A colleague"),
        inputs.team("A team", [(key, team.name) for key, team in organisation.teams.items()]),
        inputs.text("ticket", "Another ticket", optional=True, placeholder="C-42"),
        inputs.text("other", "Something else", optional=True, placeholder="A delivery, a supplier, a date"),
        inputs.text("why", "What do you need from them?", lines=True, optional=True),
    ]
    return _on_ticket("blocked", f"{ticket.ref} is blocked", "Save", asked, ticket, channel, message)


def not_mine_form(
    ticket: TicketView, organisation: Organisation, *, channel: str = "", message: str = ""
) -> dict[str, Any]:
    """Whose it is, or that nobody here knows, or that it is no complaint of its own."""
    owning = [(key, team.name) for key, team in organisation.teams.items() if team.owns]
    rest = [inputs.option("I don’t know", "unknown"), inputs.option("It is not a complaint", "not_a_complaint")]
    asked = [
        blocks.section_plain("Whose is it? One answer is enough."),
        inputs.colleague("A colleague’s"),
        inputs.team("A team’s", owning),
        inputs.question(
            "choice", "Or", {"type": "radio_buttons", "action_id": "choice", "options": rest}, optional=True
        ),
        inputs.text("duplicate", "It is a duplicate of", optional=True, placeholder="C-42"),
        inputs.text("reason", "Why?", lines=True, optional=True, hint="Helps whoever has it next."),
    ]
    return _on_ticket("not_mine", f"{ticket.ref} is not mine", "Pass it on", asked, ticket, channel, message)


def promise_form(ticket: TicketView, *, channel: str = "", message: str = "") -> dict[str, Any]:
    """The date by which it will be done, in the owner's own time zone."""
    at = {"type": "timepicker", "action_id": "time", "initial_time": END_OF_DAY}
    asked = [
        inputs.question("date", "Done by", {"type": "datepicker", "action_id": "date"}),
        inputs.question("time", "At", at, optional=True, hint="Your own time."),
        inputs.text("reason", "Why then?", optional=True, hint=f"{_name(ticket)} sees the date and the reason."),
    ]
    return _on_ticket("promise", "Promise a date", "Promise", asked, ticket, channel, message)


def reopen_form(ticket: TicketView, *, channel: str = "", message: str = "") -> dict[str, Any]:
    """What is still wrong."""
    asked = [inputs.text("reason", "What is still wrong?", lines=True)]
    return _on_ticket("reopen", f"Reopen {ticket.ref}", "Reopen", asked, ticket, channel, message)


def edit_form(ticket: TicketView, *, channel: str = "", message: str = "") -> dict[str, Any]:
    """Better words, or the customer's name; words too long for a form are left empty, which keeps them."""
    words = ticket.words if ticket.words is not None else ticket.verbatim
    fits = len(words) <= LONGEST_INPUT
    kept = "The first words are kept too." if fits else "They are too long to show here. Leave this empty to keep them."
    asked = [
        inputs.text(
            "words",
            "What the customer complained about",
            words if fits else "",
            lines=True,
            optional=not fits,
            hint=kept,
        ),
        inputs.text("customer", "Customer", one_line(ticket.customer or "", 500), optional=True),
    ]
    return _on_ticket("edit", f"Edit {ticket.ref}", "Save", asked, ticket, channel, message)


def loading() -> dict[str, Any]:
    """What is shown while the form is being prepared."""
    return message_view("Golddust", "One moment…")


def message_view(title: str, text: str) -> dict[str, Any]:
    """A modal that only says something."""
    return {
        "type": "modal", "title": plain_text(title, TITLE), "close": plain_text("Close", TITLE),
        "blocks": [blocks.section_plain(text)],
    }  # fmt: skip


def _on_ticket(
    callback: str, title: str, submit: str, asked: list[Block], ticket: TicketView, channel: str, message: str
) -> dict[str, Any]:
    metadata = json.dumps({"ticket": ticket.number, "channel": channel, "message": message}, separators=(",", ":"))
    return _form(callback, title, submit, asked, metadata)


def _form(callback: str, title: str, submit: str, asked: list[Block], metadata: str) -> dict[str, Any]:
    return {
        "type": "modal", "callback_id": callback, "title": plain_text(title, TITLE),
        "submit": plain_text(submit, TITLE), "close": plain_text("Cancel", TITLE),
        "private_metadata": metadata, "blocks": asked,
    }  # fmt: skip


def _name(ticket: TicketView) -> str:
    return one_line(ticket.reporter, 80)
