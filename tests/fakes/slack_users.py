"""People: the user object, and the methods that answer about people and user groups."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_identity import TEAM
from tests.fakes.slack_pages import page

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace


def user_object(user: str, name: str, *, real_name: str, email: str, tz: str, at: datetime) -> Json:
    """Return a user as `users.info` shows them; the offset is the zone's at `at`."""
    offset = ZoneInfo(tz).utcoffset(at.astimezone(ZoneInfo(tz))) or timedelta()
    shown = real_name or name.title()
    return {
        "id": user,
        "team_id": TEAM,
        "name": name,
        "real_name": shown,
        "deleted": False,
        "tz": tz,
        "tz_label": tz,
        "tz_offset": int(offset.total_seconds()),
        "profile": {
            "real_name": shown,
            "real_name_normalized": shown,
            "display_name": name,
            "display_name_normalized": name,
            "email": email or f"{name}@example.com",
            "team": TEAM,
        },
        "is_admin": False,
        "is_owner": False,
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "updated": int(at.timestamp()),
    }


def _visible(slack: Workspace, user: Json) -> Json:
    if "users:read.email" in slack.scopes:
        return user
    return user | {"profile": {key: value for key, value in user["profile"].items() if key != "email"}}


def users_info(slack: Workspace, call: Call) -> Json:
    """users.info: without `users:read.email` the profile carries no address."""
    user = slack.users.get(call.required("user"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _visible(slack, user)}


def users_list(slack: Workspace, call: Call) -> Json:
    """users.list, cursor by cursor."""
    members, rest = page(list(slack.users.values()), call, default=1000)
    return {"members": [_visible(slack, user) for user in members], "cache_ts": 1_700_000_000, **rest}


def users_lookup_by_email(slack: Workspace, call: Call) -> Json:
    """users.lookupByEmail: people who left are not found."""
    wanted = call.required("email").lower()
    for user in slack.users.values():
        if user["profile"]["email"].lower() == wanted and not user["deleted"]:
            return {"user": user}
    raise SlackError("users_not_found")


def usergroups_users_list(slack: Workspace, call: Call) -> Json:
    """usergroups.users.list."""
    members = slack.usergroups.get(call.required("usergroup"))
    if members is None:
        raise SlackError("no_such_subteam")
    return {"users": list(members)}


METHODS = {
    "usergroups.users.list": usergroups_users_list,
    "users.info": users_info,
    "users.list": users_list,
    "users.lookupByEmail": users_lookup_by_email,
}
