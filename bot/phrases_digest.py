"""What a digest says, alike on every channel: at most 200 words, the verdict first; each decides how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.phrases import Ink
from bot.phrases_figures import counted, flow, look, verdict, words
from complaints.notices import Digest
from complaints.summary import About, Action, Decision, Measure, Question, RunningOut, Signal, Summary

MOST_WORDS = 200
"""Source: the nudging rules, section Digest."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a digest: its heading (empty for the verdict) and its lines, escaped by the ink."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A digest in words; `quote` is a customer's own, raw, with the ticket it belongs to."""

    title: str
    sections: tuple[Section, ...]
    quote: str = ""
    quote_ref: str = ""
    after: tuple[Section, ...] = ()
    """What comes after the customer's words."""
    note: str = ""
    """That it is late, and why."""
    link: str = ""
    """The address of the page that has all of it, raw."""

    @property
    def words(self) -> int:
        """How many words it has, parted by white space."""
        return len(self.plain.split())

    @property
    def plain(self) -> str:
        """All of it as plain text, line by line; meant for an ink that writes plainly."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if not self.quote and not self.after and len(self.sections) == 1 and not self.sections[0].heading:
            yield " ".join((f"{self.title}:", *self.sections[0].lines, *filter(None, (self.note, self.link))))
            return
        yield self.title
        for section in self.sections:
            yield from _written(section)
        if self.quote:
            yield f"{WORDS}: “{self.quote}” ({self.quote_ref})"
        for section in self.after:
            yield from _written(section)
        yield from filter(None, (self.note, f"{LINK}: {self.link}" if self.link else ""))


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of what is said; the verdict and the decisions are never left out."""

    quote: int = 40
    listed: int = 3
    signals: int = 3
    actions: int = 2
    name: int = 4
    text: int = 12
    kinds: int = 3
    """How many of the most frequent kinds of complaints are named."""
    full: bool = True
    """Whether the times are told with all their percentiles, and how many complaints are usual."""


_ROOMS = (
    _Room(), _Room(quote=25, listed=2, signals=2, text=8, kinds=2),
    _Room(quote=15, listed=1, signals=2, actions=1, text=6, kinds=1),
    _Room(quote=10, listed=0, signals=1, actions=1, name=2, text=4, kinds=1),
    _Room(quote=8, listed=0, signals=1, actions=0, name=1, text=2, kinds=0, full=False),
)  # fmt: skip

LONG_DAY = timedelta(hours=25)
"""The day on which the clocks go back."""
WORDS = "In a customer’s words"
LINK = "All of it"
_PLAIN = Ink(str, datetime.isoformat, str)
_SPAN = {"daily": "Day", "weekly": "Week", "monthly": "Month"}
_MEASURES: dict[Measure, str] = {"arrivals": "complaints", "repeats": "repeats", "reopenings": "reopenings"}
_QUESTIONS: dict[Question, str] = {
    "escalated": "escalated and still stuck: please help",
    "promise broken": "its promised date has passed: give a new one",
    "nobody owns it": "nobody owns it: name an owner",
    "nobody wants it": "handed on {times} times: settle whose it is",
}


def digest(notice: Digest, ink: Ink) -> Told:
    """The digest in words, with as much detail as fits into 200 of them."""
    summary = notice.summary
    for room in _ROOMS:
        # Counted as plain text: marks of a channel are no words.
        if _told(summary, notice, _PLAIN, room).words <= MOST_WORDS:
            return _told(summary, notice, ink, room)
    return _told(summary, notice, ink, _ROOMS[-1])


def plain(notice: Digest) -> str:
    """The digest as plain text, for a terminal or a log."""
    return digest(notice, _PLAIN).plain


def _told(summary: Summary, notice: Digest, ink: Ink, room: _Room) -> Told:
    title, note = _title(summary, ink, room), _note(notice)
    if summary.quiet:
        return Told(title, (Section("", (_quiet(summary),)),), note=note, link=notice.register)
    seen = look(summary, ink, room.kinds, room.text, usual=room.full and not summary.signals)
    sections = [Section("", (*verdict(summary.figures, full=room.full), *seen))]
    if summary.decisions:
        sections.append(Section("To decide", tuple(_decisions(summary, ink, room))))
    if summary.running_out_count:
        sections.append(Section("Clocks that run out within 7 days", tuple(_running_out(summary, ink, room))))
    if summary.signals or summary.silent:
        shown = summary.signals[: room.signals]
        lines = (*(_signal(one, ink, room) for one in shown), *_silent(summary, ink, room))
        sections.append(Section("More than chance", lines))
    quoted = words(summary.quote.words, room.quote, 300) if summary.quote else ""
    actions = tuple(_action(one, summary, ink, room) for one in summary.actions[: room.actions])
    ref = f"C-{summary.quote.ticket}" if summary.quote else ""
    left_out = summary.actions and not room.actions
    about_causes = (*actions, *_planned(summary)) or _nothing(summary)
    after = () if left_out else (Section("What was done about causes", about_causes),)
    return Told(title, tuple(sections), quoted, ref, after, note, notice.register)


