"""Proving that nobody tampered with the timelines."""

from __future__ import annotations

import json as notation
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import terminal
from bot.cli.opening import reading
from bot.cli.options import AsJson, Workspace
from complaints.verification import SHOWN, Broken
from handlers.verify import Block, Earlier, Proof
from handlers.verify import verify as prove

OPTION = "--against"


def verify(
    against: Annotated[
        Path | None,
        typer.Option(OPTION, metavar="FILE", help="What --json printed earlier: was anything rewritten since?"),
    ] = None,
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Prove that the timelines are what was written; exit code 1 when one is not.

    It names the first event of each ticket that was changed, removed, inserted or cut off, and tickets that are
    missing. Keep the head that it prints, or all that --json prints, where nobody who can write the database can.
    """
    earlier = _earlier(against) if against is not None else None
    with reading(workspace) as context:
        if earlier is not None and earlier.workspace != context.workspace:
            raise typer.BadParameter(
                f"{against} is about the organisation “{earlier.workspace}”, not “{context.workspace}”",
                param_hint=OPTION,
            )
        proof = prove(context, earlier)
    if json:
        terminal.dump(_record(proof))
    else:
        _tell(proof, earlier)
    if proof.broken:
        raise typer.Exit(1)


def _tell(proof: Proof, earlier: Earlier | None) -> None:
    for broken in proof.broken:
        terminal.say(f"C-{broken.ticket}: {terminal.visible(broken.said)}")
    about = f"{terminal.counted(proof.tickets, 'ticket')}, {terminal.counted(proof.events, 'event')}"
    erased = f", {proof.erased} of them erased" if proof.erased else ""
    said = f"{terminal.counted(len(proof.broken), 'ticket')} broken" if proof.broken else "nothing was tampered with"
    terminal.say(f"{said}: {about}{erased}")
    if earlier is not None and not proof.broken:
        terminal.say(f"nothing was rewritten since the proof with the head {earlier.head}")
    terminal.say(f"head {proof.head}")


def _record(proof: Proof) -> dict[str, Any]:
    return {
        "workspace": proof.workspace,
        "at": proof.at.isoformat().replace("+00:00", "Z"),
        "ok": not proof.broken,
        "tickets": proof.tickets,
        "events": proof.events,
        "erased": proof.erased,
        "head": proof.head,
        "broken": [_broken(broken) for broken in proof.broken],
        "blocks": [
            {"first": block.first, "lengths": ",".join(map(str, block.lengths)), "links": block.links}
            for block in proof.blocks
        ],
    }


def _broken(broken: Broken) -> dict[str, Any]:
    return {"ref": f"C-{broken.ticket}", "event": broken.event, "fault": broken.fault, "said": broken.said}


def _earlier(path: Path) -> Earlier:
    try:
        found = notation.loads(path.read_text(encoding="utf-8"))
        blocks = tuple(_block(block) for block in found["blocks"])
        return Earlier(str(found["workspace"]), str(found["head"]), blocks)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise typer.BadParameter(f"{path} is not what `golddust verify --json` prints", param_hint=OPTION) from None


def _block(found: dict[str, Any]) -> Block:
    lengths = [int(length) for length in found["lengths"].split(",")]
    if len(found["links"]) != SHOWN * len(lengths):
        raise ValueError("lengths and links do not belong together")
    return Block(int(found["first"]), lengths, found["links"])
