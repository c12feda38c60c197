"""One's own settings in Teams: a card with a form, answered in place."""

from __future__ import annotations

from datetime import time
from typing import Any

from bot.teams import preferences
from complaints.commands import KnowAccount
from complaints.preferences import Settings
from handlers import prefer
from tests.bot.teams.driver import DANA, DANA_DM, SHOP, Desk, card_in
from tests.bot.teams.tickets import check_activity, inputs, spoken

Json = dict[str, Any]


def settings(at: Desk) -> Settings:
    return at.golddust.read(lambda context: prefer.settings_of(context, "dana"))


async def in_slack_too(at: Desk) -> None:
    known = KnowAccount(at=at.now, actor="dana", platform="slack", user="U0DANA001", name="Dana")
    await at.golddust.execute(known)


async def saves(at: Desk, **typed: str) -> Json:
    """Dana hands her card in with what it shows, apart from `typed`; the card that she gets."""
    card = at.last(DANA_DM)
    shown = {name: one.get("value", "") for name, one in inputs(card_in(card)).items()}
    into = shown | {f"settings.{name}": value for name, value in typed.items()}
    answer = await at.presses("Save", DANA, card, DANA_DM, into=into)
    assert answer["type"].endswith("card.adaptive")
    found: Json = answer["value"]
    return found


async def test_settings_is_answered_with_a_form_of_what_holds(at: Desk) -> None:
    await at.says("settings", DANA, DANA_DM)
    card = card_in(at.last(DANA_DM))
    asked = inputs(card)
    assert asked["settings.bundle_at"]["value"] == "09:30"
    assert asked["settings.early"]["value"] == "true"
    assert "You work mon-fri 09:00-17:00 (Europe/London)." in spoken(card)
    assert at.tickets() == []


async def test_what_is_saved_holds_and_the_card_says_so_for_good(at: Desk) -> None:
    await in_slack_too(at)
    await at.says("settings", DANA, DANA_DM)
    answered = await saves(at, bundle_at="15:00", platform="teams", early="false")
    chosen = settings(at)
    assert (chosen.bundle_at, chosen.platform, chosen.early) == (time(15), "teams", False)
    assert "Saved." in spoken(answered)
    kept = card_in(at.last(DANA_DM))
    assert kept == answered, "the message itself was changed too"
    assert {name: one["value"] for name, one in inputs(kept).items()} == {
        "settings.bundle_at": "15:00", "settings.platform": "teams", "settings.early": "false",
    }  # fmt: skip


async def test_what_is_left_as_it_was_goes_on_following_the_file(at: Desk) -> None:
    await at.says("settings", DANA, DANA_DM)
    await saves(at, early="false")
    kept = at.golddust.read(lambda context: context.presence.preferences["dana"])
    assert (kept.bundle_at, kept.platform, kept.early) == (None, None, False)


async def test_a_time_out_of_hours_is_told_at_its_field_and_nothing_typed_is_lost(at: Desk) -> None:
    await at.says("settings", DANA, DANA_DM)
    answered = await saves(at, bundle_at="03:00", early="false")
    assert "03:00 is outside your working hours (mon-fri 09:00-17:00)" in spoken(answered)
    assert inputs(answered)["settings.bundle_at"]["value"] == "03:00"
    assert inputs(answered)["settings.early"]["value"] == "false"
    assert settings(at).early, "nothing was changed"


async def test_settings_are_changed_in_words_and_answered_alone_in_a_channel(at: Desk) -> None:
    await at.says("settings bundle 15:00", DANA, DANA_DM)
    assert settings(at).bundle_at == time(15)
    assert "your bundle comes at 15:00" in at.read(DANA_DM)
    await at.says("settings", DANA, SHOP, mention=True)
    assert "settings.bundle_at" in inputs(card_in(at.last(DANA_DM)))
    assert at.said(SHOP) == []


async def test_a_forged_form_changes_nothing(at: Desk) -> None:
    await at.says("settings", DANA, DANA_DM)
    card = at.last(DANA_DM)
    for into in ({"settings.bundle_at": 5}, {"settings.platform": ["x"]}, {"settings.early": "perhaps"}):
        await at.presses("Save", DANA, card, DANA_DM, into=into)
    assert at.golddust.read(lambda context: context.presence.preferences) == {}


def test_teams_takes_the_form_with_everything_on_it() -> None:
    own = Settings(time(9, 30), "mon-fri 09:00-17:00", "Europe/London", ("slack", "teams"), None, early=True)
    made = preferences.form(own, wrong={"bundle_at": "no", "platform": "no", "early": "no"}, said="Saved.")
    check_activity(made)
