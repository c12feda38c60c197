"""A person's own settings in Slack: as a message, and as the part of the Home where they are changed. Pure."""

from __future__ import annotations

from bot import phrases_settings
from bot.slack import blocks, inputs
from bot.slack.blocks import Block
from bot.slack.card import SlackMessage
from complaints.preferences import PLATFORMS, Settings

BUNDLE, CHANNEL, EARLY = "settings_bundle", "settings_channel", "settings_early"


def message(settings: Settings) -> SlackMessage:
    """The settings in a sentence each, and how to change them."""
    said = phrases_settings.sentences(settings)
    how = phrases_settings.how_to_change(settings, "`/complaint {}`")
    shown = [blocks.section_mrkdwn("\n".join(said)), blocks.context(f"{how} Or use my Home tab.")]
    return SlackMessage(" ".join(said), shown)


def section(settings: Settings, wrong: str = "") -> list[Block]:
    """The part of the Home that changes them; `wrong` is why the last change was refused."""
    # Without ids of their own the blocks are new to Slack each time, and show what holds rather than what was tried.
    parts = [
        blocks.header(phrases_settings.TITLE),
        _row(phrases_settings.BUNDLE, _time(settings)),
        *([_row(phrases_settings.CHANNEL, _channel(settings))] if settings.can_choose else []),
        blocks.actions([_early(settings)]),
        blocks.context(f"You work {settings.hours} ({settings.zone})."),
    ]
    return parts[:1] + ([blocks.section_plain(wrong)] if wrong else []) + parts[1:]


def _row(label: str, element: Block) -> Block:
    return blocks.section_plain(label) | {"accessory": element}


def _time(settings: Settings) -> Block:
    return {"type": "timepicker", "action_id": BUNDLE, "initial_time": f"{settings.bundle_at:%H:%M}"}


def _channel(settings: Settings) -> Block:
    options = {one: inputs.option(PLATFORMS[one], one) for one in settings.platforms}
    made: Block = {
        "type": "static_select", "action_id": CHANNEL, "options": list(options.values()),
        "placeholder": blocks.plain_text(phrases_settings.UNDECIDED, 150),
    }  # fmt: skip
    chosen = options.get(settings.platform) if settings.platform else None
    return made | ({"initial_option": chosen} if chosen else {})


def _early(settings: Settings) -> Block:
    wanted = inputs.option(phrases_settings.EARLY, "on")
    made: Block = {"type": "checkboxes", "action_id": EARLY, "options": [wanted]}
    return made | ({"initial_options": [wanted]} if settings.early else {})
