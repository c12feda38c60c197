"""Options that several commands share, and what they are turned into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated

import typer

from complaints.durations import parse_duration
from complaints.organisation import Organisation

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs instead of text.")]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="As of this moment: ISO 8601 with Z or an offset. Default: now."),
]
Workspace = Annotated[
    str | None,
    typer.Option(
        "--workspace", metavar="KEY", help="Which organisation: its id in its file; needed where there are several."
    ),
]


def moment_of(text: str | None, now: datetime, option: str = "--at") -> datetime:
    """The moment that an option names, in UTC, or now; raises BadParameter for a time without its offset."""
    if text is None:
        return now
    try:
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is None:
            raise typer.BadParameter(
                f"“{text}” does not say in which time zone; add Z for UTC, or an offset such as +01:00",
                param_hint=option,
            )
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"“{text}” is no moment; write it like 2026-11-24T09:30:00Z", param_hint=option
        ) from None


def length_of(text: str) -> timedelta:
    """The length of time that `--since` names; raises BadParameter."""
    try:
        return parse_duration(text).length
    except ValueError:
        raise typer.BadParameter(
            f"“{text}” is no length of time; write it like 90d or 12w", param_hint="--since"
        ) from None


def team_of(organisation: Organisation, named: str) -> str:
    """The key of the team with this key or name; raises BadParameter that names the teams there are."""
    wanted = named.strip().casefold()
    for key, team in organisation.teams.items():
        if wanted in {key, team.name.casefold()}:
            return key
    raise typer.BadParameter(_unknown("team", named, list(organisation.teams)), param_hint="--team")


def person_of(organisation: Organisation, named: str, option: str) -> str:
    """The key of the person with this key, name, e-mail or Slack id (with or without `slack:`); raises BadParameter."""
    wanted = named.strip().casefold()
    for key, person in organisation.people.items():
        if wanted in {key, person.name.casefold(), (person.email or key).casefold()}:
            return key
    account = organisation.with_account("slack", named.strip().removeprefix("slack:").upper())
    if account is not None:
        return account
    raise typer.BadParameter(_unknown("person", named, list(organisation.people)), param_hint=option)


def _unknown(kind: str, named: str, known: list[str]) -> str:
    close = get_close_matches(named.strip().casefold(), known, 1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(known[:12])}" + ("…" * (len(known) > 12))
    return f"no {kind} “{named}” in the configuration; {hint}"
