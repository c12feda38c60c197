"""The organisation as golddust.yml describes it: people, teams, calendars, routes, policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from holidays import list_supported_countries
from holidays.registry import COUNTRIES
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
)

from complaints.calendars import Calendar, check_holidays, parse_hours
from complaints.conditions import Condition, visible
from complaints.durations import Duration
from complaints.policies import BUILT_IN, Length, Policy
from complaints.preferences import Platform
from complaints.privacy import Privacy
from complaints.profiles import Profile, shipped
from complaints.schedules import MORNING, Weekday
from complaints.severity import Severity
from complaints.summary import Every

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
"""The short name of a person, team, calendar or policy in the file."""


MOST_URGENT = 20
"""So many urgent messages a day an organisation may ask of a person at most."""

# The list is read from disk each time it is asked for, 20 ms or so.
_zones = cache(available_timezones)


def is_zone(name: str) -> bool:
    """Whether a time zone of this name is on the IANA list."""
    return name in _zones()


def _zone(name: str) -> str:
    if not is_zone(name):
        close = get_close_matches(name, sorted(_zones()), 1)
        meant = f" (did you mean “{close[0]}”?)" if close else ""
        raise ValueError(f"allowed are time zones of the IANA list, such as Europe/London{meant}")
    return name


def _holiday_code(code: str) -> str:
    try:
        check_holidays(code)
    except ValueError as error:
        meant = _holidays_meant(code)
        raise ValueError(f"{error} (did you mean “{meant}”?)" if meant else str(error)) from None
    return code


def _holidays_meant(code: str) -> str | None:
    """The code that somebody meant by a country's name, another code of it, or a misspelt part of it."""
    country, dash, part = code.upper().partition("-")
    for name, short, *others in COUNTRIES.values():
        if country in {name.upper(), short, *others}:
            parts = list_supported_countries(include_aliases=False)[short]
            close = get_close_matches(part, parts, 1) if dash else []
            return f"{short}-{close[0]}" if close else None if dash else short
    return None


def _hours(value: dict[str, Any]) -> dict[str, Any]:
    parse_hours(value)
    return value


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | date) else value


def _written_out(value: object) -> object:
    # 20260105 would otherwise be read as seconds since 1970.
    if isinstance(value, int | float) or (isinstance(value, str) and "-" not in value):
        raise ValueError("allowed is a date such as 2026-01-05")
    return value


def _clock_time(value: object) -> object:
    # YAML reads an unquoted 09:30 as the number 570.
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError('allowed is a time of day in quotes, such as "09:30"')
    return value


def _some_urgent(a_day: int) -> int:
    if not 1 <= a_day <= MOST_URGENT:
        raise ValueError(f"allowed is 1 to {MOST_URGENT}: with none, a critical ticket would wait for the next bundle")
    return a_day


Zone = Annotated[str, AfterValidator(_zone)]
HolidayCode = Annotated[str, AfterValidator(_holiday_code)]
HolidayCodes = Annotated[
    tuple[HolidayCode, ...],
    BeforeValidator(_listed, json_schema_input_type=HolidayCode | tuple[HolidayCode, ...]),
]
Day = Annotated[date, BeforeValidator(_written_out, json_schema_input_type=date)]
Days = Annotated[tuple[Day, ...], BeforeValidator(_listed, json_schema_input_type=Day | tuple[Day, ...])]
Moment = Annotated[AwareDatetime | date, BeforeValidator(_written_out, json_schema_input_type=AwareDatetime | date)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])]
Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(visible)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_listed, json_schema_input_type=Key | tuple[Key, ...])]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed, json_schema_input_type=Name | tuple[Name, ...])]
Conversation = Annotated[str, Field(pattern=r"^([CG][A-Z0-9]{2,}|19:\S+@thread\.\S+)$")]
"""The id of a channel in Slack, or of a conversation in Teams."""
_SlackId = Annotated[str, Field(pattern=r"^[TE][A-Z0-9]{2,30}$")]
_TenantId = Annotated[
    str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"), AfterValidator(str.lower)
]
SlackIds = Annotated[
    tuple[_SlackId, ...], BeforeValidator(_listed, json_schema_input_type=_SlackId | tuple[_SlackId, ...])
]
TenantIds = Annotated[
    tuple[_TenantId, ...], BeforeValidator(_listed, json_schema_input_type=_TenantId | tuple[_TenantId, ...])
]
Hours = Annotated[dict[str, str | list[str]], AfterValidator(_hours)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), BeforeValidator(_clock_time)]
"""A local time of day such as "09:30"."""


