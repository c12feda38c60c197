"""What somebody said about their own settings, as the command that changes them."""

from __future__ import annotations

from datetime import datetime

from bot.intents import OwnSettings
from complaints.commands import SetPreference
from complaints.preferences import Settings


def command_of(intent: OwnSettings, person: str, at: datetime) -> SetPreference | None:
    """The command, or None where the settings are only to be shown."""
    match intent.what:
        case None:
            return None
        case "bundle":
            return SetPreference(at=at, actor=person, bundle_at=intent.value)
        case "channel":
            return SetPreference(at=at, actor=person, platform=intent.value)
        case "early":
            return SetPreference(at=at, actor=person, early=intent.value == "on")


def changed(
    settings: Settings, person: str, at: datetime, *, bundle_at: str, platform: str, early: bool | None
) -> SetPreference | None:
    """The command of a form that was handed in, or None where it changes nothing; what is empty stays as it is.

    What holds already is left out, so that it goes on following golddust.yml.
    """
    command = SetPreference(
        at=at,
        actor=person,
        bundle_at=bundle_at if bundle_at.strip() not in ("", f"{settings.bundle_at:%H:%M}") else None,
        platform=platform if platform not in ("", settings.platform) else None,
        early=early if early is not settings.early else None,
    )
    nothing = command.bundle_at is None and command.platform is None and command.early is None
    return None if nothing else command
