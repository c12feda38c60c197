"""Who reports and who is silent, by function, for those who may know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from complaints import scopes
from complaints.answering import Answering, answering
from complaints.cases import Window
from complaints.engagement import SILENT_FOR, USUAL_FROM, Engagement, Past, Silence, expected
from complaints.engagement import engagement as told
from handlers.context import Context
from storage import engagement

DAY = timedelta(days=1)


def seen(context: Context, person: str, window: Window) -> tuple[Engagement, tuple[Answering, ...]]:
    """Who reports and who answers, of what a person may see: their own functions, those below, or all for admins."""
    organisation = context.organisation
    where = (context.session, context.workspace)
    reported = engagement.reported(*where, window.start, window.end, context.at)
    keys, everything = scopes.functions(organisation, person), organisation.is_admin(person)
    reporting = told(organisation, keys, reported, past(context, context.at), others=everything)
    return reporting, answering(organisation, keys, reported)


def silent(context: Context, keys: Iterable[str], end: datetime) -> tuple[str, Silence] | None:
    """The first of these functions, in the order of the file, that is silent; None where none is."""
    wanted = set(keys)
    found = past(context, end) if wanted else Past({}, {}, 0)
    for key in context.organisation.teams:
        silence = expected(context.organisation, key, found) if key in wanted else None
        if silence is not None:
            return key, silence
    return None


def past(context: Context, end: datetime) -> Past:
    """What everybody reported in the 28 days before a moment, and what they did in the half year before that."""
    where, middle = (context.session, context.workspace), end - SILENT_FOR
    begun = engagement.first(*where) or end
    since = max(begun, middle - USUAL_FROM)
    days = max(timedelta(), middle - since) / DAY
    return Past(engagement.counts(*where, middle, end), engagement.counts(*where, since, middle), days)
