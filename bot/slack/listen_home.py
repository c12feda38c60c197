"""The App Home: published when somebody opens it, and again after what they press there."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from bot.keeper import AWAY
from bot.slack import home
from bot.slack.listen import Room, tolerated
from bot.slack.payloads import Json
from bot.slack.people import Who
from complaints.preferences import Settings
from handlers import prefer, reading
from handlers.context import Context
from handlers.reading import Page
from handlers.viewing import name_of
from storage.absence import away

FIRST = (0, 0)


async def app_home_opened(room: Room, body: Json) -> None:
    """Show a person their Home."""
    event, at = body["event"], room.now()
    if event.get("tab", "home") != "home":
        return
    user = str(event["user"])
    who = await room.people.who(user, at)
    if who is not None:
        room.later(publish(room, user, who, pages_of((event.get("view") or {}).get("private_metadata"))))


async def publish(room: Room, user: str, who: Who, pages: tuple[int, int] = FIRST, wrong: str = "") -> None:
    """Draw the Home of a person, at these pages of what they hold and of what they reported.

    `wrong` is why the last change of their settings was refused.
    """
    client, refused = room.client, room.turned_away(who)
    if refused is not None:
        await tolerated(client.views_publish(user_id=user, view=home.closed(refused)))
        return

    def question(context: Context) -> tuple[Page, Page, str, Settings]:
        held = reading.page(context, "held", who.person, pages[0])
        reported = reading.page(context, "reported", who.person, pages[1])
        return held, reported, name_of(context, who.person), prefer.settings_of(context, who.person)

    try:
        held, reported, name, settings = await room.read(question)
    except SQLAlchemyError as error:
        if not away(error):
            raise
        await publish_away(room, user)
        return
    await tolerated(client.views_publish(user_id=user, view=home.home(held, reported, name, settings, wrong)))


async def publish_away(room: Room, user: str) -> None:
    """Let a person’s Home say that there is nothing to see while the database is away."""
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": AWAY}}]
    await tolerated(room.client.views_publish(user_id=user, view={"type": "home", "blocks": blocks}))


def pages_of(written: object) -> tuple[int, int]:
    """The two page numbers in `HELD:REPORTED`; the first pages for anything else."""
    parts = written.split(":") if isinstance(written, str) else []
    if len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        return int(parts[0]), int(parts[1])
    return FIRST
