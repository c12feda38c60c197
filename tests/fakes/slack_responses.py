"""What a post to a response_url does: docs.slack.dev/interactivity/handling-user-interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.slack_call import Json, SlackError
from tests.fakes.slack_chat import revise
from tests.fakes.slack_limits import check_message
from tests.fakes.slack_surfaces import ResponseUrl

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace


def respond(slack: Workspace, key: str, body: Json) -> None:
    """Deliver one response: a whisper by default, else in the channel, or in place of its message."""
    url = slack.response_urls.get(key)
    if url is None:
        raise SlackError("expired_url")
    url.use(slack.now)
    if body.get("delete_original"):
        _remove(slack, url)
        return
    text, blocks = body.get("text") or "", body.get("blocks")
    if not text and not blocks:
        raise SlackError("no_text")
    check_message(text, blocks)
    if body.get("replace_original") and url.message_ts:
        revise(slack, _original(slack, url), text, blocks)
        return
    _add(slack, url, slack.as_bot(text, blocks), body)


def _add(slack: Workspace, url: ResponseUrl, message: Json, body: Json) -> None:
    if body.get("thread_ts"):
        message["thread_ts"] = body["thread_ts"]
    if body.get("response_type", "ephemeral") == "in_channel":
        slack.record(slack.channels[url.channel], message)
    else:
        slack.whispers.append(message | {"user": url.user, "channel": url.channel, "is_ephemeral": True})


def _original(slack: Workspace, url: ResponseUrl) -> Json:
    for whisper in slack.ephemerals(url.user):
        if whisper["ts"] == url.message_ts:
            return whisper
    return slack.channels[url.channel].find(url.message_ts)


def _remove(slack: Workspace, url: ResponseUrl) -> None:
    original = _original(slack, url)
    place = slack.whispers if original.get("is_ephemeral") else slack.channels[url.channel].messages
    place.remove(original)
