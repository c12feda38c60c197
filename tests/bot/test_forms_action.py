"""The action that the form to resolve asks for: read alike from Slack, Teams and the playground."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.forms import ResolveForm
from bot.slack import forms as slack
from bot.teams import forms as teams
from bot.web import listen
from complaints import commands
from complaints.commands import Plan
from complaints.errors import BadInput
from tests.complaints.builders import MONDAY, organisation

HOUSE = organisation()
UNTIL = date(2026, 12, 4)


def in_slack(action: str, who: str | None, until: str | None) -> ResolveForm:
    values: dict[str, dict[str, Any]] = {
        "done": {"done": {"value": "Refunded"}}, "action": {"action": {"value": action}},
        "colleague": {"colleague": {"selected_user": who}}, "date": {"date": {"selected_date": until}},
    }  # fmt: skip
    return slack.resolve({"private_metadata": '{"ticket":1}', "state": {"values": values}})


def in_teams(action: str, who: str, until: str) -> ResolveForm:
    said = {"resolve.done": "Refunded", "resolve.action": action, "resolve.who": who, "resolve.until": until}
    return teams.resolve({"ticket": 1, "token": "v1", **said}, HOUSE)


def in_playground(action: str, who: str, until: str) -> commands.Command:
    said = {"done": "Refunded", "action": action, "action_who": who, "action_until": until}
    return listen.pressed("resolve", 1, "dana", MONDAY, HOUSE, said)


def test_an_action_with_its_owner_and_its_day_is_read() -> None:
    found = in_slack("Alert", "U0OMAR001", "2026-12-04")
    assert (found.action, found.who, found.until) == ("Alert", "U0OMAR001", UNTIL)
    assert in_teams(" Alert ", "omar", "2026-12-04").plan("omar") == Plan("Alert", "omar", UNTIL)
    command = in_playground("Alert", "omar", "2026-12-04")
    assert isinstance(command, commands.Resolve)
    assert command.action == Plan("Alert", "omar", UNTIL)


def test_without_an_action_there_is_none() -> None:
    assert in_slack("", None, None).plan(None) is None
    assert in_teams(" ", "", "").plan(None) is None
    command = in_playground("", "", "")
    assert isinstance(command, commands.Resolve)
    assert command.action is None


def test_an_owner_or_a_day_without_words_is_asked_about_rather_than_lost() -> None:
    for form in (in_slack("", "U0OMAR001", None), in_teams("", "", "2026-12-04")):
        with pytest.raises(BadInput) as refused:
            form.plan(form.who)
        assert refused.value.field == "action"


def test_what_is_wrong_is_said_at_its_field() -> None:
    for ask, field in (
        (lambda: in_teams("Alert", "nobody", ""), "action_who"),
        (lambda: in_teams("Alert", "", "soon"), "action_until"),
        (lambda: in_playground("Alert", "", "soon"), "action_until"),
    ):
        with pytest.raises(BadInput) as refused:
            ask()
        assert refused.value.field == field
    assert slack.block_of("resolve", "action_who") == "colleague"
    assert teams.input_of("resolve", "action_until") == "until"
