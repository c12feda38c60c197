"""Events API payloads: docs.slack.dev/apis/events-api and each event's reference page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tests.fakes.slack_call import Json
from tests.fakes.slack_identity import APP, BOT_USER, TEAM, VERIFICATION_TOKEN
from tests.fakes.slack_ids import epoch, next_id, next_ts


def event_callback(event: Json, *, at: datetime, team: str = TEAM, shared: bool = False) -> Json:
    """Return the envelope around an event; `shared` marks a Slack Connect conversation."""
    authorization = {
        "enterprise_id": None,
        "team_id": team,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": next_id("Ev"),
        "event_time": epoch(at),
        "authorizations": [authorization],
        "is_ext_shared_channel": shared,
        "event_context": next_id("4-ctx"),
    }


def url_verification(challenge: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> Json:
    """Return the handshake that Slack makes when the request URL is entered."""
    return {"token": VERIFICATION_TOKEN, "challenge": challenge, "type": "url_verification"}


def _reaction(kind: str, channel: str, ts: str, user: str, name: str, item_user: str, at: datetime) -> Json:
    event = {
        "type": kind,
        "user": user,
        "reaction": name,
        "item_user": item_user,
        "item": {"type": "message", "channel": channel, "ts": ts},
        "event_ts": next_ts(at),
    }
    return event_callback(event, at=at)


def reaction_added(channel: str, ts: str, user: str, reaction: str = "ticket", *, item_user: str, at: datetime) -> Json:
    """Return a reaction by `user` on the message `ts` of `item_user`."""
    return _reaction("reaction_added", channel, ts, user, reaction, item_user, at)


def reaction_removed(
    channel: str, ts: str, user: str, reaction: str = "ticket", *, item_user: str, at: datetime
) -> Json:
    """Return a reaction that was taken back."""
    return _reaction("reaction_removed", channel, ts, user, reaction, item_user, at)


def app_home_opened(user: str, *, at: datetime, tab: str = "home", view: Json | None = None) -> Json:
    """Return the opening of the app's Home (or messages) tab, with the view that was shown, if any."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": "D" + user[1:], "tab": tab}
    event |= {"event_ts": next_ts(at)}
    return event_callback(event | ({"view": view} if view else {}), at=at)


def app_uninstalled(*, at: datetime) -> Json:
    """Return the app's removal from the workspace."""
    return event_callback({"type": "app_uninstalled", "event_ts": next_ts(at)}, at=at)


def tokens_revoked(*, at: datetime, users: Sequence[str] = (), bots: Sequence[str] = (BOT_USER,)) -> Json:
    """Return the revocation of tokens."""
    tokens = {"oauth": list(users), "bot": list(bots)}
    return event_callback({"type": "tokens_revoked", "tokens": tokens, "event_ts": next_ts(at)}, at=at)


def user_change(user: Json, *, at: datetime) -> Json:
    """Return a change of a person's profile; `user` is the new user object, as in `FakeSlack.users`."""
    event = {"type": "user_change", "user": user, "cache_ts": epoch(at), "event_ts": next_ts(at)}
    return event_callback(event, at=at)


def member_joined_channel(channel: str, user: str, *, at: datetime, inviter: str = "") -> Json:
    """Return somebody's (or the bot's own) joining of a channel."""
    event: Json = {"type": "member_joined_channel", "user": user, "channel": channel, "team": TEAM}
    event |= {"channel_type": channel[0], "event_ts": next_ts(at)}
    return event_callback(event | ({"inviter": inviter} if inviter else {}), at=at)
