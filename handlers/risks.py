"""The risk register: kept up from problems and signals, and edited by those who are in charge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from complaints import scopes
from complaints.alarms import Alarm
from complaints.cases import SET_ASIDE
from complaints.errors import BadInput, NotAllowed
from complaints.follow_ups import same_cause
from complaints.organisation import Organisation
from complaints.risks import NEXT_LOOK, QUARTER, RECENT, Evidence, Risk, edited, kept_up, may_read, proposed_by
from complaints.typed import cleaning
from handlers.context import Context
from storage import alarms, risks
from storage.risks import Problem, Seen

OF_TITLE = 120
_HOUR = 3600
_SHAPES = {"surge": "A surge of", "above": "More", "run above": "More", "below": "Fewer", "run below": "Fewer"}
_MEASURES = {"arrivals": "complaints", "repeats": "repeated complaints", "reopenings": "reopened tickets"}


def due(context: Context) -> bool:
    """Whether the register was not kept up in this hour, or does not know of a problem."""
    where = (context.session, context.workspace)
    return _hour(context.at) > risks.last_hour(*where) or risks.unregistered(*where)


def found(context: Context) -> list[Risk]:
    """The risks as they should be by now, of those that are new or have changed; it only reads."""
    where = (context.session, context.workspace)
    problems, standing, known = risks.problems(*where), alarms.standing(*where, context.at), risks.everything(*where)
    theirs = {risk.key: risk for risk in known if risk.source != "person"}
    if not (problems or standing or theirs):
        return []
    seen = [one for one in risks.seen(*where, context.at - QUARTER) if one.close_reason not in SET_ASIDE]
    evidence = dict(_of_problems(context, problems, seen))
    evidence |= {key: one for key, one in _of_alarms(context, standing, seen) if key not in evidence}
    gone = {key: _gone(risk, seen) for key, risk in theirs.items() if key not in evidence}
    changed = [kept_up(theirs[key], one, context.at) for key, one in gone.items() if theirs[key].title]
    for key, (blank, one) in evidence.items():
        risk = theirs.get(key, blank)
        # One that comes back after its words were erased is worded anew.
        changed.append(kept_up(risk if risk.title else replace(risk, title=blank.title), one, context.at))
    return [risk for risk in changed if theirs.get(risk.key) != risk]


def keep(context: Context, found: Sequence[Risk]) -> None:
    """Save what the upkeep has found, unless somebody has changed it meanwhile: then it waits for the next hour."""
    where = (context.session, context.workspace)
    for risk in found:
        now = risks.find(*where, risk.number, lock=True) if risk.number else None
        if now is None and not risk.number:
            risks.add(*where, risk)
        elif now is not None and now.version == risk.version:
            risks.save(*where, risk)
    risks.note_hour(*where, _hour(context.at))


def readable(context: Context, person: str) -> list[Risk]:
    """The risks that a person may see: those of their teams, or all of them for admins."""
    found = risks.everything(context.session, context.workspace)
    return [risk for risk in found if may_read(context.organisation, risk.team, person)]


def edit(context: Context, number: int, person: str, entered: Mapping[str, str], version: int) -> Risk:
    """The risk as a person has edited it; raises NotAllowed, and BadInput where somebody else did so meanwhile."""
    where = (context.session, context.workspace)
    risk = risks.find(*where, number, lock=True)
    if risk is None or not may_read(context.organisation, risk.team, person):
        raise NotAllowed(reason="There is no such risk that is yours to see.")
    if not scopes.leads(context.organisation, risk.team, person):
        raise NotAllowed(reason=f"{risk.ref} is for the team’s lead, their manager or an admin to edit.")
    if risk.version != version:
        raise BadInput(field="title", reason="Somebody has changed it meanwhile; this is how it is now.")
    typed = _masked(context, entered)
    return risks.save(*where, edited(risk, person, context.at, typed, context.organisation.people))


def add(context: Context, person: str, team: str, entered: Mapping[str, str]) -> Risk:
    """The new risk that a person foresees for a team; raises NotAllowed and BadInput."""
    organisation = context.organisation
    if team not in organisation.teams:
        raise BadInput(field="team", reason="Pick a team from the list.")
    if not scopes.leads(organisation, team, person):
        raise NotAllowed(reason="That is for the team’s lead, their manager or an admin.")
    today = context.at.astimezone(organisation.zone_of(person)).date()
    risk = proposed_by(person, context.at, team, _masked(context, entered), organisation.people, today)
    added = risks.add(context.session, context.workspace, risk)
    assert added is not None  # noqa: S101 - its key is its own number
    return added


def _masked(context: Context, wanted: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without the personal data that the file says to mask."""
    found = cleaning(context.organisation.privacy)
    words = {"title", "mitigation"}
    return {name: found.text(value) if name in words else value for name, value in wanted.items()}


