"""A person's own settings: what is kept, what is refused, and what they change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.preferences import Preference, Settings
from complaints.presence import Presence
from complaints.replies import Refused, Said
from handlers import prefer
from tests.complaints.builders import organisation
from tests.world import MONDAY, World, world


async def sets(w: World, person: str = "dana", **changes: Any) -> str:
    reply = await w.do(commands.SetPreference(at=w.now, actor=person, **changes))
    assert isinstance(reply, Said | Refused)
    return reply.said if isinstance(reply, Said) else f"{reply.field}: {reply.reason}"


def settings(w: World, person: str = "dana") -> Settings:
    return w.golddust.read(lambda context: prefer.settings_of(context, person))


async def in_teams_too(w: World, person: str = "dana") -> None:
    known = commands.KnowAccount(
        at=w.now, actor=person, platform="teams", user=f"aad-{person}", name=person, email=f"{person}@test.example"
    )
    await w.golddust.execute(known)


def from_file(folder: Path, old: str, new: str) -> Watched:
    text = (Path(__file__).parents[1] / "golddust.yml").read_text()
    assert old in text
    file = folder / "golddust.yml"
    file.write_text(text.replace(old, new))
    return Watched(file)


async def test_somebody_who_chose_nothing_has_the_settings_of_the_file(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        of_the_file = Settings(time(9, 30), "mon-fri 09:00-17:00", "Europe/London", ("slack",), None, early=True)
        assert settings(w) == of_the_file


async def test_what_one_chooses_is_kept_one_setting_at_a_time(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await in_teams_too(w)
        assert await sets(w, bundle_at="15:00") == "Noted: your bundle comes at 15:00 your time (Europe/London)."
        assert await sets(w, platform="Teams") == "Noted: I write to you in Teams."
        assert await sets(w, early=False) == "Noted: you get no reminders before a clock has run out."
        chosen = settings(w)
        assert (chosen.bundle_at, chosen.platform, chosen.early) == (time(15), "teams", False)
        assert settings(w, "omar").early, "nobody else's settings change"
        assert w.golddust.read(prefer.muted) == 1


async def test_a_choice_can_be_left_to_the_file_again(sqlite_url: str, tmp_path: Path) -> None:
    watched = from_file(tmp_path, "email: dana@test.example,", 'email: dana@test.example, bundle_at: "11:15",')
    async with world(sqlite_url, watched) as w:
        assert settings(w).bundle_at == time(11, 15), "the file knows when Dana wants it"
        await sets(w, bundle_at="3pm")
        assert settings(w).bundle_at == time(15)
        await sets(w, bundle_at="default")
        assert settings(w).bundle_at == time(11, 15)


async def test_the_file_says_where_somebody_hears_until_they_choose(sqlite_url: str, tmp_path: Path) -> None:
    watched = from_file(tmp_path, "email: dana@test.example,", "email: dana@test.example, channel: teams,")
    async with world(sqlite_url, watched) as w:
        assert settings(w).platform == "teams"
        await sets(w, platform="slack")
        assert settings(w).platform == "slack"


@pytest.mark.parametrize("typed", ["8:59", "17:00", "23:30", "7am"])
async def test_a_time_out_of_hours_is_refused_kindly_with_the_hours(
    sqlite_url: str, watched: Watched, typed: str
) -> None:
    async with world(sqlite_url, watched) as w:
        refused = await sets(w, bundle_at=typed)
        assert refused.startswith("bundle_at: ")
        assert "your working hours (mon-fri 09:00-17:00)" in refused
        assert settings(w).bundle_at == time(9, 30)


async def test_a_time_within_the_hours_of_one_day_is_enough(sqlite_url: str, tmp_path: Path) -> None:
    hours = 'email: dana@test.example, hours: {mon-thu: "09:00-17:00", fri: "12:00-20:00"},'
    async with world(sqlite_url, from_file(tmp_path, "email: dana@test.example,", hours)) as w:
        assert "19:00" in await sets(w, bundle_at="19:00")
        assert settings(w).hours == "mon-thu 09:00-17:00, fri 12:00-20:00"
        assert "(mon-thu 09:00-17:00, fri 12:00-20:00)" in await sets(w, bundle_at="20:00")


@pytest.mark.parametrize("typed", ["25:00", "12:60", "noon", "0pm", "13pm", "-3:00", "<b>"])
async def test_what_is_no_time_is_refused_with_an_example(sqlite_url: str, watched: Watched, typed: str) -> None:
    async with world(sqlite_url, watched) as w:
        assert "is no time of day; write it like 08:30" in await sets(w, bundle_at=typed)


async def test_a_platform_without_an_account_is_refused_with_what_to_do(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        assert await sets(w, platform="teams") == (
            "platform: I don’t know you in Teams yet. Write to me there once, then choose it."
        )
        assert "say slack or teams" in await sets(w, platform="fax")


async def test_a_refused_change_changes_nothing_of_what_came_with_it(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await sets(w, early=False, bundle_at="03:00")
        assert settings(w).early


async def test_a_new_time_holds_for_what_waits_already(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        ticket = await w.says("sam", "my card")
        await sets(w, "sam", bundle_at="16:00")
        await w.advance(hours=1)
        await w.does(commands.Resolve, "dana", ticket, done="Refunded")
        assert w.ticket().next_nudge_at == MONDAY + timedelta(hours=7), "half of a day is over at 14:00"
        await sets(w, "sam", bundle_at="15:00")
        assert w.ticket().next_nudge_at == MONDAY + timedelta(hours=6)
        w.forget()
        await w.advance(hours=6)
        assert [one.at for one in w.heard("sam", "reminder")] == [MONDAY + timedelta(hours=6)]


def test_a_day_that_begins_later_than_the_chosen_time_begins_with_the_bundle() -> None:
    here = Presence(organisation(), preferences={"dana": Preference("dana", time(9, 0))})
    late = organisation(people={"dana": {"hours": {"mon-fri": "11:00-19:00"}}})
    there = Presence(late, preferences={"dana": Preference("dana", time(9, 0))})
    assert here.bundle_from("dana", MONDAY) == MONDAY
    assert there.bundle_from("dana", MONDAY) == datetime(2026, 11, 23, 11, tzinfo=UTC)


async def test_who_wants_no_early_reminders_hears_once_the_clock_has_run_out(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await sets(w, early=False)
        await w.says("sam", "my card")
        w.forget()
        await w.advance(hours=6)
        assert [one.at for one in w.heard("dana", "reminder")] == [MONDAY + timedelta(hours=4)]


async def test_nobody_is_held_back_from_what_is_critical_by_their_settings(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await sets(w, early=False)
        await w.says("sam", "this is fraud with my card")
        w.forget()
        await w.advance(hours=3)
        assert len(w.heard("dana", "reminder")) > 0