class Part(BaseModel):
    """A part of the file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class WorkingTime(Part):
    """A calendar of the file: time zone, weekly hours, public holidays and days closed."""

    time_zone: Zone | None = None
    """As in the IANA list, such as Europe/London; the organisation's where it is not given."""
    hours: Hours = {"mon-fri": "09:00-17:00"}
    """The hours of each day or range of days; a day that is not named is closed."""
    holidays: HolidayCodes = ()
    """Public holidays: codes of the Python package “holidays”, such as GB, GB-ENG, US-NY, DE-BY."""
    closed: Days = ()
    """Further days on which nobody works."""


class Absence(Part):
    """A stretch of time in which someone is away; whole days, both included, in the person's time zone."""

    from_: Day = Field(alias="from")
    """The first day off."""
    until: Day
    """The last day off."""
    deputy: Key | None = None
    """Who steps in on these days, where it is not the usual deputy."""

    @field_validator("until")
    @classmethod
    def _not_before(cls, until: date, info: Any) -> date:
        if "from_" in info.data and until < info.data["from_"]:
            raise ValueError("allowed is the day of `from` or a later one")
        return until


class Person(Part):
    """Someone who reports, owns, leads or manages."""

    name: str = Field(min_length=1, max_length=80)
    """What others see."""
    slack: Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,}$")] | None = None
    """Their Slack member id: their Slack profile, “Copy member ID”."""
    teams: str | None = None
    """Their object id in Microsoft Entra."""
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    """Finds them where an id is missing."""
    manager: Key | None = None
    """Who hears of the last escalation."""
    deputy: Key | None = None
    """Who steps in while they are away or out of hours."""
    time_zone: Zone | None = None
    """Where it differs from the team's."""
    hours: Hours | None = None
    """Where they differ from the team's; a day that is not named is closed."""
    holidays: HolidayCodes | None = None
    """Where they differ from the team's."""
    bundle_at: TimeOfDay | None = None
    """When their bundled message of the day comes, until they choose in chat; without it, as the organisation's."""
    channel: Platform | None = None
    """slack or teams: where they hear from Golddust when they are on both, until they choose in chat."""
    pronoun: Literal["she", "he", "they"] = "they"
    """she, he or they (the default)."""
    away: tuple[Absence, ...] = ()
    """Days off, both included."""


class Rota(Part):
    """Who is on call when: the people take turns of one length, from a first day on."""

    people: tuple[Key, ...] = Field(min_length=1)
    """They take turns, in this order."""
    starts: Moment
    """The first day of the first turn; a moment such as 2026-01-05T09:00:00+00:00 hands over at nine."""
    every: Length = Field(default="1w calendar", validate_default=True)
    """How long one turn is."""


class Team(Part):
    """A team that owns complaints, or (with `owns: false`) a team whose people only report them."""

    name: str = Field(min_length=1, max_length=80)
    """What others see."""
    lead: Key
    """Hears of a ticket that stands still, and of one that nobody wants."""
    members: tuple[Key, ...] = ()
    """Who belongs to the team."""
    assign: Literal["on-call", "round-robin", "least-loaded", "owner"] = "round-robin"
    """Who gets a ticket: on-call (needs rota), round-robin or least-loaded (need members), owner (needs owner)."""
    owner: Key | None = None
    """Who gets every ticket with `assign: owner`."""
    rota: Rota | None = None
    """Who is on call when."""
    channel: Conversation | None = None
    """The channel of the team's cards: its id, such as C0123456, at the foot of About (click its name)."""
    calendar: Key | None = None
    """Where it differs from the organisation's."""
    policy: Key | None = None
    """Where it differs from the organisation's."""
    owns: bool = True
    """With false, its people report complaints and never own them."""


class Customer(Part):
    """A customer whom Golddust recognises by name in what was said."""

    name: Name
    """The name by which Golddust recognises the customer in what was said."""
    aliases: Names = ()
    """Other names for the customer."""
    tier: str | None = None
    """What rules can ask for as `customer_tier`."""


class Route(Part):
    """One routing rule: the first whose condition holds decides the team."""

    name: str | None = Field(default=None, max_length=80)
    """What the rule is called where it is explained."""
    when: Condition
    """The condition; the first route whose condition holds decides the team."""
    team: Key
    """The team that gets the complaint."""
    category: str | None = Field(default=None, max_length=80)
    """What digests count; without it, the name."""


class SeverityRule(Part):
    """One rule that guesses the severity: the first whose condition holds decides."""

    name: str | None = Field(default=None, max_length=80)
    """What the rule is called where it is explained."""
    when: Condition
    """The condition; the first rule whose condition holds decides."""
    severity: Severity
    """How bad a complaint is when the condition holds."""


