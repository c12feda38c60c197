"""When a bundle that waits already comes, once more is added to it (rule 5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.watched import Watched
from complaints import commands
from complaints.notices import Bundle, Escalation, person
from complaints.ticket import Ticket
from handlers.attention import hand_on
from storage import outbox
from storage.outbox import Parcel
from tests.complaints.builders import moment
from tests.world import World, world

EIGHT = moment("2026-11-23 08:00")
TEN = moment("2026-11-23 10:00")


async def wants_bundles_at(w: World, time: str) -> None:
    await w.do(commands.SetPreference(at=w.now, actor="lee", bundle_at=time))


async def handed_on(w: World, ticket: Ticket, step: str) -> None:
    """Lee is asked in the place of somebody who can't be reached, about something that need not interrupt her."""
    asks = Escalation(
        ticket=ticket.number, audience=person("lee"), step=step, clock="acknowledge", due_at=w.now, because="why"
    )
    await w.golddust.worker.run(lambda context: hand_on(context, asks, critical=False), w.now)


def waiting(w: World) -> list[Parcel]:
    """Lee's bundles on their way."""
    found = w.golddust.read(lambda context: outbox.listed(context.session, context.workspace, ["waiting"], 100))
    return [one for one in found if one.notice.kind == "bundle" and one.notice.audience == person("lee")]


def due(w: World) -> list[tuple[datetime, int]]:
    """When each of Lee's bundles comes, and with how many items."""
    return [(one.due_at, len(one.notice.items)) for one in waiting(w) if isinstance(one.notice, Bundle)]


async def test_a_bundle_that_waits_comes_earlier_when_what_is_added_may_come_earlier(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched, EIGHT) as w:
        ticket = await w.says("sam", "my card")
        await wants_bundles_at(w, "16:00")
        await handed_on(w, ticket, "one")
        assert due(w) == [(moment("2026-11-23 16:00"), 1)]
        await wants_bundles_at(w, "10:00")
        await handed_on(w, ticket, "two")
        assert due(w) == [(TEN, 2)]


async def test_a_bundle_that_waits_comes_no_later_when_what_is_added_may_come_later(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, EIGHT) as w:
        ticket = await w.says("sam", "my card")
        await wants_bundles_at(w, "10:00")
        await handed_on(w, ticket, "one")
        await wants_bundles_at(w, "16:00")
        await handed_on(w, ticket, "two")
        assert due(w) == [(TEN, 2)]


async def test_a_bundle_never_comes_before_its_reader_is_at_work(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched, EIGHT) as w:
        ticket = await w.says("sam", "my card")
        await wants_bundles_at(w, "16:00")
        await handed_on(w, ticket, "one")
        await wants_bundles_at(w, "09:00")
        await handed_on(w, ticket, "two")
        assert due(w) == [(moment("2026-11-23 09:00"), 2)]


async def test_a_bundle_that_waits_for_another_try_is_not_tried_the_faster_for_what_is_added(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched, EIGHT) as w:
        ticket = await w.says("sam", "my card")
        await wants_bundles_at(w, "10:00")
        await handed_on(w, ticket, "one")
        await w.outage(hours=2)
        later = moment("2026-11-23 10:07")

        def try_again_later(context: Any) -> None:
            for parcel in outbox.claim(context.session, context.workspace, context.at, 100):
                outbox.postpone(context.session, parcel, later, "the platform does not answer")

        await w.golddust.worker.run(try_again_later, w.now)
        await handed_on(w, ticket, "two")
        assert due(w) == [(later, 2)]
