"""Which handler answers which command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from complaints import commands
from complaints.errors import AlreadyDone, BadInput, GolddustError, NotAllowed, StaleTicket, UnknownTicket
from complaints.replies import Refused, Reply
from handlers import acknowledge, away, block, capture, correct, follow, hand_back, identify, promise, resolve, tell
from handlers.context import Context

HANDLERS: dict[type[commands.Command], Callable[[Context, Any], Reply]] = {
    commands.CaptureComplaint: capture.capture,
    commands.Acknowledge: acknowledge.acknowledge,
    commands.Resolve: resolve.resolve,
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
    commands.Comment: follow.comment,
    commands.OriginalEdited: follow.edited,
    commands.OriginalDeleted: follow.deleted,
    commands.GoAway: away.go_away,
    commands.ComeBack: away.come_back,
    commands.KnowAccount: identify.know_account,
}


def handle(context: Context, command: commands.Command) -> Reply:
    """What the command is answered with; raises one of REFUSALS for what a person may not or can't do."""
    return HANDLERS[type(command)](context, command)


REFUSALS = (BadInput, NotAllowed, AlreadyDone, UnknownTicket, StaleTicket)


def refused(error: GolddustError) -> Refused:
    """The answer to a person who asked for what they may not or can't do; nothing has been changed."""
    return Refused(str(error), field=error.field if isinstance(error, BadInput) else None)
