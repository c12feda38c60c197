"""Which surge a ticket is part of, and whose people are meant by a touchpoint."""

from __future__ import annotations

from complaints.alarms import Alarm
from complaints.surges import Arrival, series_of, series_of_alarm
from complaints.ticket import Kind, State, Ticket
from complaints.views import TicketView
from handlers.context import Context
from storage import alarms, tickets
from storage.alarms import Came


def arrival(context: Context, came: Came) -> Arrival:
    """A complaint as the series count it."""
    return Arrival(came.number, came.at, came.team, came.category or "", touchpoint(context, came.reporter))


def touchpoint(context: Context, reporter: str) -> str:
    """The function whose people somebody is one of: the first of their teams; empty where the file names none."""
    return context.organisation.touchpoint(reporter)


def found(context: Context, number: int, *, of: TicketView | Ticket) -> Alarm | None:
    """The surge that a ticket was counted in, else one that it is alike and whose problem is open; or None."""
    known = alarms.lately(context.session, context.workspace, context.at)
    counted = next((one for one in known if number in one.tickets), None)
    return counted or _alike(context, of, [one for one in known if one.problem is not None])


def suggested(context: Context, shown: TicketView) -> str | None:
    """The open problem that a complaint looks like a part of, such as C-50; None for one that is in a problem."""
    if shown.kind is not Kind.COMPLAINT or shown.problem is not None:
        return None
    one = found(context, shown.number, of=shown)
    problem = open_problem(context, one) if one is not None else None
    return problem.ref if problem is not None else None


def open_problem(context: Context, surge: Alarm) -> Ticket | None:
    """The problem that the complaints of a surge were joined under, while it is not resolved."""
    if surge.problem is None:
        return None
    problem = tickets.find(context.session, context.workspace, surge.problem)
    over = problem is None or problem.state in {State.RESOLVED, State.CLOSED}
    return None if over else problem


def _alike(context: Context, of: TicketView | Ticket, known: list[Alarm]) -> Alarm | None:
    if not known:
        return None
    team, reporter = (of.team, of.reporter) if isinstance(of, Ticket) else (of.team_key, of.reporter_key)
    came = Came(of.number, of.captured_at, team, of.category, reporter)
    keys = {series.key for series in series_of(arrival(context, came))}
    return next((one for one in known if series_of_alarm(one) in keys and of.captured_at >= one.first_at), None)
