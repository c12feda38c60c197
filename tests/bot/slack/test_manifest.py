"""Manifest, listeners and Web API calls held together: nothing used undeclared, nothing declared unused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.signin.settings import CALLBACK
from bot.slack.app import EVENTS
from bot.slack.listen_commands import COMMANDS
from bot.slack.listen_shortcuts import SHORTCUTS
from bot.slack.settings import REDIRECT_PATH
from tests.bot.slack.driver import MANIFEST, manifest
from tests.fakes.slack_scopes import METHOD_SCOPES

BOT = MANIFEST.parent / "bot" / "slack"

EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "user_change": "users:read",
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
}
"""What each event asks for: docs.slack.dev/reference/events."""

KINDS = {
    "conversations.info": {"channels:read", "groups:read"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.open": {"im:write"},
    "users.conversations": {"channels:read", "groups:read"},
}
"""Methods of which one scope a kind of conversation is needed: we ask about channels and chats with us."""

IN_PAYLOADS = {"files:read": '.get("files")', "users:read.email": '.get("email")', "commands": "COMMANDS"}
"""Scopes that no method asks for by itself, and the words by which our code shows that it uses what they give."""

METHODS = {method.replace(".", "_"): method for method in METHOD_SCOPES}


def called() -> Iterator[str]:
    """Every Web API method that bot/slack calls on a client."""
    for file in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in METHODS and "client" in ast.unparse(node.value):
                yield METHODS[node.attr]


def needed() -> Iterator[str]:
    """Every scope that something of ours needs."""
    for method in set(called()):
        scopes = METHOD_SCOPES[method]
        yield from KINDS.get(method, scopes if len(scopes) == 1 else ())
    yield from (scope for event in subscribed() if (scope := EVENT_SCOPES[event]))
    source = "\n".join(file.read_text() for file in BOT.rglob("*.py"))
    yield from (scope for scope, words in IN_PAYLOADS.items() if words in source)


def subscribed() -> list[str]:
    return list(manifest()["settings"]["event_subscriptions"]["bot_events"])


def test_every_scope_that_is_needed_is_declared_and_the_other_way_round() -> None:
    assert sorted(set(needed())) == sorted(manifest()["oauth_config"]["scopes"]["bot"])


def test_methods_with_a_choice_of_scopes_have_one_of_them() -> None:
    declared = set(manifest()["oauth_config"]["scopes"]["bot"])
    assert {"views.open", "chat.postMessage", "conversations.replies", "users.info"} <= set(called())
    for method in called():
        assert not METHOD_SCOPES[method] or declared & set(METHOD_SCOPES[method]), method


def test_every_event_that_is_heard_is_subscribed_and_the_other_way_round() -> None:
    assert {event.partition(".")[0] for event in subscribed()} == EVENTS.keys()
    assert len(subscribed()) == len(set(subscribed()))


def test_every_command_that_is_heard_is_declared_and_the_other_way_round() -> None:
    commands = manifest()["features"]["slash_commands"]
    assert {command["command"] for command in commands} == COMMANDS.keys()
    for command in commands:
        assert command["should_escape"] is True
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


def test_every_shortcut_that_is_heard_is_declared_and_the_other_way_round() -> None:
    shortcuts = manifest()["features"]["shortcuts"]
    named = {shortcut["callback_id"]: (shortcut["name"], shortcut["type"]) for shortcut in shortcuts}
    assert named == {
        "report_complaint": ("Report a complaint", "global"),
        "report_as_complaint": ("Report as complaint", "message"),
    }
    assert named.keys() == SHORTCUTS.keys()
    for shortcut in shortcuts:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_the_words_about_the_app_are_of_the_lengths_that_slack_takes() -> None:
    about = manifest()["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])


def test_forms_buttons_home_and_direct_messages_are_switched_on() -> None:
    found = manifest()
    assert found["settings"]["interactivity"]["is_enabled"] is True
    assert found["features"]["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip


def over_http() -> str:
    """The manifest after its own instructions for HTTP have been followed."""
    text = re.sub(r"# (?=(url|request_url): )", "", MANIFEST.read_text())
    return text.replace("socket_mode_enabled: true", "socket_mode_enabled: false")


def test_following_the_instructions_for_http_gives_every_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.yml").write_text(over_http())
    monkeypatch.setattr("tests.bot.slack.driver.MANIFEST", tmp_path / "manifest.yml")
    found = manifest()
    addresses = [
        found["features"]["slash_commands"][0]["url"],
        found["settings"]["event_subscriptions"]["request_url"],
        found["settings"]["interactivity"]["request_url"],
    ]
    assert addresses == ["https://golddust.example.com/slack/events"] * 3
    assert found["settings"]["socket_mode_enabled"] is False
    assert MANIFEST.read_text().count("before the three lines") == 1


def test_following_the_instructions_for_several_workspaces_gives_the_address_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = re.sub(r"# (?=redirect_urls:|  - https://)", "", over_http())
    (tmp_path / "manifest.yml").write_text(text)
    monkeypatch.setattr("tests.bot.slack.driver.MANIFEST", tmp_path / "manifest.yml")
    found = manifest()
    paths = (REDIRECT_PATH, CALLBACK.format(name="slack"))
    assert found["oauth_config"]["redirect_urls"] == [f"https://golddust.example.com{path}" for path in paths]
    assert found["oauth_config"]["scopes"] == yaml.safe_load(MANIFEST.read_text())["oauth_config"]["scopes"]
    assert {"token_rotation_enabled", "org_deploy_enabled"} <= found["settings"].keys()
