"""Looking at tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot import phrases, terminal
from bot.cli.history import sentence
from bot.cli.opening import reading
from bot.cli.options import AsJson, Workspace, person_of, team_of
from complaints.errors import GolddustError, UnknownTicket
from complaints.lifecycle import GOLDDUST
from complaints.profiles import DUTIES
from complaints.ticket import number_of
from handlers.context import Context
from handlers.reading import full_record, records
from handlers.viewing import name_of

MOST_SAID = 400
"""Characters of an event; --json has all of them."""

GOLDDUST_SAYS = "Golddust"

MOST_SHOWN = 50
"""Tickets that the table shows unless --limit says otherwise."""


class NoSuchTicket(GolddustError):
    """there is no ticket {ref}; `golddust tickets` shows those that there are"""


def tickets(
    json: AsJson = False,
    only_open: Annotated[bool, typer.Option("--open", help="Only those on which something is still owed.")] = False,
    team: Annotated[str | None, typer.Option(help="Only this team’s: its key or name.")] = None,
    holder: Annotated[str | None, typer.Option(help="Only those on which it is this person’s move.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the newest so many; the table shows 50.")] = None,
    workspace: Workspace = None,
) -> None:
    """List the tickets: what was complained about, how far it is, and whose move it is."""
    with reading(workspace) as context:
        wanted: dict[str, object] = {}
        if team is not None:
            wanted["team"] = team_of(context.organisation, team)
        if holder is not None:
            wanted["holder"] = person_of(context.organisation, holder, "--holder")
        found = list(_matching(context, wanted, only_open))
        if json:
            terminal.dump(found[-limit:] if limit else found)
        else:
            _show(context, found, limit or MOST_SHOWN)


def ticket(
    ref: Annotated[str, typer.Argument(help="The ticket, such as C-42.")],
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Show one ticket: the customer’s words, its clocks, everything that happened, and what comes next."""
    number = number_of(ref)
    if number is None:
        raise typer.BadParameter(f"“{ref}” is no ticket; write it like C-42", param_hint="REF")
    with reading(workspace) as context:
        try:
            record = full_record(context, number)
        except UnknownTicket as error:
            raise NoSuchTicket(ref=error.fields["ref"]) from None
        if json:
            terminal.dump(record)
        else:
            _show_one(context, record)


def _matching(context: Context, wanted: dict[str, object], only_open: bool) -> Iterator[dict[str, Any]]:
    for record in records(context):
        if only_open and record["state"] == "closed":
            continue
        if all(record[key] == value for key, value in wanted.items()):
            yield record


def _show(context: Context, found: list[dict[str, Any]], limit: int) -> None:
    if not found:
        terminal.say("no tickets")
        return
    time = _clock(context)
    rows = [
        (
            record["ref"], record["state"], record["severity"], context.organisation.name(record["team"]),
            name_of(context, record["holder"]) if record["holder"] else "",
            time(record["captured_at"]), time(record["next_nudge_at"]),
            terminal.clipped(record["verbatim"] or "–", 80),
        )
        for record in reversed(found[-limit:])
    ]  # fmt: skip
    terminal.tabulate(("ref", "state", "severity", "team", "whose move", "said", "next nudge", "words"), rows)
    more = len(found) - len(rows)
    if more > 0:
        terminal.say(f"… and {more:,} older ones; --limit {len(found)} shows them all")


def _show_one(context: Context, record: dict[str, Any]) -> None:
    time = _clock(context)
    for line in _headlines(context, record, time):
        terminal.say(terminal.visible(line))
    terminal.say()
    terminal.say(terminal.visible(record["verbatim"], lines=True))
    if record["words"] is not None:
        terminal.say(f"later: {terminal.visible(record['words'], lines=True)}")
    terminal.say()
    for reason in record["reasons"]:
        terminal.say(f"because {terminal.visible(reason)}")
    terminal.say(f"next: {_next(record['next'], time)}")
    if record["forecast"] is not None:
        terminal.say(f"{record['forecast']['said']} ({_learnt(record['forecast'])})")
    terminal.say()
    for event in record["timeline"]:
        told = sentence(event, lambda key: GOLDDUST_SAYS if key == GOLDDUST else name_of(context, key), time)
        terminal.say(terminal.visible(f"{time(event['at'])}  {terminal.clipped(told, MOST_SAID)}"))


def _headlines(context: Context, record: dict[str, Any], time: Callable[[str | None], str]) -> Iterator[str]:
    name = context.organisation.name
    owner = name_of(context, record["owner"]) if record["owner"] else "nobody"
    reason = f" ({record['close_reason']})" if record["close_reason"] else ""
    category = f", category {record['category']}" if record["category"] else ""
    yield f"{record['ref']}: state {record['state']}{reason}, severity {record['severity']}{category}"
    yield f"owner {owner} ({name(record['team'])}), said by {name_of(context, record['reporter'])}"
    if record["customer"]:
        yield f"customer {record['customer']}"
    if record["parts"]:
        yield f"{record['kind']} behind {len(record['parts'])}: {', '.join(record['parts'])}"
    if record["parent"]:
        yield f"part of {record['parent']}"
    source = record["source"]
    places = [source["workspace"], source["conversation"], source["message"]]
    yield f"source {source['platform']}: {source['permalink'] or ', '.join(place for place in places if place)}"
    yield f"captured {time(record['captured_at'])} (times are {context.organisation.organisation.time_zone})"
    for clock in record["clocks"]:
        what = f"for {DUTIES[clock['name']]} ({clock['rule']})" if clock["rule"] else f"to {clock['name']}"
        yield f"clock {what}: {clock['state']}, due {time(clock['due_at'])}"


def _next(upcoming: dict[str, Any] | None, time: Callable[[str | None], str]) -> str:
    if upcoming is None:
        return "nothing"
    to = terminal.visible(upcoming["to"] or "nobody")
    alone = "by itself" if upcoming["alone"] else "with the rest of their day"
    stops = phrases.stops(upcoming["clock"])
    return f"{time(upcoming['at'])} to {to}, {alone}, because {upcoming['because']}; {stops[0].lower()}{stops[1:]}"


def _learnt(forecast: dict[str, Any]) -> str:
    where = "the organisation" if forecast["scope"] == "organisation" else f"this {forecast['scope']}"
    return f"{forecast['of']:,} resolved tickets of {where}, captured in the last 180 days"


def _clock(context: Context) -> Callable[[str | None], str]:
    """Shows the moments of a record in the organisation's time zone."""
    zone = ZoneInfo(context.organisation.organisation.time_zone)
    return lambda iso: terminal.moment(datetime.fromisoformat(iso), zone, context.at) if iso else ""
