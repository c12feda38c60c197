"""Moving the virtual clock: what is due on the way happens at its own time."""

from __future__ import annotations

from datetime import timedelta

from bot.channel import TryLater
from bot.timetravel import travel
from bot.watched import Watched
from complaints.notices import Captured
from handlers.deliver import Dispatch
from storage import outbox
from storage.messages import Receipt
from tests.complaints.builders import moment
from tests.world import MONDAY, Pigeons, world


async def test_everything_on_the_way_happens_at_its_own_time(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card")
        ticked = await travel(w.golddust, w.clock, moment("2026-11-23 13:00"))
        assert [one.at for one in w.heard("dana", "reminder")] == [
            moment("2026-11-23 11:00"), moment("2026-11-23 12:12"), moment("2026-11-23 13:00")
        ]  # fmt: skip
        assert (ticked.judged, len(ticked.nudges), ticked.deliveries) == (3, 3, {"sent": 3})
        assert w.now == moment("2026-11-23 13:00")


async def test_travelling_to_the_present_moment_does_what_is_due_now(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        assert (await travel(w.golddust, w.clock, w.now)).judged == 0
        assert (await travel(w.golddust, w.clock, w.now - timedelta(days=1))).judged == 0
        assert w.now == MONDAY, "never backwards"


async def test_a_notice_that_can_not_be_sent_does_not_hold_the_clock_nor_skip_the_nudges(
    sqlite_url: str, watched: Watched
) -> None:
    class Down(Pigeons):
        async def send(self, dispatch: Dispatch, address: str) -> Receipt:
            if address == "person:sam":
                raise TryLater("down", timedelta(days=1))
            return await super().send(dispatch, address)

    async with world(sqlite_url, watched) as w:
        w.pigeons = Down(w.clock)
        w.golddust.connect([w.pigeons])
        await w.says("sam", "my card")
        twice = [Captured(ticket=1, audience="person:sam")]
        await w.golddust.worker.run(lambda c: outbox.put(c.session, c.workspace, twice, w.now), w.now)
        await travel(w.golddust, w.clock, moment("2026-11-23 13:00"))
        assert len(w.heard("dana", "reminder")) == 3


async def test_what_another_deliverer_has_in_hand_does_not_skip_the_nudges(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card")
        held = [Captured(ticket=1, audience="person:sam")]
        await w.golddust.worker.run(lambda c: outbox.put(c.session, c.workspace, held, w.now), w.now)
        await w.golddust.worker.run(lambda c: outbox.claim(c.session, c.workspace, c.at, 9), w.now)
        await travel(w.golddust, w.clock, moment("2026-11-23 13:00"))
        assert len(w.heard("dana", "reminder")) == 3
