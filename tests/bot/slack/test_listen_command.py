"""`/complaint`: reporting in a sentence, asking, and being away."""

from __future__ import annotations

from typing import Any

from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, INES, NOOR, OMAR, PAT, PAYMENTS, SAM, desk, shown
from tests.fakes import slack_payloads as payloads

SAID = "Mrs Ito’s card payment was taken twice"


async def test_a_sentence_is_answered_at_once_with_who_has_it(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        answer = await d.complains(SAM, SAID)
        assert answer["response_type"] == "ephemeral"
        assert "*C-1* is with Dana (Payments), she’ll look by" in shown(answer)
        assert payloads.labels(answer["blocks"])[:2] == ["Edit", "Withdraw"]
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.reporter, ticket.owner) == (SAID, "sam", "dana")
        assert ticket.source.conversation == GENERAL
        assert d.told(SAM) == d.heard(SAM) == ""
        assert SAID in shown(d.card(PAYMENTS))
        assert SAID in d.told(DANA)


async def test_the_same_command_delivered_again_makes_no_second_ticket(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID, trigger_id="1.2.same")
        again = await d.complains(SAM, SAID, trigger_id="1.2.same")
        assert len(d.tickets()) == 1
        assert "*C-1* already has this one" in shown(again)


async def test_the_word_payload_in_a_complaint_is_only_a_word(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, "The payload=limit of the card lift is wrong")
        assert d.tickets()[0].verbatim == "The payload=limit of the card lift is wrong"


async def test_what_slack_escaped_is_kept_as_it_was_typed(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, "Card &lt;gold&gt; &amp; refund for <@U0DANA001|dana> in <#C0GENERAL|general> 😡 مرحبا")
        assert d.tickets()[0].verbatim == "Card <gold> & refund for @dana in #general 😡 مرحبا"


async def test_a_broadcast_in_a_complaint_calls_nobody(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, "<!channel> the card machine is down")
        for call in d.slack.called("chat.postMessage"):
            assert "<!channel>" not in str(call.args)
        assert "@channel the card machine is down" in shown(d.card(PAYMENTS))


