"""What somebody means by the words after `/complaint`, in a mention or to the bot alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from bot.asked_digest import wish
from complaints.errors import BadInput
from complaints.schedules import SUCH_AS
from complaints.summary import Every
from complaints.ticket import number_of


@dataclass(frozen=True, slots=True)
class Report:
    """A complaint in the person's own words."""

    words: str


@dataclass(frozen=True, slots=True)
class OpenForm:
    """No words: show the form."""


@dataclass(frozen=True, slots=True)
class Help:
    """How to use it."""


@dataclass(frozen=True, slots=True)
class ListOpen:
    """What is open."""


@dataclass(frozen=True, slots=True)
class ListMine:
    """What is mine to act on, and what I reported."""


@dataclass(frozen=True, slots=True)
class Away:
    """Away until a moment; `deputy` as it was typed. Without a moment somebody asks whether they are away."""

    until: datetime | None
    deputy: str | None


@dataclass(frozen=True, slots=True)
class Back:
    """Here again."""


@dataclass(frozen=True, slots=True)
class AskDigest:
    """A digest now, or from now on, or no more; `teams` as they were typed."""

    what: Literal["subscribe", "unsubscribe", "now"]
    every: Every = "weekly"
    teams: str = ""
    at: str = ""
    """The time of day, such as 07:30, if one was said."""


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """One's own settings: shown, or (with `what`) one of them changed to `value`, as it was typed."""

    what: Literal["bundle", "channel", "early"] | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class AskAction:
    """Something to be done against the cause of a ticket; `who` as it was typed, None for whoever says so."""

    ticket: int
    what: str
    who: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class JoinThem:
    """Complaints are to be joined under one problem; `words` say what it is, if anything was said."""

    numbers: tuple[int, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class LeaveIt:
    """A complaint is not part of its problem."""

    number: int


Asked = Help | ListOpen | ListMine | Away | Back | AskDigest | OwnSettings | AskAction | JoinThem | LeaveIt
"""What is answered with words; the others open a form or make a ticket."""

Intent = Report | OpenForm | Asked

_WORDS: dict[str, Intent] = {
    "": OpenForm(), "help": Help(), "?": Help(), "list": ListOpen(), "mine": ListMine(), "back": Back(),
    "away": Away(None, None), "settings": OwnSettings(),
}  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MEANS_AWAY = re.compile(
    r"away(\s+(until|till|to|for|from|on|today|tomorrow|next|\d|(mon|tues|wednes|thurs|fri|satur|sun)day\b)|$)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"away\s+(?:until|till|to)\s+"
    r"(?P<day>\d{4}-\d{2}-\d{2}|(?:\d{1,2}\.?\s+[a-z]{3,9}|[a-z]{3,9}\s+\d{1,2})(?:,?\s+\d{4})?|[a-z]+)"
    r"(?:,?\s+(?:with\s+|deputy\s+)?(?P<deputy>\S.*))?",
    re.IGNORECASE,
)

_REF = r"c-?\d{1,9}"
_JOIN = re.compile(
    rf"join\s+(?P<refs>{_REF}(?:(?:\s*,\s*|\s+and\s+|\s+){_REF})*)(?:\s*:\s*(?P<words>.+))?", re.IGNORECASE | re.DOTALL
)
_LEAVE = re.compile(rf"leave\s+(?P<ref>{_REF})", re.IGNORECASE)
_DIGEST = re.compile(r"digest(?:\s+(?P<what>subscribe|unsubscribe|now)(?:\s+(?P<words>.+))?)?", re.IGNORECASE)
_SETTINGS = re.compile(
    r"settings\s+(?P<what>bundle|channel|early)(?:\s+(?:at\s+|to\s+)?(?P<value>\S+(?:\s?(?:am|pm|teams))?))?",
    re.IGNORECASE,
)
_ACTION = re.compile(r"action\s+(?P<ref>c-?\d{1,9})\b[\s:,]*(?P<rest>.*)", re.IGNORECASE)
_BY = re.compile(
    r"(?P<before>.+?)[\s,]+by\s+(?P<day>\d{4}-\d{2}-\d{2}|(?:\d{1,2}\.?\s+[a-z]{3,9}|[a-z]{3,9}\s+\d{1,2})"
    r"(?:,?\s+\d{4})?|[a-z]+)(?P<after>[\s,]+(?:@|<@).*)?",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?P<before>.+?)[\s,]+(?P<who><@[UW][A-Z0-9]+(?:\|[^<>]*)?>|@\S.*)")
_SUCH_AS = {"bundle": "08:30", "channel": "teams", "early": "off"}
_SMALL_TALK = re.compile(
    r"(hi|hey|hello|hallo|hiya|yo|good (morning|afternoon|evening)|thanks?( you)?( (so|very) much| a lot)?|thx|ty"
    r"|cheers|great|cool|nice|perfect|ok(ay)?|test(ing)?|yes|no|bye)( (there|golddust|all|everyone))?[\s!.,:)👋🙏👍]*",
    re.IGNORECASE,
)


def understand(text: str, now: datetime, zone: ZoneInfo) -> Intent:
    """The intent of a text; anything that is no command is a complaint. Raises BadInput for an `away` without a day."""
    plain = " ".join(text.split()).strip()
    known = _WORDS.get(plain.lower())
    if known is not None:
        return known
    digest = _DIGEST.fullmatch(plain)
    if digest is not None:
        return _digest(digest)
    settings = _SETTINGS.fullmatch(plain)
    if settings is not None:
        return _settings(settings)
    action = _ACTION.fullmatch(plain)
    if action is not None:
        return _action(action, now.astimezone(zone).date())
    joined = _JOIN.fullmatch(plain)
    if joined is not None:
        return JoinThem(tuple(_numbers(joined["refs"])), (joined["words"] or "").strip())
    left = _LEAVE.fullmatch(plain)
    if left is not None:
        return LeaveIt(next(_numbers(left["ref"])))
    if _MEANS_AWAY.match(plain) and len(plain.split()) <= 10:
        return _away(plain, now, zone)
    return Report(text.strip())


def _numbers(refs: str) -> Iterator[int]:
    return (int(digits) for digits in re.findall(r"\d+", refs))


def asks(text: str, at: datetime) -> bool:
    """Whether a text is no complaint: a question, an absence, small talk, or nothing."""
    try:
        return not isinstance(understand(text, at, ZoneInfo("UTC")), Report) or small_talk(text)
    except BadInput:
        return True


def small_talk(words: str) -> bool:
    """Whether somebody is only being polite."""
    return _SMALL_TALK.fullmatch(words.strip()) is not None


def _digest(found: re.Match[str]) -> AskDigest:
    what = cast(Literal["subscribe", "unsubscribe", "now"], (found["what"] or "now").lower())
    every, at, teams = wish(found["words"] or "")
    if at and what == "now":
        raise BadInput(field="at", reason=f"“Now” takes no time; for one at {at} from now on say {SUCH_AS}.")
    return AskDigest(what, every, teams, at)


def _settings(found: re.Match[str]) -> OwnSettings:
    what, value = cast(Literal["bundle", "channel", "early"], found["what"].lower()), found["value"] or ""
    if not value:
        raise BadInput(field=what, reason=f"To what? Say for example `/complaint settings {what} {_SUCH_AS[what]}`.")
    if what == "early" and value.lower() not in {"on", "off"}:
        raise BadInput(field=what, reason="Say `/complaint settings early on` or `off`.")
    return OwnSettings(what, value.lower())


def _action(found: re.Match[str], today: date) -> AskAction:
    """The action, with its day and its owner taken off the end, in whichever order they stand there."""
    number, rest = number_of(found["ref"]), str(found["rest"]).strip()
    dated, until = _BY.fullmatch(rest), None
    if dated is not None:
        until = _day(dated["day"].lower().replace(".", "").replace(",", ""), today)
        rest = f"{dated['before']}{dated['after'] or ''}" if until else rest
    named = _WHO.fullmatch(rest)
    what, who = (named["before"], named["who"]) if named else (rest, None)
    if number is None or not what.strip():
        reason = "What is to be done? Say for example `/complaint action C-42 alert on a full queue @dana by Friday`."
        raise BadInput(field="action", reason=reason)
    return AskAction(number, what.strip(), who.strip() if who else None, until)


def _away(plain: str, now: datetime, zone: ZoneInfo) -> Away:
    found = _AWAY.fullmatch(plain)
    day = _day(found["day"].lower().replace(".", "").replace(",", ""), now.astimezone(zone).date()) if found else None
    if found is None or day is None:
        raise BadInput(
            field="until", reason="Until when? Say for example `/complaint away until Friday`, or `until 2026-12-31`."
        )
    # “Until Friday” means being back on Friday morning.
    until = datetime.combine(day, time(), zone)
    return Away(until, (found["deputy"] or "").strip() or None)


def _day(text: str, today: date) -> date | None:
    if text == "tomorrow":
        return today + timedelta(days=1)
    for number, name in enumerate(_DAYS):
        if len(text) >= 3 and name.startswith(text):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return _date(int(text[:4]), int(text[5:7]), int(text[8:]))
    return _day_of_month(text, today)


def _day_of_month(text: str, today: date) -> date | None:
    numbers = [int(word) for word in text.split() if word.isdigit()]
    names = [word for word in text.split() if not word.isdigit()]
    months = [
        number for number, name in enumerate(_MONTHS, 1) if names and len(names[0]) >= 3 and name.startswith(names[0])
    ]
    if len(names) != 1 or len(months) != 1 or not numbers:
        return None
    if len(numbers) == 2:
        return _date(numbers[1], months[0], numbers[0])
    this_year = _date(today.year, months[0], numbers[0])
    return this_year if this_year is None or this_year > today else _date(today.year + 1, months[0], numbers[0])


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def lasting(text: str, at: datetime) -> bool:
    """Whether a text is to be remembered or to change something, so that it can be done later; not so a question."""
    try:
        intent = understand(text, at, ZoneInfo("UTC"))
    except BadInput:
        return False
    match intent:
        case Report():
            return not small_talk(text)
        case Away():
            return intent.until is not None
        case AskDigest():
            return intent.what != "now"
        case OwnSettings():
            return intent.what is not None
        case JoinThem() | LeaveIt():
            return True
        case _:
            return isinstance(intent, Back | AskAction)
