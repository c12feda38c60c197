"""Looking at the messages that are on their way, sending parked ones again, and parking others."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot import terminal
from bot.cli.opening import reading, writing
from bot.cli.options import AsJson, Workspace
from complaints.errors import BadInput
from handlers import deliver
from handlers.context import Context
from handlers.viewing import name_of
from storage import outbox as stored
from storage.outbox import Parcel

app = typer.Typer(help="Show the messages that wait or could not be delivered, and why.")


class Which(StrEnum):
    """The states a message can be in; `pending` is what has not arrived yet, `uncertain` what may have."""

    PENDING = "pending"
    WAITING = "waiting"
    CLAIMED = "claimed"
    PARKED = "parked"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    DROPPED = "dropped"
    ALL = "all"


_STATES: dict[Which, tuple[str, ...]] = {
    Which.PENDING: ("waiting", "claimed", "parked"),
    Which.UNCERTAIN: ("waiting", "claimed", "parked"),
    Which.ALL: ("waiting", "claimed", "parked", "sent", "dropped"),
}

_BY_HAND = "parked by hand; `golddust outbox retry` sends it"


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
    `golddust outbox retry` tries once more. Uncertain: it was sent, and nobody knows whether it arrived. Dropped: it
    was no longer wanted when its turn came.
    """
    if chosen.invoked_subcommand is not None:
        return
    with reading(workspace) as context:
        states, doubtful = _STATES.get(state, (state.value,)), True if state is Which.UNCERTAIN else None
        parcels = stored.listed(context.session, context.workspace, states, limit, uncertain=doubtful)
        if json:
            terminal.dump([_record(context, parcel) for parcel in parcels])
        else:
            _show(context, parcels)


@app.command("retry")
def retry(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help="The parked messages’ ids.")] = None,
    parked: Annotated[bool, typer.Option("--parked", help="All that can’t have arrived.")] = False,
    uncertain: Annotated[bool, typer.Option("--uncertain", help="All that may have arrived.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All that are parked, uncertain or not.")] = False,
    workspace: Workspace = None,
) -> None:
    """Let parked messages try again from the start.

    One that is uncertain is looked for first in Slack. In Teams nobody can look: it is sent, and may be there twice.
    """
    if [bool(numbers), parked, uncertain, everything].count(True) != 1:
        raise typer.BadParameter("say which: their ids, --parked, --uncertain, or --all", param_hint="ID")
    wanted = list(dict.fromkeys(numbers or []))
    with writing(workspace) as context:
        _must_be(context, "parked", wanted)
        doubtful = uncertain if parked or uncertain else None
        freed = stored.release(context.session, context.workspace, wanted, context.at, uncertain=doubtful)
    terminal.say(f"{terminal.counted(freed, 'message')} will be tried again")


@app.command("park")
def park(
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help="The waiting messages’ ids.")],
    workspace: Workspace = None,
) -> None:
    """Keep waiting messages from being sent, until `golddust outbox retry`."""
    wanted = list(dict.fromkeys(numbers))
    with writing(workspace) as context:
        _must_be(context, "waiting", wanted)
        count = deliver.set_aside(context, wanted, _BY_HAND)
    terminal.say(f"{terminal.counted(count, 'message')} will not be sent")


def _must_be(context: Context, state: str, wanted: list[int]) -> None:
    states = stored.states(context.session, context.workspace, wanted)
    others = [str(number) for number in wanted if states.get(number) != state]
    if others:
        ids = "the id" if len(others) == 1 else "the ids"
        reason = f"no {state} message has {ids} {', '.join(others)}; `golddust outbox` shows them"
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
    state = f"{record['state']}, uncertain" if record["uncertain_since"] else record["state"]
    return (
        str(record["id"]), state, record["ref"] or "", record["kind"], record["to"], str(record["attempts"]),
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
        "uncertain_since": _iso(parcel.uncertain_since),
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
