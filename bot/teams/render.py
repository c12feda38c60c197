"""What Golddust says, as Teams activities: notices, answers, lists. Pure: no client, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from bot import brevity, bundles, buttons, phrases, phrases_learning
from bot.bundles import Items
from bot.buttons import Button, Press
from bot.phrases import Ink
from bot.teams import cards, elements
from bot.teams.asks import Room
from bot.teams.bundle import bundle, line, rating, thanks
from bot.teams.cards import excerpt
from bot.teams.desk import ROOMS, Desk, row
from bot.teams.digest import digest
from bot.teams.elements import Activity, Element
from bot.teams.lists import listing, mine
from bot.teams.text import BARE, INK, cut, escape, in_chat, one_line
from complaints import replies
from complaints.notices import (
    Bundle,
    Captured,
    Card,
    ConfigurationRefused,
    Digest,
    Escalation,
    Foretold,
    Learnt,
    LookedBack,
    News,
    Notice,
    Nudge,
    Remark,
    Reminder,
    Surge,
    WeDid,
)
from complaints.organisation import Organisation
from complaints.replies import Done, Nothing, Refused, Reply, Said
from complaints.severity import Severity
from complaints.ticket import State
from complaints.views import SurgeView, TicketView
from handlers.nudged import Nudged

__all__ = [
    "asked_card", "captured", "card_of", "fitting", "help_message", "listing", "message", "mine", "nudged", "reply",
    "retired", "said", "sentence",
]  # fmt: skip

Sentence = Callable[[Ink], str]
QUOTED = 300
"""Characters of each complaint that a surge is told with."""

HELP = (
    "Say in one sentence what the customer complained about; I find who owns it and see to it that you hear back.",
    "**Write to me** here, or **mention me** in a channel or chat: @Golddust The card machine charged Mrs Ito twice",
    "**Report as complaint**, in a message’s menu or beside the box you write in, opens a short form",
    "**mine** what is yours to act on and what you reported",
    "**list** what is open in your teams",
    "**join C-42 C-43** joins what has one cause under one problem; **leave C-43** takes one out",
    "**away until Friday** your deputy holds meanwhile; **back** when you are here again",
    "**digest now** the figures of your teams; **digest subscribe** brings them every Monday",
    "**action C-42 alert on a full queue @Dana by Friday** what is to be done against a cause",
    "**settings** when your bundle comes, where, and how early you are reminded",
)


def message(
    notice: Notice, ticket: TicketView | None, organisation: Organisation, reader_person: str | None = None, *,
    token: str = "", items: Items = (), rated: bool = False, surge: SurgeView | None = None,
) -> Activity:  # fmt: skip
    """The activity for a notice about a ticket, or about several (`items`); raises ValueError where one is missing.

    `token` names the card, so that a press that arrives twice counts once; by default the ticket's version. `rated`
    says of a nudge that its reader has told whether it was useful.
    """
    if isinstance(notice, Bundle):
        return bundle(notice, items, rated, token=token)
    if isinstance(notice, Surge):
        return fitting(lambda room: _surge(surge, Desk(organisation, token, room)))
    return fitting(lambda room: _message(notice, ticket, reader_person, Desk(organisation, token, room), rated))


def nudged(found: Nudged, organisation: Organisation, outcome: Activity | None = None) -> Activity:
    """What a nudge, or a bundle of them, looks like by now; a single one gives way to the outcome of a press."""
    if isinstance(found.notice, Bundle):
        return bundle(found.notice, found.items, found.rated)
    nudge, ticket = found.items[0]
    if outcome is None and not bundles.answered(nudge, ticket, found.reader):
        return message(nudge, ticket, organisation, found.reader, rated=found.rated)
    if outcome is None:
        shown = cards.trimmed(ticket)
        told = bundles.line(nudge, shown, found.reader, BARE, excerpt(shown))
        body = elements.sentences(line(nudge, shown, found.reader))
        outcome = elements.activity(elements.card(body, fallback=told), told)
    return _asking(outcome, nudge, ticket, found.rated)


def captured(
    ticket: TicketView, again: bool = False, *, token: str = "", reader: str | None = None, masked: Sequence[str] = ()
) -> Activity:
    """Who has it and by when they look; for the reporter with what can still be changed.

    `reader` is the person who reads it, where that may be somebody else than the reporter.
    """
    return fitting(lambda room: _captured(ticket, again, Desk(None, token, room), reader, masked))


def asked_card(
    ticket: TicketView, form: Press, errors: Mapping[str, str], organisation: Organisation, *, token: str = "",
    typed: Mapping[str, object] | None = None,
) -> Element:  # fmt: skip
    """The card with one form open: what was typed (by input id) is kept, and each error stands at its field."""

    def made(room: Room) -> Activity:
        shown = cards.asked_card(ticket, form, errors, Desk(organisation, token, room), typed or {})
        return elements.activity(shown, "")

    return card_of(fitting(made))


def reply(reply: Reply, *, token: str = "", reader: str | None = None) -> Activity:
    """What a command is answered with; `reader` is the person who gave it."""
    if isinstance(reply, replies.Captured):
        return captured(reply.ticket, reply.again, token=token, reader=reader, masked=reply.masked)
    return said(reply)


def retired(ticket: TicketView) -> Activity:
    """What is left of a card when a newer one has been posted."""
    return _plainly(f"{ticket.ref}: see its newer card below.")


def said(reply: Done | Said | Refused | Nothing) -> Activity:
    """An answer that is one sentence."""
    return fitting(lambda room: _plainly(cut(sentence(reply), room.words)))


def sentence(reply: Done | Said | Refused | Nothing) -> str:
    """The sentence of an answer, as plain text."""
    match reply:
        case Done() | Said():
            return in_chat(reply.said) or "Noted."
        case Refused():
            return in_chat(reply.reason)
        case Nothing():
            return "Nothing to do here: nothing has changed."
        case _:
            assert_never(reply)


def help_message() -> Activity:
    """How to use Golddust."""
    body = [block for line in HELP for block in elements.sentences(line)]
    return elements.activity(elements.card(body, fallback=HELP[0]), HELP[0])


def card_of(activity: Activity) -> Element:
    """The Adaptive Card in an activity of ours, as an answer to `Action.Execute` takes it."""
    shown: Element = activity["attachments"][0]["content"]
    return shown


def fitting(make: Callable[[Room], Activity]) -> Activity:
    """The activity with as much room for words and choices as Teams takes."""
    made = make(ROOMS[0])
    for room in ROOMS[1:]:
        if elements.size(made) <= elements.LARGEST:
            break
        made = make(room)
    return made


def _message(notice: Notice, ticket: TicketView | None, reader_person: str | None, desk: Desk, rated: bool) -> Activity:
    if isinstance(notice, Digest):
        return digest(notice)
    if isinstance(notice, ConfigurationRefused):
        return _plainly(cut(phrases.configuration(notice, BARE), desk.room.words))
    if ticket is None or isinstance(notice, Bundle | Surge):
        raise ValueError(f"a notice of the kind {notice.kind} is about a ticket")
    shown = cards.trimmed(ticket)
    reader = reader_person or _reader(notice.audience)
    match notice:
        case Card():
            kind, _, key = notice.audience.partition(":")
            return cards.card(shown, reader if kind == "person" else None, desk, key if kind == "team" else None)
        case Captured():
            return _captured(ticket, False, desk, masked=notice.masked)
        case News():
            return _news(notice, shown, desk)
        case Reminder():
            made = _nudge(lambda ink: phrases.reminder(notice, shown, ink), shown, buttons.for_holder(shown), desk)
            return _asking(made, notice, shown, rated)
        case Escalation():
            brief = _brief(notice)
            made = _nudge(
                lambda ink: phrases.escalation(brief, shown, ink), shown, buttons.for_helper(shown, reader), desk
            )
            return _asking(made, notice, shown, rated)
        case Foretold():
            offered = row(buttons.for_owner(shown), shown, desk)
            wait = replace(notice, waits_for=one_line(notice.waits_for, brevity.REASON))
            return _about(lambda ink: phrases.foretold(wait, shown, ink), shown, [], offered)
        case Remark():
            return _remark(notice, shown, desk.room)
        case WeDid() | LookedBack():
            plain = _plain_words(notice)
            return _about(lambda ink: phrases_learning.learnt(plain, shown, ink), shown, [], [])
        case _:
            assert_never(notice)


def _captured(
    ticket: TicketView, again: bool, desk: Desk, reader: str | None = None, masked: Sequence[str] = ()
) -> Activity:
    shown = cards.trimmed(ticket)

    def told(ink: Ink) -> str:
        return phrases.captured(shown, ink, again=again, masked=masked)

    if reader is not None and reader != ticket.reporter_key:
        return _about(told, shown, [], [])
    return _about(told, shown, _severities(shown, desk), row(buttons.for_reporter(shown), shown, desk))


def _news(notice: News, ticket: TicketView, desk: Desk) -> Activity:
    known = cards.resolution(ticket, desk.room, "You could say") if notice.what == "resolved" else []
    offered = buttons.for_reporter(ticket) if notice.what in {"resolved", "dismissed"} else ()
    return _about(lambda ink: phrases.news(notice, ticket, ink), ticket, known, row(offered, ticket, desk))


def _surge(surge: SurgeView | None, desk: Desk) -> Activity:
    """What is unusual, up to three of the complaints in their own words, and the two answers."""
    if surge is None:
        raise ValueError("a notice of a surge is shown with what it comes to")
    shown = replace(
        surge, common=one_line(surge.common, brevity.REASON), why=one_line(surge.why, brevity.REASON),
        joined_by=one_line(surge.joined_by, brevity.NAME), holder=one_line(surge.holder, brevity.NAME),
    )  # fmt: skip
    examples = [elements.words(f"{one.ref}: {excerpt(one, QUOTED)}") for one in shown.examples]
    made = [] if surge.over else row(buttons.ON_SURGE, surge.examples[0], desk)
    body = [*elements.sentences(phrases.surge(shown, INK)), *examples]
    told = phrases.surge(shown, BARE)
    return elements.activity(elements.card(body, made, fallback=told), told)


def _nudge(said: Sentence, ticket: TicketView, offered: tuple[Button, ...], desk: Desk) -> Activity:
    """What is asked, with what one has to know to do it: whom it waits for and why, or the words for the customer."""
    waiting = phrases.waiting(ticket, INK)
    known = elements.sentences(waiting) if waiting else cards.resolution(ticket, desk.room, "You could say")
    return _about(said, ticket, [*known, *cards.original(ticket)], row(offered, ticket, desk))


def _asking(made: Activity, nudge: Nudge, ticket: TicketView, rated: bool) -> Activity:
    """A nudge, or what became of it, that also asks whether it was useful; or that thanks for the answer."""
    shown = card_of(made)
    if rated:
        shown = {**shown, "body": [*shown["body"], thanks()]}
    else:
        shown = {**shown, "actions": [*shown.get("actions", ()), *rating(nudge, ticket, Desk(), aside=True)]}
    return {**made, "attachments": [{"contentType": elements.CARD, "content": shown}]}


def _plain_words(notice: Learnt) -> Learnt:
    """The notice with words on one line, and nothing in them that would turn the line around."""
    if isinstance(notice, WeDid):
        return replace(notice, words=one_line(notice.words, phrases_learning.MOST))
    return replace(notice, about=one_line(notice.about, phrases_learning.MOST))


def _remark(notice: Remark, ticket: TicketView, room: Room) -> Activity:
    author = one_line(notice.author, brevity.NAME)
    told = f"{INK.bold(escape(author) or '–')} in the thread of {INK.bold(ticket.ref)}:"
    body = [*elements.sentences(told), elements.words(cut(notice.words, room.words)), *cards.files(notice.files, room)]
    plain = f"{author} in the thread of {ticket.ref}: {one_line(notice.words, elements.SUMMARY)}"
    return elements.activity(elements.card(body, fallback=plain), plain)


def _about(said: Sentence, ticket: TicketView, more: list[Element], made: list[Element]) -> Activity:
    """A sentence about a ticket, a reminder of which one it is, and what can be pressed."""
    body = [*elements.sentences(said(INK)), elements.quiet(excerpt(ticket)), *more]
    return elements.activity(elements.card(body, made, fallback=said(BARE)), said(BARE))


def _plainly(text: str) -> Activity:
    return elements.activity(elements.card([elements.words(text)], fallback=text), text)


def _severities(ticket: TicketView, desk: Desk) -> list[Element]:
    if ticket.state in {State.RESOLVED, State.CLOSED}:
        return []
    taps = [
        elements.execute(one.value.capitalize(), "severity", desk.data(ticket, severity=one.value))
        for one in Severity
        if one is not ticket.severity
    ]
    asked = f"I took it as {INK.bold(ticket.severity.value)}. If that is wrong, one tap corrects it:"
    return [elements.small(asked), *elements.actions(taps)]


def _brief(notice: Escalation) -> Escalation:
    return replace(notice, asked=tuple(one_line(name, brevity.NAME) for name in notice.asked[:10]))


def _reader(audience: str) -> str | None:
    kind, _, key = audience.partition(":")
    return key if kind == "person" else None
