"""Which handler answers which command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from complaints import commands
from complaints.errors import AlreadyDone, BadInput, GolddustError, NotAllowed, StaleTicket, UnknownTicket
from complaints.masking import spoken
from complaints.organisation import Organisation
from complaints.replies import Captured, Done, Nothing, Refused, Reply, Said
from complaints.rights import FORMER, is_former
from complaints.typed import Cleaning, cleaned
from handlers import (
    acknowledge,
    away,
    block,
    capture,
    correct,
    follow,
    hand_back,
    identify,
    join,
    plan_action,
    prefer,
    promise,
    rate,
    resolve,
    subscribing,
    tell,
)
from handlers.context import Context
from storage import seen

log = structlog.get_logger()

HANDLERS: dict[type[commands.Command], Callable[[Context, Any], Reply]] = {
    commands.CaptureComplaint: capture.capture,
    commands.Acknowledge: acknowledge.acknowledge,
    commands.Resolve: resolve.resolve,
    commands.PlanAction: plan_action.plan_action,
    commands.Block: block.block,
    commands.Unblock: block.unblock,
    commands.HandBack: hand_back.hand_back,
    commands.Dismiss: hand_back.dismiss,
    commands.MakePromise: promise.promise,
    commands.ConfirmTold: tell.confirm_told,
    commands.Reopen: tell.reopen,
    commands.Withdraw: correct.withdraw,
    commands.EditWords: correct.edit,
    commands.CorrectSeverity: correct.correct_severity,
    commands.RateNudge: rate.rate,
    commands.Join: join.join,
    commands.JoinAlike: join.join_alike,
    commands.SettleSurge: join.settle,
    commands.Leave: join.leave,
    commands.Comment: follow.comment,
    commands.OriginalEdited: follow.edited,
    commands.OriginalDeleted: follow.deleted,
    commands.GoAway: away.go_away,
    commands.ComeBack: away.come_back,
    commands.KnowAccount: identify.know_account,
    commands.SetPreference: prefer.prefer,
    commands.Subscribe: subscribing.subscribe,
    commands.Unsubscribe: subscribing.unsubscribe,
}

TOGETHER: dict[type[commands.Command], Callable[[Context, Sequence[Any]], Sequence[Reply | GolddustError]]] = {
    commands.CaptureComplaint: capture.capture_all,
}
"""The commands of which several are handled in fewer statements than one by one."""

ABOUT_MESSAGES = (commands.KnowAccount, commands.OriginalEdited, commands.OriginalDeleted)
"""Commands that tell what has happened on a platform, whoever did it; everything else asks for something."""

ONCE_WITHIN = timedelta(seconds=60)
"""How long a platform may take to repeat something under another id."""


def handle(context: Context, command: commands.Command) -> Reply:
    """What the command is answered with; raises one of REFUSALS for what a person may not or can't do.

    A repetition of a complaint is answered with its ticket, any other with Nothing. Personal data is masked
    here, so that no handler sees it.
    """
    if not isinstance(command, ABOUT_MESSAGES) and is_former(context.organisation, command.actor):
        raise NotAllowed(reason=FORMER)
    command, found = cleaned(command, context.organisation.privacy)
    if found.given_up:
        log.error("privacy.mask: a pattern took too long and was given up for one text", masks=list(found.given_up))
    if not found.names:
        return perform(context, command)
    return _told(perform(replace(context, masked=tuple(found.names)), command), found)


def together(
    organisation: Organisation, command: commands.Command
) -> Callable[[Context, Sequence[Any]], Sequence[Reply | GolddustError]] | None:
    """How several commands like this are handled at once; None where this one is handled alone, by `handle`."""
    handler = TOGETHER.get(type(command)) if command.once is None else None
    if handler is None or is_former(organisation, command.actor):
        return None
    _, found = cleaned(command, organisation.privacy)
    return None if found.names or found.given_up else handler


def _told(reply: Reply, found: Cleaning) -> Reply:
    """The answer, which says what was masked where nothing else does."""
    match reply:
        case Captured(again=False):
            return replace(reply, masked=tuple(found.names))
        case Done() | Said() if reply.said:
            return replace(reply, said=f"{reply.said} {spoken(tuple(found.names))}")
        case _:
            return reply


def perform(context: Context, command: commands.Command) -> Reply:
    """What a command is answered with whose words are masked and whose actor may act, as one that is replayed."""
    if command.once is None:
        return HANDLERS[type(command)](context, command)
    where, key = (context.session, context.workspace), seen.LATELY + command.once
    if not seen.first_lately(*where, key, command.at, command.at - ONCE_WITHIN):
        number = seen.ticket_seen(*where, key) if isinstance(command, commands.CaptureComplaint) else None
        return Nothing() if number is None else capture.again(context, number)
    reply = HANDLERS[type(command)](context, command)
    if isinstance(reply, Captured | Done):
        seen.attach(*where, key, reply.ticket.number)
    return reply


REFUSALS = (BadInput, NotAllowed, AlreadyDone, UnknownTicket, StaleTicket)


def refused(error: GolddustError) -> Refused:
    """The answer to a person who asked for what they may not or can't do; nothing has been changed."""
    return Refused(str(error), field=error.field if isinstance(error, BadInput) else None)
