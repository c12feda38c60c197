"""Watching what comes: surges are told to the team's lead at once, and nobody is told twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from complaints import surges, weekly
from complaints.alarms import Alarm
from complaints.cases import Window
from complaints.figures import repeats
from complaints.notices import Surge, person
from complaints.problems import about
from complaints.register import may_see
from complaints.severity import Severity
from complaints.surges import LOOKS_BACK, Usual, series_of_alarm
from complaints.ticket import Ticket
from complaints.views import SurgeView
from complaints.weekly import WEEK
from handlers import alike
from handlers.context import Context
from handlers.viewing import name_of, view
from storage import alarms, attention, cases, counters, outbox, tickets, timeline
from storage import surges as surges_told

EXAMPLES = 3
BEFORE = timedelta(days=1)
"""What is usual is learnt from what came until a day ago, so that a surge is not taken for usual itself."""
FURTHEST = 14
"""So many days ahead a moment is looked for at which somebody may be told."""


def learn(context: Context) -> Usual:
    """What usually comes, by series and by the hour of the week; it only reads."""
    end = context.at - BEFORE
    past = alarms.came(context.session, context.workspace, end - LOOKS_BACK, end)
    zone = ZoneInfo(context.organisation.organisation.time_zone)
    first = alarms.begun(context.session, context.workspace)
    return surges.learnt((alike.arrival(context, one) for one in past), first, end, zone)


def newest(context: Context) -> int:
    """The number of the newest ticket, by which it is known whether anything has come since."""
    return alarms.newest(context.session, context.workspace)


def look(context: Context, usual: Usual) -> list[Alarm]:
    """The surges as of now; it only reads, and little."""
    rule = context.organisation.signals
    if not usual.known or not rule.watch:
        return []
    came = alarms.came(context.session, context.workspace, context.at - rule.window_length, context.at)
    if len(came) < rule.least:
        return []
    going = {series_of_alarm(one) for one in _going(context)}
    arrivals = [alike.arrival(context, one) for one in came]
    return [surges.alarm(one) for one in surges.surges(arrivals, usual, rule, context.at, going)]


def note(context: Context, found: list[Alarm]) -> list[Alarm]:
    """Keep what was found: the surges that are new; those that go on are longer now. One replica at a time."""
    counters.advance(context.session, context.workspace, "watch")
    known = alarms.lately(context.session, context.workspace, context.at) + _settled(context)
    fresh = []
    for one in found:
        before = next((other for other in known if _same(context, other, one)), None)
        if before is None:
            alarms.keep(context.session, context.workspace, one)
            fresh.append(one)
        elif (longer := alarms.longer(before, one.tickets, one.last_at)) != before:
            alarms.keep(context.session, context.workspace, longer)
    return fresh


def weekly_signals(context: Context) -> list[Alarm]:
    """What is no chance in the last whole week, Monday to Sunday, of the whole organisation; it only reads."""
    organisation, place = context.organisation, cases.Place(context.workspace)
    zone = ZoneInfo(organisation.organisation.time_zone)
    local = context.at.astimezone(zone).date()
    end = datetime.combine(local - timedelta(days=local.weekday()), time(), zone).astimezone(UTC)
    received = cases.received(context.session, place, Window(end - WEEK, end))
    came_back = cases.reopenings(context.session, place)
    reopened = [(number, one.reopened_at) for number, several in came_back.items() for one in several]
    found = weekly.noticed(received, repeats(received), reopened, end, organisation.touchpoint)
    earlier = [one for one in alarms.since(context.session, context.workspace, end - WEEK) if one.last_at < end]
    return weekly.alarms(found, end, earlier, organisation.triage)


def keep_signals(context: Context, found: list[Alarm]) -> None:
    """Keep what was noticed in the last week; what is known already stays as it is."""
    for one in found:
        alarms.keep(context.session, context.workspace, one)


def unheard(context: Context) -> bool:
    """Whether there is a surge of which nobody has been told."""
    return alarms.has_untold(context.session, context.workspace)


def tell(context: Context) -> list[Alarm]:
    """Put a notice of each surge that nobody was told of into the outbox, for when its reader is there."""
    told = alarms.untold(context.session, context.workspace)
    for one in told:
        _put(context, one, _in_line(context, context.organisation.in_charge(one.team)))
        alarms.mark_told(context.session, context.workspace, one.key, context.at)
    return told


def hand_on(context: Context, surge: Surge) -> None:
    """Tell the next in line of a surge whose reader can't be reached; nobody where that was the last."""
    one = alarms.find(context.session, context.workspace, surge.alarm)
    if one is None:
        return
    line = _in_line(context, context.organisation.in_charge(one.team))
    reader = surge.audience.removeprefix("person:")
    _put(context, one, line[line.index(reader) + 1 :] if reader in line else line)


