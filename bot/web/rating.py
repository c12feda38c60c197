"""The two small buttons that ask whether a nudge was useful, and the thanks in their place."""

from __future__ import annotations

from collections.abc import Callable

from bot import bundles, buttons
from bot.buttons import Button
from bot.web import controls
from bot.web.board import Post
from bot.web.controls import tag
from bot.web.playground import Playground
from complaints.replies import Reply


def ask(playground: Playground, pane: str, post: Post, actor: str, said: Callable[[Reply], None]) -> None:
    """Ask about a post, in the element that is open; nothing where it is not asked."""
    if not post.shown.asks:
        return
    if post.shown.rated:
        tag("p", bundles.THANKS, "quiet")
        return
    about = post.shown.ref or "this list"
    with tag("div", classes="severities", role="group", aria_label=f"Was it useful to hear about {about}?"):
        for button in buttons.RATING:
            _button(playground, pane, post, actor, said, button)


def _button(
    playground: Playground, pane: str, post: Post, actor: str, said: Callable[[Reply], None], button: Button
) -> None:
    async def rated() -> None:
        said(await playground.rate(actor, post, button is buttons.USEFUL))

    controls.press(button.label, rated, "pill", data_key=f"{pane}-{post.id}-{button.press}")
