"""One ticket that can't be judged stops no other."""

from __future__ import annotations

from sqlalchemy import update

from bot.watched import Watched
from storage import timeline
from storage.tables import tickets
from tests.world import world


async def test_a_ticket_that_cannot_be_judged_is_tried_later_and_the_others_are_nudged(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        await w.says("sam", "the app")
        w.forget()
        with w.golddust.engine.begin() as connection:
            # A clock from 9999 stands for whatever no policy can reckon with.
            bad = [{"name": "resolve", "started_at": "9999-12-30T00:00:00Z", "due_at": "9999-12-31T00:00:00Z",
                    "length": "P9999999D", "left": None, "stopped_at": None, "run": 1, "calendar": True}]  # fmt: skip
            connection.execute(update(tickets).where(tickets.c.number == 1).values(clocks=bad))
        await w.outage(hours=3)
        await w.tick()
        assert [one.kind for one in w.heard("kim")] == ["reminder"]
        told = w.golddust.read(lambda context: timeline.read(context.session, context.workspace, 1))
        assert told[-1].kind == "not judged"
