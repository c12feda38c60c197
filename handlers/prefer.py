"""A person's own settings: shown, and changed one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from complaints.commands import SetPreference
from complaints.errors import BadInput
from complaints.preferences import PLATFORMS, Platform, Preference, Settings, in_hours, spoken_hours, time_typed
from complaints.replies import Said
from handlers.context import Context
from handlers.deliver import reader_for
from storage import preferences, tickets

AS_IN_THE_FILE = frozenset({"", "default"})
"""What somebody writes who leaves a choice to golddust.yml again."""


def prefer(context: Context, command: SetPreference) -> Said:
    """A confirmation that says what holds from now on.

    Raises BadInput for a time outside the person's working hours, and for a platform on which they have no account.
    """
    before = context.presence.preferences.get(command.actor) or Preference(command.actor)
    chosen = before
    if command.bundle_at is not None:
        chosen = replace(chosen, bundle_at=_bundle_at(context, command.actor, command.bundle_at))
    if command.platform is not None:
        chosen = replace(chosen, platform=_platform(context, command.actor, command.platform))
    if command.early is not None:
        chosen = replace(chosen, early=command.early)
    preferences.keep(context.session, context.workspace, chosen, command.at)
    # What waits for their bundle, or is an early reminder, may be due at another moment now.
    held = tickets.held_by(context.session, context.workspace, [command.actor])
    tickets.look_again(context.session, context.workspace, held, context.at)
    now = Context(context.session, context.organisation, context.version, context.document, context.at)
    return Said(_confirmed(settings_of(now, command.actor), command))


def settings_of(context: Context, person: str) -> Settings:
    """A person's settings as they are in force."""
    presence, calendar = context.presence, context.presence.calendar_of(person)
    accounts = reader_for(context, person).accounts
    return Settings(
        bundle_at=presence.bundle_time(person),
        hours=spoken_hours(calendar.hours),
        zone=calendar.zone.key,
        platforms=tuple(one for one in PLATFORMS if one in accounts),
        platform=presence.platform(person),
        early=presence.early(person),
    )


def muted(context: Context) -> int:
    """How many people want no reminder before a clock has run out."""
    return preferences.muted(context.session, context.workspace)


def _bundle_at(context: Context, person: str, typed: str) -> time | None:
    if typed.strip().casefold() in AS_IN_THE_FILE:
        return None
    wanted, calendar = time_typed(typed), context.presence.calendar_of(person)
    if wanted is None:
        raise BadInput(field="bundle_at", reason=f"“{typed.strip()[:40]}” is no time of day; write it like 08:30.")
    if not in_hours(calendar, wanted):
        raise BadInput(
            field="bundle_at",
            reason=f"{wanted:%H:%M} is outside your working hours ({spoken_hours(calendar.hours)}), when I leave you "
            "alone; please pick a time within them.",
        )
    return wanted


def _platform(context: Context, person: str, typed: str) -> Platform | None:
    word = typed.strip().casefold().removeprefix("microsoft ")
    if word in AS_IN_THE_FILE:
        return None
    found = next((one for one in PLATFORMS if one == word), None)
    if found is None:
        raise BadInput(field="platform", reason=f"I can’t write to you in “{typed.strip()[:40]}”; say slack or teams.")
    if found not in reader_for(context, person).accounts:
        name = PLATFORMS[found]
        raise BadInput(
            field="platform", reason=f"I don’t know you in {name} yet. Write to me there once, then choose it."
        )
    return found


def _confirmed(settings: Settings, command: SetPreference) -> str:
    said = []
    if command.bundle_at is not None:
        said.append(f"your bundle comes at {settings.bundle_at:%H:%M} your time ({settings.zone})")
    if command.platform is not None:
        where = PLATFORMS[settings.platform] if settings.platform else "whichever channel fits"
        said.append(f"I write to you in {where}")
    if command.early is not None:
        said.append(f"you get {'' if settings.early else 'no '}reminders before a clock has run out")
    return f"Noted: {', and '.join(said)}." if said else "Nothing to change."
