"""Complaints with one cause: joined under a problem, and taken out of it again."""

from __future__ import annotations

from collections.abc import Sequence

from complaints import lifecycle, problems
from complaints.alarms import Alarm
from complaints.commands import Join, JoinAlike, Leave, SettleSurge
from complaints.errors import AlreadyDone, BadInput, NotAllowed
from complaints.lifecycle import GOLDDUST
from complaints.problems import LEAST_JOINED, MOST_JOINED
from complaints.register import may_see
from complaints.replies import Done
from complaints.rights import Action, refusal
from complaints.ticket import Kind, State, Ticket
from complaints.words import check_length, storable
from handlers import alike, watch
from handlers.capture import assign_within
from handlers.context import Context
from handlers.viewing import view
from storage import alarms, counters, tickets

OVER = "I can’t find the surge that this was part of any more. `/complaint join C-1 C-2` joins by number."


def join(context: Context, command: Join) -> Done:
    """The problem with these complaints in it; raises BadInput or NotAllowed for one that can't be joined."""
    numbers = tuple(dict.fromkeys(command.numbers))
    if not LEAST_JOINED <= len(numbers) <= MOST_JOINED:
        raise BadInput(field="numbers", reason="Name two tickets or more, such as `/complaint join C-50 C-42`.")
    found = _locked(context, numbers)
    first, *others = (found[number] for number in numbers)
    parts = others if first.kind is Kind.PROBLEM else [first, *others]
    if first.kind is Kind.PROBLEM:
        _check(context, first, command.actor, "read")
    for part in parts:
        _check(context, part, command.actor)
    words = storable(command.words).strip()
    check_length(words)
    if first.kind is Kind.PROBLEM:
        return _said(context, *_under(context, first, parts, command.actor), [], command.actor)
    problem = _opened(
        context, parts, first.team, command.actor, words or problems.words_of(parts, context.organisation)
    )
    return _said(context, *_under(context, problem, parts, command.actor), [], command.actor)


def join_alike(context: Context, command: JoinAlike) -> Done:
    """The problem of a surge, opened with all its complaints that the actor may join; or the ticket as part of it."""
    _one_at_a_time(context)
    ticket = context.load(command.number, command.actor, "block")
    surge = alike.found(context, command.number, of=ticket)
    if surge is None:
        raise BadInput(field="ticket", reason=OVER)
    problem = alike.open_problem(context, surge)
    if problem is not None:
        if ticket.joined:
            raise AlreadyDone(reason=f"They are part of {problem.ref} already.")
        locked = _locked(context, (problem.number, ticket.number))
        joined = _under(context, locked[problem.number], [locked[ticket.number]], command.actor, pressed=True)
        return _said(context, *joined, [], command.actor)
    found = _locked(context, surge.tickets[:MOST_JOINED])
    free = [one for one in found.values() if one.open and one.state is not State.RESOLVED and not one.joined]
    parts = [one for one in free if refusal(context.organisation, one, command.actor, "block") is None]
    if len(parts) < LEAST_JOINED:
        raise AlreadyDone(reason="No two of them are open any more, so there is nothing to join.")
    words = problems.words_of(parts, context.organisation, surge)
    problem = _opened(context, parts, context.organisation.in_charge(surge.team), command.actor, words)
    alarms.join(context.session, context.workspace, surge.key, problem.number)
    joined = _under(context, problem, parts, command.actor, pressed=True)
    return _said(context, *joined, [one for one in free if one not in parts], command.actor)


def settle(context: Context, command: SettleSurge) -> Done:
    """The ticket, whose surge is no problem: nobody hears of it again while it goes on."""
    ticket = context.load(command.number, command.actor, "block")
    surge = _counted(context, command.number)
    if surge is None or not alarms.settle(context.session, context.workspace, surge.key, context.at):
        problem = f"They are part of C-{surge.problem} by now." if surge and surge.problem else "That is noted already."
        raise AlreadyDone(reason=problem)
    watch.redraw(context, surge.key, pressed_by=command.actor)
    return Done(view(context, ticket), "Noted: no problem. I say no more about these; each goes its own way.")


