"""The state of the fake workspace: people, conversations, messages, views, and the clock they all share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_channel import Channel, attach_reply
from tests.fakes.slack_identity import (
    APP,
    APP_TOKEN,
    BOT,
    BOT_NAME,
    BOT_TOKEN,
    BOT_USER,
    START,
    TEAM,
)
from tests.fakes.slack_oauth import Grants
from tests.fakes.slack_scopes import BOT_SCOPES
from tests.fakes.slack_surfaces import ResponseUrl, Trigger
from tests.fakes.slack_users import user_object


class Workspace:
    """What Slack remembers. Tests arrange it with the `add_…` and `say` methods and read what the bot did."""

    def __init__(self, *, scopes: Iterable[str] = BOT_SCOPES, at: datetime = START) -> None:
        self.changed = threading.Condition()
        self.now = at
        self.bot_token, self.app_token = BOT_TOKEN, APP_TOKEN
        self.scopes = list(scopes)
        self.token_error = ""
        self.grants = Grants()
        self.url = ""
        self.calls: list[Call] = []
        self.users: dict[str, Json] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, list[str]] = {}
        self.files: dict[str, Json] = {}
        self.file_bytes: dict[str, bytes] = {}
        self.whispers: list[Json] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._ids = count(1)
        self._last_ts = int(at.timestamp() * 1_000_000)
        self.add_user(BOT_USER, BOT_NAME, bot=True)

    # -- the clock and what is counted by it

    def advance(self, delta: timedelta) -> None:
        """Move the fake's own clock; triggers and response URLs grow old by it."""
        with self.changed:
            self.now += delta

    def next_ts(self) -> str:
        """Return a message timestamp like "1700000000.000100", greater than every one before."""
        with self.changed:
            self._last_ts = max(self._last_ts + 100, int(self.now.timestamp() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """Return an id that this workspace has not used yet, like "V0000007"."""
        return f"{prefix}{next(self._ids):07d}"

    # -- arranging

    def add_user(
        self,
        user: str,
        name: str = "",
        *,
        real_name: str = "",
        email: str = "",
        tz: str = "Europe/Berlin",
        bot: bool = False,
        guest: bool = False,
        admin: bool = False,
        deleted: bool = False,
    ) -> str:
        """Let somebody join the workspace; return the user id that was given."""
        person = user_object(user, name or user.lower(), real_name=real_name, email=email, tz=tz, at=self.now)
        person |= {"is_bot": bot, "is_restricted": guest, "is_admin": admin, "deleted": deleted}
        with self.changed:
            self.users[user] = person
        return user

    def add_channel(
        self,
        channel: str,
        name: str = "",
        *,
        members: Iterable[str] = (),
        kind: str = "channel",
        with_bot: bool = True,
        archived: bool = False,
        shared: bool = False,
    ) -> str:
        """Make a conversation of kind channel (public), group (private), im or mpim; return its id."""
        people = [*members, *([BOT_USER] if with_bot else [])]
        with self.changed:
            self.channels[channel] = Channel(
                channel, name or channel.lower(), kind, people, archived=archived, shared=shared
            )
        return channel

    def add_usergroup(self, usergroup: str, members: Iterable[str]) -> str:
        """Make a user group (an on-call rota's handle); return its id."""
        self.usergroups[usergroup] = list(members)
        return usergroup

    def add_file(self, file: Json, content: bytes = b"fake file") -> Json:
        """Store a file object (see `slack_payloads.file`), downloadable with the bot's token; return it."""
        address = f"{self.url.removesuffix('api/')}files-pri/{file['id']}"
        stored = file | {"url_private": address, "url_private_download": f"{address}/download"}
        with self.changed:
            self.files[file["id"]], self.file_bytes[file["id"]] = stored, content
        return stored

    def say(self, channel: str, user: str, text: str, thread_ts: str | None = None, files: Sequence[Json] = ()) -> str:
        """Record a message as a person typed it (text as Slack stores it, escaped); return its ts."""
        message: Json = {"type": "message", "user": user, "text": text, "ts": self.next_ts(), "team": TEAM}
        if thread_ts:
            message["thread_ts"] = thread_ts
        if files:
            message |= {"files": list(files), "upload": False}
        with self.changed:
            self.record(self.channels[channel], message)
        return str(message["ts"])

    def take_back(self, channel: str, ts: str) -> None:
        """Delete a message as its author or an admin would."""
        with self.changed:
            self.channels[channel].messages.remove(self.channels[channel].find(ts))

    def trigger(self, user: str = "") -> str:
        """Return a trigger id as an interaction by `user` carries it: good once, for three seconds."""
        with self.changed:
            trigger = f"{next(self._ids)}.{int(self.now.timestamp())}.fa4e"
            self.triggers[trigger] = Trigger(user, self.now)
        return trigger

    def response_url(self, channel: str, user: str, *, message_ts: str = "") -> str:
        """Return an address to answer an interaction at; `message_ts` names the message it came from."""
        with self.changed:
            key = self.next_id("R")
            self.response_urls[key] = ResponseUrl(channel, user, message_ts, self.now)
        return f"{self.url.removesuffix('api/')}response/{key}"

    # -- looking

    def dm(self, user: str) -> str:
        """Return the id of the direct conversation of the bot with `user`, opened if need be."""
        channel = "D" + user[1:]
        if channel not in self.channels:
            self.add_channel(channel, members=[user], kind="im")
        return channel

    def messages(self, channel: str) -> list[Json]:
        """Return what stands in a conversation, oldest first, replies included; a user id means the DM."""
        return list(self.channels[self.dm(channel) if channel in self.users else channel].messages)

    def ephemerals(self, user: str) -> list[Json]:
        """Return what only `user` sees, oldest first, with `channel`, `ts`, `text` and `blocks`."""
        return [whisper for whisper in self.whispers if whisper["user"] == user]

    def home(self, user: str) -> Json | None:
        """Return the App Home view that was published for `user`, if any."""
        return self.views.get(self.homes.get(user, ""))

    def modals(self, user: str) -> list[Json]:
        """Return the modals opened for `user`, oldest first, as last updated."""
        return [view for view in self.views.values() if view["type"] == "modal" and view["user"] == user]

    def called(self, method: str) -> list[Call]:
        """Return the calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def wait_until(self, condition: Callable[[], object], timeout: float = 10.0) -> None:
        """Block until `condition` holds, judged again after each call; for tests outside the fake's loop."""
        with self.changed:
            if not self.changed.wait_for(lambda: bool(condition()), timeout):
                raise TimeoutError("the fake workspace never came to the expected state")

    # -- what several methods share

    def record(self, channel: Channel, message: Json) -> Json:
        """Put a message into a conversation, and count it at its parent if it is a reply."""
        if message.get("thread_ts"):
            attach_reply(channel, message)
        channel.messages.append(message)
        return message

    def as_bot(self, text: str, blocks: list[Json] | None) -> Json:
        """Return a new message of the bot's own, as Slack stores it."""
        message: Json = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            "team": TEAM,
            "bot_profile": {"id": BOT, "app_id": APP, "name": BOT_NAME, "team_id": TEAM, "deleted": False},
            "ts": self.next_ts(),
            "text": text or "This content can't be displayed.",
        }
        return message | ({"blocks": self.named(blocks)} if blocks else {})

    def named(self, blocks: list[Json]) -> list[Json]:
        """Return the blocks, each with a block_id as Slack fills it in."""
        return [{"block_id": self.next_id("b"), **{k: v for k, v in b.items() if v != ""}} for b in blocks]

    def conversation(self, channel: str) -> Channel:
        """Return a conversation that the bot may know of, or refuse with `channel_not_found`."""
        found = self.channels.get(channel)
        if found is None or (found.kind != "channel" and BOT_USER not in found.members):
            raise SlackError("channel_not_found")
        return found
