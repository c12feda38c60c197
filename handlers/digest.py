"""Digests that are due: each window is told once to each subscriber, late if it must be, and never twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from complaints import notices, scopes
from complaints.calendars import Calendar
from complaints.cases import Window
from complaints.digest import Material, Scope, summarise, worst
from complaints.figures import repeats
from complaints.notices import Digest
from complaints.organisation import DigestFor, Organisation
from complaints.schedules import WEEKDAYS, Schedule, time_of_day
from complaints.summary import Action, Silent, Summary
from handlers import engagement
from handlers.context import Context
from storage import cases, follow_ups, outbox, subscriptions
from storage.subscriptions import OF_THE_FILE, Subscription

LATE = timedelta(hours=1)
"""A digest that comes later than this says so."""
AGAIN = timedelta(hours=1)
"""When one that could not be made is tried again."""
MOST_QUOTABLE = 500
"""So many of the worst tickets are tried for words that may be quoted."""
ALIKE = "alike:"
"""Begins the name under which a digest is noted by whom it is for and what it says."""
LONGEST = 1000
"""Characters of the teams in an address; Slack takes 3000 in all."""
PORTION = 1
"""Digests that one transaction makes; one may take a second, and complaints said meanwhile wait for it."""


def digest_due(context: Context, limit: int = PORTION) -> tuple[int, list[Digest], list[str]]:
    """Make up to `limit` due digests: how many were due, those put in the outbox, and what kept others from it."""
    keep_to_file(context)
    made: list[Digest] = []
    problems: list[str] = []
    due = subscriptions.due(context.session, context.workspace, context.at, limit)
    for subscription in due:
        try:
            with context.session.begin_nested():
                made += _make(context, subscription)
        except Exception as error:  # noqa: BLE001 - one that fails must not stop the others
            subscriptions.advance(context.session, context.workspace, subscription.id, context.at + AGAIN)
            problems.append(f"{subscription.id}: {type(error).__name__}: {error}"[:300])
    return len(due), made, problems


def next_due_at(context: Context) -> datetime | None:
    """When the next digest is due: now where the file lists one that is not known yet, None where there is none."""
    if _changed(context):
        return context.at
    return subscriptions.next_due_at(context.session, context.workspace)


def keep_to_file(context: Context) -> None:
    """Take up what golddust.yml lists by now, and let go of what it lists no longer."""
    if not _changed(context):
        return
    listed = {one.id: one for one in _listed(context)}
    known = subscriptions.ids(context.session, context.workspace, OF_THE_FILE)
    subscriptions.remove(context.session, context.workspace, known - listed.keys())
    for new in (one for one in listed.values() if one.id not in known):
        subscriptions.add(context.session, context.workspace, new)


def summary(context: Context, scope: Scope, window: Window, *, public: bool = False, reader: str = "") -> Summary:
    """What there is to say about a window of these teams; a `public` one quotes only what others heard.

    `reader` (a person's key) hears of the functions that they lead, too.
    """
    place = cases.Place(context.workspace, scope.teams)
    came_back = cases.reopenings(context.session, place)
    loaded = cases.load(context.session, place, window, came_back)
    received = cases.received(context.session, place, window)
    again = repeats(received)
    material = Material(
        cases=loaded,
        received=received,
        again=again,
        reopened=[one.reopened_at for several in came_back.values() for one in several],
        came_back=[(number, one.reopened_at) for number, several in came_back.items() for one in several],
        standing=cases.standing(context.session, place),
        followed=_followed(context, place, window),
        tried=cases.tried(context.session, place, window),
        planned=cases.planned(context.session, place),
        quote=cases.quote(context.session, place, worst(loaded, again, window)[:MOST_QUOTABLE], public=public),
    )
    told = summarise(material, window, scope, context.organisation, context.at)
    return told if public else replace(told, silent=_silent(context, scope, window.end, reader))


def _silent(context: Context, scope: Scope, end: datetime, reader: str) -> Silent | None:
    """The first function of the scope, or led by the reader, that is silent: at most one."""
    teams = context.organisation.teams
    meant = scope.teams or tuple(teams)
    found = engagement.silent(context, (*meant, *(key for key, team in teams.items() if team.lead == reader)), end)
    return Silent(context.organisation.name(found[0]), found[1].expected, found[1].ever) if found else None


def _followed(context: Context, place: cases.Place, window: Window) -> list[Action]:
    return [
        Action(one.cause or one.category, one.words, one.found.since, one.found.back, one.found.before, one.found.days)
        for one in follow_ups.between(context.session, place, window)
    ]


def register_at(context: Context, teams: tuple[str, ...]) -> str:
    """The address of the page that has the tickets of these teams (none: all); empty where browsers don't reach us.

    Of so many teams that their names make no address any more it shows all that the reader may see.
    """
    filtered = f"?{urlencode({'team': ','.join(teams)}, safe=',')}" if teams else ""
    return f"{context.address}/register{filtered if len(filtered) < LONGEST else ''}" if context.address else ""


def schedule_of(organisation: Organisation, subscription: Subscription) -> Schedule:
    """When a subscription is due, by its reader's clock."""
    calendar = calendar_of(organisation, subscription.audience)
    at = time_of_day(subscription.at_time)
    return Schedule(subscription.every, subscription.weekday, at, calendar.zone, calendar)


def zone_of(organisation: Organisation, audience: str) -> ZoneInfo:
    """The time zone in which a person, or a team's channel, reads."""
    return calendar_of(organisation, audience).zone


def calendar_of(organisation: Organisation, audience: str) -> Calendar:
    """When a person, or the team of a channel, works."""
    kind, _, key = audience.partition(":")
    return organisation.calendar_of_team(key) if kind == "team" else organisation.calendar_of(key)


def _make(context: Context, subscription: Subscription) -> list[Digest]:
    teams = _allowed(context.organisation, subscription)
    if teams is None:
        subscriptions.remove(context.session, context.workspace, [subscription.id])
        return []
    schedule = schedule_of(context.organisation, subscription)
    end = schedule.latest(context.at)
    subscriptions.advance(context.session, context.workspace, subscription.id, schedule.following(context.at), end)
    if end < subscription.next_at and subscription.last_window_end is not None and end <= subscription.last_window_end:
        return []  # tried again after a failure, or moved by a change of the clocks: told already
    # By what it says too: who is put down in the file and has asked in chat gets one of two that are alike.
    said = hashlib.sha256(repr((subscription.audience, teams, subscription.every)).encode()).hexdigest()[:32]
    for name in (subscription.id, f"{ALIKE}{said}"):
        if not subscriptions.first_for(context.session, context.workspace, name, end, context.at):
            return []
    scope = Scope(teams, subscription.every, schedule.zone.key)
    told = summary(context, scope, Window(schedule.before(end), end), public=_public(subscription.audience),
                   reader=subscription.audience.removeprefix("person:"))  # fmt: skip
    digest = Digest(
        audience=subscription.audience, summary=told, late=context.at - end > LATE,
        missed=_missed(schedule, subscription, end), register=register_at(context, teams),
    )  # fmt: skip
    outbox.put(context.session, context.workspace, [digest], context.at)
    return [digest]


def _missed(schedule: Schedule, subscription: Subscription, end: datetime) -> int:
    """How many windows before the latest one were due and never told."""
    missed, due = 0, schedule.latest(subscription.next_at)
    while due < end:
        due, missed = schedule.following(due), missed + 1
    return missed


def _allowed(organisation: Organisation, subscription: Subscription) -> tuple[str, ...] | None:
    """The teams of a subscription that its reader may still read about (none: everything); None where it is over."""
    kind, _, key = subscription.audience.partition(":")
    if key not in (organisation.teams if kind == "team" else organisation.people):
        return None
    if subscription.id.startswith(OF_THE_FILE):
        return subscription.teams
    theirs = scopes.readable(organisation, key)
    if not subscription.teams:
        return () if organisation.is_admin(key) else theirs or None
    return tuple(team for team in subscription.teams if team in theirs) or None


def _public(audience: str) -> bool:
    return audience.startswith("team:")


def _changed(context: Context) -> bool:
    known = subscriptions.ids(context.session, context.workspace, OF_THE_FILE)
    return known != {one.id for one in _listed(context)}


def _listed(context: Context) -> Iterator[Subscription]:
    """The digests of the file; the id of each says all that it says, so that a change makes a new one."""
    organisation = context.organisation
    for entry in organisation.digests:
        audience = notices.team(entry.to) if entry.to in organisation.teams else notices.person(entry.to)
        teams, weekday = _teams(organisation, entry), WEEKDAYS.index(entry.on or "monday")
        calendar = calendar_of(organisation, audience)
        said = repr((audience, teams, entry.every, weekday, entry.at, calendar.zone.key))
        schedule = Schedule(entry.every, weekday, time_of_day(entry.at), calendar.zone, calendar)
        yield Subscription(
            id=f"{OF_THE_FILE}{entry.to}:{hashlib.sha256(said.encode()).hexdigest()[:16]}", audience=audience,
            teams=teams, every=entry.every, weekday=weekday, at_time=entry.at,
            next_at=schedule.following(context.at),
        )  # fmt: skip


def _teams(organisation: Organisation, entry: DigestFor) -> tuple[str, ...]:
    """The teams that an entry of the file means; none for all of them."""
    if entry.teams == "all" or (organisation.is_admin(entry.to) and entry.teams is None):
        return ()
    if isinstance(entry.teams, tuple) and entry.teams:
        return entry.teams
    return (entry.to,) if entry.to in organisation.teams else scopes.readable(organisation, entry.to)
