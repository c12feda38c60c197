"""A person's own settings on the page: a dialog."""

from __future__ import annotations

from collections.abc import Callable

from nicegui import ui

from bot import choosing, phrases_settings
from bot.web.dialog import FormDialog
from bot.web.forms import Field, Form
from bot.web.listen import Answers
from bot.web.people import Group
from bot.web.playground import Playground
from complaints.preferences import PLATFORMS, Settings
from complaints.replies import Reply, Said
from handlers import prefer


def ask(playground: Playground, person: str, said: Callable[[Reply], None]) -> None:
    """Open the dialog of a person's settings; `said` hears the answer."""
    with ui.context.client.content:
        FormDialog(form(settings_of(playground, person)), lambda answers: save(playground, person, answers), said)


def settings_of(playground: Playground, person: str) -> Settings:
    """A person's settings as they are in force."""
    return playground.golddust.read(lambda context: prefer.settings_of(context, person))


async def save(playground: Playground, person: str, answers: Answers) -> Reply:
    """The answer to the dialog, handed in."""
    command = choosing.changed(
        settings_of(playground, person), person, playground.now, bundle_at=answers.get("bundle_at", ""),
        platform=answers.get("platform", ""), early=answers.get("early") != "off",
    )  # fmt: skip
    return await playground.do(command) if command is not None else Said("Nothing to change.")


def form(settings: Settings) -> Form:
    """The fields of the dialog; the channel is asked only of somebody who is on more than one."""
    channels = (("", phrases_settings.UNDECIDED), *((one, PLATFORMS[one]) for one in settings.platforms))
    channel = Field(
        name="platform", label=phrases_settings.CHANNEL, kind="choice", value=settings.platform or "",
        groups=(Group("", channels),),
    )  # fmt: skip
    early = Field(
        name="early", label="Reminders before a clock runs out", kind="choice", value="on" if settings.early else "off",
        groups=(Group("", (("on", "Yes"), ("off", "No"))),),
    )  # fmt: skip
    bundle = Field(
        name="bundle_at", label=phrases_settings.BUNDLE, value=f"{settings.bundle_at:%H:%M}",
        hint=f"You work {settings.hours} ({settings.zone})",
    )  # fmt: skip
    fields = (bundle, *([channel] if settings.can_choose else []), early)
    return Form("settings", phrases_settings.TITLE, phrases_settings.SAVE, fields)
