"""The frontline's pane: say what a customer complained about, and hear what becomes of it."""

from __future__ import annotations

from nicegui import ui

from bot.web import controls, people
from bot.web.board import threads
from bot.web.controls import hidden, tag
from bot.web.looks import Showing
from bot.web.pane import Conversation
from bot.web.player import Player
from bot.web.playground import Playground
from complaints.replies import Captured, Refused

EXAMPLES = (
    ("Taken twice", "Mrs Ito’s card payment at the market was taken twice"),
    ("Can’t log in", "Mr Okafor can’t log in to the app since the update on Friday"),
    ("Wages late", "Marlow Bakery’s wages transfer has been pending since Friday, nobody knows why"),
)
CROWD = tuple(
    f"{who} card payment was taken twice at the market" for who in ("Mrs Ito’s", "Mr Bauer’s", "Ms Diaz’s", "Mr Roy’s")
)
"""Four alike, which are a surge where the playground has a past."""


class Frontline:
    """Who complains on behalf of whom, and what Golddust tells them."""

    def __init__(self, playground: Playground, player: Player, showing: Showing) -> None:
        self._playground = playground
        self._player = player
        groups = people.reporters(playground.organisation)
        self._person = groups[0].choices[0][0]
        with tag("section", classes="pane front", aria_labelledby="front-title", id="front"):
            with tag("div", classes="title"):
                tag("h2", "Frontline", id="front-title")
                tag("p", "hears the complaints")
            self._select = controls.choice("You are", groups, self._person, self._choose, "front-person")
            self._form()
            self._conversation = Conversation(
                playground, showing, "front", "Golddust answers here: who has it, and by when they look."
            )

    def refresh(self) -> None:
        """Show what this person has been told."""
        if self._player.playing:
            self._person = self._playground.looks_at.get("front", self._person)
        controls.choose(self._select, self._person)
        posts = self._playground.board.posts(f"person:{self._person}")
        self._conversation.show(self._person, threads(tuple(post for post in posts if post.shown.side == "reporter")))

    def _form(self) -> None:
        with controls.form(self._submitted, "say", id="say"):
            tag("label", "What did the customer complain about?", for_="complaint")
            box = tag("textarea", name="words", id="complaint", rows="2", aria_describedby="complaint-error")
            box.props["placeholder"] = "One sentence, then Enter"
            box.on("keydown", js_handler="(e) => golddust.enter(e)")
            self._error = tag("p", classes="wrong", id="complaint-error", role="alert")
            with tag("div", classes="presses"):
                tag("button", "Report it", "press primary", type="submit")
                with tag("span", classes="examples", role="group", aria_label="Examples"):
                    tag("span", "or take", "quiet")
                    for name, words in EXAMPLES:
                        self._example(name, words)
                    self._crowd()

    def _example(self, name: str, words: str) -> None:
        with tag("button", classes="press pill", type="button", data_words=words, title=words) as button:
            hidden("Example: ")
            tag("span", name)
        button.on("click", js_handler="(e) => golddust.take(e.currentTarget.dataset.words)")

    def _crowd(self) -> None:
        with tag("button", classes="press pill", type="button", title=" · ".join(CROWD)) as button:
            hidden("Example, reported at once: ")
            tag("span", "Four alike")
        button.on("click", self._reported)

    async def _reported(self) -> None:
        for words in CROWD:
            await self._submitted({"words": words})

    async def _submitted(self, answers: dict[str, str]) -> None:
        reply = await self._playground.type(self._person, answers.get("words", ""))
        wrong = isinstance(reply, Refused)
        self._error.set_text(reply.reason if isinstance(reply, Refused) else "")
        if wrong:
            return
        ui.run_javascript("golddust.emptied('say')")
        if isinstance(reply, Captured) and reply.again:
            self._conversation.say(f"{reply.ticket.ref} already has this one.")
            return
        self._conversation.said(reply)

    def _choose(self, person: str) -> None:
        self._person = person
        self.refresh()
