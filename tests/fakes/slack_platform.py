"""Methods about the app itself: who am I, and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_identity import BOT, BOT_NAME, BOT_USER, TEAM, TEAM_DOMAIN, TEAM_NAME

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace


def api_test(slack: Workspace, call: Call) -> Json:
    """api.test: gives the arguments back, or the error that `error` asks for."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=call.args)
    return {"args": call.args} if call.args else {}


def auth_test(slack: Workspace, call: Call) -> Json:
    """auth.test."""
    allowed = slack.grants.tokens[call.token][0] if call.token in slack.grants.tokens else None
    if allowed is not None and allowed.enterprise:
        return {**_auth_test(allowed.team or allowed.enterprise), "enterprise_id": allowed.enterprise}
    return _auth_test(allowed.team if allowed is not None and allowed.team else TEAM)


def _auth_test(team: str) -> Json:
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_NAME,
        "user": BOT_NAME,
        "team_id": team,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def files_info(slack: Workspace, call: Call) -> Json:
    """files.info."""
    file = slack.files.get(call.required("file"))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {"api.test": api_test, "auth.test": auth_test, "files.info": files_info}
