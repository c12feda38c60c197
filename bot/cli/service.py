"""Starting Golddust: the real bot, and the playground."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import terminal
from bot.settings import read_settings, refuse_mistaken_tokens


def run() -> None:
    """Start the bot and keep it running: it listens in Slack and Microsoft Teams, files complaints, and nudges.

    Settings come from the environment (GOLDDUST_CONFIG, GOLDDUST_DATABASE_URL, SLACK_BOT_TOKEN, MicrosoftAppId, …) and
    from golddust.yml. Started again it goes on where it was.
    """
    from bot import running
    from bot.server import event_loop

    settings = read_settings()
    refuse_mistaken_tokens(settings)
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(running.run(settings))


def demo(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8080,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    story: Annotated[bool, typer.Option("--story", help="Print one day of a complaint here, and exit.")] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="People and rules of your own; default: the shipped example.")
    ] = None,
) -> None:
    """Try Golddust in the browser, with made-up people and a clock that you move; no Slack is needed.

    It plays with the example that is shipped, whatever golddust.yml and GOLDDUST_CONFIG say, unless --config names a
    file.
    """
    from bot import demo as playground

    settings = read_settings()
    if config is not None and not config.exists():
        raise typer.BadParameter(f"{config} does not exist", param_hint="--config")
    file = config or playground.example()
    if story:
        playground.story(config=file, echo=terminal.say)
        return
    # The real bot's database is never the playground's by default: here the clock is moved.
    chosen = "database_url" in settings.model_fields_set
    database = settings.database_url.get_secret_value() if chosen else playground.DEFAULT_DATABASE
    playground.serve(host=host, port=port, config=file, database=database, open_browser=not no_browser)
