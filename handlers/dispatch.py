"""Which handler answers which command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from complaints import commands
from complaints.errors import AlreadyDone, BadInput, NotAllowed, UnknownTicket
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
    """What the command is answered with; whatever a person may not or can't do comes back as Refused."""
    try:
        return HANDLERS[type(command)](context, command)
    except BadInput as error:
        return Refused(str(error), field=error.field)
    except (NotAllowed, AlreadyDone, UnknownTicket) as error:
        return Refused(str(error))
