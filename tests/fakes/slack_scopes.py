"""Which scopes a method asks for. Source: each method's page under docs.slack.dev/reference/methods."""

from __future__ import annotations

from collections.abc import Collection

from tests.fakes.slack_call import SlackError

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHOD_SCOPES: dict[str, tuple[str, ...]] = {
    "api.test": (),
    "auth.test": (),
    "apps.connections.open": (),  # asks for an app-level token instead
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.members": _READ,
    "conversations.open": ("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.replies": _HISTORY,
    "files.info": ("files:read",),
    "oauth.v2.access": (),  # asks for the app's credentials instead
    "reactions.add": ("reactions:write",),
    "usergroups.users.list": ("usergroups:read",),
    "users.conversations": _READ,
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}
"""Method -> scopes of which any one is enough; an empty tuple means that any bot token will do."""

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:read",
    "reactions:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
"""What the fake's bot token was granted unless a test says otherwise."""

_PREFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def require_any(granted: Collection[str], scopes: tuple[str, ...]) -> None:
    """Refuse with `missing_scope`, naming what is needed and what was granted, if none of `scopes` is there."""
    if scopes and not set(scopes) & set(granted):
        raise SlackError("missing_scope", needed=",".join(scopes), provided=",".join(granted))


def scopes_for(kind: str, right: str) -> tuple[str, ...]:
    """Return the scopes that allow `right` (read, history) in a conversation of this kind."""
    return (f"{_PREFIX[kind]}:{right}",)
