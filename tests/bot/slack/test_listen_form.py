"""The forms about a ticket: opened by a button, handed in, refused at the field that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.watched import Watched
from complaints.ticket import State
from tests.bot.slack.driver import DANA, LEE, OMAR, PAT, PAYMENTS, SAM, Desk, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_USER

SAID = "Mrs Ito’s card payment was taken twice"


async def asked(d: Desk, label: str, user: str = DANA) -> None:
    """Somebody presses a button of the card that asks for more."""
    await d.presses(user, d.card(PAYMENTS), label, channel=PAYMENTS)


async def test_resolving_asks_what_was_done_and_tells_the_reporter(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Resolve")
        assert await d.submits(DANA, done="Refunded", root_cause="Timeout", tell="You have your money back") is None
        [ticket] = d.tickets()
        assert ticket.state is State.RESOLVED
        assert ticket.resolution and ticket.resolution.tell == "You have your money back"
        assert "You have your money back" in d.told(SAM)


async def test_a_resolution_without_words_is_sent_back(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Resolve")
        answer = await d.submits(DANA, done=" ")
        assert answer["response_action"] == "errors"
        assert "Say in a few words what was done" in answer["errors"]["done"]


async def test_what_somebody_else_did_meanwhile_is_said_in_the_form(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Resolve")
        await asked(d, "Resolve", OMAR)
        await d.submits(OMAR, done="Refunded")
        answer = await d.submits(DANA, done="Refunded too")
        assert answer["response_action"] == "update"
        assert "Omar has already resolved C-1." in shown(answer["view"])


async def test_blocked_by_a_colleague(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Blocked")
        assert await d.submits(DANA, colleague=LEE, why="Needs the key") is None
        [ticket] = d.tickets()
        assert (ticket.state, ticket.holder) == (State.BLOCKED, "lee")


@pytest.mark.parametrize("stranger", [PAT, BOT_USER])
async def test_a_colleague_whom_the_file_does_not_list_is_refused_at_the_field(
    sqlite_url: str, watched: Watched, stranger: str
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        for label in ("Blocked", "Not mine"):
            await asked(d, label)
            answer = await d.submits(DANA, colleague=stranger)
            assert "I don’t know them yet" in answer["errors"]["colleague"]
        assert d.tickets()[0].state is State.NEW


async def test_blocked_by_a_ticket_that_does_not_exist_is_refused_at_the_field(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Blocked")
        answer = await d.submits(DANA, ticket="C-9")
        assert list(answer["errors"]) == ["ticket"]
        assert "C-9" in answer["errors"]["ticket"]


async def test_not_mine_hands_on_to_a_person_a_team_or_triage(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        for values, owner in (({"colleague": OMAR}, "omar"), ({"team": "app"}, "kim"), ({"choice": "unknown"}, "ines")):
            await d.complains(SAM, SAID)
            await asked(d, "Not mine")
            assert await d.submits(DANA, **values) is None
            assert d.tickets()[-1].owner == owner


async def test_a_duplicate_closes(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await d.complains(SAM, SAID)
        await asked(d, "Not mine")
        assert await d.submits(DANA, duplicate="c1") is None
        assert d.tickets()[1].duplicate_of == 1


async def test_a_promise_is_in_the_time_of_who_gives_it(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Promise a date")
        assert await d.submits(DANA, date="2026-11-26", time="15:30") is None
        promise = d.tickets()[0].promise
        assert promise and promise.until == datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
        await asked(d, "Promise a date")
        answer = await d.submits(DANA, date="2026-11-20")
        assert "has passed" in answer["errors"]["date"]


async def test_a_form_from_a_reminder_leaves_no_dead_buttons_there(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        d.clock.advance(hours=4)
        await d.golddust.tick(d.now)
        reminder = d.card(DANA)
        assert "waits for you" in shown(reminder)
        await d.presses(DANA, reminder, "Resolve", channel=d.slack.dm(DANA))
        # The address for answers is long gone when the form is handed in.
        d.slack.response_urls.clear()
        await d.submits(DANA, done="Refunded")
        replaced = d.slack.channels[d.slack.dm(DANA)].find(reminder["ts"])
        assert "C-1 is resolved" in shown(replaced)
        assert payloads.labels(replaced["blocks"]) == ["Useful", "Not useful"]


async def test_editing_from_a_whisper_shows_the_new_state_there(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.event(payloads.app_mention("C0GENERAL", SAM, SAID, at=d.now))
        whisper = d.slack.ephemerals(SAM)[-1]
        await d.presses(SAM, whisper, "Edit", channel="C0GENERAL")
        assert await d.submits(SAM, words="Mr Ito’s card payment was taken twice") is None
        assert d.tickets()[0].words == "Mr Ito’s card payment was taken twice"
        assert "Mr Ito’s card" in shown(d.slack.ephemerals(SAM)[-1])


async def test_reopening_from_the_home_draws_it_anew(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Resolve")
        await d.submits(DANA, done="Refunded")
        home = await d.opens_home(SAM)
        press = payloads.pressed(home["blocks"], "Reopen", at=d.now)
        await d.form(payloads.action_on_view(SAM, press, home, trigger_id=d.slack.trigger(SAM)))
        assert await d.submits(SAM, reason="She has not got it") is None
        assert d.tickets()[0].state is State.ACKNOWLEDGED
        assert "Customer told" not in payloads.labels((d.slack.home(SAM) or {})["blocks"])


@pytest.mark.parametrize("metadata", ["", "{}", "[]", '{"ticket": "1"}', '{"ticket": 0}', "not json"])
async def test_forged_metadata_is_refused_in_the_form(sqlite_url: str, watched: Watched, metadata: str) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Resolve")
        view = payloads.filled(d.slack.modals(DANA)[-1], done="Refunded") | {"private_metadata": metadata}
        answer = await d.form(payloads.view_submission(DANA, view))
        assert "This form is out of date" in answer["errors"]["done"]
        assert d.tickets()[0].state is State.NEW


async def test_a_form_about_a_ticket_that_is_gone_says_so(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Resolve")
        view = payloads.filled(d.slack.modals(DANA)[-1], done="Refunded") | {"private_metadata": '{"ticket": 77}'}
        answer = await d.form(payloads.view_submission(DANA, view))
        assert "There is no ticket C-77" in shown(answer["view"])


async def test_an_unknown_team_is_said_at_the_teams_field(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await asked(d, "Blocked")
        view = payloads.filled(d.slack.modals(DANA)[-1], team="app")
        view["state"]["values"]["team"]["team"]["selected_option"]["value"] = "nowhere"
        answer = await d.form(payloads.view_submission(DANA, view))
        assert list(answer["errors"]) == ["team"]


async def test_a_customers_name_can_be_taken_away(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.event(payloads.app_mention("C0GENERAL", SAM, SAID, at=d.now))
        for name, kept in (("Mrs Ito", "Mrs Ito"), ("", None)):
            await d.presses(SAM, d.slack.ephemerals(SAM)[-1], "Edit", channel="C0GENERAL")
            assert await d.submits(SAM, customer=name) is None
            assert d.tickets()[0].customer == kept
