"""A digest by hand: looked at, or sent."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

import typer

from bot import phrases_digest, terminal
from bot.app import Golddust
from bot.cli.nudges import channels, configured
from bot.cli.opening import existing
from bot.cli.options import AsJson, At, Workspace, moment_of, person_of
from bot.clock import SystemClock
from bot.organisations import file_of
from bot.public_address import public_address
from bot.settings import read_settings, refuse_mistaken_tokens
from bot.watched import Watched
from complaints import notices, scopes
from complaints.errors import GolddustError
from complaints.notices import NOTICES, Digest
from complaints.organisation import Organisation
from complaints.summary import Every
from handlers import subscribing
from handlers.context import Context
from storage import outbox


class NoTeams(GolddustError):
    """{name} belongs to no team that owns complaints, leads none and manages nobody: there is nothing to tell them"""


def digest(
    for_: Annotated[str, typer.Option("--for", metavar="NAME", help="A person or a team: its key or name.")],
    at: At = None,
    show: Annotated[bool, typer.Option("--print", help="Print it; so it is unless --send is given.")] = False,
    send: Annotated[bool, typer.Option("--send", help="Send it to them now, besides their subscriptions.")] = False,
    every: Annotated[str, typer.Option(help="Of the daily, weekly or monthly window that ends then.")] = "weekly",
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """The figures of the last day, week or month for one reader: at most 200 words.

    A person reads of all teams that they belong to, lead or manage, admins of everything; a team reads of itself.
    """
    settings = read_settings()
    if send:
        refuse_mistaken_tokens(settings)
    span = _every(every)
    moment = moment_of(at, SystemClock().now())
    watched, address = Watched(file_of(settings.config, workspace).path), public_address(settings.public_url)
    golddust = Golddust(existing(settings), watched, SystemClock(), address=address)
    try:
        audience = _audience(golddust.organisation, for_)
        teams = _teams(golddust.organisation, audience)
        made = golddust.read(lambda context: subscribing.up_to_now(context, audience, teams, span), moment)
        if json:
            terminal.dump(NOTICES.dump_python(made, mode="json"))
        elif show or not send:
            terminal.say(terminal.visible(phrases_digest.plain(made), lines=True))
        if send:
            asyncio.run(_send(golddust, settings, made, moment, quiet=json))
    finally:
        golddust.close()


async def _send(golddust: Golddust, settings: Any, made: Digest, at: datetime, *, quiet: bool) -> None:
    def put(context: Context) -> None:
        outbox.put(context.session, context.workspace, [made], context.at)

    await golddust.worker.run(put, at)
    said = "it waits in the outbox; nothing is delivered without SLACK_BOT_TOKEN or MicrosoftAppId"
    if configured(settings):
        async with channels(settings, golddust) as reached:
            golddust.connect(reached)
            outcomes = await golddust.deliverer.deliver_due(at)
        said = "messages: " + (", ".join(f"{count:,} {what}" for what, count in sorted(outcomes.items())) or "none")
    if not quiet:
        terminal.say(said)


def _every(text: str) -> Every:
    match text:
        case "daily" | "weekly" | "monthly":
            return text
        case _:
            raise typer.BadParameter(f"“{text}” is none of daily, weekly, monthly", param_hint="--every")


def _audience(organisation: Organisation, named: str) -> str:
    """The team with this key or name, else the person; raises BadParameter."""
    wanted = named.strip().casefold()
    for key, team in organisation.teams.items():
        if wanted in {key, team.name.casefold()} and team.owns and key not in organisation.people:
            return notices.team(key)
    return notices.person(person_of(organisation, named, "--for"))


def _teams(organisation: Organisation, audience: str) -> tuple[str, ...]:
    kind, _, key = audience.partition(":")
    if kind == "team":
        return (key,)
    if organisation.is_admin(key):
        return ()
    teams = scopes.readable(organisation, key)
    if not teams:
        raise NoTeams(name=organisation.name(key))
    return teams
