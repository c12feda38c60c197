"""The day that the playground plays, and the playground it is played in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from bot import demo
from bot.watched import Watched
from bot.web import transcript
from bot.web.day import Teller
from bot.web.playground import Playground, first_morning
from bot.web.scenes import DAY
from complaints.errors import ConfigurationError
from complaints.notices import Notice
from complaints.replies import Captured, Done, Refused, Said
from tests.world import MONDAY

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "golddust.example.yml"
SMALL = ROOT / "tests" / "golddust.yml"


def told(config: Path, start: datetime | None = MONDAY) -> str:
    lines: list[str] = []
    demo.story(config=config, echo=lines.append, start=start)
    return " ".join(" ".join(lines).split())


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Playground]:
    playground = demo.open_playground(EXAMPLE, f"sqlite:///{tmp_path / 'demo.db'}", MONDAY)
    yield playground
    playground.golddust.close()


def test_the_story_goes_from_the_first_word_to_the_customer_being_told() -> None:
    day = told(EXAMPLE)
    steps = [
        "Sam Archer says “Mrs Ito’s card payment at the market was taken twice”",
        "Golddust shows a card to Payments: C-1",
        "sends a receipt to Sam Archer: C-1 is with",
        "presses Acknowledge on C-1",
        "sends an update to Sam Archer: C-1",
        "presses Blocked on C-2",
        "C-2 waits for Operations",
        "presses Unblock on C-2",
        "presses Promise a date on C-2",
        "Golddust sends a reminder to",
        "Golddust sends an escalation to Lee Morgan: Could you help C-3 along?",
        "Lee Morgan presses Acknowledge on C-3",
        "presses Resolve on C-1",
        "You could say: “The second payment is back",
        "Sam Archer presses Customer told on C-1 Golddust answers: C-1 is closed",
        "Golddust sends a list to Dana Whitfield: 3 tickets wait for you. C-4, C-5, C-6",
        "Dana Whitfield presses Acknowledge on C-4",
        "Dana Whitfield presses Resolve on C-5",
    ]
    places = [day.index(step) for step in steps]
    assert places == sorted(places)


async def test_what_is_done_in_the_list_of_the_day_shows_there_and_the_rest_keeps_its_buttons(
    ground: Playground,
) -> None:
    teller = Teller(ground)
    await teller.begin()
    for scene in DAY:
        await teller.play(scene)
    (told,) = [post for post in ground.board.posts("person:dana") if post.shown.kind == "bundle"]
    seen, fixed, waits = told.shown.entries
    assert "Acknowledge" in [button.label for button in waits.offers]
    assert "Acknowledge" not in [button.label for button in seen.offers]
    assert [button.label for button in fixed.offers] == []
    assert ground.looks_at["back"] == "dana"


def test_nobody_is_refused_anything_in_the_story() -> None:
    day = told(EXAMPLE)
    assert "Nothing has changed" not in day
    assert "already" not in day


def test_the_story_is_told_of_another_organisation_too() -> None:
    day = told(SMALL)
    assert "A day at Test Bank" in day
    assert "presses Customer told on C-1 Golddust answers: C-1 is closed" in day


@pytest.mark.parametrize("day", [datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2027, 3, 29, 8, tzinfo=UTC)])
def test_the_story_can_begin_before_a_holiday_or_when_the_clocks_change(day: datetime) -> None:
    assert "C-1 is closed" in told(EXAMPLE, day)


def test_the_story_begins_by_itself_without_golddust_yml(tmp_path: Path) -> None:
    assert "A day at Harbour Bank" in told(tmp_path / "golddust.yml", None)


def test_a_file_that_was_asked_for_by_name_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"ours\.yml"):
        told(tmp_path / "ours.yml")


def test_the_clock_starts_on_the_next_monday_that_is_worked(watched: Watched) -> None:
    organisation = watched.current.organisation
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert first_morning(organisation, monday) == monday + timedelta(days=7)
    assert first_morning(organisation, monday - timedelta(days=1)) == monday
    # The Monday after Christmas 2026 is a bank holiday in England.
    assert first_morning(organisation, datetime(2026, 12, 22, 9, tzinfo=UTC)) == datetime(2027, 1, 4, 9, tzinfo=UTC)


async def test_a_card_is_at_its_owners_as_soon_as_the_complaint_is_said(ground: Playground) -> None:
    reply = await ground.type("sam", "Mrs Ito was charged twice")
    assert isinstance(reply, Captured)
    owner = reply.ticket.owner_key
    assert ground.looks_at["back"] == owner
    assert [post.shown.kind for post in ground.board.posts(f"person:{owner}")] == ["card"]
    assert [post.shown.kind for post in ground.board.posts("team:payments")] == ["card"]
    assert [post.shown.kind for post in ground.board.posts("person:sam")] == ["captured"]


async def test_nudges_arrive_at_their_own_times_however_far_the_clock_is_moved(ground: Playground) -> None:
    reply = await ground.type("sam", "Mrs Ito was charged twice")
    assert isinstance(reply, Captured)
    await ground.advance(hours=7)
    nudges = [post for post in ground.board.posts() if post.shown.kind in ("reminder", "escalation")]
    assert [post.at for post in nudges] == [MONDAY + timedelta(hours=hours) for hours in (1, 2, 2)]
    assert ground.looks_at["lead"] == "lee"
    assert ground.now == MONDAY + timedelta(hours=7)


async def test_the_next_working_morning_skips_the_weekend(ground: Playground) -> None:
    await ground.advance(days=4)
    await ground.next_morning()
    assert ground.now == MONDAY + timedelta(days=7)


async def test_what_is_typed_can_be_a_question_too(ground: Playground) -> None:
    await ground.type("sam", "Mrs Ito was charged twice")
    for words, answer in (("help", "away until Friday"), ("mine", "C-1 New"), ("list", "C-1 New")):
        reply = await ground.type("sam", words)
        assert isinstance(reply, Said)
        assert answer in reply.said
    reply = await ground.type("alex", "list")
    assert isinstance(reply, Said)
    assert "C-1" not in reply.said


async def test_a_refusal_names_its_field_and_changes_nothing(ground: Playground) -> None:
    await ground.type("sam", "Mrs Ito was charged twice")
    owner = ground.looks_at["back"]
    empty = await ground.press(owner, "resolve", 1, {"done": " "})
    assert isinstance(empty, Refused)
    assert empty.field == "done"
    stranger = await ground.press("alex", "acknowledge", 1, {})
    assert isinstance(stranger, Refused)
    assert "Nothing has changed" in stranger.reason
    assert isinstance(await ground.press(owner, "resolve", 1, {"done": "Refunded"}), Done)


async def test_one_tap_corrects_the_severity(ground: Playground) -> None:
    await ground.type("sam", "Mrs Ito was charged twice")
    reply = await ground.correct("sam", 1, "high")
    assert isinstance(reply, Done)
    assert reply.ticket.severity == "high"
    assert isinstance(await ground.correct("sam", 1, "worst"), Refused)


def test_the_story_has_a_word_for_every_kind_of_notice() -> None:
    kinds = {get_args(get_type_hints(notice)["kind"])[0] for notice in get_args(Notice)}
    assert kinds - {"card"} == set(transcript.KINDS)
