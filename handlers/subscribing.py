"""Asking for digests in chat: subscribe, unsubscribe, and one right now."""

from __future__ import annotations

from complaints import notices, scopes
from complaints.cases import Window
from complaints.commands import Subscribe, Unsubscribe
from complaints.digest import Scope
from complaints.errors import BadInput, NotAllowed
from complaints.notices import Digest
from complaints.organisation import Organisation
from complaints.replies import Refused, Said
from complaints.schedules import MORNING, SUCH_AS, Schedule, time_of_day
from complaints.summary import Every
from handlers import digest
from handlers.context import Context
from storage import subscriptions
from storage.subscriptions import OF_THE_FILE, Subscription

MONDAY = 0
_WHEN: dict[Every, str] = {
    "daily": "every working day",
    "weekly": "every Monday",
    "monthly": "on the first of every month",
}


def subscribe(context: Context, command: Subscribe) -> Said:
    """The person gets a digest from now on; it takes the place of the one that they asked for before."""
    organisation, audience = context.organisation, notices.person(command.actor)
    teams = asked_for(organisation, command.actor, command.teams)
    calendar = digest.calendar_of(organisation, audience)
    schedule = Schedule(command.every, MONDAY, time_of_day(command.at_time), calendar.zone, calendar)
    wanted = Subscription(
        id=_id(command.actor), audience=audience, teams=teams, every=command.every, weekday=MONDAY,
        at_time=command.at_time, next_at=schedule.following(command.at),
    )  # fmt: skip
    subscriptions.replace(context.session, context.workspace, wanted)
    first = wanted.next_at.astimezone(calendar.zone)
    return Said(
        f"You get a digest of {spoken(organisation, teams)} {_WHEN[command.every]} at {command.at_time}, first on "
        f"{first:%A} {first.day} {first:%B}. `/complaint digest unsubscribe` ends it."
    )


def unsubscribe(context: Context, command: Unsubscribe) -> Said:
    """The person gets none any more that they asked for."""
    known = subscriptions.of(context.session, context.workspace, notices.person(command.actor))
    ended = subscriptions.remove(context.session, context.workspace, [_id(command.actor)])
    said = "You get no more digests." if ended else "You have not asked for a digest, so there is none to end."
    if any(one.id.startswith(OF_THE_FILE) for one in known):
        admins = " or ".join(map(context.organisation.name, context.organisation.organisation.admins[:3]))
        said = f"{'That one ends. ' if ended else ''}golddust.yml lists one for you; ask {admins} to take it out."
    return Said(said)


def now(context: Context, person: str, typed: str = "", every: Every = "weekly") -> Digest:
    """The digest of the day, week or month up to now; raises NotAllowed, or BadInput for an unknown team."""
    teams = asked_for(context.organisation, person, typed)
    return up_to_now(context, notices.person(person), teams, every)


def answered(context: Context, person: str, typed: str, every: Every) -> Digest | Refused:
    """The digest up to now, or why the person gets none."""
    try:
        return now(context, person, typed, every)
    except (NotAllowed, BadInput) as error:
        return Refused(str(error))


def up_to_now(context: Context, audience: str, teams: tuple[str, ...], every: Every) -> Digest:
    """The digest of these teams (none: all of them) for a reader, of the day, week or month that ends now."""
    zone = digest.zone_of(context.organisation, audience)
    start = Schedule(every, MONDAY, time_of_day(MORNING), zone).since(context.at)
    scope = Scope(teams, every, zone.key)
    public, reader = audience.startswith("team:"), audience.removeprefix("person:")
    told = digest.summary(context, scope, Window(start, context.at), public=public, reader=reader)
    return Digest(audience=audience, summary=told, register=digest.register_at(context, teams))


def asked_for(organisation: Organisation, person: str, typed: str) -> tuple[str, ...]:
    """The teams that a person asks for, if they may read about them; raises NotAllowed, or BadInput.

    Without any it is all that they may read, and for admins everything, which is an empty tuple.
    """
    try:
        named = scopes.named(organisation, typed)
    except BadInput as error:
        raise BadInput(field="teams", reason=f"{error} Say for example {SUCH_AS}.") from None
    if named is None:
        named = () if organisation.is_admin(person) else scopes.readable(organisation, person)
        if not named and not organisation.is_admin(person):
            raise NotAllowed(reason=scopes.for_nobody(organisation))
    reason = scopes.refusal(organisation, person, named)
    if reason is not None:
        raise NotAllowed(reason=reason)
    return named


def spoken(organisation: Organisation, teams: tuple[str, ...]) -> str:
    """The names of teams in a sentence: “Payments, App and Cards”, or “everything”."""
    names = [organisation.name(team) for team in teams]
    if not names:
        return "everything"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _id(person: str) -> str:
    return f"chat:{person}"