class SeverityRules(Part):
    """How the severity is guessed from what was said."""

    default: Severity = Severity.NORMAL
    """How bad a complaint is when no rule holds."""
    rules: tuple[SeverityRule, ...] = ()
    """The first one that holds decides; one tap corrects it later."""


class Capture(Part):
    """How complaints are picked up in chat."""

    watch: Texts = ()
    """Channels in which every new message is a complaint: ids or names."""
    emoji: Annotated[str, Field(pattern=r"^:?[a-z0-9_+'-]+:?$")] = "ticket"
    """The reaction that makes a message a complaint."""

    @property
    def reaction(self) -> str:
        """The name of the reaction that captures a message, without colons."""
        return self.emoji.strip(":")


class Nudges(Part):
    """How much of people's attention nudges may take (rules 4 and 5 of the nudging rules)."""

    bundle_at: TimeOfDay = "09:30"
    """When people get their one bundled message of the day, in their own time; outside their hours, as they begin."""
    urgent_a_day: Annotated[int, AfterValidator(_some_urgent)] = Field(
        default=2, json_schema_extra={"minimum": 1, "maximum": MOST_URGENT}
    )
    """How many urgent messages a person gets in a day: for critical tickets and clocks that run out that day."""
    quiet_after_activity: Length = Field(default="24h", validate_default=True)
    """So long (working time) a nudge is held after its holder did something, except when a clock has run out."""
    holdout: int = Field(default=0, ge=0, le=50)
    """The share of early reminders, in percent, that is withheld to learn whether they help."""
    learn_from: int = Field(default=30, ge=5, le=10_000)
    """How many resolved tickets it takes before Golddust says how long such tickets usually take."""


Sensitivity = Literal["low", "normal", "high"]
"""How easily something counts as unusual."""


def _window(length: Duration) -> Duration:
    if length.unit not in {"m", "h"} or not 10 <= length.amount * (60 if length.unit == "h" else 1) <= 24 * 60:
        raise ValueError("allowed is 10m to 24h, counted by the clock")
    return length


class Signals(Part):
    """When many alike in a short time are called a surge, and told to the team's lead at once."""

    watch: bool = True
    """With false, nobody is told of surges at once; the digest still says what is more than chance."""
    sensitivity: Sensitivity = "normal"
    """low, normal or high: how rare as many must be before they are told; docs/signals.md has the measured rates."""
    least: int = Field(default=4, ge=3, le=100)
    """Fewer alike than these are never a surge."""
    window: Annotated[Length, AfterValidator(_window)] = Field(default="2h", validate_default=True)
    """How short the time is in which they come, such as 2h; every hour counts, by day and by night."""

    @property
    def window_length(self) -> timedelta:
        """The window as a stretch of time."""
        return timedelta(minutes=self.window.amount * (60 if self.window.unit == "h" else 1))


class Retention(Part):
    """How long things are kept; every day counts, open or not. What is forgotten never comes back."""

    closed: Length | None = None
    """So long after a ticket closed its words, customer and files are erased, such as 730d; without it, never."""
    outbox: Length = Field(default="30d", validate_default=True)
    """So long a message that was sent, or no longer wanted, is remembered."""


class Learning(Part):
    """What Golddust makes of causes and of what was done about them."""

    tell_reporters: bool = True
    """Whether reporters hear, once, what was done about the cause of their complaint: “you said, we did”."""


class DigestFor(Part):
    """One digest that a person or a team's channel gets without having asked for it in chat."""

    to: Key
    """A person, or a team: its channel."""
    teams: Literal["all"] | Keys | None = None
    """Of which teams, or `all`; without it the team's own, or all that the person may read."""
    every: Every = "weekly"
    """daily, weekly (the default) or monthly, which is on the first."""
    on: Weekday | None = None
    """On which day a weekly one comes; monday where it is not given."""
    at: TimeOfDay = MORNING
    """When it comes, in the reader's own time."""


class About(Part):
    """The organisation itself."""

    id: Key = "main"
    """The name that every stored row carries; never change it later."""
    name: str = Field(min_length=1, max_length=80)
    """What the organisation is called."""
    time_zone: Zone
    """As in the IANA list; for everybody who has none of their own."""
    admins: tuple[Key, ...] = Field(min_length=1)
    """May do everything, and hear when this file is broken."""
    triage: Key
    """The team that gets what no route matches."""
    calendar: Key | None = None
    """For teams that name none."""
    policy: Key | None = None
    """For teams that name none."""
    slack_workspaces: SlackIds = ()
    """Its Slack workspace (T…, only one) or Enterprise Grid (E…); needed where several organisations share a bot."""
    teams_tenants: TenantIds = ()
    """Its directory (tenant) ids in Microsoft Entra; needed where several organisations share a bot."""


