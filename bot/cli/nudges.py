"""One pass of the scheduler by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot import terminal
from bot.app import Golddust, Ticked
from bot.channel import Channel
from bot.cli.opening import existing, upgraded
from bot.cli.options import AsJson, At, Workspace, moment_of
from bot.cli.rehearsal import Rehearsal, rehearse
from bot.cli.rehearsal import why as purpose
from bot.clock import SystemClock
from bot.configuration import Loaded
from bot.organisations import file_of, in_slack_named, must_be_one, paths
from bot.public_address import public_address
from bot.settings import Settings, read_settings, refuse_mistaken_tokens
from bot.slack.settings import configured as in_slack
from bot.teams.settings import read_teams_settings
from bot.watched import Watched
from complaints.notices import Digest, Nudge
from complaints.organisation import Organisation
from handlers.context import Context
from storage import database


def tick(
    at: At = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change and send nothing; say what it would do.")] = False,
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Do once what a running Golddust does all the time: remind whom it is time to remind, and deliver.

    With --at it acts as of that moment, be it past or still to come: what was due by then is reminded and delivered,
    for real unless --dry-run is given too. Without SLACK_BOT_TOKEN or MicrosoftAppId the messages wait in the outbox.
    """
    settings = read_settings()
    refuse_mistaken_tokens(settings)
    moment, file = moment_of(at, SystemClock().now()), file_of(settings.config, workspace)
    if dry_run:
        _rehearsed(settings, file.loaded, moment, json)
        return
    address = public_address(settings.public_url)
    golddust = Golddust(upgraded(settings), Watched(file.path), SystemClock(), address=address)
    try:
        ticked = asyncio.run(_pass(golddust, settings, moment))
        if json:
            terminal.dump(_record(moment, ticked, dict(ticked.deliveries)))
        else:
            _tell(golddust.organisation, ticked, delivering=configured(settings))
    finally:
        golddust.close()


def configured(settings: Settings) -> bool:
    """Whether the settings configure any channel."""
    return in_slack(settings) or read_teams_settings(settings.host) is not None


@asynccontextmanager
async def channels(settings: Settings, golddust: Golddust) -> AsyncIterator[list[Channel]]:
    """The channels that the settings configure and the organisation is on, for as long as the block runs."""
    made: list[Channel] = []
    alone, about = len(paths(settings.config)) == 1, golddust.organisation.organisation
    if in_slack(settings) and (alone or about.slack_workspaces):
        from bot.slack import send
        from bot.slack.access import access

        way = access(settings, golddust.engine, golddust.clock)
        if way.installations is None:
            must_be_one(in_slack_named(settings.config))
        made.append(send.SlackChannel(way.client(golddust, alone=alone), golddust.clock))
    for_teams = read_teams_settings(settings.host)
    if for_teams is None or not (alone or about.teams_tenants):
        yield made
        return
    from bot.teams import app as teams

    in_teams = teams.build(golddust, for_teams)
    try:
        yield [*made, in_teams.channel]
    finally:
        await in_teams.transport.close()


async def _pass(golddust: Golddust, settings: Settings, at: datetime) -> Ticked:
    async with channels(settings, golddust) as reached:
        if not reached:
            await golddust.learn(at)
            ticked = await golddust.nudge(at)
            ticked.digests = await golddust.digests(at)
            return ticked  # undelivered: without a channel every notice would be parked
        golddust.connect(reached)
        return await golddust.tick(at)


def _rehearsed(settings: Settings, loaded: Loaded, at: datetime, json: bool) -> None:
    engine = existing(settings)
    with database.sessions(engine)() as session:
        context = Context(session, loaded.organisation, loaded.version, loaded.document, at)
        done = rehearse(context)
        session.rollback()
    engine.dispose()
    if json:
        terminal.dump(_rehearsal_record(at, done))
    else:
        _tell_rehearsal(loaded.organisation, at, done)


def _tell(organisation: Organisation, ticked: Ticked, *, delivering: bool) -> None:
    for nudge in ticked.nudges:
        to = organisation.name(nudge.audience.partition(":")[2])
        terminal.say(terminal.visible(f"{nudge.kind} C-{nudge.ticket} to {to}, because {nudge.because}"))
    sent = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(ticked.deliveries.items()))
    waiting = (
        "" if delivering else "; nothing is delivered without SLACK_BOT_TOKEN or MicrosoftAppId, it waits in the outbox"
    )
    repaired = f", {terminal.counted(ticked.repaired, 'forgotten ticket')} repaired" if ticked.repaired else ""
    digests = _digests(ticked.digests)
    told = f"{terminal.counted(len(ticked.nudges), 'nudge')}{digests}{repaired}; messages: {sent or 'none'}{waiting}"
    terminal.say(f"{terminal.counted(ticked.judged, 'ticket')} due, {told}")


def _tell_rehearsal(organisation: Organisation, at: datetime, done: Rehearsal) -> None:
    zone = ZoneInfo(organisation.organisation.time_zone)
    if done.lines:
        rows = [
            (line.to, f"C-{line.notice.ticket}" if line.notice.ticket else "", line.notice.kind,
             f"dropped: {line.unwanted}" if line.unwanted else line.why)
            for line in done.lines
        ]  # fmt: skip
        terminal.tabulate(("to", "ticket", "what", "why"), rows)
        terminal.say()
    if done.waiting:
        verb = "waits" if len(done.waiting) == 1 else "wait"
        back = terminal.moment(min(done.waiting), zone, at)
        terminal.say(f"{len(done.waiting):,} {verb}: none of the readers gets it before {back}")
    nudges = f"{terminal.counted(len(done.nudges), 'nudge')}{_digests(done.digests)}"
    told = f"{terminal.counted(done.judged, 'ticket')} due, {nudges}"
    terminal.say(f"as of {terminal.moment(at, zone)} ({zone}): {told}; nothing was changed or sent")


def _digests(made: list[Digest]) -> str:
    return f", {terminal.counted(len(made), 'digest')}" if made else ""


def _record(at: datetime, done: Ticked | Rehearsal, deliveries: dict[str, int]) -> dict[str, Any]:
    return {
        "at": _iso(at),
        "dry_run": False,
        "judged": done.judged,
        "repaired": done.repaired,
        "nudges": [_nudge(nudge) for nudge in done.nudges],
        "digests": [_digest(digest) for digest in done.digests],
        "deliveries": deliveries,
    }


def _rehearsal_record(at: datetime, done: Rehearsal) -> dict[str, Any]:
    messages = [
        {
            "ref": f"C-{line.notice.ticket}" if line.notice.ticket else None,
            "kind": line.notice.kind,
            "audience": line.notice.audience,
            "to": line.to,
            "because": purpose(line.notice),
            "dropped_because": line.unwanted,
        }
        for line in done.lines
    ]
    record = _record(at, done, {})
    return {**record, "dry_run": True, "messages": messages, "waiting": len(done.waiting)}


def _nudge(nudge: Nudge) -> dict[str, Any]:
    return {
        "ref": f"C-{nudge.ticket}",
        "kind": nudge.kind,
        "to": nudge.audience.partition(":")[2],
        "clock": nudge.clock,
        "step": nudge.step,
        "because": nudge.because,
        "due_at": _iso(nudge.due_at),
        "next_at": _iso(nudge.next_at) if nudge.next_at else None,
        "next": nudge.next_what or None,
    }


def _digest(digest: Digest) -> dict[str, Any]:
    return {"audience": digest.audience, "late": digest.late, "missed": digest.missed}


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
