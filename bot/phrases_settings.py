"""A person's own settings in words, the same on every channel; no word of these is anybody else's."""

from __future__ import annotations

from complaints.preferences import PLATFORMS, Settings

BUNDLE = "When your bundle comes"
CHANNEL = "Where I write to you"
EARLY = "Remind me before a clock runs out"
UNDECIDED = "Not chosen"
SAVE = "Save"
SAVED = "Saved."
TITLE = "Your settings"
UNSURE = "I can’t tell who you are right now; please try again in a minute."
"""Otherwise the settings would be kept for an account, not for the person it turns out to be."""


def sentences(settings: Settings) -> tuple[str, ...]:
    """A sentence for each setting."""
    return tuple(filter(None, (bundle(settings), channel(settings), early(settings))))


def bundle(settings: Settings) -> str:
    """When the bundle comes, and in whose time."""
    return (
        f"Your bundle, one list a day of what waits for you, comes at {settings.bundle_at:%H:%M} your time "
        f"({settings.zone}), or as your day starts if that is later."
    )


def channel(settings: Settings) -> str:
    """Where one hears from Golddust; empty where there is nothing to choose."""
    if settings.can_choose:
        on = " and ".join(PLATFORMS[one] for one in settings.platforms)
        if settings.platform is None:
            return f"You are on {on}; you have not chosen where I write to you."
        return f"You are on {on}; I write to you in {PLATFORMS[settings.platform]}."
    return ""


def early(settings: Settings) -> str:
    """Whether one is reminded before a clock has run out."""
    return f"You get {'' if settings.early else 'no '}reminders before a clock has run out."


def how_to_change(settings: Settings, say: str) -> str:
    """What to write to change each; `say` is how the channel marks a command, with `{}` for it."""
    commands = [f"settings bundle {settings.bundle_at:%H:%M}"]
    if settings.can_choose:
        other = next((one for one in settings.platforms if one != settings.platform), settings.platforms[0])
        commands.append(f"settings channel {other}")
    commands.append(f"settings early {'off' if settings.early else 'on'}")
    return f"To change them write {', '.join(say.format(one) for one in commands)}."
