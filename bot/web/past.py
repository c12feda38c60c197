"""Some weeks of complaints before the playground opens: without a past nothing is unusual, and no chart has a line."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from bot.configuration import Loaded
from bot.web import people
from complaints import commands
from complaints.replies import Captured, Reply
from complaints.ticket import Source
from handlers.context import Context
from handlers.dispatch import handle
from storage.database import sessions
from storage.tables import outbox

WEEKS: Final = 7
A_DAY: Final = (1, 1, 2, 2)
"""How many complaints come on a working day, one of these by chance."""
SAID: Final = (
    ("A card payment at the bakery was taken twice", "Refunded the second payment", "The terminal sends again"),
    ("The app asks for the password after each update", "Sent a new link", "The update ends sessions"),
    ("A transfer to a supplier has been pending for two days", "Released it by hand", "A name check is too strict"),
    ("Nobody said that the branch closes at noon", "Apologised and put up a notice", ""),
    ("The mortgage statement shows last year’s rate", "Sent a corrected one", "The letter is made too early"),
    ("An overdraft fee was taken although there was money", "Paid the fee back", "Fees forget holidays"),
    ("The new debit card never arrived", "Sent another by courier", "An old address"),
    ("The loan is paid off and the credit file still shows it", "Corrected the file", "Files are sent monthly"),
    ("The cash machine kept the card and gave no receipt", "Returned the card", ""),
    ("The line went dead after forty minutes on hold", "Called back the same day", "Too few people at noon"),
)
"""What was said, what was done about it, and the cause where somebody gave one."""


def live(engine: Engine, loaded: Loaded, until: datetime) -> None:
    """Live through the weeks before a moment, the same each time: all that was said is closed, and nobody hears."""
    zone = ZoneInfo(loaded.organisation.organisation.time_zone)
    frontline = [key for key, _ in people.reporters(loaded.organisation)[0].choices]
    chance = random.Random(1)  # noqa: S311 - the same past every time
    with sessions(engine).begin() as session:
        for number, at in enumerate(_moments(until, zone, chance)):
            _one(session, loaded, number, at, chance.choice(frontline), chance)
        session.execute(delete(outbox))


def _moments(until: datetime, zone: ZoneInfo, chance: random.Random) -> Iterator[datetime]:
    """When something was said, in order: on working days, between nine and five."""
    first = until.astimezone(zone).date() - timedelta(weeks=WEEKS)
    days = [first + timedelta(days=day) for day in range(WEEKS * 7)]
    for day in (day for day in days if day.weekday() < 5):
        minutes = sorted(chance.randrange(8 * 60) for _ in range(chance.choice(A_DAY)))
        yield from (datetime.combine(day, time(9), zone) + timedelta(minutes=one) for one in minutes)


def _one(session: Session, loaded: Loaded, number: int, at: datetime, reporter: str, chance: random.Random) -> None:
    """One complaint: said, acknowledged after some minutes, resolved before the first day is over, told at once."""
    words, done, cause = chance.choice(SAID)
    source = Source("web", loaded.organisation.workspace, "past", f"past {number}", private=True)
    said = _does(session, loaded, commands.CaptureComplaint(at=at, actor=reporter, words=words, source=source))
    if not isinstance(said, Captured):
        return
    owner = said.ticket.owner_key or said.ticket.holder_key
    on: dict[str, Any] = {"number": said.ticket.number, "actor": owner}
    seen, solved = at + timedelta(minutes=chance.randrange(5, 90)), at + timedelta(hours=chance.randrange(2, 15))
    _does(session, loaded, commands.Acknowledge(at=seen, **on))
    _does(session, loaded, commands.Resolve(at=solved, **on, done=done, root_cause=cause))
    _does(session, loaded, commands.ConfirmTold(at=solved, number=said.ticket.number, actor=reporter))


def _does(session: Session, loaded: Loaded, command: commands.Command) -> Reply:
    context = Context(session, loaded.organisation, loaded.version, loaded.document, command.at)
    return handle(context, command)
