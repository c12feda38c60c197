"""One documented payload of every kind that Slack sends us: events, commands, shortcuts, presses and forms."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_from_bytes

from bot.slack.app import EVENTS
from bot.slack.listen_actions import ACTIONS
from bot.slack.listen_forms import FORMS
from bot.slack.listen_preferences import ACTIONS as CHOICES
from bot.slack.listen_shortcuts import SHORTCUTS
from tests.bot.slack.driver import DANA, GENERAL, KIM, LEE, PAYMENTS, SAM, WATCHED, Desk
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_USER
from tests.fakes.slack_requests import FORM_TYPE, JSON_TYPE, signed
from tests.fuzz.hostile import Json, written

SAID = "Mrs Ito’s card payment was taken twice"
ASKING = ("Resolve", "Blocked", "Not mine", "Promise")


async def documented(d: Desk) -> dict[str, Json]:
    """Every kind of payload by its name, about tickets and forms that there are."""
    await d.complains(SAM, SAID)
    await d.says(WATCHED, SAM, "the printer of Mr Ode eats his paper")
    card = d.card(PAYMENTS)
    found = {f"event {name}": payload for name, payload in _events(d, card).items()}
    found |= _asked(d, card)
    found |= await _pressed(d, card)
    found |= await _forms(d)
    return found


def _events(d: Desk, card: Json) -> dict[str, Json]:
    at, said = d.now, payloads.message(WATCHED, SAM, SAID, at=d.now)
    shot, ts, direct = payloads.file(user=SAM), said["event"]["ts"], "D0SAM"
    found = {
        "message": said,
        "direct": payloads.message(direct, SAM, "open", at=at, channel_type="im"),
        "reply": payloads.thread_reply(PAYMENTS, DANA, "I look", card["ts"], at=at),
        "broadcast": payloads.thread_broadcast(PAYMENTS, DANA, "I look", card["ts"], at=at),
        "file": payloads.file_share(WATCHED, SAM, [shot], "look", at=at),
        "changed": payloads.message_changed(said, "the fax too", at=at),
        "deleted": payloads.message_deleted(said, at=at),
        "join": payloads.channel_join(WATCHED, SAM, at=at),
        "topic": payloads.channel_topic(WATCHED, SAM, "a & b", at=at),
        "bot": payloads.bot_message(WATCHED, "x", at=at),
        "app": payloads.app_message(WATCHED, "x", at=at, user="U0OTHERBOT", bot="B0OTHER"),
        "me": payloads.me_message(WATCHED, SAM, "waves", at=at),
        "mention": payloads.app_mention(GENERAL, SAM, SAID, at=at),
        "mention in a thread": payloads.app_mention(PAYMENTS, DANA, "mine", at=at, thread_ts=card["ts"]),
        "reaction": payloads.reaction_added(WATCHED, ts, LEE, item_user=SAM, at=at),
        "unreaction": payloads.reaction_removed(WATCHED, ts, LEE, item_user=SAM, at=at),
        "home": payloads.app_home_opened(DANA, at=at),
        "user": payloads.user_change({"id": KIM, "name": "kim", "profile": {"email": "kim@test.example"}}, at=at),
        "joined": payloads.member_joined_channel(WATCHED, BOT_USER, at=at),
        "uninstalled": payloads.app_uninstalled(at=at),
        "revoked": payloads.tokens_revoked(at=at, bots=[BOT_USER]),
    }
    assert {one["event"]["type"] for one in found.values()} >= EVENTS.keys()
    return found | {"challenge": payloads.url_verification("abc")}


def _asked(d: Desk, card: Json) -> dict[str, Json]:
    url = d.slack.response_url(GENERAL, SAM, message_ts=card["ts"])
    found = {}
    for words in (SAID, "", "help", "open", "mine", "away until Friday Dana", "back", "digest", "settings"):
        found[f"command {words}"] = payloads.slash_command(SAM, words, response_url=url)
    found["command of another app"] = payloads.slash_command(SAM, "x", command="/else")
    for name in (*SHORTCUTS, "another"):
        found[f"shortcut {name}"] = payloads.global_shortcut(SAM, name, at=d.now, trigger_id=d.slack.trigger(SAM))
        found[f"message shortcut {name}"] = payloads.message_shortcut(
            SAM, name, PAYMENTS, card, at=d.now, trigger_id=d.slack.trigger(SAM), response_url=url
        )
    return found


async def _pressed(d: Desk, card: Json) -> dict[str, Json]:
    """A press of every action there is, on the card, on a whisper and on the Home."""
    found, home = {}, await d.opens_home(DANA)
    value = next(e["value"] for block in card["blocks"] for e in block.get("elements", ()) if "value" in e)
    url = d.slack.response_url(PAYMENTS, DANA, message_ts=card["ts"])
    whisper = {"ts": card["ts"], "is_ephemeral": True}
    for name in (*ACTIONS, *CHOICES, "another"):
        action = {"type": "button", "action_id": name, "block_id": "b", "value": value, "action_ts": card["ts"]}
        action["selected_option"] = {"text": {"type": "plain_text", "text": "x"}, "value": "daily"}
        action["selected_options"] = [action["selected_option"]]
        for where, message in (("card", card), ("whisper", whisper)):
            found[f"{name} on a {where}"] = payloads.action_on_message(
                DANA, action, PAYMENTS, message, response_url=url, trigger_id=d.slack.trigger(DANA)
            )
        view = home | {"state": {"values": {"b": {name: action}}}, "id": home.get("id", "V0HOME")}
        found[f"{name} on the Home"] = payloads.action_on_view(DANA, action, view)
    return found


async def _forms(d: Desk) -> dict[str, Json]:
    found = {}
    for label in ASKING:
        if label in payloads.labels(d.card(PAYMENTS)["blocks"]):
            await d.presses(DANA, d.card(PAYMENTS), label, channel=PAYMENTS)
            found[f"form {label}"] = payloads.filled(d.slack.modals(DANA)[-1])
    await d.complains(SAM, "")
    found["form capture"] = payloads.filled(d.slack.modals(SAM)[-1], words=SAID)
    for name in (*FORMS, "another"):
        found.setdefault(f"form named {name}", {**found["form Resolve"], "callback_id": name})
    return {
        name: payload
        for kind, view in found.items()
        for name, payload in (
            (kind, payloads.view_submission(DANA, view)), (f"{kind} closed", payloads.view_closed(DANA, view)),
            (f"{kind} asks", payloads.block_suggestion(DANA, "who", "b", "da", view)),
        )
    }  # fmt: skip


def request(name: str, payload: Json, d: Desk) -> tuple[bytes, dict[str, str]]:
    """Body and headers as Slack would send this payload, whatever was done to it."""
    if name.startswith("event"):
        body, kind = written(payload), JSON_TYPE
    elif name.startswith("command"):
        body, kind = b"&".join(_field(key, value) for key, value in payload.items()), FORM_TYPE
    else:
        body, kind = b"payload=" + quote_from_bytes(written(payload)).encode(), FORM_TYPE
    return body, signed(body, kind, d.now)


def _field(key: str, value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    pair = (quote_from_bytes(one.encode("utf-8", "surrogatepass")) for one in (key, text))
    return "=".join(pair).encode()
