"""Somebody who is on both platforms hears on the one that they chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.channel import Unreachable
from bot.watched import Watched
from complaints import commands
from complaints.ticket import Source
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt
from tests.world import World, world


@dataclass
class Platform:
    """A channel on which everybody is, or those whom it is told to reach."""

    platform: str
    pace: float = 0.0
    together: int | None = None
    reaches: Callable[[Reader], bool] = lambda _: True
    sent: list[Dispatch] = field(default_factory=list)

    def address(self, reader: Reader) -> str | None:
        return reader.audience

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        return address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        if not self.reaches(dispatch.reader):
            raise Unreachable("left")
        self.sent.append(dispatch)
        return dispatch.editable or Receipt(self.platform, address, str(len(self.sent)))

    def to(self, person: str) -> list[str]:
        return [one.notice.kind for one in self.sent if one.notice.audience == f"person:{person}"]


def both(w: World) -> tuple[Platform, Platform]:
    slack, teams = Platform("slack"), Platform("teams")
    w.golddust.connect([slack, teams])
    return slack, teams


async def chooses(w: World, person: str, platform: str) -> None:
    for name in ("slack", "teams"):
        known = commands.KnowAccount(at=w.now, actor=person, platform=name, user=f"{name}-{person}", name=person)
        await w.golddust.execute(known)
    await w.do(commands.SetPreference(at=w.now, actor=person, platform=platform))


async def test_who_chose_a_platform_gets_cards_there_and_others_where_they_got_them(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        slack, teams = both(w)
        await w.says("sam", "my card")
        assert (slack.to("dana"), teams.to("dana")) == (["card"], []), "nobody chose: in the order of channels"
        await chooses(w, "dana", "teams")
        await w.says("sam", "my other card")
        assert (slack.to("dana"), teams.to("dana")) == (["card"], ["card"])


async def test_a_card_that_is_edited_stays_where_it_is(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        slack, teams = both(w)
        ticket = await w.says("sam", "my card")
        await chooses(w, "dana", "teams")
        await w.does(commands.Acknowledge, "omar", ticket)
        assert (slack.to("dana"), teams.to("dana")) == (["card", "card"], [])


async def test_a_reporter_hears_where_they_chose_rather_than_where_they_reported(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        slack, teams = both(w)
        place = Source("slack", "w", "person:sam", "m1")
        ticket = await w.says("sam", "my card", source=place)
        assert slack.to("sam") == ["captured"]
        await chooses(w, "sam", "teams")
        await w.does(commands.Acknowledge, "dana", ticket)
        assert (slack.to("sam"), teams.to("sam")) == (["captured"], ["news"])


async def test_a_reply_in_a_thread_stays_in_its_thread(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        slack, teams = both(w)
        await w.says("sam", "my card", source=Source("slack", "w", "C0GENERAL", "m1"))
        await chooses(w, "sam", "teams")
        (card,) = [one for one in slack.sent if one.notice.kind == "card" and one.notice.audience == "team:payments"]
        place = Source("slack", "w", "team:payments", "m2")
        said = commands.Comment(
            at=w.now, actor="omar", words="Which card?", place=place, thread=str(1 + slack.sent.index(card))
        )
        await w.do(said)
        remarks = [one.reader.thread for one in slack.sent if one.notice.kind == "remark"]
        assert [thread.message for thread in remarks if thread] == ["m1"]
        assert [one for one in teams.sent if one.notice.kind == "remark"] == []


async def test_who_can_t_be_reached_where_they_chose_is_written_to_on_the_other(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        slack, teams = both(w)
        teams.reaches = lambda _: False
        await chooses(w, "dana", "teams")
        await w.says("sam", "my card")
        assert slack.to("dana") == ["card"]
