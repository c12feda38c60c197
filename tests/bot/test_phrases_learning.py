"""“You said, we did” and whether a cause came back, in words, on each channel made harmless."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot import buttons, phrases
from bot.phrases import Ink
from bot.phrases_learning import learnt
from bot.slack import modals
from bot.slack import render as slack
from bot.teams import render as teams
from bot.watched import Watched
from complaints import commands
from complaints.commands import Plan
from complaints.follow_ups import Found
from complaints.notices import LookedBack, Reminder, WeDid
from complaints.views import TicketView
from handlers.viewing import view
from storage import tickets
from tests.complaints.builders import MONDAY
from tests.world import world

PLAIN = Ink(str, lambda at: f"{at:%a} {at.day} {at:%b}", str)
HOSTILE = "<!channel> *alert* [x](http://evil.example) <at>all</at>"


async def an_action(url: str, watched: Watched, words: str = "Alert on a full queue") -> TicketView:
    async with world(url, watched) as w:
        ticket = await w.says("sam", "the card payment failed")
        await w.does(commands.Resolve, "dana", ticket, done="Refunded", action=Plan(words, "omar"))
        return w.golddust.read(lambda c: view(c, tickets.load(c.session, c.workspace, 2)))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Found("cause", 30, MONDAY, 0, 7), "“retry queue full”: 0 since Mon 23 Nov, 7 in the 30 days before: "),
        (Found("cause", 30, MONDAY, 0, 7), "before: it worked so far."),
        (Found("cause", 30, MONDAY, 3, 7), "it came back, but less often"),
        (Found("cause", 90, MONDAY, 3, 4), "it came back."),
        (Found("cause", 30, MONDAY, 0, 0), "it was rare before too"),
        (Found("category", 30, MONDAY, 0, 7), "no cause was given, so complaints about retry queue full: 0 since"),
        (Found("cause", 30, MONDAY, 0, 7, 2), "2 more complaints like it have no cause given yet."),
    ],
)  # fmt: skip
async def test_the_counts_are_told_and_no_more_than_they_prove(
    found: Found, said: str, sqlite_url: str, watched: Watched
) -> None:
    ticket = await an_action(sqlite_url, watched)
    notice = LookedBack(ticket=2, audience="person:omar", about="retry queue full", found=found)
    words = learnt(notice, ticket, PLAIN)
    assert words.startswith("C-2 ")
    assert said in words


async def test_no_words_of_an_action_act_in_a_channel(sqlite_url: str, watched: Watched) -> None:
    ticket = await an_action(sqlite_url, watched, HOSTILE)
    notice = WeDid(ticket=2, audience="person:sam", words=HOSTILE)
    blocks = slack.message(notice, ticket).blocks
    marked = [json.dumps(block) for block in blocks if block.get("text", {}).get("type") == "mrkdwn"]
    assert marked
    assert not any("<!channel>" in one for one in marked)
    card = teams.card_of(teams.message(notice, ticket, watched.current.organisation))
    sentences = [json.dumps(block) for block in card["body"] if block["type"] == "TextBlock"]
    assert sentences
    assert not any("[x](http" in one or "<at>" in one for one in sentences)


async def test_an_action_offers_done_not_mine_and_a_date(sqlite_url: str, watched: Watched) -> None:
    ticket = await an_action(sqlite_url, watched)
    assert [one.label for one in buttons.on_card(ticket, "omar")] == ["Done", "Not mine", "Promise a date"]
    assert [one.label for one in buttons.for_reporter(ticket)] == ["Withdraw"]
    form = modals.resolve_form(ticket)
    assert form["submit"]["text"] == "Done"
    assert [block["block_id"] for block in form["blocks"]] == ["done"]
    reminder = Reminder(
        ticket=2, audience="person:omar", step="resolve.1:50%:remind", clock="resolve", because="half of it is over",
        due_at=MONDAY + timedelta(days=14),
    )  # fmt: skip
    assert "Done, Not mine or Promise a date stops this" in phrases.reminder(reminder, ticket, PLAIN)
    facts = "\n".join(phrases.facts(ticket, PLAIN))
    assert "To be done" in facts
    assert "asked for by Dana, against the cause of C-1" in facts
