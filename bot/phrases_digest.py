"""What a digest says, alike on every channel: at most 200 words, the verdict first; each decides how it looks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.phrases import Ink
from complaints.figures import Figures, Took
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
            yield " ".join((f"{self.title}:", *self.sections[0].lines, *([self.note] if self.note else [])))
            return
        yield self.title
        for section in self.sections:
            yield from _written(section)
        if self.quote:
            yield f"{WORDS}: “{self.quote}” ({self.quote_ref})"
        for section in self.after:
            yield from _written(section)
        if self.note:
            yield self.note


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of what is said; the verdict and the decisions are never left out."""

    quote: int = 40
    listed: int = 3
    signals: int = 3
    actions: int = 2
    name: int = 4
    text: int = 12
    full: bool = True
    """Whether the times are told with all their percentiles."""


_ROOMS = (
    _Room(), _Room(quote=25, listed=2, signals=2, text=8), _Room(quote=15, listed=1, signals=2, actions=1, text=6),
    _Room(quote=10, listed=0, signals=1, actions=1, name=2, text=4),
    _Room(quote=8, listed=0, signals=1, actions=0, name=1, text=2, full=False),
)  # fmt: skip

WORDS = "In a customer’s words"
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
        return Told(title, (Section("", (_quiet(summary),)),), note=note)
    sections = [Section("", tuple(_verdict(summary, room)))]
    if summary.decisions:
        sections.append(Section("To decide", tuple(_decisions(summary, ink, room))))
    if summary.running_out_count:
        sections.append(Section("Clocks that run out within 7 days", tuple(_running_out(summary, ink, room))))
    if summary.signals:
        shown = summary.signals[: room.signals]
        sections.append(Section("More than chance", tuple(_signal(one, ink, room) for one in shown)))
    quoted = _words(summary.quote.words, room.quote, 300) if summary.quote else ""
    actions = tuple(_action(one, summary, ink, room) for one in summary.actions[: room.actions])
    ref = f"C-{summary.quote.ticket}" if summary.quote else ""
    left_out = summary.actions and not room.actions
    after = () if left_out else (Section("What was done about causes", actions or _nothing(summary)),)
    return Told(title, tuple(sections), quoted, ref, after, note)


def _nothing(summary: Summary) -> tuple[str, ...]:
    return ("nothing new in this window",) if summary.tried else ("nothing tried yet",)


def _title(summary: Summary, ink: Ink, room: _Room) -> str:
    names = [ink.escape(_words(name, room.name, 40)) for name in summary.scope[:3]]
    more = f" and {len(summary.scope) - 3} more" if len(summary.scope) > 3 else ""
    who = f"{', '.join(names)}{more}" if names else "All teams"
    return f"{who}, {_SPAN[summary.every].lower()} to {_moment(summary.window.end, summary)}"


def _quiet(summary: Summary) -> str:
    soon = summary.running_out_count
    ending = f", {_count(soon, 'clock')} {'runs' if soon == 1 else 'run'} out within 7 days" if soon else ""
    return f"nothing unusual. {_flow(summary.figures)}, none overdue{ending}."


def _verdict(summary: Summary, room: _Room) -> Iterator[str]:
    found = summary.figures
    change = found.closing - found.opening
    course = "The backlog grows" if change > 0 else "The backlog shrinks" if change < 0 else "The backlog stands still"
    yield f"{course}: {_flow(found)}; {found.overdue} overdue."
    yield from _kept(found)
    yield from _speed(found, full=room.full)
    yield from _quality(found)


def _flow(found: Figures) -> str:
    back = f", {found.reopened} reopened" if found.reopened else ""
    return f"{found.received} received{back}, {found.closed} closed, {found.closing} open ({found.opening} before)"


def _kept(found: Figures) -> Iterator[str]:
    kept = found.attainment
    if kept.share is not None:
        yield f"{kept.met} of {_count(kept.met + kept.missed, 'clock')} met ({100 * kept.share:.0f} %)."


def _speed(found: Figures, *, full: bool) -> Iterator[str]:
    said = []
    if found.acknowledged.working.p50 is not None:
        said.append(f"Half were acknowledged within {_span(found.acknowledged.working.p50)}")
    if found.resolved.working.p50 is not None:
        half, took = "half" if said else "Half", _took(found.resolved, full=full)
        said.append(f"{half} of the closed were resolved within {took}")
    if said:
        yield f"{', '.join(said)}."


def _took(took: Took, *, full: bool) -> str:
    """“6 h, 75 % in 9 h, 90 % in 12 h of working time (3 days on the calendar)”."""
    working, wall = took.working, took.calendar
    if not full:
        return f"{_span(working.p50)} of working time"
    parts = [working.p50, working.p75, working.p90]
    labels = ("", "75 % in ", "90 % in ")
    said = ", ".join(f"{label}{_span(part)}" for label, part in zip(labels, parts, strict=True))
    return f"{said} of working time ({_span(wall.p50)} on the calendar)" if wall.p50 is not None else said