async def test_too_many_words_are_refused_with_the_limit(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        answer = await d.complains(SAM, "x" * 120_000)
        assert "please keep it under 100,000" in shown(answer)
        assert d.tickets() == []


async def test_the_command_alone_opens_the_form(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert await d.complains(SAM, "  ") == {}
        assert d.slack.modals(SAM)[-1]["callback_id"] == "capture"


async def test_a_form_that_slack_does_not_open_is_said_so(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        answer = await d.complains(SAM, "", trigger_id="1.2.expired")
        assert "The form did not open. Please try `/complaint` again." in shown(answer)


async def test_help_says_how(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert "`/complaint mine`" in shown(await d.complains(SAM, "help"))
        assert d.tickets() == []


async def test_list_shows_the_open_tickets_of_ones_teams_and_everything_to_admins(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.complains(SAM, "The app does not start")
        assert "C-1" in shown(await d.complains(OMAR, "list"))
        assert "C-2" not in shown(await d.complains(OMAR, "list"))
        everything = shown(await d.complains(INES, "list"))
        assert "C-1" in everything and "C-2" in everything
        assert "Nothing here" in shown(await d.complains(PAT, "list"))


async def test_mine_shows_what_is_mine_to_act_on_and_what_i_reported(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.complains(DANA, "The app does not start")
        mine = [shown({"blocks": [block]}) for block in (await d.complains(DANA, "mine"))["blocks"]]
        headers = [mine.index("\nYours to act on"), mine.index("\nReported by you")]
        tickets = [next(place for place, block in enumerate(mine) if ref in block) for ref in ("*C-1*", "*C-2*")]
        assert headers[0] < tickets[0] < headers[1] < tickets[1]


async def test_away_names_a_deputy_by_name_key_or_mention(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        for deputy in ("Lee", "lee", "@LEE", "<@U0LEE0001|lee>"):
            answer = shown(await d.complains(DANA, f"away until Friday {deputy}"))
            assert "you are away until Friday, 27 November" in answer
            assert "Lee holds your tickets meanwhile" in answer
        await d.complains(SAM, SAID)
        assert d.tickets()[0].holder == "lee"
        assert "Welcome back" in shown(await d.complains(DANA, "back"))


async def test_a_deputy_whom_nobody_knows_and_a_missing_day_are_said_so(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        assert "I don’t know “zoe”" in shown(await d.complains(DANA, "away until Friday zoe"))
        assert "I don’t know them" in shown(await d.complains(DANA, f"away until Friday <@{PAT}|pat>"))
        assert "Until when?" in shown(await d.complains(DANA, "away"))


async def test_somebody_listed_by_address_is_recognised_and_a_stranger_gets_a_name(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(NOOR, SAID)
        await d.complains(PAT, SAID)
        await d.complains(PAT, SAID)
        assert [ticket.reporter for ticket in d.tickets()] == ["noor", f"slack:{PAT}", f"slack:{PAT}"]
        assert "reported by Pat Doe" in shown(d.card(PAYMENTS))
        assert [call.args["user"] for call in d.slack.called("users.info")] == [NOOR, PAT]


async def test_who_cannot_be_looked_up_reports_all_the_same_and_is_recognised_later(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.fail_next("users.info", status=500)
        await d.complains(NOOR, SAID)
        assert d.tickets()[0].reporter == f"slack:{NOOR}"
        await d.complains(NOOR, "The refund is missing")
        assert [ticket.reporter for ticket in d.tickets()] == ["noor", "noor"]


async def test_a_bot_is_nobody(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.add_user("U0ROBOT01", "robot", bot=True)
        assert "from people only" in shown(await d.complains("U0ROBOT01", SAID))
        assert d.tickets() == []


async def test_commands_without_a_trigger_are_complaints_of_their_own(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        for _ in range(2):
            await d.form(payloads.slash_command(SAM, SAID) | {"trigger_id": ""})
        for user in (SAM, DANA):
            await d.complains(user, SAID, trigger_id="always the same")
        assert len(d.tickets()) == 4


async def test_members_that_are_null_are_as_good_as_left_out(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        action = payloads.pressed(d.card()["blocks"], "Acknowledge", at=d.now)
        press = payloads.action_on_message(DANA, action, PAYMENTS, d.card())
        await d.form(press | {"view": None, "team": None})
        assert d.tickets()[0].acknowledged_by == "dana"
        assert await d.event(payloads.event_callback({}, at=d.now) | {"event": None}) == 400


def charts_in(messages: list[dict[str, Any]]) -> list[int]:
    return [sum(block["type"] == "data_visualization" for block in one["blocks"]) for one in messages]


async def test_a_digest_that_is_asked_for_has_its_charts_where_slack_draws_them(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        d.clock.advance(days=60)
        for number in range(3):
            await d.complains(SAM, f"{SAID}, number {number}")
        d.clock.advance(hours=1)
        url = d.slack.response_url(GENERAL, INES)
        assert await d.complains(INES, "digest now", response_url=url) == {}, "it comes where it can be sent again"
        assert charts_in(d.slack.ephemerals(INES)) == [1]
        d.slack.fail_next("response_url", error="invalid_blocks")
        await d.complains(INES, "digest now", response_url=url)
        assert charts_in(d.slack.ephemerals(INES)) == [1, 0]
        assert "All teams, week to" in d.heard(INES)
        alone = d.slack.dm(INES)
        await d.says(alone, INES, "digest now")
        d.slack.fail_next("chat.postMessage", error="invalid_blocks")
        await d.says(alone, INES, "digest now")
        told = [one for one in d.slack.messages(INES) if "All teams, week to" in shown(one)]
        assert charts_in(told) == [1, 0]
