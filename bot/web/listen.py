"""What was typed or pressed on the page -> a command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Literal, assert_never, cast

from bot import choosing
from bot.buttons import Press
from bot.forms import ResolveForm, day_of
from bot.intents import (
    AskAction,
    AskDigest,
    Away,
    Back,
    Help,
    JoinThem,
    LeaveIt,
    ListMine,
    ListOpen,
    OpenForm,
    OwnSettings,
    Report,
    understand,
)
from bot.joining import joining
from bot.subscribing import subscription
from bot.web.board import Post
from complaints import commands
from complaints.commands import Command
from complaints.errors import BadInput
from complaints.organisation import Organisation
from complaints.rights import Action
from complaints.severity import Severity
from complaints.ticket import Blocked, Source, number_of

Question = Help | ListOpen | ListMine | AskDigest | OwnSettings
Answers = Mapping[str, str]
"""What was filled into a form, by the name of its field."""

COMMAND = "/complaint"
"""What answers tell people to type, because Slack asks for it."""
NEEDS: Mapping[Press, Action] = {"blocked": "block", "not_mine": "hand back", "promise": "promise"}
"""The right that a button needs whose answers can be refused before its command is made."""


def typed(text: str, person: str, at: datetime, organisation: Organisation, message: str) -> Command | Question:
    """The command that a person typed, or what they asked; raises BadInput that says how to say it."""
    intent = understand(_bare(text), at, organisation.zone_of(person))
    match intent:
        case Report():
            source = Source("web", organisation.workspace, f"person:{person}", message, private=True)
            return commands.CaptureComplaint(at=at, actor=person, words=intent.words, source=source)
        case OpenForm():
            raise BadInput(field="words", reason="Say in a sentence what the customer complained about.")
        case Away():
            deputy = _person_named(organisation, intent.deputy) if intent.deputy else None
            return commands.GoAway(at=at, actor=person, until=intent.until, deputy=deputy)
        case Back():
            return commands.ComeBack(at=at, actor=person)
        case JoinThem() | LeaveIt():
            return joining(intent, person, at)
        case AskDigest(what="subscribe"):
            return subscription(intent, person, at)
        case AskDigest(what="unsubscribe"):
            return commands.Unsubscribe(at=at, actor=person)
        case AskAction():
            owner = _person_named(organisation, intent.who) if intent.who else None
            action = commands.Plan(intent.what, owner, intent.until)
            return commands.PlanAction(at=at, actor=person, number=intent.ticket, action=action)
        case OwnSettings():
            return choosing.command_of(intent, person, at) or intent
        case Help() | ListOpen() | ListMine() | AskDigest():
            return intent
        case _:
            assert_never(intent)


def _bare(text: str) -> str:
    """What was typed, without the command that Slack needs before it and the marks that answers quote it in."""
    said = text.strip().strip("`").strip()
    command, _, rest = said.partition(" ")
    return (rest or "help") if command == COMMAND else text


def replied(
    words: str, person: str, at: datetime, organisation: Organisation, under: Post, message: str
) -> commands.Comment:
    """The command of a reply under a post; raises BadInput when nothing was written."""
    if not words.strip():
        raise BadInput(field="words", reason="Write a few words first.")
    place = Source("web", organisation.workspace, under.conversation, message, thread=under.id)
    return commands.Comment(at=at, actor=person, words=words.strip(), place=place, thread=under.id)


def pressed(
    press: Press, number: int, person: str, at: datetime, organisation: Organisation, answers: Answers
) -> Command:
    """The command behind a button and what was filled in; raises BadInput that names the field."""
    on: dict[str, Any] = {"at": at, "actor": person, "number": number}
    said = {name: words.strip() for name, words in answers.items()}
    why = said.get("why", "")
    match press:
        case "acknowledge":
            return commands.Acknowledge(**on)
        case "resolve":
            return _resolve(on, said)
        case "blocked":
            return commands.Block(**on, blocked=_blocked(said, why))
        case "unblock":
            return commands.Unblock(**on)
        case "not_mine":
            return _not_mine(on, said, why)
        case "promise":
            return commands.MakePromise(**on, until=_moment(said, person, organisation), reason=why)
        case "told":
            return commands.ConfirmTold(**on)
        case "reopen":
            return commands.Reopen(**on, reason=why)
        case "edit":
            return commands.EditWords(**on, words=said.get("words", ""), customer=said.get("customer") or None)
        case "withdraw":
            return commands.Withdraw(**on)
        case "useful" | "not_useful":
            return commands.RateNudge(**on, useful=press == "useful")
        case "join":
            return commands.JoinAlike(**on)
        case "not_a_problem":
            return commands.SettleSurge(**on)
        case "leave":
            return commands.Leave(**on)
        case _:
            assert_never(press)


def corrected(value: str, number: int, person: str, at: datetime) -> Command:
    """The command that corrects a severity; raises BadInput for one that does not exist."""
    if value not in list(Severity):
        raise BadInput(field="severity", reason=f"“{value}” is no severity; pick one of {', '.join(Severity)}.")
    return commands.CorrectSeverity(at=at, actor=person, number=number, severity=Severity(value))


def _resolve(on: dict[str, Any], said: Answers) -> Command:
    form = ResolveForm(
        on["number"], said.get("done", ""), said.get("root_cause", ""), said.get("tell", ""), said.get("action", ""),
        said.get("action_who") or None, day_of(said.get("action_until", "")),
    )  # fmt: skip
    action = form.plan(form.who)
    return commands.Resolve(**on, done=form.done, root_cause=form.root_cause, tell=form.tell, action=action)


def _blocked(said: Answers, why: str) -> Blocked:
    by = said.get("by", "")
    if by not in ("person", "team", "ticket", "other"):
        raise BadInput(field="by", reason="Say what it waits for: a colleague, a team, a ticket or something else.")
    return Blocked(cast(Literal["person", "team", "ticket", "other"], by), said.get(by, ""), why)


def _not_mine(on: dict[str, Any], said: Answers, why: str) -> Command:
    kind, _, key = said.get("whom", "").partition(":")
    match kind:
        case "person":
            return commands.HandBack(**on, to_person=key, reason=why)
        case "team":
            return commands.HandBack(**on, to_team=key, reason=why)
        case "unknown":
            return commands.HandBack(**on, reason=why)
        case "nothing":
            return commands.Dismiss(**on, reason=why)
        case "duplicate":
            original = number_of(said.get("duplicate", ""))
            if original is None:
                raise BadInput(field="duplicate", reason="Which ticket is it a duplicate of? Write it like C-42.")
            return commands.Dismiss(**on, duplicate_of=original, reason=why)
        case _:
            raise BadInput(field="whom", reason="Pick whose it is, or “I don’t know”.")


def _moment(said: Answers, person: str, organisation: Organisation) -> datetime:
    try:
        day, hour = date.fromisoformat(said.get("day", "")), time.fromisoformat(said.get("time", "").zfill(5))
        return datetime.combine(day, hour, organisation.zone_of(person)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput(field="until", reason="Pick a day and a time, such as 2026-12-31 and 15:00.") from None


def _person_named(organisation: Organisation, name: str) -> str:
    """The key of the person whom somebody names by key, name or first name; else what was typed."""
    wanted = name.casefold().removeprefix("@")
    for key, person in organisation.people.items():
        if wanted in (key, person.name.casefold(), person.name.casefold().split()[0]):
            return key
    return wanted