class Organisation(Part):
    """Everything that golddust.yml says, with the look-ups that the rest of the domain needs."""

    organisation: About
    """Its name, time zone and admins, and where complaints go that no route matches."""
    people: dict[Key, Person] = Field(min_length=1)
    """Everybody who reports, owns, leads or manages, by a short name."""
    teams: dict[Key, Team] = Field(min_length=1)
    """The teams, by a short name."""
    calendars: dict[Key, WorkingTime] = {}
    """When teams work, by a short name."""
    policies: dict[Key, Policy] = {}
    """Clocks and reminders, by a short name."""
    profiles: dict[Key, Profile] = {}
    """Regulatory clocks of your own, by a short name; those that come with Golddust need not be listed."""
    customers: tuple[Customer, ...] = ()
    """Customers whom Golddust recognises by name in what was said."""
    routes: tuple[Route, ...] = ()
    """In this order; the first one that holds decides the team."""
    severity: SeverityRules = SeverityRules()
    """How the severity is guessed."""
    capture: Capture = Capture()
    """How complaints are picked up in chat: watched channels and a reaction."""
    nudges: Nudges = Nudges()
    """How much of people's attention nudges may take."""
    retention: Retention = Retention()
    """How long things are kept: the words of closed tickets, and messages that were sent."""
    learning: Learning = Learning()
    """What is made of causes: whether reporters hear what was done about them."""
    signals: Signals = Signals()
    """When many alike in a short time are called a surge."""
    digests: tuple[DigestFor, ...] = ()
    """Who gets a digest of the figures, of which teams and how often; others ask for theirs in chat."""
    privacy: Privacy = Privacy()
    """What guests may do, and which personal data is masked before it is stored."""

    @property
    def workspace(self) -> str:
        """The key that every row of this organisation carries."""
        return self.organisation.id

    @property
    def triage(self) -> str:
        """The key of the team that gets what no route matches."""
        return self.organisation.triage

    def in_charge(self, team: str) -> str:
        """The key of the team that cares for a team's tickets: itself, or triage once the file lists it no longer."""
        return team if team in self.teams else self.triage

    def person(self, key: str | None) -> Person | None:
        """The person behind a key, or None for somebody the file does not list."""
        return self.people.get(key) if key else None

    def name(self, key: str | None) -> str:
        """The name to show for a person's or team's key; for an account that the file does not list “the reporter”."""
        if key is None:
            return "nobody"
        listed = self.people.get(key) or self.teams.get(key)
        if listed is None and ":" in key:
            return "the reporter"  # an account that the file does not list can only have reported
        return listed.name if listed else key

    def teams_of(self, person: str) -> tuple[str, ...]:
        """The keys of the teams that a person belongs to or leads."""
        return self._teams_by_person.get(person, ())

    def touchpoint(self, reporter: str) -> str:
        """The function that somebody reports for: their first team that only reports, else their first; or empty."""
        theirs = self.teams_of(reporter)
        return next((team for team in theirs if not self.teams[team].owns), next(iter(theirs), ""))

    def touchpoints(self) -> tuple[str, ...]:
        """The keys of the functions that somebody reports for, in the order of the file."""
        found = {self.touchpoint(person) for person in self._teams_by_person}
        return tuple(key for key in self.teams if key in found)

    def met_at(self, touchpoint: str) -> tuple[str, ...]:
        """The keys of the people whose touchpoint it is."""
        return tuple(person for person in self._teams_by_person if self.touchpoint(person) == touchpoint)

    def is_admin(self, person: str) -> bool:
        """Whether a person is one of the organisation's admins."""
        return person in self.organisation.admins

    def policy_of(self, team: str) -> Policy:
        """The policy that a team's tickets are nudged by; the built-in one where the file names none."""
        key = self.teams[self.in_charge(team)].policy or self.organisation.policy
        return self.policies[key] if key else BUILT_IN

    def known_profiles(self) -> Mapping[str, Profile]:
        """The regulatory profiles that policies can name: the shipped ones, and those of the file in their place."""
        return {**shipped(), **self.profiles}

    def profiles_of(self, team: str) -> tuple[tuple[str, Profile], ...]:
        """The regulatory profiles that a team's tickets are under, with their keys."""
        known = self.known_profiles()
        return tuple((key, known[key]) for key in self.policy_of(team).profiles)

    def calendar_of_team(self, team: str) -> Calendar:
        """The working time that a team's clocks count in."""
        return self._calendar(self.teams[self.in_charge(team)].calendar or self.organisation.calendar)

    def calendar_of(self, person: str) -> Calendar:
        """A person's own working time: their zone and hours on the holidays of their first team."""
        return self._calendars_by_person.get(person) or self._calendar(self.organisation.calendar)

    def zone_of(self, person: str) -> ZoneInfo:
        """The time zone in which a person reads times."""
        return self.calendar_of(person).zone

    def with_account(self, platform: Literal["slack", "teams"], user: str) -> str | None:
        """The key of the person with this id on a platform, or None."""
        return self._accounts.get((platform, user))

    def with_email(self, email: str | None) -> str | None:
        """The key of the person with this e-mail address, whatever its case, or None."""
        return self._emails.get(email.casefold()) if email else None

    def days_off(self, person: str) -> tuple[tuple[datetime, datetime, str | None], ...]:
        """The absences that the file lists of a person: from when, until when, and who steps in, if it says so."""
        return self._days_off.get(person, ())

    @cached_property
    def _days_off(self) -> dict[str, tuple[tuple[datetime, datetime, str | None], ...]]:
        def days(person: str, absence: Absence) -> tuple[datetime, datetime, str | None]:
            zone = self.zone_of(person)
            start = datetime.combine(absence.from_, time(), zone)
            return start, datetime.combine(absence.until + timedelta(days=1), time(), zone), absence.deputy

        return {key: tuple(days(key, one) for one in listed.away) for key, listed in self.people.items() if listed.away}

    @cached_property
    def _teams_by_person(self) -> dict[str, tuple[str, ...]]:
        belonging: dict[str, list[str]] = {}
        for key, team in self.teams.items():
            for person in dict.fromkeys((*team.members, team.lead)):
                belonging.setdefault(person, []).append(key)
        return {person: tuple(keys) for person, keys in belonging.items()}

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], str]:
        def pairs() -> Iterator[tuple[tuple[str, str], str]]:
            for key, person in self.people.items():
                if person.slack:
                    yield ("slack", person.slack), key
                if person.teams:
                    yield ("teams", person.teams), key

        return dict(pairs())

    @cached_property
    def _emails(self) -> dict[str, str]:
        return {person.email.casefold(): key for key, person in self.people.items() if person.email}

    @cached_property
    def _calendars_by_key(self) -> dict[str | None, Calendar]:
        listed: dict[str | None, WorkingTime] = {None: WorkingTime()}
        listed.update(self.calendars)
        return {
            key: Calendar(
                zone=ZoneInfo(time.time_zone or self.organisation.time_zone),
                hours=parse_hours(time.hours),
                holidays=time.holidays,
                closed=frozenset(time.closed),
            )
            for key, time in listed.items()
        }

    @cached_property
    def _calendars_by_person(self) -> dict[str, Calendar]:
        return {key: self._calendar_for(key, person) for key, person in self.people.items()}

    def _calendar_for(self, key: str, person: Person) -> Calendar:
        teams = self.teams_of(key)
        base = self.calendar_of_team(teams[0]) if teams else self._calendar(self.organisation.calendar)
        return Calendar(
            zone=ZoneInfo(person.time_zone) if person.time_zone else base.zone,
            hours=parse_hours(person.hours) if person.hours else base.hours,
            holidays=base.holidays if person.holidays is None else person.holidays,
            closed=base.closed,
        )

    def _calendar(self, key: str | None) -> Calendar:
        return self._calendars_by_key[key]


def turn(rota: Rota, zone: ZoneInfo, at: datetime) -> int:
    """The number of the rota's turn at `at`, counted from 0; a time before the first turn counts as the first."""
    local = turn_starts(rota, zone, 0)
    # Wall-clock arithmetic, so that a weekly hand-over stays at the same hour when the clocks change.
    elapsed = at.astimezone(zone).replace(tzinfo=None) - local.replace(tzinfo=None)
    return max(0, elapsed // _turn_length(rota.every))


def turn_starts(rota: Rota, zone: ZoneInfo, number: int) -> datetime:
    """When the rota's turn of this number (from 0) begins, on the wall clock of `zone`."""
    starts = rota.starts
    first = starts if isinstance(starts, datetime) else datetime(starts.year, starts.month, starts.day, tzinfo=zone)
    return first.astimezone(zone) + number * _turn_length(rota.every)


def _turn_length(every: Duration) -> timedelta:
    unit = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
    return every.amount * unit[every.unit]
