"""A form of Slack's as a dialog: what is wrong is shown at its field, and nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from bot.buttons import Press
from bot.web import blockkit, controls
from bot.web.blockkit import Scene
from bot.web.controls import tag
from bot.web.looks import Handed, Look
from bot.web.markup import Html
from bot.web.mrkdwn import Reading
from bot.web.playground import Playground
from complaints.replies import Refused, Reply
from complaints.views import TicketView

NAME = "modal"


class Modal:
    """One of Slack's modals, from opening it to the answer that closes it."""

    def __init__(
        self, playground: Playground, look: Look, press: Press, ticket: TicketView, actor: str,
        said: Callable[[Reply], None],
    ) -> None:  # fmt: skip
        self._playground = playground
        self._look = look
        self._press = press
        self._number = ticket.number
        self._actor = actor
        self._said = said
        self._view = look.form(press, ticket, playground.organisation, {}, {})
        self._dialog = ui.dialog().props("aria-labelledby=form-title transition-duration=120")
        with self._dialog:
            self._build()
        self._dialog.on("hide", self._dialog.delete)
        self._dialog.on("show", js_handler=f"() => golddust.begin('{NAME}-blocks')")
        self._dialog.open()

    def _build(self) -> None:
        with controls.form(self._submitted, "sheet modal", id="form"):
            tag("h2", str(self._view["title"]["text"]), id="form-title")
            self._wrong = tag("p", classes="wrong", role="alert")
            self._blocks = ui.html(self._drawn({}, {}), sanitize=False).classes("drawn slack")
            self._blocks.props["id"] = f"{NAME}-blocks"
            with tag("div", classes="presses"):
                controls.press(str(self._view["close"]["text"]), self._dialog.close)
                tag("button", str(self._view["submit"]["text"]), "press primary", type="submit")

    def _drawn(self, typed: dict[str, str], errors: dict[str, str]) -> Html:
        ground = self._playground
        reading = Reading(ground.organisation.zone_of(self._actor), ground.now)
        people = tuple((key, person.name) for key, person in ground.organisation.people.items())
        return blockkit.draw(self._view["blocks"], Scene(reading, NAME, people, typed, errors))

    async def _submitted(self, answers: dict[str, str]) -> None:
        ground = self._playground
        zone = ground.organisation.zone_of(self._actor)
        handed = Handed(self._press, self._actor, zone, ground.now, self._view, answers)
        reply = await ground.hand_in(self._look, handed, self._number)
        if not isinstance(reply, Refused):
            self._dialog.close()
            self._said(reply)
            return
        field = self._look.field(handed, reply.field) if reply.field else ""
        self._wrong.set_text("" if field else reply.reason)
        self._blocks.set_content(self._drawn(answers, {field: reply.reason} if field else {}))
        if field:
            ui.run_javascript(f"golddust.focus('{NAME}-{field}')")
