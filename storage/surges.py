"""In which messages surges were told."""

from __future__ import annotations

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.notices import Surge
from storage.messages import Receipt
from storage.tables import OF_SURGES, outbox

_o = outbox.c
_RECEIPTS: TypeAdapter[Receipt] = TypeAdapter(Receipt)


def audiences(session: Session, workspace: str, alarm: str) -> list[str]:
    """Who has got a message about a surge that is not forgotten yet."""
    query = select(_o.audience, _o.notice).where(_o.workspace == workspace, OF_SURGES, _o.state == "sent")
    return sorted({row.audience for row in session.execute(query) if row.notice["alarm"] == alarm})


def place_of(session: Session, workspace: str, surge: Surge) -> Receipt | None:
    """Where the message is that told this reader of a surge, the newest first; None where there is none."""
    theirs = (_o.workspace == workspace, OF_SURGES, _o.audience == surge.audience, _o.state == "sent")
    query = select(_o.notice, _o.receipt).where(*theirs).order_by(_o.id.desc())
    found = (row.receipt for row in session.execute(query) if row.notice["alarm"] == surge.alarm and row.receipt)
    return next((_RECEIPTS.validate_python(receipt) for receipt in found), None)