def redraw(context: Context, alarm: str, *, pressed_by: str = "") -> None:
    """Bring the messages up to date in which somebody was told of a surge.

    That of whoever pressed its button shows what came of that already.
    """
    for audience in surges_told.audiences(context.session, context.workspace, alarm):
        if audience == person(pressed_by):
            continue
        again = Surge(audience=audience, alarm=alarm, again=True)
        outbox.put_one(context.session, context.workspace, again, context.at)


def arrived(context: Context, surge: Surge) -> None:
    """Bring the message up to date of a surge that was answered while the message was under way."""
    one = alarms.find(context.session, context.workspace, surge.alarm)
    if one is not None and (one.problem is not None or alarms.is_settled(context.session, context.workspace, one.key)):
        redraw(context, one.key)


def unwanted(context: Context, surge: Surge) -> str | None:
    """None while a surge is still to be told to this reader, else why it is not."""
    if surge.again:
        return None
    one = alarms.find(context.session, context.workspace, surge.alarm)
    if one is None or alarms.is_settled(context.session, context.workspace, surge.alarm):
        return "somebody has said that it is no problem"
    if one.problem is not None:
        return f"they are part of C-{one.problem} by now"
    reader = surge.audience.removeprefix("person:")
    if all(ticket.erased_at is not None for ticket in _seen(context, one, reader)):
        return "none of its tickets has words any more"
    if context.presence.at_work(reader, context.at) or _critical(context, one):
        return None
    return f"it is outside {context.organisation.name(reader)}’s working hours by now"


def dropped(context: Context, surge: Surge) -> None:
    """Let a surge be told anew that was not told, if it is still one."""
    one = alarms.find(context.session, context.workspace, surge.alarm)
    if one is not None and one.problem is None:
        alarms.mark_told(context.session, context.workspace, surge.alarm, None)


def shown(context: Context, surge: Surge) -> SurgeView | None:
    """The surge as its reader sees it now; None where nothing is left to show."""
    one = alarms.find(context.session, context.workspace, surge.alarm)
    organisation, reader = context.organisation, surge.audience.removeprefix("person:")
    seen = _seen(context, one, reader) if one is not None else ()
    worded = [ticket for ticket in seen if ticket.erased_at is None]
    if one is None or not worded:
        return None
    team = organisation.in_charge(one.team)
    lead = organisation.teams[team].lead
    leads = f"lead {organisation.name(team)}"
    why = f"You {leads}." if reader == lead else f"You are asked in place of {organisation.name(lead)}."
    examples = tuple(view(context, ticket) for ticket in worded[:EXAMPLES])
    elsewhere = len(seen) < len(one.tickets) and not organisation.is_admin(reader)
    return SurgeView(
        number=examples[0].number, common=about(one, organisation).strip(), since=one.first_at, usual=one.usual,
        count=len(seen) if elsewhere else one.value, elsewhere=elsewhere, window=_window(context), examples=examples,
        why=why, **_answer(context, one, seen),
    )  # fmt: skip


def _answer(context: Context, one: Alarm, seen: Sequence[Ticket]) -> dict[str, Any]:
    """What a surge was answered with: the problem, how many are part of it, by whom, and whose move it is."""
    if one.problem is None:
        return {"settled": alarms.is_settled(context.session, context.workspace, one.key)}
    about = (context.session, context.workspace)
    parts = [ticket.number for ticket in seen if ticket.parent == one.problem]
    events = [event for event in timeline.read(*about, parts[-1]) if event.kind == "joined"] if parts else []
    problem = tickets.find(*about, one.problem)
    return {
        "problem": f"C-{one.problem}", "joined": len(parts),
        "joined_by": name_of(context, events[-1].actor) if events else "",
        "holder": name_of(context, problem.holder) if problem is not None and problem.open else "",
    }  # fmt: skip


