"""The `views.*` methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.slack_call import Call, Json, SlackError
from tests.fakes.slack_identity import APP, BOT, TEAM
from tests.fakes.slack_limits import check_view

if TYPE_CHECKING:
    from tests.fakes.slack_workspace import Workspace

DEEPEST = 3


def _view(call: Call, kind: str) -> Json:
    view = call.structure("view", dict, "invalid_arguments")
    if view is None:
        raise SlackError("invalid_arguments", ["missing required field: view"])
    check_view(view, kind)
    return dict(view)


def _exchange(slack: Workspace, call: Call) -> str:
    trigger = slack.triggers.get(call.required("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    trigger.exchange(slack.now)
    return trigger.user


def _store(slack: Workspace, view: Json, user: str, identity: str, **stack: str | None) -> Json:
    stored: Json = {
        "id": identity,
        "team_id": TEAM,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT,
        "type": view["type"],
        "title": view.get("title"),
        "submit": view.get("submit"),
        "close": view.get("close"),
        "blocks": slack.named(view["blocks"]),
        "private_metadata": view.get("private_metadata", ""),
        "callback_id": view.get("callback_id", ""),
        "external_id": view.get("external_id", ""),
        "state": {"values": {}},
        "hash": f"{int(slack.now.timestamp())}.{slack.next_id('h')}",
        "clear_on_close": view.get("clear_on_close", False),
        "notify_on_close": view.get("notify_on_close", False),
        "root_view_id": identity,
        "previous_view_id": None,
        **stack,
        "user": user,
    }
    slack.views[identity] = stored
    return {"view": shown(stored)}


def shown(view: Json) -> Json:
    """Return a stored view as Slack hands it out: without the fake's own note of whose it is."""
    return {key: value for key, value in view.items() if key != "user"}


def _check_external(slack: Workspace, view: Json, identity: str = "") -> None:
    external = view.get("external_id")
    if external and any(v["external_id"] == external and v["id"] != identity for v in slack.views.values()):
        raise SlackError("duplicate_external_id")


def open_view(slack: Workspace, call: Call) -> Json:
    """views.open: the view is checked before the trigger is used up."""
    view = _view(call, "modal")
    _check_external(slack, view)
    return _store(slack, view, _exchange(slack, call), slack.next_id("V"))


def push(slack: Workspace, call: Call) -> Json:
    """views.push: at most three views on top of each other."""
    view = _view(call, "modal")
    user = _exchange(slack, call)
    stack = slack.modals(user)
    if not stack:
        raise SlackError("not_found")
    root = stack[-1]["root_view_id"]
    if len([v for v in stack if v["root_view_id"] == root]) >= DEEPEST:
        raise SlackError("push_limit_reached")
    identity = slack.next_id("V")
    return _store(slack, view, user, identity, root_view_id=root, previous_view_id=stack[-1]["id"])


def update(slack: Workspace, call: Call) -> Json:
    """views.update, by `view_id` or `external_id`, guarded by `hash` if it is sent."""
    found = [
        view
        for view in slack.views.values()
        if view["id"] == call.text("view_id") or view["external_id"] == (call.text("external_id") or None)
    ]
    if not found:
        raise SlackError("not_found")
    old = found[0]
    _check_hash(call, old)
    view = _view(call, old["type"])
    _check_external(slack, view, old["id"])
    stack = {key: old[key] for key in ("root_view_id", "previous_view_id")}
    return _store(slack, view, old["user"], old["id"], **stack)


def publish(slack: Workspace, call: Call) -> Json:
    """views.publish: the App Home of one person."""
    user = call.required("user_id")
    if user not in slack.users:
        raise SlackError("invalid_arguments", ["invalid `user_id` [json-pointer:/user_id]"])
    view = _view(call, "home")
    identity = slack.homes.get(user) or slack.next_id("V")
    if identity in slack.views:
        _check_hash(call, slack.views[identity])
    slack.homes[user] = identity
    return _store(slack, view, user, identity)


def _check_hash(call: Call, view: Json) -> None:
    if call.text("hash") and call.text("hash") != view["hash"]:
        raise SlackError("hash_conflict")


METHODS = {"views.open": open_view, "views.publish": publish, "views.push": push, "views.update": update}
