"""What the attacks found once, each by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest
from structlog.testing import capture_logs

from bot.slack.app import build
from bot.slack.payloads import attachments
from bot.slack.shape import shaped
from bot.slack.socket import _Answered
from bot.watched import Watched
from tests.bot.slack.driver import DANA, LEE, SAM, WATCHED, desk
from tests.bot.teams import driver as teams
from tests.fakes import slack_payloads as payloads
from tests.fuzz.hostile import Json
from tests.fuzz.house import unharmed

SAID = "Mrs Ito’s card payment was taken twice"
PRESS: Json = {"type": "block_actions", "user": {"id": DANA}, "actions": [{"action_id": "resolve"}]}
FORM: Json = {
    "type": "view_submission", "user": {"id": DANA},
    "view": {"id": "V1", "type": "modal", "callback_id": "resolve", "state": {"values": {}}},
}  # fmt: skip


def _event(**event: Any) -> Json:
    return {"type": "event_callback", "event": event}


@pytest.mark.parametrize("sound", [PRESS, FORM, _event(type="message", channel=WATCHED, ts="1.2", user=SAM)])
def test_what_slack_documents_has_its_shape(sound: Json) -> None:
    assert shaped(sound) == sound


@pytest.mark.parametrize(
    "odd",
    [
        {**PRESS, "user": {}}, {**PRESS, "user": SAM}, {**PRESS, "team": True}, {**PRESS, "message": {"ts": []}},
        {**PRESS, "container": {"message_ts": 7}}, {**FORM, "view": {**FORM["view"], "state": None}},
        {**FORM, "view": {**FORM["view"], "blocks": ["x"]}}, {**FORM, "authorizations": ["x"]},
        {**FORM, "authorizations": [{"user_id": {"value": "U1"}}]},
        {**FORM, "response_urls": {"id": None}},
        {"type": "message_action", "callback_id": "report_as_complaint", "user": {"id": SAM}},
        _event(type="message", channel=WATCHED, ts="\ud800"), _event(type="message", channel=WATCHED, ts="1\x00"),
        _event(type="message", channel=WATCHED, ts="1.2", files={"a": 1}), _event(type="reaction_added", user=SAM),
        {"command": "/complaint", "text": ["x"]},
    ],
)  # fmt: skip
def test_a_payload_of_another_shape_is_none(odd: Json) -> None:
    assert shaped(odd) is None


async def test_an_envelope_of_another_shape_is_answered_and_dropped(sqlite_url: str, watched: Watched) -> None:
    answered: list[Any] = []

    class Line:
        async def send_socket_mode_response(self, response: Any) -> None:
            answered.append(response.envelope_id)

    async with desk(sqlite_url, watched) as d:
        handler = _Answered(build(d.room), "xapp-1")
        asked = SocketModeRequest.from_dict(
            {"type": "interactive", "envelope_id": "e", "payload": {**PRESS, "user": {}}}
        )
        with unharmed("envelope"):
            await handler.handle(Line(), asked)  # type: ignore[arg-type]
        await handler.close_async()  # type: ignore[no-untyped-call]
    assert answered == ["e"]


async def test_a_shortcut_on_a_message_that_comes_without_one_opens_the_empty_form(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        trigger = d.slack.trigger(SAM)
        with unharmed("shortcut"):
            await d.form(payloads.global_shortcut(SAM, "report_as_complaint", at=d.now, trigger_id=trigger))
        assert d.slack.modals(SAM)[-1]["callback_id"] == "capture"


async def test_a_reaction_to_something_without_a_place_is_left_alone(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        reaction = payloads.reaction_added(WATCHED, "1.2", LEE, item_user=SAM, at=d.now)
        del reaction["event"]["item"]["channel"]
        with unharmed("reaction"):
            assert await d.event(reaction) == 200
        assert d.tickets() == []


async def test_a_form_of_a_card_without_its_ticket_is_outdated(sqlite_url: str, tmp_path: Path) -> None:
    async with teams.desk(sqlite_url, teams.organisation_file(tmp_path)) as d:
        await d.event(d.says_.installed(teams.DANA, teams.DANA_DM))
        await d.says(SAID)
        data = {"reopen.reason": 7, "ticket": "1"}
        with capture_logs() as logged:
            answer = await d.invoke(d.says_.executed("reopen", data, "1", teams.DANA, teams.DANA_DM))
        assert answer["type"].endswith("activity.message")
        assert [line for line in logged if line["log_level"] == "error"] == []


def test_a_file_whose_mode_is_no_word_is_kept() -> None:
    (kept,) = attachments({"files": [{"name": "till.png", "mode": ["hosted"]}, {"name": "x", "mode": "tombstone"}]})
    assert kept.name == "till.png"
