"""One's own settings in Slack: asked for in words, changed in words and in the Home."""

from __future__ import annotations

from datetime import time
from typing import Any

from bot.watched import Watched
from complaints.commands import KnowAccount
from complaints.preferences import Settings
from handlers import prefer
from tests.bot.slack.driver import DANA, NOOR, PAT, Desk, Json, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_forms import elements


def settings(d: Desk, person: str = "dana") -> Settings:
    return d.golddust.read(lambda context: prefer.settings_of(context, person))


async def in_teams_too(d: Desk) -> None:
    await d.golddust.execute(KnowAccount(at=d.now, actor="dana", platform="teams", user="aad-dana", name="Dana"))


async def picks(d: Desk, action_id: str, value: Any, user: str = DANA) -> Json:
    """Somebody uses an element of their Home; the Home as it is then."""
    view = d.slack.home(user) or {}
    action = payloads.chose(view["blocks"], action_id, value, at=d.now)
    await d.form(payloads.action_on_view(user, action, view))
    return d.slack.home(user) or {}


def offered(view: Json) -> dict[str, Json]:
    return {one["action_id"]: one for _, one in elements(view["blocks"])}


async def test_settings_are_shown_to_the_one_who_asks_with_how_to_change_them(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        answer = await d.complains(DANA, "settings")
        assert answer["response_type"] == "ephemeral"
        read = shown(answer)
        assert "comes at 09:30 your time (Europe/London)" in read
        assert "You get reminders before a clock has run out." in read
        assert "`/complaint settings bundle 09:30`, `/complaint settings early off`" in read
        assert "settings channel" not in read, "Dana is on Slack only"
        assert d.tickets() == []


async def test_settings_are_changed_in_words(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await in_teams_too(d)
        assert "your bundle comes at 08:30" not in shown(await d.complains(DANA, "settings bundle 08:30"))
        assert "your bundle comes at 15:00" in shown(await d.complains(DANA, "settings bundle 15:00"))
        assert "I write to you in Teams" in shown(await d.complains(DANA, "settings channel teams"))
        assert "no reminders" in shown(await d.complains(DANA, "settings early off"))
        assert (settings(d).bundle_at, settings(d).platform, settings(d).early) == (time(15), "teams", False)


async def test_the_home_changes_each_setting_at_once_and_shows_what_holds(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await in_teams_too(d)
        await d.opens_home(DANA)
        assert offered(await picks(d, "settings_bundle", "15:00"))["settings_bundle"]["initial_time"] == "15:00"
        view = await picks(d, "settings_channel", "teams")
        assert offered(view)["settings_channel"]["initial_option"]["value"] == "teams"
        assert "initial_options" not in offered(await picks(d, "settings_early", []))["settings_early"]
        assert (settings(d).bundle_at, settings(d).platform, settings(d).early) == (time(15), "teams", False)
        assert "initial_options" in offered(await picks(d, "settings_early", ["on"]))["settings_early"]
        assert settings(d).early


async def test_a_time_out_of_hours_is_refused_in_the_home_which_shows_what_holds(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.opens_home(DANA)
        view = await picks(d, "settings_bundle", "03:00")
        assert "03:00 is outside your working hours (mon-fri 09:00-17:00)" in shown(view)
        assert offered(view)["settings_bundle"]["initial_time"] == "09:30"
        assert "outside" not in shown(await picks(d, "settings_bundle", "10:00"))


async def test_forged_choices_change_nothing(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        view = await d.opens_home(DANA)
        for forged in (
            {"action_id": "settings_bundle", "selected_time": None},
            {"action_id": "settings_bundle", "selected_time": "99:99"},
            {"action_id": "settings_channel", "selected_option": {"value": "carrier pigeon"}},
            {"action_id": "settings_channel", "selected_option": "teams"},
            {"action_id": "settings_early", "selected_options": "off"},
        ):
            action = {"type": "button", "block_id": "x", "action_ts": "1.2", **forged}
            await d.form(payloads.action_on_view(DANA, action, view))
        assert settings(d) == Settings(
            time(9, 30), "mon-fri 09:00-17:00", "Europe/London", ("slack",), None, early=True
        )


async def test_somebody_whom_the_file_does_not_list_has_settings_too(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert "your bundle comes at 10:00" in shown(await d.complains(PAT, "settings bundle 10:00"))
        assert settings(d, f"slack:{PAT}").bundle_at == time(10)


async def test_while_slack_does_not_say_who_somebody_is_nothing_is_kept(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.fail_next("users.info", status=500)
        assert "I can’t tell who you are right now" in shown(await d.complains(NOOR, "settings bundle 15:00"))
        assert d.golddust.read(lambda context: context.presence.preferences) == {}