def _quality(found: Figures) -> Iterator[str]:
    said = []
    if found.returned:
        said.append(f"{found.returned} came back within 30 days of closing ({found.closed} closed)")
    if found.repeats:
        said.append(f"{found.repeats} of {found.received} from customers who had said it before")
    old = found.ages[-1] + found.ages[-2]
    if old:
        said.append(f"{old} open for more than 28 days")
    if said:
        sentence = "; ".join(said)
        yield f"{sentence}."


def _decisions(summary: Summary, ink: Ink, room: _Room) -> Iterator[str]:
    for one in summary.decisions:
        yield _decision(one, summary, ink, room)
    if summary.more_decisions:
        yield f"and {summary.more_decisions} more"


def _decision(one: Decision, summary: Summary, ink: Ink, room: _Room) -> str:
    asked = _QUESTIONS[one.question].format(times=one.times)
    who = ink.escape(_words(one.who, room.name, 40))
    return f"{ink.bold(f'C-{one.ticket}')} {asked}. {who}, by {_moment(one.by, summary)}"


def _running_out(summary: Summary, ink: Ink, room: _Room) -> Iterator[str]:
    shown = [_ending(one, summary, ink, room) for one in summary.running_out[: room.listed]]
    rest = summary.running_out_count - len(shown)
    if shown:
        yield "; ".join(shown) + (f"; {rest} more" if rest else "")
    else:
        yield f"{rest}"


def _ending(one: RunningOut, summary: Summary, ink: Ink, room: _Room) -> str:
    holder = ink.escape(_words(one.holder, room.name, 40))
    return f"{ink.bold(f'C-{one.ticket}')} {one.clock} {_moment(one.due_at, summary)} ({holder})"


_ABOUT: dict[About, str] = {"all": "about", "category": "about", "team": "for", "touchpoint": "reported by"}


def _signal(one: Signal, ink: Ink, room: _Room) -> str:
    about = f" {_ABOUT[one.of]} {ink.escape(_words(one.name or one.about, room.text, 80))}" if one.about else ""
    what, found = f"{_MEASURES[one.measure]}{about}", one.found
    usual = f"{found.usual.mean:.1f} a week is usual"
    match found.kind:
        case "above" | "below":
            return f"{found.value} {what} in 7 days; {usual}"
        case "run above":
            return f"{what}: above the usual {found.usual.mean:.1f} a week for 7 weeks"
        case "run below":
            return f"{what}: below the usual {found.usual.mean:.1f} a week for 7 weeks"


def _action(one: Action, summary: Summary, ink: Ink, room: _Room) -> str:
    cause, done = (ink.escape(_words(text, room.text, 80)) for text in (one.cause, one.done))
    since = _day(one.since, summary)
    back = f"came back {one.came_back}× since {since}" if one.came_back else f"has not come back since {since}"
    return f"“{cause}”: {done}; {back}"


def _note(notice: Digest) -> str:
    if not notice.late:
        return ""
    end = notice.summary.window.end.astimezone(ZoneInfo(notice.summary.zone))
    more = f" It stands for {notice.missed + 1} digests." if notice.missed else ""
    return f"Sorry this is late: it is the one for {end:%A}, and Golddust was not running.{more}"


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else f'{noun}s'}"


def _moment(moment: datetime, summary: Summary) -> str:
    return f"{_day(moment, summary)} {moment.astimezone(ZoneInfo(summary.zone)):%H:%M}"


def _day(moment: datetime, summary: Summary) -> str:
    local = moment.astimezone(ZoneInfo(summary.zone))
    return f"{local:%a} {local.day} {local:%b}"


def _span(length: timedelta | None) -> str:
    """“40 min”, “6 h”, “3.5 days”; a day is 24 hours."""
    if length is None:
        return "–"
    minutes = round(length.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.1f}".removesuffix(".0") + " h"
    return f"{minutes / 1440:.1f}".removesuffix(".0") + " days"


def _words(text: str, most: int, characters: int) -> str:
    """The first words of a text on one line, without what nobody sees, cut with “…”."""
    seen = "".join(char if unicodedata.category(char) not in _UNSEEN else " " for char in text).split()
    kept = " ".join(seen[:most])
    if len(kept) > characters:
        return kept[: characters - 1].rstrip() + "…"
    return f"{kept}…" if len(seen) > most else kept or "–"


def _written(section: Section) -> Iterator[str]:
    if section.heading:
        yield f"{section.heading}:"
    yield from (f"• {line}" for line in section.lines) if section.heading else section.lines


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that nobody sees, or that turn the line around."""
