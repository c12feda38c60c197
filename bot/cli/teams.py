"""The app package for Microsoft Teams."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import terminal
from bot.settings import read_settings
from bot.teams.package import write_package
from bot.teams.settings import read_teams_settings


def teams_package(
    file: Annotated[Path, typer.Argument(help="The zip to write.")] = Path("golddust-teams.zip"),
    app_id: Annotated[
        str | None, typer.Option("--app-id", help="The bot's app id (a GUID); default: MicrosoftAppId.")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="The domain at which Golddust is reached, such as golddust.example.com.")
    ] = None,
) -> None:
    """Write the app package that an admin uploads to Microsoft Teams: manifest and icons in one zip.

    docs/teams.md takes you from nothing to a working bot.
    """
    write_package(file, app_id=app_id or _app_id(), domain=domain)
    terminal.say(f"{file} is written; upload it in Teams under Apps → Manage your apps (docs/teams.md, step 5)")


def _app_id() -> str:
    settings = read_teams_settings(read_settings().host)
    if settings is None or not settings.app_id:
        raise typer.BadParameter("set MicrosoftAppId, or name the bot’s app id", param_hint="--app-id")
    return settings.app_id