def leave(context: Context, command: Leave) -> Done:
    """The complaint, with its owner again and its clocks running."""
    ticket = context.load(command.number, command.actor, "unblock")
    if not ticket.joined:
        raise AlreadyDone(reason=f"{ticket.ref} is not part of a problem.")
    shown = view(context, context.save(lifecycle.unblock(ticket, command.actor, command.at, context.presence)))
    problem = tickets.find(context.session, context.workspace, ticket.parent or 0)
    if problem is not None:
        context.redraw(problem)
    return Done(
        shown, f"{shown.ref} is not part of C-{ticket.parent} any more; it is with {shown.owner_or_team} again."
    )


def _counted(context: Context, number: int) -> Alarm | None:
    known = alarms.lately(context.session, context.workspace, context.at)
    return next((one for one in known if number in one.tickets), None)


def _locked(context: Context, numbers: Sequence[int]) -> dict[int, Ticket]:
    """The tickets of these numbers, locked in their order so that two replicas never wait for each other."""
    _one_at_a_time(context)
    found = {one: tickets.load(context.session, context.workspace, one, lock=True) for one in sorted(set(numbers))}
    return {number: found[number] for number in numbers}


def _one_at_a_time(context: Context) -> None:
    # As where one waits for another by hand: two replicas can't close a ring together, nor join a surge twice.
    counters.advance(context.session, context.workspace, "line")


def _check(context: Context, ticket: Ticket, actor: str, action: Action = "block") -> None:
    reason = refusal(context.organisation, ticket, actor, action)
    if reason is not None:
        raise NotAllowed(reason=reason)


def _opened(context: Context, parts: Sequence[Ticket], team: str, actor: str, words: str) -> Ticket:
    (number,) = tickets.next_numbers(context.session, context.workspace, 1)
    team = context.organisation.in_charge(team)
    assignment = assign_within(context, team)
    change = problems.opened(number, words, actor, context.at, parts, team, assignment, context.presence)
    (saved,) = context.add([change])
    return saved


def _under(
    context: Context, problem: Ticket, parts: Sequence[Ticket], actor: str, *, pressed: bool = False
) -> tuple[Ticket, int]:
    """The problem with these complaints in it, as severe as the worst of them, and how many they are.

    `pressed` says that the actor did it by a button of the message that tells of the surge.
    """
    line = context.line(problem)
    held = context.held(problem, line)
    for part in parts:
        context.save(lifecycle.join(part, actor, context.at, context.presence, held, line))
    fresh = tickets.load(context.session, context.workspace, problem.number, lock=True)
    worst = problems.severest([fresh, *parts])
    if worst is not fresh.severity:
        context.save(lifecycle.correct_severity(fresh, GOLDDUST, context.at, context.presence, worst))
    joined = tickets.load(context.session, context.workspace, problem.number)
    context.redraw(joined)
    _answer_surges(context, problem.number, actor if pressed else "")
    return joined, len(parts)


def _answer_surges(context: Context, problem: int, pressed_by: str) -> None:
    """Note that surges are joined whose complaints are in a problem now for the larger part; who was told reads it."""
    parts = set(tickets.numbers_of_parts(context.session, context.workspace, problem))
    for one in alarms.lately(context.session, context.workspace, context.at):
        if one.problem is None and 2 * len(parts.intersection(one.tickets)) > len(one.tickets):
            alarms.join(context.session, context.workspace, one.key, problem)
        elif one.problem != problem:
            continue
        watch.redraw(context, one.key, pressed_by=pressed_by)


def _said(context: Context, problem: Ticket, joined: int, left: Sequence[Ticket], actor: str) -> Done:
    shown = view(context, problem)
    holds = f"{shown.ref} holds {len(shown.parts)} complaints now"
    what = f"{joined} joined; {holds}" if joined < len(shown.parts) else holds
    others = ""
    known = [one for one in left if may_see(context.organisation, one, actor)]
    if left and not known:
        others = " Others like them are with other teams, and stay there."
    elif known:
        refs = ", ".join(one.ref for one in known[:5])
        more = " and more" if len(known) > 5 else ""
        others = f" {refs}{more} are not yours to join: ask their owners to `/complaint join {shown.ref}` with them."
    told = f"I nudge about {shown.ref} alone, and tell everybody who reported when it is resolved."
    return Done(shown, f"{what}. {shown.holder} has it. {told}{others}")