def _of_problems(
    context: Context, problems: Iterable[Problem], seen: Sequence[Seen]
) -> Iterable[tuple[str, tuple[Risk, Evidence]]]:
    for one in problems:
        key, cause = f"problem:{one.number}", same_cause(one.cause)
        parts = [c for c in seen if c.parent == one.number or (cause and same_cause(c.cause) == cause)]
        action = f"C-{one.action}" if one.action else ""
        blank = _blank(context, "problem", key, one.team, one.words, one.owner, one.number)
        yield key, (blank, _evidence(context, parts, live=one.open, mitigation=action))


def _of_alarms(
    context: Context, standing: Iterable[Alarm], seen: Sequence[Seen]
) -> Iterable[tuple[str, tuple[Risk, Evidence]]]:
    for alarm in standing:
        if alarm.problem is not None:
            continue  # It is the problem's risk by now.
        key = f"alarm:{alarm.measure}:{alarm.about}:{alarm.name}"
        meant = _series(context.organisation, alarm)
        lead = context.organisation.teams[context.organisation.in_charge(alarm.team)].lead
        several = len({one.team for one in seen if meant(one)}) > 1
        title = _title(context.organisation, alarm, several=several)
        blank = _blank(context, "alarm", key, alarm.team, title, lead, None)
        evidence = _evidence(context, [one for one in seen if meant(one)])
        if alarm.measure != "arrivals":
            evidence = replace(evidence, quarter=max(alarm.value, len(alarm.tickets)))
        yield key, (blank, evidence)


def _series(organisation: Organisation, alarm: Alarm) -> Callable[[Seen], bool]:
    """Whether a complaint is of the series that an alarm is about."""
    if alarm.measure != "arrivals":
        return lambda one: one.number in alarm.tickets
    match alarm.about:
        case "team":
            return lambda one: one.team == alarm.name
        case "category":
            return lambda one: one.category == alarm.name
        case "touchpoint":
            return lambda one: alarm.name in organisation.teams_of(one.reporter)
        case "all":
            return lambda _: True


def _gone(risk: Risk, seen: Sequence[Seen]) -> Evidence:
    """What is known of a risk whose signal stands no longer: its series is back to what is usual."""
    _, _, about, name = (*risk.key.split(":", 3), "", "", "")[:4]
    alike = [one for one in seen if (about, name) in {("team", one.team), ("category", one.category or "")}]
    quiet = Evidence(quarter=len(alike), severities=tuple(one.severity for one in alike), live=False)
    return replace(quiet, customers=len({one.customer for one in alike if one.customer}))


def _evidence(context: Context, parts: Sequence[Seen], *, live: bool = True, mitigation: str = "") -> Evidence:
    middle, start = context.at - RECENT, context.at - 2 * RECENT
    return Evidence(
        quarter=len(parts), severities=tuple(one.severity for one in parts),
        customers=len({one.customer.casefold() for one in parts if one.customer}),
        regulated=any(context.organisation.profiles_of(team) for team in {one.team for one in parts}),
        recent=sum(one.captured_at >= middle for one in parts),
        before=sum(start <= one.captured_at < middle for one in parts), live=live, mitigation=mitigation,
    )  # fmt: skip


def _blank(
    context: Context, source: str, key: str, team: str, title: str, owner: str | None, problem: int | None
) -> Risk:
    local = context.at.astimezone(context.organisation.calendar_of_team(team).zone).date()
    plain = " ".join(title.split())
    short = plain if len(plain) <= OF_TITLE else f"{plain[: OF_TITLE - 1].rstrip()}…"
    return Risk(
        source="problem" if source == "problem" else "alarm", key=key, team=team, title=short, likelihood=1, impact=1,
        owner=owner, next_look=local + NEXT_LOOK, problem=problem, opened_at=context.at, changed_at=context.at,
    )  # fmt: skip


def _title(organisation: Organisation, alarm: Alarm, *, several: bool) -> str:
    """“More complaints than usual about payments: 14, 3.2 are usual”; without figures where they are several teams'.

    Whoever reads the risks of one team need not be somebody who may read the figures of all.
    """
    name = alarm.name if alarm.about == "category" else organisation.name(alarm.name or None)
    about = {"all": "", "category": f" about {name}", "team": f" for {name}", "touchpoint": f" from {name}"}[
        alarm.about
    ]
    what = f"{_SHAPES[alarm.shape]} {_MEASURES[alarm.measure]}"
    usual = "" if alarm.shape == "surge" else " than usual"
    if several:
        return f"{what}{about}{usual}, over several teams"
    return f"{what}{about}{usual}: {alarm.value}, {alarm.usual:.1f} are usual"


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // _HOUR
