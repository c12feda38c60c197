"""What an organisation is told that no file names: nothing of what it sent is read or stored."""

from __future__ import annotations

import structlog

from bot import arrival
from bot.teams.activities import mentioned, speaker_of
from bot.teams.dialogs import message_dialog
from bot.teams.listen import sentence, tolerated
from bot.teams.listen_cards import says
from bot.teams.port import Bad, Json, inside, ref_of, tenant_of
from bot.teams.references import Line

NOT_SET_UP = (
    "Golddust isn’t set up for this organisation: nothing was saved. Whoever runs Golddust can add its directory "
    "(tenant) id to teams_tenants in your organisation’s file."
)

log = structlog.get_logger()


async def decline(line: Line, raw: Json) -> Json | None:
    """Answer an activity of an unknown organisation: whoever asked us something hears why nothing happens.

    What the spool has kept for an organisation that no file names any more stays there.
    """
    kept = arrival.here()
    if kept is not None and kept.replayed:
        kept.hindered = True  # they were told that it is saved
        return None
    kind, name = inside(raw, "type"), inside(raw, "name")
    log.warning(
        "an organisation that no file names was left alone", kind=(name or kind)[:64], tenant=tenant_of(raw)[:64]
    )
    if kind == "invoke":
        return message_dialog("Golddust", NOT_SET_UP) if name.startswith("composeExtension/") else says(NOT_SET_UP)
    if kind == "message" and speaker_of(raw) is not None:
        await _answer(line, raw)
    return None


async def _answer(line: Line, raw: Json) -> None:
    try:
        ref = ref_of(raw)
    except Bad:
        return
    if ref.kind == "personal" or mentioned(raw):
        await tolerated(line.send(ref, sentence(NOT_SET_UP)))
