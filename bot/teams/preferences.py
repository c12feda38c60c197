"""A person's own settings in Teams: a card with a form that is answered in place. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot import phrases_settings
from bot.teams import elements, entries
from bot.teams.elements import Activity, Element
from bot.teams.text import escape
from complaints.preferences import PLATFORMS, Settings

VERB = "settings"
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form was handed in with; what it did not ask, or was left empty, is empty."""

    bundle_at: str
    platform: str
    early: bool | None


def typed(data: object) -> Typed:
    """What came back from the card; raises BadInput for what is none of ours."""
    early = {"true": True, "false": False}.get(entries.text(data, VERB, "early"))
    return Typed(entries.text(data, VERB, "bundle_at"), entries.text(data, VERB, "platform"), early)


def form(
    settings: Settings, *, before: Typed | None = None, wrong: Mapping[str, str] = _NOTHING, said: str = ""
) -> Activity:
    """The settings as a form; `before` is what was typed, `wrong` what is wrong by field, `said` what has happened."""
    shown = before or Typed(f"{settings.bundle_at:%H:%M}", settings.platform or "", settings.early)
    body = [elements.heading(phrases_settings.TITLE)]
    body += elements.sentences(said) if said else []
    for name, element in _inputs(settings, shown):
        body += [element, *([elements.fault(wrong[name])] if name in wrong else [])]
    body.append(elements.small(escape(f"You work {settings.hours} ({settings.zone}).")))
    save = elements.execute(phrases_settings.SAVE, VERB, {}, primary=True, inputs=True)
    summary = " ".join(phrases_settings.sentences(settings))
    return elements.activity(elements.card([*body, *elements.actions([save])], fallback=summary), summary)


def _inputs(settings: Settings, shown: Typed) -> list[tuple[str, Element]]:
    made = [("bundle_at", elements.time_input(f"{VERB}.bundle_at", phrases_settings.BUNDLE, shown.bundle_at))]
    if settings.can_choose:
        choices = [(PLATFORMS[one], one) for one in settings.platforms]
        known = shown.platform if shown.platform in settings.platforms else ""
        asked = elements.choice_input(
            f"{VERB}.platform", phrases_settings.CHANNEL, choices, known, placeholder=phrases_settings.UNDECIDED
        )
        made.append(("platform", asked))
    return [*made, ("early", _toggle("early", phrases_settings.EARLY, on=shown.early is not False))]


def _toggle(name: str, title: str, *, on: bool) -> Element:
    value = "true" if on else "false"
    return {"type": "Input.Toggle", "id": f"{VERB}.{name}", "title": title, "value": value, "wrap": True}
