"""The answers to what is asked rather than reported: help, mine, list."""

from __future__ import annotations

import textwrap
from typing import Literal, assert_never

from bot import phrases, phrases_digest, phrases_settings
from bot.intents import AskDigest, Help, ListMine, ListOpen, OwnSettings
from bot.web.listen import Question
from complaints.replies import Refused
from handlers import prefer, reading, subscribing
from handlers.context import Context

HELP = (
    "Say in one sentence what the customer complained about, and press Enter. You can also type\n"
    "• mine: what is yours to act on, and what you reported\n"
    "• list: what is open and yours to see\n"
    "• join C-42 C-43: one problem for what has one cause; leave C-43: takes one out\n"
    "• away until Friday: your deputy holds meanwhile; back: you are here again\n"
    "• digest now: your teams’ figures; digest subscribe: every Monday, digest subscribe daily at 07:30: when you say; "
    "digest unsubscribe: no more\n"
    "• action C-42 alert on a full queue @dana by Friday: what is to be done against a cause\n"
    "• settings: when your bundle comes, where, and how early you are reminded"
)


def answer(context: Context, question: Question, person: str) -> str:
    """What a person is told who asks; only what is theirs to see."""
    match question:
        case Help():
            return HELP
        case ListOpen():
            return _list(context, person, "open") or "Nothing is open that is yours to see."
        case ListMine():
            held, reported = _list(context, person, "held"), _list(context, person, "reported")
            return f"Yours to act on:\n{held or '• nothing'}\nReported by you:\n{reported or '• nothing'}"
        case AskDigest():
            found = subscribing.answered(context, person, question.teams, question.every)
            return found.reason if isinstance(found, Refused) else phrases_digest.plain(found)
        case OwnSettings():
            return _settings(context, person)
        case _:
            assert_never(question)


def _settings(context: Context, person: str) -> str:
    settings = prefer.settings_of(context, person)
    said = "\n".join(f"• {one}" for one in phrases_settings.sentences(settings))
    return f"{said}\n{phrases_settings.how_to_change(settings, '“{}”')}"


def _list(context: Context, person: str, which: Literal["held", "reported", "open"]) -> str:
    page = reading.page(context, which, person, size=20)
    seen = [one for one in page.tickets if which != "open" or reading.readable(context, one.number, person)]
    return "\n".join(
        f"• {one.ref} {phrases.state(one)}, with {one.owner_or_team}: “{_short(one.verbatim)}”" for one in seen
    )


def _short(words: str) -> str:
    return textwrap.shorten(words, 160, placeholder=" …")