def _planned(summary: Summary) -> tuple[str, ...]:
    late = f", {summary.planned_late} late" if summary.planned_late else ""
    return (f"{counted(summary.planned, 'action')} to be done{late}",) if summary.planned else ()


def _nothing(summary: Summary) -> tuple[str, ...]:
    return ("nothing new in this window",) if summary.tried else ("nothing tried yet",)


def _title(summary: Summary, ink: Ink, room: _Room) -> str:
    names = [ink.escape(words(name, room.name, 40)) for name in summary.scope[:3]]
    more = f" and {len(summary.scope) - 3} more" if len(summary.scope) > 3 else ""
    who = f"{', '.join(names)}{more}" if names else "All teams"
    window = summary.window
    # After days off a daily one covers more than its name says.
    longer = summary.every == "daily" and window.end - window.start > LONG_DAY
    since = _moment(window.start, summary) if longer else _SPAN[summary.every].lower()
    return f"{who}, {since} to {_moment(window.end, summary)}"


def _quiet(summary: Summary) -> str:
    soon = summary.running_out_count
    ending = f", {counted(soon, 'clock')} {'runs' if soon == 1 else 'run'} out within 7 days" if soon else ""
    return f"nothing unusual. {flow(summary.figures)}, none overdue{ending}."


def _decisions(summary: Summary, ink: Ink, room: _Room) -> Iterator[str]:
    for one in summary.decisions:
        yield _decision(one, summary, ink, room)
    if summary.more_decisions:
        yield f"and {summary.more_decisions} more"


def _decision(one: Decision, summary: Summary, ink: Ink, room: _Room) -> str:
    asked = _QUESTIONS[one.question].format(times=one.times)
    who = ink.escape(words(one.who, room.name, 40))
    return f"{ink.bold(f'C-{one.ticket}')} {asked}. {who}, by {_moment(one.by, summary)}"


def _running_out(summary: Summary, ink: Ink, room: _Room) -> Iterator[str]:
    shown = [_ending(one, summary, ink, room) for one in summary.running_out[: room.listed]]
    rest = summary.running_out_count - len(shown)
    if shown:
        yield "; ".join(shown) + (f"; {rest} more" if rest else "")
    else:
        yield f"{rest}"


def _ending(one: RunningOut, summary: Summary, ink: Ink, room: _Room) -> str:
    holder = ink.escape(words(one.holder, room.name, 40))
    return f"{ink.bold(f'C-{one.ticket}')} {one.clock} {_moment(one.due_at, summary)} ({holder})"


_ABOUT: dict[About, str] = {"all": "about", "category": "about", "team": "for", "touchpoint": "reported by"}


def _signal(one: Signal, ink: Ink, room: _Room) -> str:
    about = f" {_ABOUT[one.of]} {ink.escape(words(one.name or one.about, room.text, 80))}" if one.about else ""
    what, found = f"{_MEASURES[one.measure]}{about}", one.found
    usual = f"{found.usual.mean:.1f} a week is usual"
    match found.kind:
        case "above" | "below":
            return f"{found.value} {what} in 7 days; {usual}"
        case "run above":
            return f"{what}: above the usual {found.usual.mean:.1f} a week for 7 weeks"
        case "run below":
            return f"{what}: below the usual {found.usual.mean:.1f} a week for 7 weeks"


def _silent(summary: Summary, ink: Ink, room: _Room) -> Iterator[str]:
    if summary.silent is not None:
        name, usual = ink.escape(words(summary.silent.name, room.name, 40)), f"{summary.silent.expected:.0f}"
        known = f"{usual} are usual" if summary.silent.ever else f"elsewhere as many people report {usual}"
        yield f"nothing reported by {name} in 28 days; {known}"


def _action(one: Action, summary: Summary, ink: Ink, room: _Room) -> str:
    cause, done = (ink.escape(words(text, room.text, 80)) for text in (one.cause, one.done))
    since = _day(one.since, summary)
    if one.before is not None:
        worked = "it worked so far" if one.before and not one.came_back else "it came back"
        verdict = f": {worked}" if one.before or one.came_back else ""
        counted = f"{one.came_back} since {since}, {one.before} in the {one.days} days before"
        return f"“{cause}”: {done}; {counted}{verdict}"
    back = f"came back {one.came_back}× since {since}" if one.came_back else f"has not come back since {since}"
    return f"“{cause}”: {done}; {back}"


def _note(notice: Digest) -> str:
    if not notice.late:
        return ""
    end = notice.summary.window.end.astimezone(ZoneInfo(notice.summary.zone))
    more = f" It stands for {notice.missed + 1} digests." if notice.missed else ""
    return f"Sorry this is late: it is the one for {end:%A}, and Golddust was not running.{more}"


def _moment(moment: datetime, summary: Summary) -> str:
    return f"{_day(moment, summary)} {moment.astimezone(ZoneInfo(summary.zone)):%H:%M}"


def _day(moment: datetime, summary: Summary) -> str:
    local = moment.astimezone(ZoneInfo(summary.zone))
    return f"{local:%a} {local.day} {local:%b}"


def _written(section: Section) -> Iterator[str]:
    if section.heading:
        yield f"{section.heading}:"
    yield from (f"• {line}" for line in section.lines) if section.heading else section.lines
