"""What the list says where it finds nothing: where it looked, and whether there is any in another state."""

from __future__ import annotations

from dataclasses import dataclass

from bot.register.asking import Params, address
from complaints.register import ALL, OPEN, Wanted
from handlers import register
from handlers.context import Context
from storage.register import MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Nothing:
    """A sentence, and where to look for others that are like it in all but their state, if there are any."""

    said: str
    show: str = ""
    address: str = ""


def nothing(context: Context, person: str, params: Params, wanted: Wanted) -> Nothing:
    """“Nothing open says “x”; 3 closed do:”, and the way to them."""
    if wanted.state == ALL:
        return Nothing(f"{_looked(wanted, '')}.")
    others = register.elsewhere(context, person, wanted)
    if not others:
        return Nothing(f"{_looked(wanted, '')}, {'open or closed' if wanted.state == OPEN else 'in whatever state'}.")
    looked = _looked(wanted, f" {wanted.state}")
    count = f"more than {others:,}" if others == MOST_COUNTED else f"{others:,}"
    which = "closed" if wanted.state == OPEN else "other"
    one, several = ("does", "do") if wanted.words else ("is", "are")
    there = f"{looked}; {count} {which} {one if others == 1 else several}:"
    return Nothing(there, "show it" if others == 1 else "show them", address(params, state=ALL, page=None))


def _looked(wanted: Wanted, state: str) -> str:
    return (
        f"Nothing{state} says “{wanted.words}”" if wanted.words else f"No{state} ticket that you may see is like that"
    )
