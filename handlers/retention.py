"""Forgetting by itself what golddust.yml says is kept only so long, a small portion in each transaction."""

from __future__ import annotations

from complaints.erasing import without_words
from complaints.risks import worn
from handlers.context import Context
from handlers.import_lines import NOBODY
from storage import erasing, risks

PORTION = 100
"""Tickets, or notices, of one transaction."""
NOTICES = 1000


def forget_closed(context: Context, limit: int = PORTION) -> int:
    """Erase the words of up to `limit` tickets that have been closed for long enough; how many there were."""
    kept = context.organisation.retention.closed
    if kept is None:
        return 0
    with erasing.overwriting(context.session):
        before = context.at - kept.length
        numbers = erasing.closed_before(context.session, context.workspace, before, limit)
        forget_words(context, numbers, "retention")
    return len(numbers)


def forget_risks(context: Context, limit: int = PORTION) -> int:
    """Erase what up to `limit` risks say that have been closed for as long; how many there were.

    Those of problems lose their words together with the problem's ticket.
    """
    kept = context.organisation.retention.closed
    if kept is None:
        return 0
    with erasing.overwriting(context.session):
        found = risks.closed_before(context.session, context.workspace, context.at - kept.length, limit)
        for risk in found:
            risks.save(context.session, context.workspace, worn(risk))
    return len(found)


def forget_words(context: Context, numbers: list[int], why: str) -> tuple[int, int, int]:
    """Erase the words of locked tickets and all messages about them; how many events, notices and messages."""
    if not numbers:
        return 0, 0, 0
    session, workspace = context.session, context.workspace
    erasing.blank(session, workspace, numbers, context.at, tuple(context.organisation.people), NOBODY)
    risks.forget_words(session, workspace, numbers)
    events = sum(erasing.wear(session, workspace, one, without_words, context.at, why) for one in numbers)
    notices = erasing.drop_notices_about(session, workspace, numbers)
    return events, notices, erasing.drop_messages_about(session, workspace, numbers)


def forget_notices(context: Context, limit: int = NOTICES) -> int:
    """Forget up to `limit` notices that went out, or were no longer wanted, long enough ago; how many there were."""
    before = context.at - context.organisation.retention.outbox.length
    with erasing.overwriting(context.session):
        ids = erasing.finished_before(context.session, context.workspace, before, limit)
        erasing.drop_notices(context.session, context.workspace, ids)
    return len(ids)
