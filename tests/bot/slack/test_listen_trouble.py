"""What people see, and what Slack is answered, when something breaks."""

from __future__ import annotations

from copy import deepcopy

import pytest
from structlog.testing import capture_logs

from bot.slack import identity, listen, listen_shortcuts, originals, patience, people
from bot.watched import Watched
from complaints.ticket import State
from tests.bot.slack.driver import DANA, GENERAL, NOOR, OMAR, PAYMENTS, SAM, WATCHED, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import TEAM

SAID = "Mrs Ito’s card payment was taken twice"
SORRY = "I could not save that; nothing has been changed. Please try again in a minute."


async def test_an_event_that_cannot_be_saved_is_delivered_again_and_saved_then(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        said = payloads.message(WATCHED, SAM, SAID, at=d.now)
        d.break_database()
        assert await d.event(said) == 500
        d.mend_database()
        assert d.tickets() == []
        assert await d.event(said, retry=1) == 200
        assert [ticket.verbatim for ticket in d.tickets()] == [SAID]


async def test_a_command_that_cannot_be_saved_is_answered_kindly(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.break_database()
        answer = await d.complains(SAM, SAID)
        assert (answer["text"], answer["response_type"]) == (SORRY, "ephemeral")
        d.mend_database()
        assert d.tickets() == []


async def test_a_press_that_cannot_be_saved_is_answered_kindly_and_alone(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        before = deepcopy(d.card(PAYMENTS))
        d.break_database()
        await d.presses(DANA, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        assert SORRY in d.heard(DANA)
        d.mend_database()
        assert d.card(PAYMENTS) == before
        assert d.tickets()[0].state is State.NEW


async def test_a_form_that_cannot_be_saved_stays_open_with_everything_in_it(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.presses(DANA, d.card(PAYMENTS), "Resolve", channel=PAYMENTS)
        d.break_database()
        answer = await d.submits(DANA, done="Refunded")
        assert answer == {"response_action": "errors", "errors": {"done": SORRY}}


async def test_what_somebody_wrote_never_reaches_the_log(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.break_database()
        with capture_logs() as logged:
            await d.complains(SAM, SAID)
            await d.event(payloads.message(WATCHED, SAM, SAID, at=d.now))
        assert [line["event"] for line in logged] == ["a listener failed; nothing was changed"] * 2
        assert "OperationalError" in str(logged)
        assert "Ito" not in str(logged)


@pytest.mark.parametrize("trouble", ["status", "error", "timeout"])
async def test_until_slack_says_who_we_are_events_come_again(
    sqlite_url: str, watched: Watched, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "SECONDS", 0.2)
    async with desk(sqlite_url, watched) as d:
        fault = {"status": {"status": 500}, "error": {"error": "invalid_auth"}, "timeout": {"trouble": "timeout"}}
        d.slack.fail_next("auth.test", **fault[trouble])  # type: ignore[arg-type]
        said = payloads.message(WATCHED, SAM, SAID, at=d.now)
        assert await d.event(said) == 503
        assert await d.event(said, retry=1) == 200
        assert len(d.tickets()) == 1
        await d.event(payloads.message(WATCHED, SAM, SAID, at=d.now))
        assert len(d.slack.called("auth.test")) == 2


async def test_a_command_counts_even_while_slack_does_not_say_who_we_are(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.fail_next("auth.test", status=500)
        assert "*C-1*" in shown(await d.complains(SAM, SAID))
        assert d.tickets()[0].source.workspace == TEAM


async def test_a_form_for_which_slack_takes_too_long_is_said_so(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen_shortcuts, "SECONDS", 0.2)
    async with desk(sqlite_url, watched) as d:
        d.slack.fail_next("views.open", "timeout")
        assert "The form did not open" in shown(await d.complains(SAM, ""))


async def test_who_cannot_be_looked_up_in_time_reports_all_the_same(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "SECONDS", 0.2)
    async with desk(sqlite_url, watched) as d:
        d.slack.fail_next("users.info", "timeout")
        await d.complains(NOOR, SAID)
        assert [ticket.reporter for ticket in d.tickets()] == [f"slack:{NOOR}"]


async def test_a_message_for_which_slack_takes_too_long_is_asked_for_again(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(originals, "SECONDS", 0.2)
    async with desk(sqlite_url, watched) as d:
        ts = d.slack.say(GENERAL, OMAR, SAID)
        d.slack.fail_next("conversations.history", "timeout")
        reacted = payloads.reaction_added(GENERAL, ts, SAM, item_user=OMAR, at=d.now)
        assert await d.event(reacted) == 503
        assert await d.event(reacted, retry=1) == 200
        assert len(d.tickets()) == 1


@pytest.mark.parametrize("fault", [{"status": 429}, {"status": 500}, {"error": "missing_scope"}])
async def test_an_answer_that_does_not_arrive_costs_nobody_their_complaint(
    sqlite_url: str, watched: Watched, fault: dict[str, object]
) -> None:
    async with desk(sqlite_url, watched) as d:
        d.delivering = False
        d.slack.fail_next("chat.postEphemeral", **fault)  # type: ignore[arg-type]
        d.slack.fail_next("chat.postMessage", **fault)  # type: ignore[arg-type]
        assert await d.event(payloads.app_mention(GENERAL, SAM, "help", at=d.now)) == 200
        assert await d.event(payloads.app_mention(GENERAL, SAM, SAID, at=d.now)) == 200
        assert len(d.tickets()) == 1


async def test_a_refusal_whose_address_is_broken_comes_another_way(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        d.slack.fail_next("response_url", status=500)
        await d.presses(SAM, d.card(PAYMENTS), "Acknowledge", channel=PAYMENTS)
        assert "that is for them to press" in d.heard(SAM)


async def test_slow_look_ups_share_one_deadline(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.2)
    async with desk(sqlite_url, watched) as d:
        for method in ("auth.test", "users.info"):
            d.slack.fail_next(method, "timeout")
        assert "*C-1*" in shown(await d.complains(NOOR, SAID))
        assert d.tickets()[0].reporter == f"slack:{NOOR}"
        assert [call.args["channel"] for call in d.slack.called("conversations.info")] == [PAYMENTS]


async def test_slack_is_answered_before_the_person_is(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen, "SECONDS", 0.6)
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        action = payloads.pressed(d.card(PAYMENTS)["blocks"], "Acknowledge", at=d.now)
        url = d.slack.response_url(PAYMENTS, SAM, message_ts=d.card(PAYMENTS)["ts"])
        press = payloads.action_on_message(SAM, action, PAYMENTS, d.card(PAYMENTS), response_url=url)
        d.slack.fail_next("response_url", "timeout")
        body, headers = payloads.form_request(press, at=d.now)
        assert (await d.http.post("/slack/events", content=body, headers=headers)).status_code == 200
        assert d.heard(SAM) == ""
        await d.room.drain()
        assert "that is for them to press" in d.heard(SAM)


async def test_what_only_one_person_sees_and_cannot_be_changed_is_followed_by_a_whisper(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.event(payloads.app_mention(GENERAL, SAM, SAID, at=d.now))
        d.slack.fail_next("response_url", status=500)
        d.slack.fail_next("chat.update", error="message_not_found")
        await d.presses(SAM, d.slack.ephemerals(SAM)[-1], "Withdraw", channel=GENERAL)
        assert "C-1 is withdrawn" in d.heard(SAM)


@pytest.mark.parametrize("label", ["Acknowledge", "Resolve"])
async def test_who_cannot_be_told_apart_from_a_stranger_is_asked_to_try_again(
    sqlite_url: str, watched: Watched, label: str
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        d.slack.fail_next("users.info", status=500)
        await d.presses(NOOR, d.card(PAYMENTS), label, channel=PAYMENTS)
        assert "I can’t tell who you are right now; please try again in a minute." in d.heard(NOOR)
