"""Looking at the messages that are on their way, and sending parked ones again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot import terminal
from bot.cli.opening import reading, writing
from bot.cli.options import AsJson, Workspace
from complaints.errors import BadInput
from handlers.context import Context
from handlers.viewing import name_of
from storage import outbox as stored
from storage.outbox import Parcel

app = typer.Typer(help="Show the messages that wait or could not be delivered, and why.")


class Which(StrEnum):
    """The states a message can be in; `pending` is what has not arrived yet."""

    PENDING = "pending"
    WAITING = "waiting"
    CLAIMED = "claimed"
    PARKED = "parked"
    SENT = "sent"
    DROPPED = "dropped"
    ALL = "all"


_STATES = {
    Which.PENDING: ("waiting", "claimed", "parked"),
    Which.ALL: ("waiting", "claimed", "parked", "sent", "dropped"),
}


@app.callback(invoke_without_command=True)
def outbox(
    chosen: typer.Context,
    state: Annotated[
        Which, typer.Option(help="Which messages; pending: waiting, being sent, or parked.")
    ] = Which.PENDING,
    json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, help="Only the newest so many.")] = 50,
    workspace: Workspace = None,
) -> None:
    """Show the messages that wait or could not be delivered, and why.

    Waiting: it will be sent, or tried again. Parked: it was given up; the reason says what to do, and
    `golddust outbox retry` tries once more. Dropped: it was no longer wanted when its turn came.
    """
    if chosen.invoked_subcommand is not None:
        return
    with reading(workspace) as context:
        parcels = stored.listed(context.session, context.workspace, _STATES.get(state, (state.value,)), limit)
        if json:
            terminal.dump([_record(context, parcel) for parcel in parcels])
        else:
            _show(context, parcels)


@app.command("retry")
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="The parked messages’ ids.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are parked.")] = False,
    workspace: Workspace = None,
) -> None:
    """Let parked messages try again from the start."""
    if bool(numbers) == everything:
        raise typer.BadParameter("say which: their ids, or --all", param_hint="ID")
    wanted = list(dict.fromkeys(numbers or []))
    with writing(workspace) as context:
        _must_be_parked(context, wanted)
        freed = stored.release(context.session, context.workspace, wanted, context.at)
    terminal.say(f"{terminal.counted(freed, 'message')} will be tried again")


def _must_be_parked(context: Context, wanted: list[int]) -> None:
    count = stored.counts(context.session, context.workspace).get("parked", 0)
    parked = {parcel.id for parcel in stored.listed(context.session, context.workspace, ("parked",), count + 1)}
    others = [str(number) for number in wanted if number not in parked]
    if others:
        ids = "the id" if len(others) == 1 else "the ids"
        reason = f"no parked message has {ids} {', '.join(others)}; `golddust outbox` shows them"
        raise BadInput(field="ID", reason=reason)


def _show(context: Context, parcels: list[Parcel]) -> None:
    counts = stored.counts(context.session, context.workspace)
    zone = ZoneInfo(context.organisation.organisation.time_zone)
    if parcels:
        rows = [_row(_record(context, parcel), parcel, zone) for parcel in parcels]
        terminal.tabulate(("id", "state", "ticket", "kind", "to", "tries", "next try", "why"), rows)
        terminal.say()
    parts = [f"{counts[state]:,} {state}" for state in _STATES[Which.ALL] if counts.get(state)]
    terminal.say(f"in all: {', '.join(parts) or 'no messages'}")


def _row(record: dict[str, Any], parcel: Parcel, zone: ZoneInfo) -> tuple[str, ...]:
    following = terminal.moment(parcel.due_at, zone) if record["next_try_at"] else ""
    return (
        str(record["id"]), record["state"], record["ref"] or "", record["kind"], record["to"], str(record["attempts"]),
        following, record["reason"] or "",
    )  # fmt: skip


def _record(context: Context, parcel: Parcel) -> dict[str, Any]:
    notice = parcel.notice
    return {
        "id": parcel.id,
        "state": parcel.state,
        "ref": f"C-{notice.ticket}" if notice.ticket is not None else None,
        "kind": notice.kind,
        "audience": notice.audience,
        "to": name_of(context, notice.audience.partition(":")[2]),
        "reason": parcel.problem,
        "attempts": parcel.attempts,
        "created_at": _iso(parcel.created_at),
        "next_try_at": _iso(parcel.due_at) if parcel.state in {"waiting", "claimed"} else None,
        "finished_at": _iso(parcel.finished_at),
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