def _same(context: Context, known: Alarm, found: Alarm) -> bool:
    """Whether two surges are one going-on: of one series, or of the same tickets for the larger part."""
    if series_of_alarm(known) == series_of_alarm(found):
        return not surges.is_over(known, found.first_at) or alike.open_problem(context, known) is not None
    return 2 * len(set(known.tickets) & set(found.tickets)) >= len(found.tickets)


def _going(context: Context) -> list[Alarm]:
    known = alarms.lately(context.session, context.workspace, context.at)
    return [one for one in known if not surges.is_over(one, context.at)]


def _settled(context: Context) -> list[Alarm]:
    start = context.at - surges.QUIET
    every = alarms.since(context.session, context.workspace, start)
    unsettled = {one.key for one in alarms.lately(context.session, context.workspace, context.at)}
    return [one for one in every if one.shape == "surge" and one.key not in unsettled]


def _seen(context: Context, one: Alarm, reader: str) -> tuple[Ticket, ...]:
    """Those that are the reader's to see, or the lead's whom the reader stands in for, newest first.

    As figures are: what other teams have is for those who may read theirs.
    """
    organisation = context.organisation
    lead = organisation.teams[organisation.in_charge(one.team)].lead
    loaded = tickets.of_numbers(context.session, context.workspace, one.tickets)
    there = (loaded[number] for number in one.tickets if number in loaded)
    return tuple(each for each in there if any(may_see(organisation, each, person) for person in (lead, reader)))


def _critical(context: Context, one: Alarm) -> bool:
    loaded = tickets.of_numbers(context.session, context.workspace, one.tickets)
    return any(ticket.severity is Severity.CRITICAL and ticket.open for ticket in loaded.values())


def _window(context: Context) -> str:
    minutes = context.organisation.signals.window_length // timedelta(minutes=1)
    if minutes % 60:
        return f"{minutes} minutes"
    return "1 hour" if minutes == 60 else f"{minutes // 60} hours"


def _in_line(context: Context, team: str) -> list[str]:
    """Who is told, in order: the lead, the lead's deputy and manager, an admin; each or whoever stands in for them."""
    organisation, presence = context.organisation, context.presence
    lead = organisation.teams[team].lead
    listed = organisation.person(lead)
    wanted = (lead, listed.deputy if listed else None, listed.manager if listed else None,
              *organisation.organisation.admins)  # fmt: skip
    return list(dict.fromkeys(presence.stand_in(one, context.at) for one in wanted if one))


def _put(context: Context, one: Alarm, line: list[str]) -> bool:
    """Put the notice into the outbox for the first who is there and has not been interrupted enough today.

    Without one it waits until the first in line is there again (rules 3 and 5); False where nobody is left to tell.
    """
    critical = _critical(context, one)
    for reader, moment in _chances(context, line, critical=critical):
        if _spend(context, reader, moment):
            notice = Surge(audience=person(reader), alarm=one.key)
            outbox.put_one(context.session, context.workspace, notice, context.at, moment)
            return True
    return False


def _chances(context: Context, line: list[str], *, critical: bool) -> Iterator[tuple[str, datetime]]:
    presence = context.presence
    for reader in line:
        if critical or presence.at_work(reader, context.at):
            yield reader, context.at
    moment = context.at
    for _ in range(FURTHEST if line else 0):
        moment = presence.here_from(line[0], moment)
        yield line[0], moment
        moment = presence.midnight(line[0], presence.day_of(line[0], moment) + timedelta(days=1))


def _spend(context: Context, reader: str, moment: datetime) -> bool:
    """Count an urgent message of a reader's day; False where the day has no room for it."""
    day = context.presence.day_of(reader, moment).isoformat()
    used = attention.lock(context.session, context.workspace, {reader: day})[reader]
    if used.urgent >= context.organisation.nudges.urgent_a_day:
        return False
    attention.keep(context.session, context.workspace, [(reader, day, replace(used, urgent=used.urgent + 1))])
    return True
