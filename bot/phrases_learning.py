"""What was learnt from complaints, in words: “you said, we did”, and whether a cause came back."""

from __future__ import annotations

from typing import assert_never

from bot.phrases import Ink
from complaints.follow_ups import Found
from complaints.notices import Learnt, LookedBack, WeDid
from complaints.views import TicketView

MOST = 300
"""Characters of an action or a cause that are shown in a sentence."""


def learnt(notice: Learnt, ticket: TicketView, ink: Ink) -> str:
    """The sentence of a notice about what was learnt."""
    match notice:
        case WeDid():
            return we_did(notice, ticket, ink)
        case LookedBack():
            return looked_back(notice, ticket, ink)
        case _:
            assert_never(notice)


def we_did(notice: WeDid, ticket: TicketView, ink: Ink) -> str:
    """To a reporter, once: “You said it in C-42, and we did something about the cause: “…”. Thank you.”"""
    done = ink.escape(_short(notice.words))
    return f"You said it in {ink.bold(ticket.ref)}, and something was done about the cause: “{done}”. Thank you."


def looked_back(notice: LookedBack, ticket: TicketView, ink: Ink) -> str:
    """To the owner and the lead: “C-50 “retry queue full”: 0 since Sat 3 Oct, 7 in the 30 days before: it worked.”"""
    found, about = notice.found, ink.escape(_short(notice.about))
    named = f"“{about}”" if found.how == "cause" else f"no cause was given, so complaints about {about}"
    counted = f"{found.back} since {ink.when(found.since)}, {found.before} in the {found.days} days before"
    return f"{ink.bold(ticket.ref)} {named}: {counted}: {verdict(found)}.{_doubt(found)}"


def verdict(found: Found) -> str:
    """What the counts say, in a clause."""
    match found.verdict:
        case "worked":
            return "it worked so far"
        case "rare":
            return "it has not come back, but it was rare before too"
        case "less":
            return "it came back, but less often"
        case "back":
            return "it came back"


def _doubt(found: Found) -> str:
    if not found.uncertain:
        return ""
    are = "complaint like it has" if found.uncertain == 1 else "complaints like it have"
    return f" {found.uncertain} more {are} no cause given yet."


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= MOST else f"{plain[: MOST - 1].rstrip()}…"
