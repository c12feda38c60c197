"""Views, triggers and response URLs of the fake platform."""

from __future__ import annotations

import json
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.samples import DANA, PAYMENTS, SAM, modal, plain, refusal, section
from tests.fakes.slack_api import FakeSlack


async def test_a_modal_opens_with_a_trigger_and_can_be_updated(slack: FakeSlack, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=slack.trigger(DANA), view=modal(section("wait"))))["view"]
    done = modal(section("done"))
    await client.views_update(view_id=view["id"], hash=view["hash"], view=done)
    assert [m["blocks"][0]["text"]["text"] for m in slack.modals(DANA)] == ["done"]
    late = await refusal(client.views_update(view_id=view["id"], hash=view["hash"], view=done))
    assert late["error"] == "hash_conflict"
    assert (await refusal(client.views_update(view_id="V0", view=done)))["error"] == "not_found"


async def test_a_trigger_is_good_once_and_for_three_seconds(slack: FakeSlack, client: AsyncWebClient) -> None:
    used, old = slack.trigger(), slack.trigger()
    view = modal(section("x"))
    await client.views_open(trigger_id=used, view=view)
    assert (await refusal(client.views_open(trigger_id=used, view=view)))["error"] == "exchanged_trigger_id"
    slack.advance(timedelta(seconds=3.1))
    assert (await refusal(client.views_open(trigger_id=old, view=view)))["error"] == "expired_trigger_id"
    assert (await refusal(client.views_open(trigger_id="1.2.3", view=view)))["error"] == "invalid_trigger_id"


async def test_three_views_are_the_deepest_stack(slack: FakeSlack, client: AsyncWebClient) -> None:
    view = modal(section("x"))
    await client.views_open(trigger_id=slack.trigger(DANA), view=view)
    for _ in range(2):
        await client.views_push(trigger_id=slack.trigger(DANA), view=view)
    over = await refusal(client.views_push(trigger_id=slack.trigger(DANA), view=view))
    assert over["error"] == "push_limit_reached"


async def test_a_home_belongs_to_one_person(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.views_publish(user_id=DANA, view={"type": "home", "blocks": [section("yours")]})
    home = slack.home(DANA)
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "yours"
    assert slack.home(SAM) is None
    titled = {"type": "home", "title": plain("x"), "blocks": []}
    assert (await refusal(client.views_publish(user_id=DANA, view=titled)))["error"] == "invalid_arguments"


async def test_a_response_url_whispers_posts_replaces_and_removes(slack: FakeSlack) -> None:
    asked = AsyncWebhookClient(slack.response_url(PAYMENTS, DANA))
    await asked.send(text="only you")
    await asked.send(text="everybody", response_type="in_channel")
    assert [m["text"] for m in slack.messages(PAYMENTS)] == ["everybody"]
    whisper = slack.ephemerals(DANA)[0]
    pressed = AsyncWebhookClient(slack.response_url(PAYMENTS, DANA, message_ts=whisper["ts"]))
    await pressed.send(text="changed", replace_original=True)
    assert [w["text"] for w in slack.ephemerals(DANA)] == ["changed"]
    await pressed.send(delete_original=True)
    assert slack.ephemerals(DANA) == []


async def test_a_response_url_is_good_five_times_and_half_an_hour(slack: FakeSlack) -> None:
    worn, old = (AsyncWebhookClient(slack.response_url(PAYMENTS, DANA)) for _ in range(2))
    answers = [await worn.send(text="again") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert json.loads(answers[-1].body)["error"] == "used_url"
    slack.advance(timedelta(minutes=31))
    assert json.loads((await old.send(text="late")).body)["error"] == "expired_url"
