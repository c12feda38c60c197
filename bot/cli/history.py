"""What has happened to a ticket, each event as one sentence with names instead of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Name = Callable[[str], str]
"""The name of a person or team."""
Time = Callable[[str | None], str]
"""A moment in ISO 8601 as the reader's clock shows it."""


def sentence(event: Mapping[str, Any], name: Name, time: Time) -> str:
    """The event (`kind`, `actor`, `data`) in a sentence; one of a kind that is not known here shows its data."""
    said: Mapping[str, Any] = event["data"]
    told = _BY_KIND.get(event["kind"])
    if told is None:
        return _plainly(event["kind"], said)
    masked = f" (masked: {said['masked']})" if said.get("masked") else ""
    return told(name(event["actor"]), said, name, time) + masked


def _plainly(kind: str, said: Mapping[str, Any]) -> str:
    rest = ", ".join(f"{key}: {value}" for key, value in said.items())
    return f"{kind} ({rest})" if rest else kind


def _owner(said: Mapping[str, Any], name: Name) -> str:
    owner = name(said["owner"]) if said.get("owner") else "nobody yet"
    return f"{owner} ({name(said['team'])})" if said.get("team") else owner


def _quoted(before: str, words: object) -> str:
    return f"{before}“{words}”" if words else ""


def _captured(who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
    return f"{who} said it; it went to {_owner(said, name)}"


def _imported(_who: str, said: Mapping[str, Any], name: Name, time: Time) -> str:
    line = f", line {said['line']}" if said.get("line") else ""
    unknown = [f"{key.removesuffix('_in_file')} “{said[key]}”" for key in said if key.endswith("_in_file")]
    named = f"; the file named {', '.join(unknown)}" if unknown else ""
    received = f", received {time(said['received_at'])}" if said.get("received_at") else ""
    return f"imported from {said.get('source', 'a file')}{line}{received}; it went to {_owner(said, name)}{named}"


def _resolved(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    root = _quoted("; the root cause: ", said.get("root_cause"))
    tell = _quoted("; for the customer: ", said.get("tell"))
    return f"{who} resolved it{_quoted(': ', said.get('done'))}{root}{tell}"


def _blocked(who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
    what = str(said.get("what", ""))
    blocker = {"ticket": f"C-{what}", "person": name(what), "team": name(what)}.get(str(said.get("by")), what)
    return f"{who} said that it waits for {blocker}{_quoted(': ', said.get('why'))}"


def _opened(who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
    return f"{who} opened it for {said.get('tickets')}; it went to {_owner(said, name)}"


def _promised(who: str, said: Mapping[str, Any], _name: Name, time: Time) -> str:
    return f"{who} promised it by {time(said.get('until'))}{_quoted(': ', said.get('reason'))}"


def _handed_back(who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
    return f"{who} said “not mine”{_quoted(': ', said.get('reason'))}; it went to {_owner(said, name)}"


def _closed(who: str, said: Mapping[str, Any], _name: Name, time: Time) -> str:
    if said.get("closed_at"):
        return f"it had been closed on {time(said['closed_at'])}, before it was imported"
    duplicate = f" of C-{said['duplicate_of']}" if said.get("duplicate_of") else ""
    why = f" as {said['reason']}{duplicate}" if said.get("reason") else ""
    return f"{who} closed it{why}{_quoted(': ', said.get('why'))}"


def _edited(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    customer = f"; the customer is {said['customer']}" if said.get("customer") else ""
    words = _quoted(" to ", said["words"]) if said.get("words") else ""
    return f"{who} changed the words{words}{customer}" if words else f"{who} added to it{customer}"


def _comment(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    files = f" (with {said['files']})" if said.get("files") else ""
    return f"{who} replied{_quoted(': ', said.get('words'))}{files}"


def _severity(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    return f"{who} changed the severity from {said.get('from')} to {said.get('to')}"


def _holder(_who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
    before = f" instead of {name(said['from'])}" if said.get("from") else ""
    return f"{name(str(said.get('to') or ''))} holds it now{before}"


def _asked(verb: str) -> Callable[[str, Mapping[str, Any], Name, Time], str]:
    def told(who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
        because = f", because {said['because']}" if said.get("because") else ""
        return f"{who} {verb} {name(str(said.get('to', '')))}{because}"

    return told


def _rated(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    return f"{who} found the nudge {'useful' if said.get('vote') == 'yes' else 'not useful'}"


def _lapsed(_who: str, said: Mapping[str, Any], _name: Name, time: Time) -> str:
    return f"the promise of {time(said.get('until'))} lapsed, because a rule of the new team asks for an answer earlier"


def _did(what: str) -> Callable[[str, Mapping[str, Any], Name, Time], str]:
    def told(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
        why = said.get("reason") or said.get("why")
        return f"{who} {what}{_quoted(': ', why)}"

    return told


def _planned(who: str, said: Mapping[str, Any], name: Name, time: Time) -> str:
    return f"{who} asked {_owner(said, name)} to do it by {time(said.get('until'))}"


def _action(who: str, said: Mapping[str, Any], name: Name, _time: Time) -> str:
    return f"{who} asked for C-{said.get('action')} against the cause, of {_owner(said, name)}"


def _done(who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    return f"{who} has done it{_quoted(': ', said.get('done'))}"


def _looked_back(_who: str, said: Mapping[str, Any], _name: Name, _time: Time) -> str:
    what = "the cause" if said.get("how") == "cause" else "complaints like it (no cause was given)"
    back, before, days = (said.get(key) for key in ("back", "before", "days"))
    return f"{days} days after it was done: {what} {back} times since, {before} times in the {days} days before"


_BY_KIND: Mapping[str, Callable[[str, Mapping[str, Any], Name, Time], str]] = {
    "captured": _captured,
    "imported": _imported,
    "acknowledged": _did("has seen it"),
    "resolved": _resolved,
    "blocked": _blocked,
    "unblocked": _did("unblocked it"),
    "opened": _opened,
    "joined": lambda who, said, *_: f"{who} joined it under C-{said.get('problem')}",
    "left": lambda who, said, *_: f"{who} took it out of C-{said.get('problem')}",
    "promised": _promised,
    "promise broken": lambda *_: "the promised date came, and it was not resolved",
    "promise lapsed": _lapsed,
    "handed back": _handed_back,
    "closed": _closed,
    "told": _did("told the customer; closed"),
    "reopened": _did("reopened it"),
    "withdrawn": _did("took it back; closed"),
    "edited": _edited,
    "severity": _severity,
    "comment": _comment,
    "holder": _holder,
    "original deleted": _did("deleted the message that it was said in"),
    "repaired": _did("repaired it"),
    "not judged": _did("could not judge it, and tries again within the hour"),
    "not reached": _asked("could not reach"),
    "reminded": _asked("reminded"),
    "escalated": _asked("asked for help from"),
    "withheld": _asked("withheld a reminder, as a trial, from"),
    "useful": _rated,
    "planned": _planned,
    "action": _action,
    "done": _done,
    "looked back": _looked_back,
}
