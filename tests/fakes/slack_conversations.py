"""The `conversations.*` methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_channel import Channel
from tests.fakes.slack_identity import BOT_USER
from tests.fakes.slack_pages import page
from tests.fakes.slack_scopes import require_any, scopes_for

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace


def _readable(slack: Workspace, call: Call, right: str) -> Channel:
    channel = slack.conversation(call.required("channel"))
    require_any(slack.scopes, scopes_for(channel.kind, right))
    return channel


def _history(slack: Workspace, call: Call) -> Channel:
    channel = _readable(slack, call, "history")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def info(slack: Workspace, call: Call) -> Json:
    """conversations.info: public channels are visible to a bot that is no member."""
    channel = _readable(slack, call, "read")
    shape = channel.shape()
    if not call.flag("include_num_members"):
        shape.pop("num_members", None)
    return {"channel": shape}


def members(slack: Workspace, call: Call) -> Json:
    """conversations.members, cursor by cursor."""
    people = [{"id": member} for member in _readable(slack, call, "read").members]
    part, rest = page(people, call, default=100)
    return {"members": [person["id"] for person in part], **rest}


def history(slack: Workspace, call: Call) -> Json:
    """conversations.history: newest first, replies only if they were broadcast."""
    channel = _history(slack, call)
    shown = [m for m in channel.messages if m.get("thread_ts") in (None, m["ts"]) or _broadcast(m)]
    part, rest = page(list(reversed(_between(shown, call))), call, default=100)
    more = bool(rest["response_metadata"]["next_cursor"])
    return {"messages": _told(part, call), "has_more": more, "pin_count": 0, **rest}


def replies(slack: Workspace, call: Call) -> Json:
    """conversations.replies: the parent first, then its replies, oldest first."""
    channel = _history(slack, call)
    root = call.required("ts")
    parent = [m for m in channel.messages if m["ts"] == root]
    if not parent:
        raise SlackError("thread_not_found")
    answers = [m for m in channel.messages if m.get("thread_ts") == root and m["ts"] != root]
    part, rest = page(parent + _between(answers, call), call, default=1000)
    return {"messages": _told(part, call), "has_more": bool(rest["response_metadata"]["next_cursor"]), **rest}


def users_conversations(slack: Workspace, call: Call) -> Json:
    """users.conversations: those that the bot is in, of the kinds in `types`."""
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = [kinds[kind] for kind in (call.text("types") or "public_channel").split(",")]
    for kind in wanted:
        require_any(slack.scopes, scopes_for(kind, "read"))
    mine = [one for one in slack.channels.values() if one.kind in wanted and BOT_USER in one.members]
    shown = [one.shape() for one in mine if not (call.flag("exclude_archived") and one.archived)]
    part, rest = page(shown, call, default=100)
    return {"channels": part, **rest}


def _told(messages: list[Json], call: Call) -> list[Json]:
    """The messages; of metadata only the type unless all of it is asked for."""
    if call.flag("include_all_metadata"):
        return messages
    return [m | {"metadata": {"event_type": m["metadata"]["event_type"]}} if "metadata" in m else m for m in messages]


def _broadcast(message: Json) -> bool:
    return message.get("subtype") == "thread_broadcast"


def _between(messages: list[Json], call: Call) -> list[Json]:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9"
    if call.flag("inclusive"):
        return [m for m in messages if oldest <= m["ts"] <= latest]
    return [m for m in messages if oldest < m["ts"] < latest]


def open_conversation(slack: Workspace, call: Call) -> Json:
    """conversations.open: one user gives the direct conversation, several a group one."""
    users = [user for user in call.text("users").split(",") if user]
    if call.text("channel"):
        return {"channel": {"id": slack.conversation(call.text("channel")).id}, "no_op": True, "already_open": True}
    _check_users(slack, users)
    require_any(slack.scopes, ("im:write",) if len(users) == 1 else ("mpim:write",))
    if len(users) == 1:
        opened = slack.dm(users[0])
    else:
        opened = slack.add_channel(slack.next_id("G"), members=users, kind="mpim")
    shape = slack.channels[opened].shape() if call.flag("return_im") else {"id": opened}
    return {"channel": shape}


def _check_users(slack: Workspace, users: list[str]) -> None:
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 8:
        raise SlackError("too_many_users")
    if not set(users) <= slack.users.keys():
        raise SlackError("user_not_found")
    if any(slack.users[user]["deleted"] for user in users):
        raise SlackError("user_disabled")


METHODS = {
    "conversations.history": history,
    "conversations.info": info,
    "conversations.members": members,
    "conversations.open": open_conversation,
    "conversations.replies": replies,
    "users.conversations": users_conversations,
}
