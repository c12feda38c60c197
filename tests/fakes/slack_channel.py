"""A conversation and its messages."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.slack_call import Json, SlackError
from tests.fakes.slack_identity import BOT_USER, TEAM


@dataclass(slots=True)
class Channel:
    """A public channel, private channel (group), direct (im) or group direct (mpim) conversation."""

    id: str
    name: str
    kind: str
    members: list[str]
    messages: list[Json] = field(default_factory=list)
    archived: bool = False
    shared: bool = False

    def find(self, ts: str) -> Json:
        """Return the message with this ts or refuse with `message_not_found`."""
        for message in self.messages:
            if message["ts"] == ts:
                return message
        raise SlackError("message_not_found")

    def shape(self) -> Json:
        """Return the conversation object of `conversations.info`."""
        common: Json = {
            "id": self.id,
            "created": 1_690_000_000,
            "is_archived": self.archived,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_private": self.kind != "channel",
            "is_org_shared": False,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "context_team_id": TEAM,
        }
        if self.kind == "im":
            return common | {"user": next((m for m in self.members if m != BOT_USER), ""), "is_user_deleted": False}
        return common | {
            "name": self.name,
            "name_normalized": self.name,
            "is_general": self.name == "general",
            "is_member": BOT_USER in self.members,
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


def attach_reply(channel: Channel, reply: Json) -> None:
    """Count a reply at its parent as Slack does: reply_count, reply_users, latest_reply."""
    parents = [message for message in channel.messages if message["ts"] == reply["thread_ts"]]
    for parent in parents:
        people = [*parent.get("reply_users", ()), reply["user"]]
        parent["thread_ts"] = parent["ts"]
        parent["reply_count"] = parent.get("reply_count", 0) + 1
        parent["reply_users"] = list(dict.fromkeys(people))
        parent["latest_reply"] = reply["ts"]
        reply["parent_user_id"] = parent["user"]
