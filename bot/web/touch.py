"""A press of a button that was drawn as Slack or Teams would show it, and what it does: the same as anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from nicegui import ui

from bot import buttons
from bot.buttons import Press
from bot.web.forms import ASKING
from bot.web.looks import Handed, Look, Payload, Showing
from bot.web.modal import Modal
from bot.web.playground import Playground
from complaints.replies import Refused, Reply

UNKNOWN = Refused("The playground has no such button.")


@dataclass(frozen=True, slots=True)
class Touched:
    """One press on a message: Slack's action id or Teams' verb, and what came with it."""

    message: str
    verb: str
    given: Mapping[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """What a press in Teams carries: its own data and what was typed."""
        found = self.given.get("data")
        return found if isinstance(found, dict) else {}

    @property
    def number(self) -> int:
        """The ticket that the button names; 0 where it names none."""
        found = str(self.data.get("ticket", self.given.get("value", ""))).partition(" ")[0]
        return int(found) if found.isascii() and found.isdigit() else 0

    @property
    def wanted(self) -> Press | None:
        """The form that a button in a list asks for, if it is such a button."""
        return next((form for form in ASKING if self.verb == "ask" and form == self.data.get("form")), None)

    @property
    def severity(self) -> str | None:
        """The severity that the button stands for, if it is such a button."""
        if self.verb == "severity":
            return str(self.data.get("severity", ""))
        kind, _, value = self.verb.partition("_")
        return value if kind == "severity" else None


class Touch:
    """Carries out presses; `replace` shows a form in the place of a message, or (None) the message again."""

    def __init__(
        self, playground: Playground, showing: Showing, said: Callable[[Reply], None],
        replace: Callable[[str, Payload | None], None],
    ) -> None:  # fmt: skip
        self._playground = playground
        self._showing = showing
        self._said = said
        self._replace = replace

    async def touched(self, touched: Touched, actor: str) -> None:
        """Do what was pressed, and say what came of it to the one who did."""
        look, ground = self._showing.look, self._playground
        if look is None:
            return
        if touched.severity is not None:
            self._said(await ground.correct(actor, touched.number, touched.severity))
        elif touched.verb in ASKING:
            await self._asks(look, touched, touched.verb, actor)
        elif touched.verb in {button.press for button in buttons.RATING}:
            await self._rates(touched, actor)
        elif touched.wanted is not None:
            self._unfold(look, touched, touched.wanted, actor)
        elif touched.verb in get_args(Press):
            self._said(await ground.press(actor, cast(Press, touched.verb), touched.number, {}))
        elif touched.verb == "show":
            self._replace(touched.message, None)
        else:
            self._said(UNKNOWN)

    async def _rates(self, touched: Touched, actor: str) -> None:
        post = self._playground.board.post_of(touched.message)
        rated = post is not None and post.shown.asks
        useful = touched.verb == buttons.USEFUL.press
        self._said(await self._playground.rate(actor, post, useful) if post is not None and rated else UNKNOWN)

    def _unfold(self, look: Look, touched: Touched, form: Press, actor: str) -> None:
        """Show a form in the place of the list whose button asks for it."""
        ticket = self._playground.ticket(touched.number, actor)
        if ticket is not None:
            self._replace(touched.message, look.form(form, ticket, self._playground.organisation, {}, {}))

    async def _asks(self, look: Look, touched: Touched, press: Press, actor: str) -> None:
        ground = self._playground
        ticket = ground.ticket(touched.number, actor)
        if look.draws == "card":
            await self._hand_in(look, touched, press, actor)
        elif ticket is None:
            self._said(await ground.press(actor, press, touched.number, {}))
        else:
            with ui.context.client.content:
                Modal(ground, look, press, ticket, actor, self._said)

    async def _hand_in(self, look: Look, touched: Touched, press: Press, actor: str) -> None:
        """Hand in a form that was filled in within its card; what is wrong is shown there."""
        ground = self._playground
        handed = Handed(press, actor, ground.organisation.zone_of(actor), ground.now, {}, touched.data)
        reply = await ground.hand_in(look, handed, touched.number)
        ticket = ground.ticket(touched.number, actor)
        if isinstance(reply, Refused) and reply.field and ticket is not None:
            errors = {look.field(handed, reply.field): reply.reason}
            self._replace(touched.message, look.form(press, ticket, ground.organisation, errors, touched.data))
            return
        if not isinstance(reply, Refused):
            self._replace(touched.message, None)
        self._said(reply)
