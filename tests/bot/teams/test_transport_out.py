"""Activities out: what the bot says arrives, and what goes wrong on the way is told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.clock import SystemClock
from bot.teams.port import Ambiguous, Auth, Bad, Blocked, Fault, Gone, Ref, Throttled, TooBig, Unreachable, ref_of
from tests.bot.teams.lines import Line, furnish, line
from tests.fakes.teams_connector import FakeTeams
from tests.fakes.teams_faults import Trouble
from tests.fakes.teams_identity import BOT, DANA, DANA_DM, GROUP, PAYMENTS, SAM, SECRET, TENANT, Place


@pytest_asyncio.fixture
async def bot() -> AsyncIterator[Line]:
    async with FakeTeams() as teams, line(teams) as made:
        furnish(teams)
        yield made


async def test_a_message_and_its_edit_arrive_with_all_that_is_in_them(bot: Line) -> None:
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard", "new": [1]}}
    mention = {"type": "mention", "text": "<at>Dana</at>", "mentioned": {"id": DANA.id, "name": "Dana"}}
    activity = {"text": "<at>Dana</at> “a”", "summary": "s", "attachments": [card], "entities": [mention]}
    number = await bot.transport.send(bot.ref(GROUP), activity)
    (said,) = bot.teams.said(GROUP)
    assert {**said, **activity} == said
    assert (said["id"], said["type"], said["from"], said["conversation"]["tenantId"]) == (
        number,
        "message",
        {"id": BOT},
        TENANT,
    )
    await bot.transport.update(bot.ref(GROUP), number, {"text": "new words"})
    (edited,) = bot.teams.said(GROUP)
    assert (edited["text"], edited["edited"]) == ("new words", True)


async def test_the_bot_answers_in_the_thread_of_what_it_heard(bot: Line) -> None:
    raw = bot.teams.activities.message("help", under="1700")
    await bot.transport.send(ref_of(raw), {"text": "here"})
    await bot.transport.send(bot.ref(DANA_DM), {"text": "to you", "replyToId": "5"})
    assert bot.teams.said(PAYMENTS)[0]["thread"] == "1700"
    assert bot.teams.called("reply")[0].path.endswith("/activities/5")


async def test_a_thread_is_begun_in_a_channel_and_carried_on(bot: Line) -> None:
    place, first = await bot.transport.post_channel(
        PAYMENTS.channel, TENANT, bot.teams.service_url, {"text": "a ticket"}, PAYMENTS.team
    )
    assert place == bot.ref().under(first)
    await bot.transport.send(place, {"text": "below"})
    assert [said["thread"] for said in bot.teams.said(PAYMENTS)] == [first, first]


async def test_a_personal_conversation_is_opened_by_either_id(bot: Line) -> None:
    for user in (DANA.id, DANA.aad):
        assert await bot.transport.open_dm(user, TENANT, bot.teams.service_url) == bot.ref(DANA_DM)


@pytest.mark.parametrize("place", [PAYMENTS, GROUP])
async def test_a_member_is_told_of_with_mail_and_directory_id(bot: Line, place: Place) -> None:
    member = await bot.transport.member(bot.ref(place), SAM.id)
    wanted = (SAM.name, SAM.email, SAM.email, SAM.aad)
    assert (member["name"], member["email"], member["userPrincipalName"], member["aadObjectId"]) == wanted


async def test_one_token_and_few_connections_serve_many_sends(bot: Line) -> None:
    for _ in range(20):
        await bot.transport.send(bot.ref(), {"text": "one after the other"})
    assert len({call.connection for call in bot.teams.called("send")}) == 1
    await asyncio.gather(*(bot.transport.send(bot.ref(), {"text": "all at once"}) for _ in range(100)))
    assert len(bot.teams.tokens.issued) == 1
    assert len({call.connection for call in bot.teams.called("send")}) <= 32
    assert len(bot.teams.said(PAYMENTS)) == 120


async def test_a_redirection_is_not_followed_with_the_bots_token(bot: Line) -> None:
    bot.teams.fail_next("send", status=307)
    with pytest.raises(Bad):
        await bot.transport.send(bot.ref(), {"text": "x"})
    assert [call.operation for call in bot.teams.calls] == ["send"]


async def test_many_first_sends_at_once_get_one_token_off_the_event_loop(bot: Line) -> None:
    await asyncio.gather(*(bot.transport.send(bot.ref(), {"text": "all at once"}) for _ in range(20)))
    assert bot.login.made == 1
    assert len(bot.teams.tokens.issued) == 1
    assert bot.teams.tokens.issued_in != ["MainThread"]


async def test_a_token_is_replaced_before_it_expires(bot: Line) -> None:
    for minutes in (0, 50, 6, 50):
        bot.clock.advance(minutes=minutes)
        bot.teams.now = bot.clock.now()
        await bot.transport.send(bot.ref(), {"text": "still here"})
    assert len(bot.teams.tokens.issued) == 2
    assert len(bot.teams.called("send")) == 4


async def test_a_refused_token_is_replaced_once_and_the_message_sent_once(bot: Line) -> None:
    await bot.transport.send(bot.ref(), {"text": "before"})
    bot.teams.tokens.revoke()
    await asyncio.gather(*(bot.transport.send(bot.ref(), {"text": "after"}) for _ in range(5)))
    assert len(bot.teams.tokens.issued) == 2
    assert bot.login.made == 2
    assert len(bot.teams.said(PAYMENTS)) == 6


async def test_credentials_that_stay_refused_are_an_operators_matter(bot: Line) -> None:
    bot.teams.fail_next("send", status=401, times=2)
    with pytest.raises(Auth):
        await bot.transport.send(bot.ref(), {"text": "x"})
    assert len(bot.teams.called("send")) == 2


@pytest.mark.parametrize("problem", [PermissionError("AADSTS7000215: Invalid client secret"), KeyError("access_token")])
async def test_a_login_that_says_no_is_an_operators_matter(bot: Line, problem: Exception) -> None:
    bot.login.problem = problem
    with pytest.raises(Auth):
        await bot.transport.send(bot.ref(), {"text": "x"})
    assert bot.teams.calls == []


async def test_a_login_that_is_away_is_waited_for(bot: Line) -> None:
    bot.login.problem = ConnectionError("no route")
    with pytest.raises(Unreachable):
        await bot.transport.send(bot.ref(), {"text": "x"})
    bot.login.problem = None
    assert await bot.transport.send(bot.ref(), {"text": "x"})


async def test_the_local_login_is_asked_over_http_with_the_secret() -> None:
    with FakeTeams.in_thread() as teams:
        furnish(teams)
        async with line(teams, login=None) as bot:
            assert await bot.transport.send(bot.ref(), {"text": "x"})
        async with line(teams, login=None, app_password="wrong") as bot:
            with pytest.raises(Auth):
                await bot.transport.send(bot.ref(), {"text": "x"})


async def test_a_managed_identity_gets_its_token_from_azure_and_another_when_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FakeTeams.in_thread(at=SystemClock().now(), lifetime=timedelta(hours=24)) as teams:
        furnish(teams)
        monkeypatch.setenv("IDENTITY_ENDPOINT", teams.identity_url)
        monkeypatch.setenv("IDENTITY_HEADER", SECRET)
        async with line(teams, login=None, app_type="UserAssignedMSI", app_password="") as bot:
            await bot.transport.send(bot.ref(), {"text": "x"})
            teams.tokens.revoke()
            await bot.transport.send(bot.ref(), {"text": "y"})
        assert len(teams.called("identity")) == 2
        assert [said["text"] for said in teams.said(PAYMENTS)] == ["x", "y"]


async def test_a_managed_identity_that_azure_does_not_know_is_an_operators_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with FakeTeams.in_thread(at=SystemClock().now()) as teams:
        monkeypatch.setenv("IDENTITY_ENDPOINT", teams.identity_url)
        monkeypatch.setenv("IDENTITY_HEADER", "wrong")
        async with line(teams, login=None, app_type="UserAssignedMSI", app_password="") as bot:
            with pytest.raises(Auth):
                await bot.transport.send(bot.ref(), {"text": "x"})


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "BadArgument", Bad),
        (403, "MessageWritesBlocked", Blocked),
        (403, "ConversationBlockedByUser", Blocked),
        (403, "SomethingNew", Blocked),
        (403, "BotNotInConversationRoster", Gone),
        (403, "NotEnoughPermissions", Bad),
        (404, "ConversationNotFound", Gone),
        (410, "SomethingNew", Gone),
        (413, "MessageSizeTooBig", TooBig),
        (400, "MessageSizeTooBig", TooBig),
        (429, "Throttled", Throttled),
        (412, "PreconditionFailed", Ambiguous),
        (500, "ServiceError", Ambiguous),
        (502, "BadGateway", Ambiguous),
        (503, "ServiceUnavailable", Ambiguous),
        (504, "GatewayTimeout", Ambiguous),
        (302, "Moved", Bad),
    ],
)
async def test_a_refusal_says_what_can_be_done(bot: Line, status: int, code: str, kind: type[Fault]) -> None:
    bot.teams.fail_next("send", status=status, code=code)
    with pytest.raises(kind) as caught:
        await bot.transport.send(bot.ref(), {"text": "x"})
    assert (type(caught.value), caught.value.status, caught.value.code) == (kind, status, code)
    assert len(bot.teams.called("send")) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Bad), (403, Blocked), (404, Gone), (413, TooBig), (429, Throttled), (502, Ambiguous), (504, Ambiguous)],
)
async def test_a_page_of_html_is_told_by_its_status(bot: Line, status: int, kind: type[Fault]) -> None:
    bot.teams.fail_next("send", status=status, html=True)
    with pytest.raises(kind) as caught:
        await bot.transport.send(bot.ref(), {"text": "x"})
    assert (type(caught.value), caught.value.status, caught.value.code) == (kind, status, "")
    assert len(bot.teams.called("send")) == 1


@pytest.mark.parametrize("status", [412, 500, 502, 503, 504])
async def test_what_may_be_done_twice_is_only_postponed(bot: Line, status: int) -> None:
    number = await bot.transport.send(bot.ref(), {"text": "x"})
    bot.teams.fail_next("update", status=status, html=True)
    with pytest.raises(Unreachable):
        await bot.transport.update(bot.ref(), number, {"text": "y"})
    bot.teams.fail_next("member", status=status, html=True)
    with pytest.raises(Unreachable):
        await bot.transport.member(bot.ref(), DANA.id)
    bot.teams.fail_next("create", status=status, html=True)
    with pytest.raises(Unreachable):
        await bot.transport.open_dm(DANA.id, TENANT, bot.teams.service_url)
    bot.teams.fail_next("create", status=status, html=True)
    with pytest.raises(Ambiguous):
        await bot.transport.post_channel(PAYMENTS.channel, TENANT, bot.teams.service_url, {"text": "x"})


async def test_the_wait_that_microsoft_asks_for_is_passed_on(bot: Line) -> None:
    bot.teams.fail_next("send", status=429, retry_after="7")
    with pytest.raises(Throttled) as caught:
        await bot.transport.send(bot.ref(), {"text": "x"})
    assert caught.value.retry_after == timedelta(seconds=7)


async def test_a_connection_that_breaks_is_uncertain_and_never_repeated(bot: Line) -> None:
    troubles: list[tuple[Trouble, int]] = [("reset", 0), ("cut", 1)]
    for trouble, arrived in troubles:
        bot.teams.calls.clear()
        bot.teams.fail_next("send", trouble)
        with pytest.raises(Ambiguous):
            await bot.transport.send(bot.ref(), {"text": "x"})
        assert len(bot.teams.called("send")) == 1
        assert len(bot.teams.said(PAYMENTS)) == arrived


async def test_an_answer_that_never_comes_is_uncertain() -> None:
    async with FakeTeams() as teams, line(teams, patience=0.3) as bot:
        furnish(teams)
        teams.fail_next("send", "late")
        with pytest.raises(Ambiguous):
            await bot.transport.send(bot.ref(), {"text": "x"})
        assert len(teams.said(PAYMENTS)) == 1


async def test_nobody_there_means_nothing_was_delivered(bot: Line) -> None:
    nowhere = Ref("http://127.0.0.1:9/", TENANT, PAYMENTS.id, "channel", BOT)
    with pytest.raises(Unreachable):
        await bot.transport.send(nowhere, {"text": "x"})


async def test_who_blocks_the_bot_or_takes_it_away_is_noticed(bot: Line) -> None:
    bot.teams.conversations.block(DANA_DM)
    with pytest.raises(Blocked) as blocked:
        await bot.transport.send(bot.ref(DANA_DM), {"text": "x"})
    assert blocked.value.code == "MessageWritesBlocked"
    bot.teams.conversations.uninstall(DANA)
    with pytest.raises(Blocked):
        await bot.transport.open_dm(DANA.id, TENANT, bot.teams.service_url)


async def test_what_is_gone_is_told_apart_message_and_conversation(bot: Line) -> None:
    with pytest.raises(Gone) as message:
        await bot.transport.update(bot.ref(), "1", {"text": "x"})
    bot.teams.conversations.remove(GROUP)
    with pytest.raises(Gone) as conversation:
        await bot.transport.send(bot.ref(GROUP), {"text": "x"})
    told = (message.value.code, conversation.value.code)
    assert told == ("ActivityNotFoundInConversation", "ConversationNotFound")
    with pytest.raises(Gone):
        await bot.transport.member(bot.ref(), "29:nobody")


async def test_the_size_is_counted_as_utf_16(bot: Line) -> None:
    assert await bot.transport.send(bot.ref(), {"text": "x" * 50_000})
    with pytest.raises(TooBig):
        await bot.transport.send(bot.ref(), {"text": "x" * 51_200})
    with pytest.raises(TooBig):
        await bot.transport.send(bot.ref(), {"text": "🙂" * 25_600})
