"""The fake platform's answers held against slack_sdk's real client."""

from __future__ import annotations

import json

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes import slack_payloads as payloads
from tests.fakes.samples import DANA, PAYMENTS, SAM, refusal, section
from tests.fakes.slack_api import METHODS, FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN, BOT_USER
from tests.fakes.slack_scopes import METHOD_SCOPES


async def test_a_known_token_is_told_who_it_is_and_its_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (BOT_USER, "B0GOLD001")
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_an_unknown_token_is_refused(slack: FakeSlack) -> None:
    stranger = AsyncWebClient("xoxb-other", base_url=slack.url)
    assert (await refusal(stranger.auth_test()))["error"] == "invalid_auth"
    assert (await refusal(AsyncWebClient(base_url=slack.url).auth_test()))["error"] == "not_authed"


async def test_a_revoked_token_is_refused(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.token_error = "token_revoked"
    assert (await refusal(client.auth_test()))["error"] == "token_revoked"


async def test_a_missing_scope_names_what_is_needed(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.scopes = ["commands"]
    answer = await refusal(client.chat_postMessage(channel=PAYMENTS, text="hello"))
    assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "chat:write", "commands")
    assert slack.messages(PAYMENTS) == []


async def test_a_private_channel_needs_its_own_scope(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.add_channel("G0SECRET", kind="group")
    slack.scopes = ["channels:history"]
    answer = await refusal(client.conversations_history(channel="G0SECRET"))
    assert answer["needed"] == "groups:history"


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refusal(client.api_call("chat.shout")))["error"] == "unknown_method"


def test_every_method_has_its_scopes() -> None:
    assert METHODS.keys() | {"apps.connections.open"} == METHOD_SCOPES.keys()


async def test_arguments_arrive_from_query_form_and_json_alike(slack: FakeSlack) -> None:
    headers, fields = {"Authorization": f"Bearer {BOT_TOKEN}"}, {"channel": PAYMENTS, "text": "hello"}
    blocks = json.dumps([section("hello")])
    async with ClientSession(slack.url, headers=headers) as session:
        await session.post("chat.postMessage", params=fields | {"blocks": blocks})
        await session.post("chat.postMessage", data=fields | {"blocks": blocks})
        await session.post("chat.postMessage", json=fields | {"blocks": [section("hello")]})
        broken = await session.post("chat.postMessage", data=fields | {"blocks": "[{"})
        assert (await broken.json())["error"] == "invalid_blocks_format"
    assert [message["blocks"][0]["text"]["text"] for message in slack.messages(PAYMENTS)] == ["hello"] * 3
    assert slack.called("chat.postMessage")[0].token == BOT_TOKEN


async def test_posted_messages_get_increasing_timestamps_and_block_ids(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    first = await client.chat_postMessage(channel="#payments", text="one", blocks=[section("one")])
    second = await client.chat_postMessage(channel=PAYMENTS, text="two", thread_ts=first["ts"])
    assert "1700000000.000100" == first["ts"] < second["ts"]
    parent, reply = slack.messages(PAYMENTS)
    assert (parent["reply_count"], reply["thread_ts"], reply["user"]) == (1, first["ts"], BOT_USER)
    assert first["message"]["blocks"][0]["block_id"]


async def test_posting_to_a_person_lands_in_their_direct_messages(slack: FakeSlack, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel=DANA, text="for you")
    assert answer["channel"] == slack.dm(DANA)
    assert slack.messages(DANA)[0]["text"] == "for you"
    opened = await client.conversations_open(users=[DANA])
    assert opened["channel"]["id"] == slack.dm(DANA)
    assert (await refusal(client.chat_update(channel=DANA, ts=answer["ts"], text="x")))["error"] == "channel_not_found"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("C0OUTSIDE", "not_in_channel"),
        ("C0OLD", "is_archived"),
        ("G0OUTSIDE", "channel_not_found"),
        (BOT_USER, "cannot_dm_bot"),
    ],
)
async def test_a_channel_that_the_bot_cannot_post_to(
    slack: FakeSlack, client: AsyncWebClient, channel: str, error: str
) -> None:
    slack.add_channel("C0OUTSIDE", with_bot=False)
    slack.add_channel("G0OUTSIDE", kind="group", with_bot=False)
    slack.add_channel("C0OLD", archived=True)
    assert (await refusal(client.chat_postMessage(channel=channel, text="hello")))["error"] == error


