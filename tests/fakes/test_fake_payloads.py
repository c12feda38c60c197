"""Payloads held against the real Bolt: it recognises and routes each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fakes import slack_payloads as payloads
from tests.fakes.samples import DANA, PAYMENTS, SAM, WORDS, Json, button, plain
from tests.fakes.slack_identity import START
from tests.fakes.tiny_bolt import bolt, dispatched

SAID = payloads.message(PAYMENTS, DANA, "broken", at=START)
SHOT = payloads.file(user=DANA)
EVENTS = {
    "message": SAID,
    "group": payloads.message("G0OPS", DANA, "x", at=START),
    "im": payloads.message("D0DANA", DANA, "x", at=START),
    "mpim": payloads.message("G0MANY", DANA, "x", at=START, channel_type="mpim"),
    "reply": payloads.thread_reply(PAYMENTS, DANA, "x", SAID["event"]["ts"], at=START),
    "broadcast": payloads.thread_broadcast(PAYMENTS, DANA, "x", SAID["event"]["ts"], at=START),
    "captionless": payloads.file_share(PAYMENTS, DANA, [SHOT], at=START),
    "captioned": payloads.file_share(PAYMENTS, DANA, [SHOT], "look", at=START),
    "changed": payloads.message_changed(SAID, "fixed", at=START),
    "deleted": payloads.message_deleted(SAID, at=START),
    "join": payloads.channel_join(PAYMENTS, DANA, at=START),
    "topic": payloads.channel_topic(PAYMENTS, DANA, "a & b", at=START),
    "bot": payloads.bot_message(PAYMENTS, "x", at=START),
    "app": payloads.app_message(PAYMENTS, "x", at=START, user="U0OTHERBOT", bot="B0OTHER"),
    "me": payloads.me_message(PAYMENTS, DANA, "waves", at=START),
    "mention": payloads.app_mention(PAYMENTS, DANA, "help", at=START),
    "reaction": payloads.reaction_added(PAYMENTS, SAID["event"]["ts"], SAM, item_user=DANA, at=START),
    "unreaction": payloads.reaction_removed(PAYMENTS, SAID["event"]["ts"], SAM, item_user=DANA, at=START),
    "home": payloads.app_home_opened(DANA, at=START),
    "uninstalled": payloads.app_uninstalled(at=START),
    "revoked": payloads.tokens_revoked(at=START),
    "user": payloads.user_change({"id": DANA}, at=START),
    "joined": payloads.member_joined_channel(PAYMENTS, DANA, at=START),
}


@pytest.mark.parametrize("payload", EVENTS.values(), ids=EVENTS.keys())
async def test_bolt_routes_each_event_by_type_and_subtype(payload: Json) -> None:
    app, heard = bolt(), []
    wanted = {"type": payload["event"]["type"], "subtype": payload["event"].get("subtype")}

    @app.event(wanted)
    async def listen(body: Json) -> None:
        heard.append(body["event_id"])

    answer = await dispatched(app, payloads.event_request(payload, at=START, retry=1))
    assert (answer.status, heard) == (200, [payload["event_id"]])


def interactions() -> Iterator[tuple[str, str, Any, Json]]:
    """Yield name, Bolt's decorator, its constraint and the payload of every kind of interaction."""
    card = [{"type": "actions", "block_id": "b1", "elements": [button("Acknowledge")]}]
    press = payloads.pressed(card, "Acknowledge", at=START)
    view = payloads.modal("report", [WORDS])
    said, form = SAID["event"], payloads.filled(view, said="broken")
    whisper = {"ts": "1700000000.000100", "is_ephemeral": True}
    yield "command", "command", "/complaint", payloads.slash_command(DANA, "broken")
    yield "global", "global_shortcut", "report", payloads.global_shortcut(DANA, "report", at=START)
    shortcut = payloads.message_shortcut(DANA, "report", PAYMENTS, said, at=START)
    yield "message", "message_shortcut", "report", shortcut
    yield "pressed", "block_action", "ack", payloads.action_on_message(DANA, press, PAYMENTS, said)
    yield "whispered", "block_action", "ack", payloads.action_on_message(DANA, press, PAYMENTS, whisper)
    yield "home", "block_action", "ack", payloads.action_on_view(DANA, press, {"id": "V1", "type": "home"})
    yield "modal", "block_action", "ack", payloads.action_on_view(DANA, press, view)
    yield "submitted", "view_submission", "report", payloads.view_submission(DANA, form)
    yield "closed", "view_closed", "report", payloads.view_closed(DANA, view)
    yield "suggest", "block_suggestion", "who", payloads.block_suggestion(DANA, "who", "b", "da", view)


@pytest.mark.parametrize(("name", "kind", "constraint", "payload"), list(interactions()))
async def test_bolt_routes_each_interaction(name: str, kind: str, constraint: Any, payload: Json) -> None:
    app, heard = bolt(), []

    async def listen(ack: Any, body: Json) -> None:
        heard.append(body["token"])
        await ack()

    getattr(app, kind)(constraint)(listen)
    answer = await dispatched(app, payloads.form_request(payload, at=START))
    assert (name, answer.status, len(heard)) == (name, 200, 1)


async def test_a_wrong_or_stale_signature_is_refused() -> None:
    answers = [
        await dispatched(bolt(), payloads.event_request(SAID, at=START, secret="other")),
        await dispatched(bolt(), payloads.event_request(SAID, at=START - timedelta(seconds=301))),
    ]
    assert [answer.status for answer in answers] == [401, 401]


async def test_bolt_answers_the_challenge() -> None:
    answer = await dispatched(bolt(), payloads.event_request(payloads.url_verification("abc"), at=START))
    assert json.loads(answer.body) == {"challenge": "abc"}


def test_typed_words_arrive_escaped_and_mentions_as_slack_writes_them() -> None:
    said: payloads.Said = [
        "<!channel> & ",
        payloads.mention(DANA),
        payloads.broadcast("here"),
        payloads.link("https://a.b", "c"),
    ]
    event = payloads.message(PAYMENTS, DANA, said, at=START)["event"]
    assert event["text"] == f"&lt;!channel&gt; &amp; <@{DANA}><!here><https://a.b|c>"
    kinds = [element["type"] for element in event["blocks"][0]["elements"][0]["elements"]]
    assert kinds == ["text", "user", "broadcast", "link"]


def test_filling_in_a_form_names_options_by_value_and_keeps_what_was_there() -> None:
    options = [{"text": plain("High"), "value": "high"}, {"text": plain("Low"), "value": "low"}]
    select = {"type": "static_select", "action_id": "severity", "options": options, "initial_option": options[1]}
    blocks = [WORDS, {"type": "input", "block_id": "how", "label": plain("How bad"), "element": select}]
    view = payloads.modal("report", blocks)
    values = payloads.filled(view, said="broken")["state"]["values"]
    assert values["words"]["said"] == {"type": "plain_text_input", "value": "broken"}
    assert values["how"]["severity"]["selected_option"]["value"] == "low"
    assert payloads.chose(blocks, "severity", "high", at=START)["selected_option"] == options[0]
    with pytest.raises(LookupError):
        payloads.filled(view, nonsense="x")


def test_payloads_carry_the_time_they_were_given() -> None:
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    event = payloads.message(PAYMENTS, DANA, "x", at=at)
    assert event["event_time"] == int(at.timestamp())
    assert event["event"]["ts"].startswith(f"{int(at.timestamp())}.")
