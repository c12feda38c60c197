"""Where the cards of a ticket have been posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.orm import Session

from storage.tables import messages


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message is on its platform, so that it can be edited; `permalink` is the complaint's own address."""

    platform: str
    conversation: str
    message: str
    permalink: str | None = None


def remember(session: Session, workspace: str, ticket: int, audience: str, receipt: Receipt, at: datetime) -> None:
    """Note where the audience's card is now; it replaces an older place."""
    session.execute(delete(messages).where(*_of(workspace, ticket, audience)))
    session.execute(
        insert(messages).values(
            workspace=workspace, ticket=ticket, audience=audience, platform=receipt.platform,
            conversation=receipt.conversation, message=receipt.message, posted_at=at,
        )
    )  # fmt: skip


def place_of(session: Session, workspace: str, ticket: int, audience: str) -> Receipt | None:
    """Where the audience's card of a ticket is, or None when none has been posted."""
    row = session.execute(select(messages).where(*_of(workspace, ticket, audience))).mappings().first()
    return Receipt(row["platform"], row["conversation"], row["message"]) if row else None


def carded(session: Session, workspace: str, ticket: int) -> list[str]:
    """The audiences that have a card of this ticket."""
    query = select(messages.c.audience).where(messages.c.workspace == workspace, messages.c.ticket == ticket)
    return list(session.scalars(query))


def ticket_at(
    session: Session, workspace: str, platform: str, conversation: str, message: str
) -> tuple[int, str] | None:
    """The ticket and audience whose card is this message, or None."""
    row = session.execute(
        select(messages.c.ticket, messages.c.audience).where(
            messages.c.workspace == workspace, messages.c.platform == platform,
            messages.c.conversation == conversation, messages.c.message == message,
        )
    ).first()  # fmt: skip
    return (row[0], row[1]) if row else None


def _of(workspace: str, ticket: int, audience: str) -> tuple[ColumnElement[bool], ...]:
    return (
        messages.c.workspace == workspace,
        messages.c.ticket == ticket,
        messages.c.audience == audience,
    )
