"""Intents: what somebody means by `settings`."""

from __future__ import annotations

import pytest

from bot.intents import Intent, OwnSettings, Report
from complaints.errors import BadInput
from tests.bot.test_intents import meant


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("settings", OwnSettings()), (" Settings ", OwnSettings()),
        ("settings bundle 08:30", OwnSettings("bundle", "08:30")),
        ("settings bundle at 8", OwnSettings("bundle", "8")), ("Settings Bundle 3 PM", OwnSettings("bundle", "3 pm")),
        ("settings channel Teams", OwnSettings("channel", "teams")),
        ("settings channel to slack", OwnSettings("channel", "slack")),
        ("settings channel Microsoft Teams", OwnSettings("channel", "microsoft teams")),
        ("settings early OFF", OwnSettings("early", "off")), ("settings early on", OwnSettings("early", "on")),
    ],
)  # fmt: skip
def test_settings_are_shown_or_changed(text: str, intent: Intent) -> None:
    assert meant(text) == intent


@pytest.mark.parametrize("text", ["settings bundle", "settings channel", "settings early", "settings early maybe"])
def test_a_setting_without_a_value_is_asked_for(text: str) -> None:
    with pytest.raises(BadInput, match=text.split()[1]):
        meant(text)


@pytest.mark.parametrize(
    "text", ["settings page crashes for Mrs Ito", "settings bundle was lost twice", "The settings are gone"]
)
def test_a_sentence_about_settings_is_a_complaint(text: str) -> None:
    assert meant(text) == Report(text)
