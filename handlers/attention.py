"""Putting nudges in the outbox, as far as their readers' attention goes (rule 5 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from complaints import policy
from complaints.attention import Spent, allot
from complaints.notices import Bundle, Escalation, Foretold, Nudge, Reminder, Surge
from complaints.policy import Judgement
from complaints.severity import Severity
from complaints.ticket import Taken
from handlers.context import Context
from handlers.daybook import Daybook, bundle_of
from storage import attention, bundling, outbox
from storage.outbox import Parcel


def hand_out(context: Context, judged: Iterable[Judgement]) -> dict[int, Judgement]:
    """The judgements by ticket, as they stand once each reader's day has been asked; what goes out is in the outbox.

    A nudge that its reader's day has no room for is held, or passed on to the next in line where it can't wait.
    """
    standing = {one.ticket.number: one for one in judged}
    readers: dict[str, list[Nudge]] = {}
    for one in standing.values():
        for nudge in one.nudges:
            readers.setdefault(reader_of(nudge), []).append(nudge)
    if readers:
        book = Daybook(context, sorted(readers))
        for reader in sorted(readers):
            # One after the other: what is passed on counts for the one who is asked instead.
            _hand_to(context, standing, reader, readers[reader], book)
        book.write()
    return standing


def hand_on(context: Context, nudge: Nudge, *, critical: bool) -> None:
    """Hand one nudge to a reader who is asked in another's place: at once where it is urgent, else in their bundle."""
    reader = reader_of(nudge)
    there = critical or context.presence.at_work(reader, context.at)
    if nudge.urgent and there:
        book = Daybook(context, [reader])
        if _room(context, book, reader):
            book.send_urgent(reader, [nudge])
            book.write()
            return
    presence, moment = context.presence, context.at
    while True:
        moment = presence.bundle_from(reader, moment)
        day = presence.day_of(reader, moment)
        used = attention.lock(context.session, context.workspace, {reader: day.isoformat()})[reader]
        if used.bundle is not None and bundling.waiting(context.session, [used.bundle]):
            bundling.extend(context.session, {used.bundle: [nudge]}, {used.bundle: moment})
            return
        if used.bundle is None:
            notice = outbox.put_one(context.session, context.workspace, bundle_of(reader, [nudge]), context.at, moment)
            attention.spend_bundle(context.session, context.workspace, reader, day.isoformat(), notice)
            return
        moment = presence.midnight(reader, day + timedelta(days=1))


def give_back(context: Context, parcel: Parcel) -> None:
    """Take back what was counted for a notice that nobody got."""
    notice = parcel.notice
    if not isinstance(notice, Bundle | Reminder | Escalation | Foretold | Surge):
        return
    if isinstance(notice, Surge) and notice.again:
        return  # an edit interrupts nobody
    reader = notice.audience.removeprefix("person:")
    if isinstance(notice, Surge) or notice.urgent:
        counted = parcel.due_at if isinstance(notice, Surge) else parcel.created_at
        day = context.presence.day_of(reader, counted).isoformat()
        attention.give_back_urgent(context.session, context.workspace, reader, day)
    else:
        attention.give_back_bundle(context.session, context.workspace, parcel.id)


def reader_of(nudge: Nudge) -> str:
    """The key of the person a nudge is for."""
    return nudge.audience.removeprefix("person:")


def _hand_to(
    context: Context, standing: dict[int, Judgement], reader: str, nudges: Sequence[Nudge], book: Daybook
) -> None:  # fmt: skip
    day, waiting = book.used(reader), book.waiting(reader)
    gone = day.bundle is not None and waiting is None
    come = waiting is not None or _bundle_time_has_come(context, reader)
    limit, leaving = context.organisation.nudges.urgent_a_day, book.leaving(reader) is not None
    allotted = allot(nudges, Spent(day.urgent, gone), limit, bundle_open=come, leaving=leaving)
    if allotted.urgent:
        book.send_urgent(reader, allotted.urgent)
    if allotted.bundle:
        book.bundle(reader, allotted.bundle, _todays_bundle(context, reader))
    unhelped = _pass_on(context, standing, reader, allotted.over, book)
    for nudge in (*unhelped, *allotted.held):
        until = _next_bundle(context, reader, gone=gone)
        if nudge.urgent and nudge.due_at > context.at:
            until = min(until, nudge.due_at)
        standing[nudge.ticket] = policy.held_back(standing[nudge.ticket], nudge, until)


def _pass_on(
    context: Context, standing: dict[int, Judgement], reader: str, over: Sequence[Nudge], book: Daybook
) -> list[Nudge]:  # fmt: skip
    """Ask the next in line about what can't wait and its reader's day has no room for; what is left waits."""
    helped: dict[str, list[Nudge]] = {}
    left: list[Nudge] = []
    for nudge in over:
        asked = _asked_instead(context, standing[nudge.ticket], nudge, helped, book)
        if asked is None:
            left.append(nudge)
            continue
        standing[nudge.ticket] = asked
        helped.setdefault(reader_of(asked.nudges[-1]), []).append(asked.nudges[-1])
    for helper, nudges in helped.items():
        book.send_urgent(helper, nudges)
    return left


def _asked_instead(
    context: Context, judged: Judgement, nudge: Nudge, helped: Mapping[str, object], book: Daybook
) -> Judgement | None:  # fmt: skip
    """The judgement with its nudge for the first in line who is there and whose day has room; None without one.

    Only what is critical, or has run out before anybody was told, is worth somebody else's attention.
    """
    critical = judged.ticket.severity is Severity.CRITICAL
    if not critical and (nudge.due_at > context.at or policy.told_before(judged.ticket, nudge, context.at)):
        return None
    ticket, current = judged.ticket, nudge
    why = f"I have interrupted {context.organisation.name(reader_of(nudge))} enough today"
    while (following := policy.instead(current, ticket, context.presence, context.at, why)) is not None:
        ticket, current = following
        helper = reader_of(current)
        here = critical or context.presence.at_work(helper, context.at)
        if here and (helper in helped or _room(context, book, helper)):
            asked = nudge.asked if isinstance(nudge, Escalation) else ()
            told = replace(
                current, step=f"{nudge.step}{policy.INSTEAD}", asked=asked, because=f"{why}, and {nudge.because}"
            )
            taken = (*judged.ticket.taken, Taken(told.step, context.at, helper))
            others = tuple(one for one in judged.nudges if one is not nudge)
            return replace(judged, ticket=replace(judged.ticket, taken=taken), nudges=(*others, told))
    return None


def _room(context: Context, book: Daybook, reader: str) -> bool:
    return book.used(reader).urgent < context.organisation.nudges.urgent_a_day


def _bundle_time_has_come(context: Context, reader: str) -> bool:
    return _bundle_from_midnight(context, reader) <= context.at


def _todays_bundle(context: Context, reader: str) -> datetime:
    """When a bundle of today may come that has not gone yet: at its time, or now where that has passed."""
    return context.presence.here_from(reader, max(context.at, _bundle_from_midnight(context, reader)))


def _bundle_from_midnight(context: Context, reader: str) -> datetime:
    midnight = context.presence.midnight(reader, context.presence.day_of(reader, context.at))
    return context.presence.bundle_from(reader, midnight)


def _next_bundle(context: Context, reader: str, *, gone: bool) -> datetime:
    presence = context.presence
    tomorrow = presence.midnight(reader, presence.day_of(reader, context.at) + timedelta(days=1))
    return presence.bundle_from(reader, tomorrow if gone else context.at + timedelta(seconds=1))
