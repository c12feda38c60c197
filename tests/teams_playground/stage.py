"""The bot and the playground in front of it, as the tests see them: what is shown to whom, and the tickets behind."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.clock import SystemClock
from bot.main import main
from tests.bot.teams.driver import DANA, card_in, find_button
from tests.bot.teams.tickets import check_card, inputs, labels, spoken
from tests.bot.test_running import Bot
from tests.fakes.teams_activities import Activities
from tests.fakes.teams_identity import GROUP, Person, Place
from tests.teams_playground.playground import ALONE, CHANNEL, GENERAL, TEAM, Playground
from tests.teams_playground.proxy import PATIENCE

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
REFERENCE = re.compile(r"\*\*(C-\d+)\*\* is with")

Json = dict[str, Any]


@dataclass
class Stage:
    """One bot, one organisation; `endpoint` is the signing proxy, which leads to the bot that runs at the moment."""

    play: Playground
    bot: Bot
    folder: Path
    endpoint: str
    activities: Activities

    # -- what is shown

    def shown(self, conversation: str, *words: str, label: str = "") -> Json:
        """The newest message in a conversation that says all these words and offers this button, once there is one."""

        def found() -> Json | None:
            every = [one for one in self.play.messages(conversation) if _says(one, words)]
            return next((one for one in reversed(every) if not label or label in labels(card_in(one))), None)

        message: Json = self.play.until(found)
        check_card(card_in(message))
        return message

    def receipt(self, conversation: str, words: str) -> tuple[str, Json]:
        """The reference of the ticket that was made of a complaint, and the message that told its reporter of it."""
        message = self.shown(conversation, "is with", words)
        found = REFERENCE.search(spoken(card_in(message)))
        assert found is not None
        return found[1], message

    def card(self, ref: str, conversation: str = CHANNEL, *, label: str = "") -> Json:
        """The card of a ticket in a conversation, once it is there and offers this button."""
        return self.shown(conversation, f"{ref} · ", label=label)

    def cards(self, ref: str, conversation: str) -> list[Json]:
        """All cards of a ticket in a conversation at this moment; there should be one."""
        return [one for one in self.play.messages(conversation) if spoken(card_in(one)).startswith(f"{ref} · ")]

    def changed(self, message: Json, *words: str) -> Json:
        """A message that was posted before, once it has been edited to say these words."""

        def found() -> Json | None:
            every = self.play.messages(message["place"].partition(";")[0])
            return next((one for one in every if one["messageId"] == message["messageId"] and _says(one, words)), None)

        edited: Json = self.play.until(found)
        return edited

    def answer(self, words: str, *expected: str, conversation: str = ALONE, written_in: str = ALONE) -> Json:
        """What is newly said in a conversation to words of Dana's; those to a group mention the bot."""
        before = {one["messageId"] for one in self.play.messages(conversation)}
        self.play.says(words, written_in, mention=written_in != ALONE)

        def found() -> Json | None:
            new = (one for one in self.play.messages(conversation) if one["messageId"] not in before)
            return next((one for one in new if _says(one, expected)), None)

        message: Json = self.play.until(found)
        check_card(card_in(message))
        return message

    # -- what is done

    def says(self, words: str, who: Person, conversation: str, *, mention: bool = False) -> Json:
        """Somebody else than Dana writes a message, or anybody one without a mention; that message.

        The playground has Dana write all messages, and keeps those without a mention to itself. So she writes this one
        without a mention, and the playground is given the activity to post that Teams would send of it.
        """
        message = self.play.says(words, conversation)
        place = Place(conversation, "channel", TEAM, conversation) if conversation in {CHANNEL, GENERAL} else GROUP
        activity = self.activities.message(words, who, place, mention=mention, id=message["messageId"])
        assert activity["conversation"]["id"] == message.get("postConversationId", conversation)
        self.play.sends(activity)
        return message

    def presses(self, label: str, message: Json, who: Person = DANA, **typed: str) -> Json:
        """Somebody presses a button and types into its form; the card that they are answered with.

        In the name of an input `__` stands for its point.
        """
        action = find_button(message, label)
        assert action is not None, labels(card_in(message))
        answer = self.play.executes(
            action, who, message, **{name.replace("__", "."): one for name, one in typed.items()}
        )
        assert answer["type"] == CARD, answer
        check_card(answer["value"])
        card: Json = answer["value"]
        return card

    def told(self, label: str, message: Json, who: Person) -> str:
        """The sentence that somebody is answered with instead of a card, since they may not press this."""
        answer = self.play.executes(find_button(message, label) or {}, who, message)
        assert answer["type"] == MESSAGE, answer
        return str(answer["value"])

    def refused_at(self, field: str, label: str, message: Json, who: Person = DANA, **typed: str) -> None:
        """The same with something wrong: the form comes again, with its input, and nothing has changed."""
        assert field in inputs(self.presses(label, message, who, **typed))

    def posts(self, activity: Json) -> int:
        """An activity goes to the bot as the playground would post it; the status of the answer."""
        return httpx.post(self.endpoint, json=activity, trust_env=False, timeout=PATIENCE).status_code

    def stop(self) -> None:
        """The bot ends, as when its machine is restarted."""
        assert self.bot.stop() == 0

    def start(self) -> None:
        """Another process goes on with the same database."""
        self.bot = Bot(self.bot.environment, self.folder)
        self.bot.logged("listening")

    # -- the tickets behind

    def golddust(self, *words: str) -> Json:
        """What a command says as JSON, run as a process of its own on the bot's database and settings."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words, "--json"], env={**os.environ, **self.bot.environment},
            cwd=self.folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        told: Json = json.loads(done.stdout)
        return told

    def record(self, ref: str) -> Json:
        """What `golddust ticket REF --json` says."""
        found: Json = self._looked("ticket", ref)
        return found

    def became(self, ref: str, state: str, event: str) -> Json:
        """The same, where that state and that newest event of a person must be in it."""
        record = self.record(ref)
        kinds = [one["kind"] for one in record["timeline"] if one["actor"] != "golddust"]
        assert (record["state"], kinds[-1]) == (state, event), record["timeline"]
        return record

    def said(self, words: str) -> list[Json]:
        """The tickets that were made of these words."""
        return [one for one in self._looked("tickets") if one["verbatim"] == words]

    def _looked(self, *words: str) -> Any:
        """What a command that changes nothing says as JSON, run within this process, which is quicker."""
        printed = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
            for name, value in self.bot.environment.items():
                patch.setenv(name, value)
            assert main([*words, "--json"]) == 0
        return json.loads(printed.getvalue())


def now() -> datetime:
    """The present moment, which is the bot's too."""
    return SystemClock().now()


def _says(message: Json, words: tuple[str, ...]) -> bool:
    text = spoken(card_in(message))
    return all(one in text for one in words)
