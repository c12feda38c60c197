"""Who is away, and who an account is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.replies import Refused, Said
from handlers.identify import person_behind
from handlers.reading import page
from storage.people import Account
from tests.complaints.builders import moment
from tests.world import World, world

NUDGES = ("reminder", "escalation", "bundle")


async def test_away_says_until_when_and_who_holds_meanwhile(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        reply = await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00")))
        assert reply == Said("Noted: you are away until Friday, 27 November, 00:00. Omar holds your tickets meanwhile.")
        named = await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00"), deputy="kim"))
        assert isinstance(named, Said)
        assert "Kim holds" in named.said


async def test_away_without_a_deputy_says_that_the_lead_holds(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        reply = await w.do(commands.GoAway(at=w.now, actor="noor", until=moment("2026-11-27 00:00")))
        assert isinstance(reply, Said)
        assert "no deputy here" in reply.said


@pytest.mark.parametrize(
    ("until", "deputy", "field"),
    [
        (moment("2026-11-23 09:00"), None, "until"),
        (moment("2020-01-01 09:00"), None, "until"),
        (moment("2028-12-31 09:00"), None, "until"),
        (datetime.max.replace(tzinfo=moment("2026-11-23 09:00").tzinfo), None, "until"),
        (moment("2026-11-27 00:00"), "stranger", "deputy"),
    ],
)
async def test_an_absence_that_makes_no_sense_is_refused_at_its_field(
    sqlite_url: str, watched: Watched, until: datetime, deputy: str | None, field: str
) -> None:
    async with world(sqlite_url, watched) as w:
        reply = await w.do(commands.GoAway(at=w.now, actor="dana", until=until, deputy=deputy))
        assert isinstance(reply, Refused)
        assert reply.field == field


async def test_back_ends_the_absence(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        assert await w.do(commands.ComeBack(at=w.now, actor="dana")) == Said("You were not marked as away.")
        await w.do(commands.GoAway(at=w.now, actor="dana", until=moment("2026-11-27 00:00")))
        assert (await w.says("sam", "my card")).owner == "omar"
        assert await w.do(commands.ComeBack(at=w.now, actor="dana")) == Said(
            "Welcome back; your tickets are with you again."
        )
        assert (await w.says("sam", "my card")).owner == "dana"


async def test_away_again_replaces_what_was_said_before(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        for day in ("2026-12-24", "2026-11-24"):
            await w.do(commands.GoAway(at=w.now, actor="dana", until=moment(f"{day} 00:00")))
        await w.until(moment("2026-11-24 10:00"))
        assert (await w.says("sam", "my card")).owner == "dana"


def behind(w: World, user: str) -> tuple[str, Account | None]:
    return w.golddust.read(lambda context: person_behind(context, "slack", user))


async def test_a_listed_account_is_its_person_and_an_unknown_one_goes_by_its_id(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        assert behind(w, "U0DANA001") == ("dana", None)
        assert behind(w, "U0NEW") == ("slack:U0NEW", None)


def seen(w: World, **more: str | None) -> commands.KnowAccount:
    values = {"actor": "slack:U0NEW", "platform": "slack", "user": "U0NEW", "name": "Noor N.", **more}
    return commands.KnowAccount(at=w.now, **values)


async def test_an_account_is_recognised_by_the_e_mail_address_in_any_case(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.do(seen(w, email="NOOR@test.example"))
        assert behind(w, "U0NEW")[0] == "noor"


async def test_what_an_account_reported_before_it_was_recognised_is_the_persons(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("slack:U0NEW", "my card")
        await w.do(seen(w, actor="noor"))
        assert w.ticket().reporter == "noor"
        assert w.golddust.read(lambda context: page(context, "reported", "noor")).total == 1


@pytest.mark.parametrize(
    "more",
    [
        {"zone": "Mars/Olympus"}, {"zone": "../../etc/passwd"}, {"zone": "x" * 100}, {"name": "n" * 500},
        {"name": "\x00\ud83d"}, {"email": "e" * 400 + "@test.example"}, {"email": "a\x00@test.example"},
    ],
)  # fmt: skip
async def test_an_account_with_odd_details_holds_up_nobodys_messages(
    database_url: str, watched: Watched, more: dict[str, str]
) -> None:
    async with world(database_url, watched) as w:
        await w.do(seen(w, **more))
        await w.says("slack:U0NEW", "my card")
        assert len(w.heard("slack:U0NEW", "captured")) == 1
        assert len(w.heard("dana", "card")) == 1


async def test_a_zone_of_an_unlisted_account_is_the_one_its_times_are_shown_in(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.do(seen(w, zone="Asia/Tokyo"))
        await w.says("slack:U0NEW", "my card")
        assert str(w.heard("slack:U0NEW", "captured")[0].dispatch.reader.zone) == "Asia/Tokyo"


async def test_somebody_the_file_does_not_list_is_nudged_within_the_default_hours_of_their_own_zone(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.do(seen(w, zone="Asia/Tokyo"))
        ticket = await w.says("slack:U0NEW", "my card")
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        w.forget()
        await w.advance(days=7)
        local = [one.at.astimezone(ZoneInfo("Asia/Tokyo")) for one in w.heard("slack:U0NEW", *NUDGES)]
        assert local
        assert all(one.weekday() < 5 and time(9) <= one.time() < time(17) for one in local), local


@pytest.mark.parametrize("zone", [None, "Mars/Olympus"])
async def test_somebody_without_a_zone_is_nudged_in_the_organisations(
    sqlite_url: str, watched: Watched, zone: str | None
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.do(seen(w, zone=zone))
        ticket = await w.says("slack:U0NEW", "my card")
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        w.forget()
        await w.advance(days=7)
        local = [one.at.astimezone(ZoneInfo("Europe/London")) for one in w.heard("slack:U0NEW", *NUDGES)]
        assert local
        assert all(time(9) <= one.time() < time(17) for one in local), local


async def test_the_zone_of_a_person_of_the_file_is_the_files_whatever_their_account_says(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.do(seen(w, actor="dana", zone="Asia/Tokyo"))
        assert w.golddust.read(lambda context: context.presence.zone_of("dana").key) == "Europe/London"


async def test_an_account_learnt_twice_keeps_what_is_new(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.do(seen(w, name="Old"))
        await w.do(replace(seen(w), at=w.now + timedelta(days=1), name="New"))
        known = behind(w, "U0NEW")[1]
        assert known is not None
        assert known.name == "New"


async def test_pages_are_small_and_a_page_beyond_the_last_is_the_last(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        for number in range(7):
            await w.says("sam", f"card {number}")
        first = w.golddust.read(lambda context: page(context, "held", "dana", 0))
        last = w.golddust.read(lambda context: page(context, "held", "dana", 99))
        assert (len(first.tickets), first.pages, first.total) == (5, 2, 7)
        assert (len(last.tickets), last.number) == (2, 1)
        mine = w.golddust.read(lambda context: page(context, "reported", "sam", -3))
        assert [ticket.number for ticket in mine.tickets] == [7, 6, 5, 4, 3]
        assert w.golddust.read(lambda context: page(context, "held", "kim")).total == 0
