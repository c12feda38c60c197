"""Proving that a ticket's timeline is what was written: the first event that is not, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from complaints.chain import ERASED, Entry, Head, digest_of, genesis, left_of, link_of

Fault = Literal["changed", "removed", "inserted", "cut off", "missing", "not linked", "rewritten", "words"]

SHOWN: Final = 32
"""Hexadecimal digits of a link by which an earlier proof remembers it: 128 bits, which nobody can aim at."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with a ticket's timeline: its number, the first event (from 1) that is, and what, in words."""

    ticket: int
    event: int
    fault: Fault
    said: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket as it has to be to be believed: where it says its timeline ends, and its words, None once erased."""

    number: int
    head: Head | None
    words: str | None


def examine(workspace: str, ticket: Kept, entries: Sequence[Entry]) -> Broken | None:
    """The first event of a ticket that is not what was written, or None where all are."""
    last = genesis(workspace, ticket.number)
    for place, entry in enumerate(entries):
        found = _at(workspace, ticket, last, entry, entries[place + 1] if place + 1 < len(entries) else None)
        if found is not None:
            return found
        last = Head(entry.position, entry.link or "")
    return _end(ticket, last) or _erasures(ticket.number, entries) or _words(ticket, entries)


def since(ticket: int, earlier: Head, entries: Sequence[Entry]) -> Broken | None:
    """What of a ticket was rewritten since a proof that remembers it with this head, whose link is cut to `SHOWN`."""
    if earlier.length == 0:
        return None
    if len(entries) < earlier.length:
        gone = len(entries) + 1
        return Broken(ticket, gone, "cut off", f"had {earlier.length} events in the earlier proof and lost some")
    if (entries[earlier.length - 1].link or "")[:SHOWN] == earlier.link:
        return None
    said = f"something in its first {earlier.length} events was rewritten since the earlier proof, with all links anew"
    return Broken(ticket, earlier.length, "rewritten", said)


def _at(workspace: str, ticket: Kept, last: Head, entry: Entry, following: Entry | None) -> Broken | None:
    number, place = ticket.number, last.length + 1
    about = f"event {place} (“{entry.event.kind}”)"
    if entry.position != place:
        return Broken(number, place, "removed", f"event {place} was removed; the next one is {entry.position}")
    if entry.link is None or entry.digest is None:
        said = f"{about} has no link: an older Golddust wrote it (then run `golddust db upgrade`), or it was inserted"
        return Broken(number, place, "not linked", said)
    linked = link_of(last.link, workspace, number, place, entry.event, entry.digest)
    if linked != entry.link:
        if _takes_the_place(workspace, ticket, last, entry, following):
            return Broken(number, place, "inserted", f"{about} was inserted")
        return Broken(number, place, "changed", f"{about} was changed, or the one before it was removed")
    if entry.erased_at is not None:
        return None
    if entry.salt is None or digest_of(entry.salt, entry.event.actor, entry.event.data) != entry.digest:
        return Broken(number, place, "changed", f"{about} was changed: its words or who did it")
    return None


def _takes_the_place(workspace: str, ticket: Kept, last: Head, entry: Entry, following: Entry | None) -> bool:
    """Whether an event stands where another belongs: behind the noted end, or before one that was moved down."""
    place = last.length + 1
    if ticket.head is not None and place > ticket.head.length:
        return True
    if following is None or following.digest is None:
        return False
    return link_of(last.link, workspace, ticket.number, place, following.event, following.digest) == following.link


def _end(ticket: Kept, last: Head) -> Broken | None:
    number, noted = ticket.number, ticket.head
    if last.length == 0:
        return Broken(number, 1, "cut off", "its whole timeline was removed")
    if noted is None:
        said = "the ticket does not say where its timeline ends; run `golddust db upgrade`"
        return Broken(number, last.length, "not linked", said)
    if last.length < noted.length:
        gone = last.length + 1
        events = f"events {gone} to {noted.length} were" if gone < noted.length else f"event {gone} was"
        return Broken(number, gone, "cut off", f"{events} cut off at the end")
    if last.length > noted.length:
        return Broken(number, noted.length + 1, "inserted", f"event {noted.length + 1} was inserted at the end")
    if last.link != noted.link:
        return Broken(number, last.length, "rewritten", "its timeline was rewritten: the ticket notes another end")
    return None


def _erasures(number: int, entries: Sequence[Entry]) -> Broken | None:
    erased = [entry for entry in entries if entry.erased_at is not None]
    told = next((entry for entry in reversed(entries) if entry.event.kind == ERASED), None)
    named = str(told.event.data.get("events", "")) if told else ""
    recorded = {int(place) for place in named.split(",") if place.isdecimal()}
    for entry in erased:
        if entry.position not in recorded:
            said = f"event {entry.position} is marked as erased, but no erasure of it is recorded"
            return Broken(number, entry.position, "changed", said)
    if told is None or (len(erased) == len(recorded) and told.event.data.get("left") == left_of(erased)):
        return None
    first = min(recorded, default=told.position)
    said = f"what the erasure (event {told.position}) left of others was changed"
    return Broken(number, first, "changed", said)


def _words(ticket: Kept, entries: Sequence[Entry]) -> Broken | None:
    first = entries[0]
    captured = first.event.data.get("words") if first.erased_at is None else None
    if ticket.words is None or captured is None or first.event.kind != "captured" or captured == ticket.words:
        return None
    return Broken(ticket.number, 1, "words", "the ticket’s words are not those that were captured")
