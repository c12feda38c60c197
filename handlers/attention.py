"""Putting nudges in the outbox, as far as their readers' attention goes (rule 5 of the nudging rules)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from complaints import policy
from complaints.attention import Spent, allot, at_risk
from complaints.notices import Bundle, Escalation, Foretold, Nudge, Reminder, person
from complaints.policy import Judgement
from complaints.severity import Severity
from complaints.ticket import Taken
from handlers.context import Context
from storage import attention, outbox
from storage.attention import Day
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
    for reader in sorted(readers):
        # One after the other: what is passed on counts for the one who is asked instead.
        _hand_to(context, standing, reader, readers[reader], _lock(context, [reader])[reader])
    return standing


def hand_on(context: Context, nudge: Nudge, *, critical: bool) -> None:
    """Hand one nudge to a reader who is asked in another's place: at once where it is urgent, else in their bundle."""
    reader = reader_of(nudge)
    there = critical or context.presence.at_work(reader, context.at)
    if nudge.urgent and there and _room(context, reader):
        _send_urgent(context, reader, [nudge])
        return
    presence, moment = context.presence, context.at
    while True:
        moment = presence.bundle_from(reader, moment)
        day = presence.day_of(reader, moment)
        used = attention.lock(context.session, context.workspace, {reader: day.isoformat()})[reader]
        if used.bundle is not None and outbox.waits(context.session, used.bundle):
            outbox.extend(context.session, used.bundle, [nudge], moment)
            return
        if used.bundle is None:
            notice = outbox.put_one(context.session, context.workspace, _bundle(reader, [nudge]), context.at, moment)
            attention.spend_bundle(context.session, context.workspace, reader, day.isoformat(), notice)
            return
        moment = presence.midnight(reader, day + timedelta(days=1))


def give_back(context: Context, parcel: Parcel) -> None:
    """Take back what was counted for a notice that nobody got."""
    notice = parcel.notice
    if not isinstance(notice, Bundle | Reminder | Escalation | Foretold):
        return
    reader = notice.audience.removeprefix("person:")
    if notice.urgent:
        day = context.presence.day_of(reader, parcel.created_at).isoformat()
        attention.give_back_urgent(context.session, context.workspace, reader, day)
    else:
        attention.give_back_bundle(context.session, context.workspace, parcel.id)


def reader_of(nudge: Nudge) -> str:
    """The key of the person a nudge is for."""
    return nudge.audience.removeprefix("person:")


def _hand_to(
    context: Context, standing: dict[int, Judgement], reader: str, nudges: Sequence[Nudge], day: Day
) -> None:  # fmt: skip
    # One that an outage has held up is of a day before.
    leaving = outbox.waiting_bundle(context.session, context.workspace, person(reader), context.at)
    waiting = day.bundle if day.bundle and outbox.waits(context.session, day.bundle) else leaving
    gone = day.bundle is not None and waiting is None
    come = waiting is not None or _bundle_time_has_come(context, reader)
    limit = context.organisation.nudges.urgent_a_day
    allotted = allot(nudges, Spent(day.urgent, gone), limit, bundle_open=come, leaving=leaving is not None)
    if allotted.urgent:
        _send_urgent(context, reader, allotted.urgent)
    if allotted.bundle and waiting is not None:
        outbox.extend(context.session, waiting, allotted.bundle, _todays_bundle(context, reader))
        attention.spend_bundle(context.session, context.workspace, reader, _day(context, reader), waiting)
    elif allotted.bundle:
        notice = outbox.put_one(context.session, context.workspace, _bundle(reader, allotted.bundle), context.at)
        attention.spend_bundle(context.session, context.workspace, reader, _day(context, reader), notice)
    unhelped = _pass_on(context, standing, reader, allotted.over)
    for nudge in (*unhelped, *allotted.held):
        until = _next_bundle(context, reader, gone=gone)
        if nudge.urgent and nudge.due_at > context.at:
            until = min(until, nudge.due_at)
        standing[nudge.ticket] = policy.held_back(standing[nudge.ticket], nudge, until)


def _pass_on(
    context: Context, standing: dict[int, Judgement], reader: str, over: Sequence[Nudge]
) -> list[Nudge]:  # fmt: skip
    """Ask the next in line about what can't wait and its reader's day has no room for; what is left waits."""
    helped: dict[str, list[Nudge]] = {}
    left: list[Nudge] = []
    for nudge in over:
        asked = _asked_instead(context, standing[nudge.ticket], nudge, helped)
        if asked is None:
            left.append(nudge)
            continue
        standing[nudge.ticket] = asked
        helped.setdefault(reader_of(asked.nudges[-1]), []).append(asked.nudges[-1])
    for helper, nudges in helped.items():
        _send_urgent(context, helper, nudges)
    return left


def _asked_instead(
    context: Context, judged: Judgement, nudge: Nudge, helped: Mapping[str, object]
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
        if (critical or context.presence.at_work(helper, context.at)) and (helper in helped or _room(context, helper)):
            asked = nudge.asked if isinstance(nudge, Escalation) else ()
            told = replace(
                current, step=f"{nudge.step}{policy.INSTEAD}", asked=asked, because=f"{why}, and {nudge.because}"
            )
            taken = (*judged.ticket.taken, Taken(told.step, context.at, helper))
            others = tuple(one for one in judged.nudges if one is not nudge)
            return replace(judged, ticket=replace(judged.ticket, taken=taken), nudges=(*others, told))
    return None


def _room(context: Context, reader: str) -> bool:
    return _lock(context, [reader])[reader].urgent < context.organisation.nudges.urgent_a_day


def _lock(context: Context, readers: Iterable[str]) -> dict[str, Day]:
    return attention.lock(context.session, context.workspace, {reader: _day(context, reader) for reader in readers})


def _send_urgent(context: Context, reader: str, nudges: Sequence[Nudge]) -> None:
    notice = nudges[0] if len(nudges) == 1 else replace(_bundle(reader, nudges), urgent=True)
    outbox.put(context.session, context.workspace, [notice], context.at)
    attention.spend_urgent(context.session, context.workspace, reader, _day(context, reader))


def _bundle(reader: str, nudges: Sequence[Nudge]) -> Bundle:
    return Bundle(audience=person(reader), items=tuple(sorted(nudges, key=at_risk)))


def _day(context: Context, reader: str) -> str:
    return context.presence.day_of(reader, context.at).isoformat()


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
