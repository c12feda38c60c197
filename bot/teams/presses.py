"""A press of a card's button, and the command that it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.buttons import Press
from bot.teams import asks, entries, forms
from bot.teams.listen import Heard
from bot.teams.port import Json, inside
from bot.teams.roster import Who
from complaints import commands
from complaints.commands import Command, OnTicket
from complaints.organisation import Organisation
from complaints.rights import Action
from complaints.ticket import Blocked
from handlers.nudged import Nudged

RIGHTS: dict[Press, Action] = {
    "resolve": "resolve", "blocked": "block", "not_mine": "hand back", "promise": "promise", "reopen": "reopen",
    "edit": "edit",
}  # fmt: skip
"""What one must be allowed to do to be shown a form."""

_AT_ONCE: dict[str, type[OnTicket]] = {
    "acknowledge": commands.Acknowledge, "unblock": commands.Unblock, "told": commands.ConfirmTold,
    "withdraw": commands.Withdraw, "join": commands.JoinAlike, "not_a_problem": commands.SettleSurge,
    "leave": commands.Leave,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press: whose, of which verb, and what came with it; `card` is the message that it was pressed on."""

    heard: Heard
    who: Who
    verb: str
    data: Json
    card: str

    @property
    def form(self) -> Press | None:
        """The form that was handed in, if the press was one of its button."""
        return next((one for one in asks.SUBMITS if one == self.verb), None)


def pressed(heard: Heard, who: Who) -> Pressed:
    """The press that an activity reports; odd data comes out empty."""
    value = heard.raw.get("value")
    action = value.get("action") if isinstance(value, dict) else None
    data = action.get("data") if isinstance(action, dict) else None
    card = inside(heard.raw, "replyToId") or inside(heard.raw, "channelData", "legacy", "replyToId")
    return Pressed(heard, who, inside(action, "verb")[:40], data if isinstance(data, dict) else {}, card)


def command_of(press: Pressed, organisation: Organisation) -> Command | None:
    """The command that a press is, or None for a verb of no command; raises BadInput."""
    if press.verb not in _COMMANDS:
        return None
    made = _COMMANDS[press.verb](press, organisation)
    return replace(made, once=_once(press, forms.origin(press.data)))


def votes_of(press: Pressed, found: Nudged | None) -> tuple[Command, ...]:
    """What somebody's word about a nudge comes to; under a bundle it is about each nudge in it."""
    origin, useful = forms.origin(press.data), press.verb == "useful"
    alone = commands.RateNudge(
        at=press.heard.at, actor=press.who.person, number=origin.ticket, useful=useful,
        step=entries.word(press.data, "step"),
    )  # fmt: skip
    votes = found.votes(useful, press.who.person, press.heard.at) if found is not None and found.several else (alone,)
    return tuple(replace(one, once=_once(press, replace(origin, ticket=one.number))) for one in votes)


def _once(press: Pressed, origin: forms.Origin) -> str:
    """What a press that Teams sends again, under another id, has in common with the first."""
    text = json.dumps(press.data, sort_keys=True, ensure_ascii=False, default=str)
    said = "\n".join((press.verb, origin.token, press.who.person, press.card, text))
    return f"teams-press:{origin.ticket}:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def _simple(press: Pressed, _: Organisation) -> Command:
    number = forms.origin(press.data).ticket
    return _AT_ONCE[press.verb](at=press.heard.at, actor=press.who.person, number=number)


def _severity(press: Pressed, _: Organisation) -> Command:
    return commands.CorrectSeverity(
        at=press.heard.at, actor=press.who.person, number=forms.origin(press.data).ticket,
        severity=forms.severity(press.data),
    )  # fmt: skip


def _resolve(press: Pressed, organisation: Organisation) -> Command:
    form = forms.resolve(press.data, organisation)
    return commands.Resolve(
        at=press.heard.at, actor=press.who.person, number=form.ticket, done=form.done, root_cause=form.root_cause,
        tell=form.tell, action=form.plan(form.who),
    )  # fmt: skip


def _blocked(press: Pressed, organisation: Organisation) -> Command:
    form = forms.blocked(press.data, organisation)
    return commands.Block(
        at=press.heard.at, actor=press.who.person, number=form.ticket, blocked=Blocked(form.by, form.what, form.why)
    )


def _not_mine(press: Pressed, organisation: Organisation) -> Command:
    form, at, actor = forms.not_mine(press.data, organisation), press.heard.at, press.who.person
    if form.not_a_complaint or form.duplicate_of is not None:
        return commands.Dismiss(
            at=at, actor=actor, number=form.ticket, duplicate_of=form.duplicate_of, reason=form.reason
        )
    return commands.HandBack(
        at=at, actor=actor, number=form.ticket, to_person=form.person, to_team=form.team, reason=form.reason
    )


def _promise(press: Pressed, _: Organisation) -> Command:
    form = forms.promise(press.data, press.who.zone)
    return commands.MakePromise(
        at=press.heard.at, actor=press.who.person, number=form.ticket, until=form.until, reason=form.reason
    )


def _reopen(press: Pressed, _: Organisation) -> Command:
    form = forms.reopen(press.data)
    return commands.Reopen(at=press.heard.at, actor=press.who.person, number=form.ticket, reason=form.reason)


def _edit(press: Pressed, _: Organisation) -> Command:
    form = forms.edit(press.data)
    return commands.EditWords(
        at=press.heard.at, actor=press.who.person, number=form.ticket, words=form.words, customer=form.customer
    )


_COMMANDS: dict[str, Callable[[Pressed, Organisation], Command]] = {
    **dict.fromkeys(_AT_ONCE, _simple), "severity": _severity, "resolve": _resolve, "blocked": _blocked,
    "not_mine": _not_mine, "promise": _promise, "reopen": _reopen, "edit": _edit,
}  # fmt: skip
