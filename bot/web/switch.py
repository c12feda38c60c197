"""The switch that shows the playground as itself, as Slack, or as Teams."""

from __future__ import annotations

from collections.abc import Callable

from bot.web.controls import tag
from bot.web.looks import COOKIE, OWN, Look, Showing, chosen

NATIVE = "The very cards that Teams gets, drawn by Microsoft’s own renderer."
OURS = "The very cards that Teams gets, drawn by this page; with npm, make demo brings Microsoft’s own renderer."
BLOCKS = "The very blocks that Slack gets, drawn by this page."


def switch(looks: tuple[Look, ...], showing: Showing, refresh: Callable[[], None]) -> None:
    """Put the switch on the page: one radio button for each way to show it, and a line that says who draws."""
    if not looks:
        return
    current = showing.look.name if showing.look else OWN
    with tag("fieldset", classes="looks"):
        tag("legend", "Shown as")
        with tag("div", classes="segments"):
            for name, label in ((OWN, "Golddust"), *((look.name, look.label) for look in looks)):
                _segment(name, label, name == current, lambda picked: pick(picked))
        note = tag("p", _note(showing), "quiet", role="status")

    def pick(name: str) -> None:
        showing.look = chosen(looks, name)
        note.set_text(_note(showing))
        refresh()


def _segment(name: str, label: str, checked: bool, pick: Callable[[str], None]) -> None:
    with tag("label", classes="segment"):
        box = tag("input", type="radio", name="look", value=name, id=f"look-{name}")
        if checked:
            # `^` sets the attribute, which the person’s own choice overrides; the property would be set again.
            box.props["^checked"] = ""
        box.on(
            "change", lambda event: pick(str(event.args)),
            js_handler=f"(e) => {{ golddust.remember('{COOKIE}', e.target.value); emit(e.target.value) }}",
        )  # fmt: skip
        tag("span", label)


def _note(showing: Showing) -> str:
    if showing.look is None:
        return ""
    if showing.look.draws == "blocks":
        return BLOCKS
    return NATIVE if showing.native else OURS
