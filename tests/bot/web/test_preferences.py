"""One's own settings in the playground: asked for in words, changed in words and in a dialog."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from bot import demo
from bot.web import preferences
from bot.web.playground import Playground
from complaints.preferences import Preference, Settings
from complaints.replies import Refused, Said
from tests.world import MONDAY

ROOT = Path(__file__).parents[3]
ANSWERS = {"bundle_at": "09:30", "early": "on"}


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Playground]:
    playground = demo.open_playground(ROOT / "golddust.example.yml", f"sqlite:///{tmp_path / 'demo.db'}", MONDAY)
    yield playground
    playground.golddust.close()


def kept(ground: Playground, person: str = "dana") -> Preference | None:
    return ground.golddust.read(lambda context: context.presence.preferences.get(person))


async def test_settings_are_told_and_changed_in_words(ground: Playground) -> None:
    told = await ground.type("dana", "settings")
    assert isinstance(told, Said)
    assert "comes at 09:30 your time (Europe/London)" in told.said
    assert "“settings early off”" in told.said
    assert isinstance(await ground.type("dana", "settings bundle 15:00"), Said)
    assert preferences.settings_of(ground, "dana").bundle_at == time(15)


async def test_the_dialog_saves_what_was_changed_and_nothing_else(ground: Playground) -> None:
    form = preferences.form(preferences.settings_of(ground, "dana"))
    assert {field.name: field.value for field in form.fields} == ANSWERS
    assert await preferences.save(ground, "dana", ANSWERS) == Said("Nothing to change.")
    assert kept(ground) is None
    await preferences.save(ground, "dana", {**ANSWERS, "early": "off"})
    assert kept(ground) == Preference("dana", early=False)


async def test_a_time_out_of_hours_is_refused_at_the_field_of_the_dialog(ground: Playground) -> None:
    reply = await preferences.save(ground, "dana", {**ANSWERS, "bundle_at": "03:00"})
    assert isinstance(reply, Refused)
    assert reply.field in {field.name for field in preferences.form(preferences.settings_of(ground, "dana")).fields}


def test_the_channel_is_asked_of_those_who_are_on_both() -> None:
    both = Settings(time(9, 30), "mon-fri 09:00-17:00", "Europe/London", ("slack", "teams"), "teams", early=True)
    (_, channel, _) = preferences.form(both).fields
    assert (channel.name, channel.value) == ("platform", "teams")
