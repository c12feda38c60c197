"""Where the messages about a ticket are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables import bundles, messages


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message is on its platform, so that it can be edited; `permalink` is the complaint's own address.

    `account` is the reader's user id where it was found out while sending.
    """

    platform: str
    conversation: str
    message: str
    permalink: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours about a ticket: for whom it was, and whether it is the card that is edited in place."""

    ticket: int
    audience: str
    card: bool


def remember(
    session: Session, workspace: str, ticket: int, audience: str, receipt: Receipt, at: datetime, *, card: bool
) -> None:
    """Note where a message about a ticket is; a card takes the place of the audience's older one."""
    if card:
        session.execute(_OLDER, {"of_workspace": workspace, "of_ticket": ticket, "of_audience": audience})
    place = {"of_platform": receipt.platform, "of_conversation": receipt.conversation, "of_message": receipt.message}
    session.execute(_FORGET, {"of_workspace": workspace, **place})
    row = {
        "workspace": workspace, "ticket": ticket, "audience": audience, "platform": receipt.platform,
        "conversation": receipt.conversation, "message": receipt.message, "card": card, "posted_at": at,
    }  # fmt: skip
    session.execute(_ADD, row)


_MINE = (messages.c.workspace == bindparam("of_workspace"), messages.c.ticket == bindparam("of_ticket"))
_CARD = (*_MINE, messages.c.audience == bindparam("of_audience"), messages.c.card)
_OLDER = update(messages).where(*_CARD).values(card=False)
_FORGET = delete(messages).where(
    messages.c.workspace == bindparam("of_workspace"), messages.c.platform == bindparam("of_platform"),
    messages.c.conversation == bindparam("of_conversation"), messages.c.message == bindparam("of_message"),
)  # fmt: skip
_ADD = insert(messages)
_PLACE = select(messages).where(*_CARD)
_CARDED = select(messages.c.audience).where(*_MINE, messages.c.card)


def remember_bundle(session: Session, workspace: str, receipt: Receipt, notice: int, at: datetime) -> None:
    """Note which nudge, or bundle of nudges, a message shows."""
    place = {"platform": receipt.platform, "conversation": receipt.conversation, "message": receipt.message}
    insert_once(session, bundles, workspace=workspace, **place, notice=notice, posted_at=at)


def bundle_at(session: Session, workspace: str, platform: str, conversation: str, message: str) -> int | None:
    """The nudge, or the bundle of nudges, that a message shows (its notice’s id), or None where it shows none."""
    here = (
        bundles.c.workspace == workspace, bundles.c.platform == platform,
        bundles.c.conversation == conversation, bundles.c.message == message,
    )  # fmt: skip
    found: int | None = session.scalar(select(bundles.c.notice).where(*here))
    return found


def place_of(session: Session, workspace: str, ticket: int, audience: str) -> Receipt | None:
    """Where the audience's card of a ticket is, or None when none has been posted."""
    of = {"of_workspace": workspace, "of_ticket": ticket, "of_audience": audience}
    row = session.execute(_PLACE, of).mappings().first()
    return Receipt(row["platform"], row["conversation"], row["message"]) if row else None


def carded(session: Session, workspace: str, ticket: int) -> list[str]:
    """The audiences that have a card of this ticket."""
    return list(session.scalars(_CARDED, {"of_workspace": workspace, "of_ticket": ticket}))


def posted_at(session: Session, workspace: str, platform: str, conversation: str, message: str) -> Posted | None:
    """What we posted there about a ticket, or None when the message is none of ours."""
    row = session.execute(select(messages).where(*_at(workspace, platform, conversation, message))).mappings().first()
    return Posted(row["ticket"], row["audience"], row["card"]) if row else None


def _of(workspace: str, ticket: int) -> tuple[ColumnElement[bool], ...]:
    return messages.c.workspace == workspace, messages.c.ticket == ticket


def _at(workspace: str, platform: str, conversation: str, message: str) -> tuple[ColumnElement[bool], ...]:
    return (
        messages.c.workspace == workspace,
        messages.c.platform == platform,
        messages.c.conversation == conversation,
        messages.c.message == message,
    )
