"""Proving that no timeline was tampered with, and that nothing was rewritten since an earlier proof."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat

from complaints.chain import Entry, Head
from complaints.errors import DatabaseError
from complaints.verification import SHOWN, Broken, Kept, examine, since
from handlers.context import Context
from storage import chains

BLOCK = 1000
"""Tickets that a proof writes together."""


@dataclass(slots=True)
class Block:
    """The ends of up to `BLOCK` chains, by ticket number from `first` on: lengths, and the links cut to `SHOWN`."""

    first: int
    lengths: list[int] = field(default_factory=list)
    links: str = ""

    def add(self, end: Head | None) -> None:
        """Add the end of the next ticket's chain; None for a ticket that is missing."""
        self.lengths.append(end.length if end else 0)
        self.links += (end.link if end else "")[:SHOWN].ljust(SHOWN, "-")

    def heads(self) -> Iterator[Head]:
        """The ends in their order, one of no length for a ticket that was missing."""
        for place, length in enumerate(self.lengths):
            yield Head(length, self.links[place * SHOWN : (place + 1) * SHOWN])


@dataclass(slots=True)
class Proof:
    """What `golddust verify` found: one head over all chains, and what is broken."""

    workspace: str
    at: datetime
    tickets: int = 0
    events: int = 0
    erased: int = 0
    head: str = ""
    broken: list[Broken] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier proof: of which workspace, its head, and the ends of its chains."""

    workspace: str
    head: str
    blocks: tuple[Block, ...]

    @property
    def last(self) -> int:
        """The number of the last ticket that it knows."""
        return max((block.first + len(block.lengths) - 1 for block in self.blocks), default=0)

    def heads(self) -> Iterator[Head]:
        """The ends of its chains, from ticket 1 on."""
        return chain.from_iterable(block.heads() for block in self.blocks)


def verify(context: Context, earlier: Earlier | None = None) -> Proof:
    """Walk all chains; raises DatabaseError for a row that can't be read at all."""
    chains.unmoved(context.session)
    proof = Proof(context.workspace, context.at)
    whole = hashlib.sha256()
    remembered = chain(earlier.heads() if earlier else (), repeat(Head(0, "")))
    for number, found in _by_number(context, earlier.last if earlier else 0):
        before = next(remembered)
        if found is None:
            proof.broken.append(Broken(number, 1, "missing", "the ticket is missing, with its whole timeline"))
            end = None
        else:
            ticket, entries = found
            broken = examine(context.workspace, ticket, entries) or since(number, before, entries)
            proof.broken += [broken] if broken else []
            end = _end(entries)
        _count(proof, whole, number, end, found[1] if found else ())
    proof.head = whole.hexdigest()
    return proof


def _by_number(context: Context, least: int) -> Iterator[tuple[int, tuple[Kept, list[Entry]] | None]]:
    """Every number that was ever given out, with its ticket; None where that is missing."""
    last = 0
    try:
        for ticket, entries in chains.everything(context.session, context.workspace):
            yield from ((number, None) for number in range(last + 1, ticket.number))
            last = ticket.number
            yield last, (ticket, entries)
    except ValueError as error:
        raise DatabaseError(reason=f"after C-{last} something of the timeline can’t be read: {error}") from None
    final = max(least, chains.given_out(context.session, context.workspace))
    yield from ((number, None) for number in range(last + 1, final + 1))


def _end(entries: Sequence[Entry]) -> Head | None:
    return Head(len(entries), entries[-1].link or "") if entries else None


def _count(proof: Proof, whole: hashlib._Hash, number: int, end: Head | None, entries: Sequence[Entry]) -> None:
    whole.update(f"{number} {end.length} {end.link}\n".encode() if end else f"{number} missing\n".encode())
    if number % BLOCK == 1:
        proof.blocks.append(Block(number))
    proof.blocks[-1].add(end)
    proof.tickets += 1
    proof.events += len(entries)
    proof.erased += sum(entry.erased_at is not None for entry in entries)