async def test_text_without_blocks_wipes_the_blocks_of_an_updated_message(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    ts = (await client.chat_postMessage(channel=PAYMENTS, text="one", blocks=[section("one")]))["ts"]
    await client.api_call("chat.update", json={"channel": PAYMENTS, "ts": ts, "blocks": [section("two")]})
    assert (slack.messages(PAYMENTS)[0]["text"], len(slack.messages(PAYMENTS)[0]["blocks"])) == ("one", 1)
    await client.chat_update(channel=PAYMENTS, ts=ts, text="three")
    assert "blocks" not in slack.messages(PAYMENTS)[0]


async def test_only_the_bots_own_messages_can_be_updated_or_deleted(slack: FakeSlack, client: AsyncWebClient) -> None:
    said = slack.say(PAYMENTS, DANA, "mine")
    assert (await refusal(client.chat_update(channel=PAYMENTS, ts=said, text="x")))["error"] == "cant_update_message"
    assert (await refusal(client.chat_delete(channel=PAYMENTS, ts=said)))["error"] == "cant_delete_message"
    mine = (await client.chat_postMessage(channel=PAYMENTS, text="x"))["ts"]
    await client.chat_delete(channel=PAYMENTS, ts=mine)
    assert (await refusal(client.chat_update(channel=PAYMENTS, ts=mine, text="x")))["error"] == "message_not_found"
    slack.take_back(PAYMENTS, said)
    assert slack.messages(PAYMENTS) == []


async def test_an_ephemeral_is_seen_by_one_member_only(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel=PAYMENTS, user=DANA, text="psst")
    assert [whisper["text"] for whisper in slack.ephemerals(DANA)] == ["psst"]
    assert slack.ephemerals(SAM) == slack.messages(PAYMENTS) == []
    answer = await refusal(client.chat_postEphemeral(channel=PAYMENTS, user=SAM, text="psst"))
    assert answer["error"] == "user_not_in_channel"


async def test_threads_history_and_permalinks_tell_what_was_said(slack: FakeSlack, client: AsyncWebClient) -> None:
    root = slack.say(PAYMENTS, DANA, "broken")
    reply = slack.say(PAYMENTS, SAM, "indeed", thread_ts=root)
    last = slack.say(PAYMENTS, SAM, "other")
    thread = await client.conversations_replies(channel=PAYMENTS, ts=root)
    assert [message["ts"] for message in thread["messages"]] == [root, reply]
    history = await client.conversations_history(channel=PAYMENTS, limit=1)
    assert ([message["ts"] for message in history["messages"]], history["has_more"]) == ([last], True)
    cursor = history["response_metadata"]["next_cursor"]
    older = await client.conversations_history(channel=PAYMENTS, limit=1, cursor=cursor)
    assert ([message["ts"] for message in older["messages"]], older["has_more"]) == ([root], False)
    link = (await client.chat_getPermalink(channel=PAYMENTS, message_ts=reply))["permalink"]
    assert link.endswith(f"/archives/{PAYMENTS}/p{reply.replace('.', '')}?thread_ts={root}&cid={PAYMENTS}")
    unknown = await refusal(client.conversations_replies(channel=PAYMENTS, ts="1.0"))
    assert unknown["error"] == "thread_not_found"


async def test_a_reaction_is_taken_once(slack: FakeSlack, client: AsyncWebClient) -> None:
    ts = slack.say(PAYMENTS, DANA, "broken")
    await client.reactions_add(channel=PAYMENTS, timestamp=ts, name="eyes")
    assert slack.messages(PAYMENTS)[0]["reactions"][0]["name"] == "eyes"
    again = await refusal(client.reactions_add(channel=PAYMENTS, timestamp=ts, name="eyes"))
    assert again["error"] == "already_reacted"


async def test_people_are_found_by_id_and_by_address(slack: FakeSlack, client: AsyncWebClient) -> None:
    person = (await client.users_info(user=DANA))["user"]
    assert (person["tz"], person["tz_offset"], person["is_restricted"]) == ("Europe/Berlin", 3600, False)
    assert (await client.users_lookupByEmail(email="Dana@example.com"))["user"]["id"] == DANA
    assert (await refusal(client.users_info(user="U0NOBODY")))["error"] == "user_not_found"
    assert (await refusal(client.users_lookupByEmail(email="x@y.z")))["error"] == "users_not_found"
    slack.scopes.remove("users:read.email")
    assert "email" not in (await client.users_info(user=DANA))["user"]["profile"]


async def test_lists_of_people_come_in_pages(slack: FakeSlack, client: AsyncWebClient) -> None:
    pages = [page["members"] async for page in await client.users_list(limit=2)]
    assert [[user["id"] for user in page] for page in pages] == [[BOT_USER, DANA], [SAM]]
    members = await client.conversations_members(channel=PAYMENTS)
    assert members["members"] == [DANA, BOT_USER]
    slack.add_usergroup("S0ONCALL", [SAM])
    assert (await client.usergroups_users_list(usergroup="S0ONCALL"))["users"] == [SAM]


async def test_channels_tell_whether_they_are_shared(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.add_channel("C0PARTNER", "partner", shared=True, with_bot=False)
    channel = (await client.conversations_info(channel="C0PARTNER"))["channel"]
    assert (channel["is_ext_shared"], channel["is_member"]) == (True, False)


async def test_a_file_is_downloaded_with_the_bots_token_only(slack: FakeSlack, client: AsyncWebClient) -> None:
    stored = slack.add_file(payloads.file(user=DANA), b"picture")
    file = (await client.files_info(file=stored["id"]))["file"]
    async with ClientSession() as session:
        granted = await session.get(file["url_private"], headers={"Authorization": f"Bearer {BOT_TOKEN}"})
        assert await granted.read() == b"picture"
        assert (await session.get(file["url_private"])).content_type == "text/html"
