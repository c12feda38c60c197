"""The whole bot, authentication on, driven by Microsoft's own Agents Playground from npm."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from tests.bot.teams.driver import DANA, SAM, card_in, find_button, organisation_file
from tests.bot.teams.test_listen_dialog import dialog, filled
from tests.bot.teams.tickets import inputs, labels, spoken
from tests.bot.test_running import Bot
from tests.bot.test_running_teams import bot as started
from tests.fakes.teams_connector import FakeTeams
from tests.teams_playground.playground import ALONE, CHANNEL, GROUP, Playground, free_port, install, playground, signing

SAID = "Mrs Ito’s card payment was taken twice"
CARD = "application/vnd.microsoft.card.adaptive"


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The playground, installed for this run."""
    try:
        return install(tmp_path_factory.mktemp("agentsplayground"))
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        assert os.environ.get("CI") != "true", f"in CI the playground must run: {error!r}"
        pytest.skip(f"npm can’t install the Agents Playground here: {error!r}")


@dataclass
class Stage:
    """The bot and the playground in front of it."""

    play: Playground
    bot: Bot
    environment: dict[str, str]
    folder: Path

    def card(self, conversation: str = CHANNEL, *, label: str = "") -> dict[str, Any]:
        """The newest card of a ticket in a conversation, once it offers a button with this label."""

        def found() -> dict[str, Any] | None:
            cards = [one for one in self.play.messages(conversation) if spoken(card_in(one)).startswith("C-")]
            return next((one for one in reversed(cards) if not label or label in labels(card_in(one))), None)

        message: dict[str, Any] = self.play.until(found)
        return message

    def read(self, conversation: str, text: str) -> None:
        """Wait until something can be read in a conversation."""
        self.play.until(lambda: any(text in spoken(card_in(one)) for one in self.play.messages(conversation)))

    def presses(self, label: str, message: dict[str, Any], **typed: str) -> dict[str, Any]:
        """Dana presses a button; the card that she is answered with."""
        action = find_button(message, label)
        assert action is not None, labels(card_in(message))
        answer = self.play.executes(
            action, DANA, message, **{name.replace("__", "."): one for name, one in typed.items()}
        )
        assert answer["type"] == CARD, answer
        card: dict[str, Any] = answer["value"]
        return card

    def golddust(self, *words: str) -> str:
        """A command on the bot's own database and settings."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words], env={**os.environ, **self.environment}, cwd=self.folder, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout


@pytest.fixture
def stage(program: Path, tmp_path: Path) -> Iterator[Stage]:
    port = free_port()
    service = f"http://localhost:{port}/_connector"
    # On any day of the year: nobody is nudged on a holiday.
    file = organisation_file(tmp_path, **{", holidays: [GB-ENG]": ""})
    with FakeTeams.in_thread(at=SystemClock().now()) as teams:
        running = started(teams, tmp_path, GOLDDUST_CONFIG=str(file))
        environment = running.environment
        address = lambda: running.logged("listening")["address"] + "/api/messages"  # noqa: E731
        try:
            with (
                signing(teams, service, address) as endpoint,
                playground(program, tmp_path, endpoint, port) as play,
            ):
                play.installs(ALONE)
                play.installs(CHANNEL)
                made = Stage(play, running, environment, tmp_path)
                made.read(ALONE, "Say in one sentence")
                yield made
        finally:
            running.process.kill()
            running.process.wait()


def test_installing_greets(stage: Stage) -> None:
    stage.read(CHANNEL, "Say in one sentence")


def test_a_mention_is_captured_and_each_button_answers_with_the_card(stage: Stage) -> None:
    stage.play.says(SAID, SAM, CHANNEL, mention=True)
    stage.read(CHANNEL, "**C-1** is with Dana (Payments)")
    first = stage.card(label="Acknowledge")
    assert labels(stage.presses("Acknowledge", first))[0] == "Resolve"
    card = stage.card(label="Resolve")
    assert card["messageId"] == first["messageId"]  # edited in place
    wrong = stage.presses("Promise a date", card, promise__date="2020-01-01")
    assert "promise.date" in inputs(wrong)
    day = (SystemClock().now() + timedelta(days=2)).date().isoformat()
    assert "Promised for" in spoken(stage.presses("Promise a date", stage.card(), promise__date=day))
    assert "Waits for a delivery" in spoken(stage.presses("Blocked", stage.card(), blocked__other="a delivery"))
    assert labels(stage.presses("Unblock", stage.card(label="Unblock")))[0] == "Resolve"
    assert "Resolved" in spoken(stage.presses("Resolve", stage.card(label="Blocked"), resolve__done="Refunded"))
    stage.read(CHANNEL, "Resolved: the customer has to be told")
    reopened = stage.presses("Reopen", stage.card(label="Reopen"), reopen__reason="Not yet")
    assert "Acknowledged" in spoken(reopened)
    passed = stage.presses("Not mine", stage.card(label="Not mine"), not_mine__colleague="omar")
    assert "owned by Omar" in spoken(passed)


def test_what_is_written_to_the_bot_alone_is_captured_and_told(stage: Stage) -> None:
    stage.play.says(SAID, DANA, ALONE)
    stage.read(ALONE, "**C-1** is with Dana (Payments)")
    stage.read(CHANNEL, "reported by Dana")
    stage.presses("Resolve", stage.card(), resolve__done="Refunded")
    stage.read(ALONE, "is fixed")
    news = next(one for one in stage.play.messages(ALONE) if "Customer told" in labels(card_in(one)))
    assert "C-1 is closed" in spoken(stage.presses("Customer told", news))


def test_the_message_extension_reports_from_the_compose_box(stage: Stage) -> None:
    value = {"commandId": "report", "commandContext": "compose"}
    form = dialog(stage.play.invokes("composeExtension/fetchTask", value, SAM, GROUP))
    data = filled(form, words=SAID)
    receipt = stage.play.invokes("composeExtension/submitAction", {**value, "data": data}, SAM, GROUP)
    assert "**C-1** is with Dana (Payments)" in spoken(dialog(receipt))
    assert "reported by Sam" in spoken(card_in(stage.card()))


def test_a_nudge_comes_by_itself(stage: Stage) -> None:
    stage.play.says(SAID, SAM, CHANNEL, mention=True)
    stage.card(ALONE)
    now = SystemClock().now()
    workday = next(day for day in (now + timedelta(days=2 + n) for n in range(4)) if day.weekday() < 5)
    told = stage.golddust("tick", "--at", workday.replace(hour=15, minute=0).isoformat(), "--json")
    assert '"sent"' in told
    stage.read(ALONE, "waits for you")
