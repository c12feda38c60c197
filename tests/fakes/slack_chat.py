"""The `chat.*` methods and `reactions.add`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_channel import Channel
from tests.fakes.slack_identity import BOT_USER, TEAM_DOMAIN
from tests.fakes.slack_limits import MESSAGE_TEXT, UPDATED_TEXT, check_message

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace


def _content(call: Call, text_limit: int = MESSAGE_TEXT) -> tuple[str, list[Json] | None]:
    blocks = call.structure("blocks", list, "invalid_blocks_format")
    call.structure("attachments", list, "invalid_attachments")
    if not call.text("text") and not blocks and not call.args.get("attachments"):
        raise SlackError("no_text")
    check_message(call.text("text"), blocks, text_limit)
    return call.text("text"), blocks


def _target(slack: Workspace, call: Call) -> Channel:
    """Return where to post: a channel's id or name, or a user's id, which means their direct conversation."""
    wanted = call.required("channel")
    if wanted == BOT_USER:
        raise SlackError("cannot_dm_bot")
    if wanted in slack.users and not slack.users[wanted]["deleted"]:
        return slack.channels[slack.dm(wanted)]
    by_name = {channel.name: channel.id for channel in slack.channels.values() if channel.kind != "im"}
    channel = slack.conversation(by_name.get(wanted.removeprefix("#"), wanted))
    if channel.archived:
        raise SlackError("is_archived")
    return channel


def _must_be_member(slack: Workspace, channel: Channel, *, public_scope: bool) -> None:
    if BOT_USER not in channel.members and not (public_scope and "chat:write.public" in slack.scopes):
        raise SlackError("not_in_channel")


def post_message(slack: Workspace, call: Call) -> Json:
    """chat.postMessage."""
    channel = _target(slack, call)
    _must_be_member(slack, channel, public_scope=True)
    text, blocks = _content(call)
    message = slack.as_bot(text, blocks)
    if call.text("thread_ts"):
        message["thread_ts"] = call.text("thread_ts")
        if call.flag("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
    metadata = call.structure("metadata", dict, "invalid_metadata_format")
    if metadata:
        message["metadata"] = metadata
    slack.record(channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": dict(message)}


def post_ephemeral(slack: Workspace, call: Call) -> Json:
    """chat.postEphemeral: takes a conversation's id, never a user's, and both must be members."""
    channel = slack.conversation(call.required("channel"))
    user = call.required("user")
    if channel.archived:
        raise SlackError("is_archived")
    _must_be_member(slack, channel, public_scope=False)
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = _content(call)
    whisper = slack.as_bot(text, blocks) | {"user": user, "channel": channel.id, "is_ephemeral": True}
    if call.text("thread_ts"):
        whisper["thread_ts"] = call.text("thread_ts")
    slack.whispers.append(whisper)
    return {"message_ts": whisper["ts"]}


def update(slack: Workspace, call: Call) -> Json:
    """chat.update: only the bot's own messages; text without blocks wipes the blocks."""
    channel = slack.conversation(call.required("channel"))
    message = channel.find(call.required("ts"))
    if channel.archived:
        raise SlackError("is_inactive")
    if message["user"] != BOT_USER:
        raise SlackError("cant_update_message")
    text, blocks = _content(call, UPDATED_TEXT)
    revise(slack, message, text, blocks)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": dict(message)}


def revise(slack: Workspace, message: Json, text: str, blocks: list[Json] | None) -> None:
    """Change a message in place by the documented rule for `text` and `blocks`."""
    if text:
        message["text"] = text
    if blocks:
        message["blocks"] = slack.named(blocks)
    else:
        message.pop("blocks", None)
        message["edited"] = {"user": BOT_USER, "ts": slack.next_ts()}


def delete(slack: Workspace, call: Call) -> Json:
    """chat.delete: only the bot's own messages."""
    channel = slack.conversation(call.required("channel"))
    message = channel.find(call.required("ts"))
    if message["user"] != BOT_USER:
        raise SlackError("cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def get_permalink(slack: Workspace, call: Call) -> Json:
    """chat.getPermalink."""
    channel = slack.conversation(call.required("channel"))
    message = channel.find(call.required("message_ts"))
    link = f"https://{TEAM_DOMAIN}.slack.com/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if message.get("thread_ts", message["ts"]) != message["ts"]:
        link += f"?thread_ts={message['thread_ts']}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def add_reaction(slack: Workspace, call: Call) -> Json:
    """reactions.add."""
    channel, name = slack.conversation(call.required("channel")), call.required("name")
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    message = channel.find(call.text("timestamp"))
    _must_be_member(slack, channel, public_scope=False)
    reactions = message.setdefault("reactions", [])
    for reaction in reactions:
        if reaction["name"] == name and BOT_USER in reaction["users"]:
            raise SlackError("already_reacted")
    reactions.append({"name": name, "users": [BOT_USER], "count": 1})
    return {}


METHODS = {
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
    "reactions.add": add_reaction,
}
