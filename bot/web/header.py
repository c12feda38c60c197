"""The head of the page: what this is, what time it is, and the buttons that move the time."""

from __future__ import annotations

from collections.abc import Callable

from bot.web import controls
from bot.web.controls import tag
from bot.web.moments import long
from bot.web.player import Player
from bot.web.playground import Playground


class Header:
    """The virtual clock and its buttons, and the line that says what happens in the story."""

    def __init__(self, playground: Playground, player: Player, switch: Callable[[], None]) -> None:
        self._playground = playground
        self._player = player
        with tag("header", classes="top"):
            with tag("div", classes="brand"):
                tag("span", classes="nugget", aria_hidden="true")
                with tag("div"):
                    tag("h1", "Golddust")
                    tag("p", "Playground: nothing leaves this machine, time is virtual.")
            tag("a", "Register", "register", href="/register")
            switch()
            with tag("div", classes="clock", role="group", aria_label="Virtual time"):
                with tag("p", classes="time"):
                    self._day = tag("span", classes="day")
                    self._time = tag("time")
                    tag("span", playground.zone.key.rpartition("/")[2].replace("_", " "), "zone")
                self._buttons()
        self._banner = tag("div", classes="caption")
        with self._banner:
            self._caption = tag("p", role="status")
            self._dismiss = controls.press("×", playground.hush, "dismiss", aria_label="Dismiss", data_key="dismiss")

    def refresh(self) -> None:
        """Show the present virtual moment and what the story says."""
        ground = self._playground
        self._day.set_text(long(ground.now, ground.zone))
        self._time.set_text(f"{ground.now.astimezone(ground.zone):%H:%M}")
        self._play.set_text("Stop" if self._player.playing else "Play a day")
        self._play.props["aria-pressed"] = "true" if self._player.playing else "false"
        self._caption.set_text(ground.caption)
        self._banner.set_visibility(bool(ground.caption))
        self._dismiss.set_visibility(not self._player.playing)

    def _buttons(self) -> None:
        ground = self._playground
        with tag("div", classes="presses"):
            controls.press("+1 hour", lambda: ground.advance(hours=1), data_key="hour")
            controls.press("+1 day", lambda: ground.advance(days=1), data_key="day")
            controls.press("Next morning", ground.next_morning, data_key="morning")
            self._play = controls.press("Play a day", self._player.toggle, "primary", data_key="play")
            controls.press("Start over", self._player.start_over, data_key="over")
