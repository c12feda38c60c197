"""The app is added somewhere or taken away."""

from __future__ import annotations

from bot.teams.listen import Heard, Room
from bot.teams.port import Json, inside
from bot.teams.render import help_message
from handlers.context import Context
from storage import seen


async def installed(room: Room, heard: Heard) -> None:
    """Greet once where the app is added, and forget the conversation where it is taken away."""
    added, removed = _changes(heard.raw)
    if removed:
        await room.references.forget(heard.ref.root)
        if heard.ref.kind == "personal":
            await room.references.forget(heard.speaker.user)
        await _again(room, heard)
    elif added:
        await room.who(heard)
        if await _first_time(room, heard):
            await room.answer(heard, help_message())


def _changes(raw: Json) -> tuple[bool, bool]:
    """Whether the app has been added here, and whether it has been taken away."""
    action, bot = inside(raw, "action"), inside(raw, "recipient", "id")
    if inside(raw, "type") == "installationUpdate":
        return action == "add", action.startswith("remove")
    return bot in _members(raw, "membersAdded"), bot in _members(raw, "membersRemoved")


def _members(raw: Json, key: str) -> list[str]:
    listed = raw.get(key)
    return [inside(one, "id") for one in listed] if isinstance(listed, list) else []


async def _first_time(room: Room, heard: Heard) -> bool:
    def work(context: Context) -> bool:
        return seen.first_time(context.session, context.workspace, _key(heard), heard.at)

    return await room.golddust.worker.run(work, heard.at)


async def _again(room: Room, heard: Heard) -> None:
    """Let the next installation be greeted too."""

    def work(context: Context) -> None:
        seen.forget(context.session, context.workspace, _key(heard))

    await room.golddust.worker.run(work, heard.at)


def _key(heard: Heard) -> str:
    return f"teams-welcome:{heard.ref.root}"[:600]
