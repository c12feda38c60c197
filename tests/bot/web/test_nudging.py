"""“Do the nudges help?” in the manager's pane."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import demo
from bot.web.nudging import HEADINGS, QUESTION, benefit, verdict
from bot.web.playground import Playground
from complaints.effect import Comparison, Measures, Report, Row
from complaints.proportions import difference
from tests.bot.web.browsing import ROOT, TWICE, button, pane, report
from tests.world import MONDAY


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Playground]:
    playground = demo.open_playground(ROOT / "golddust.example.yml", f"sqlite:///{tmp_path / 'demo.db'}", MONDAY)
    yield playground
    playground.golddust.close()


def measures(judged: int, acted: int) -> Measures:
    return Measures(judged, judged, acted, timedelta(hours=2), 0, 0, 0, 0)


def told(judged: int, trial: Comparison | None = None) -> Report:
    sent = measures(judged, judged // 2)
    return Report(MONDAY, MONDAY, (Row("resolve", "50%", "reminded", sent, trial),), sent, trial)


def trial(sent: tuple[int, int], withheld: tuple[int, int]) -> Comparison:
    (of, acted), (beside, did) = sent, withheld
    return Comparison(measures(beside, did), measures(of, acted), difference(acted, of, did, beside))


def test_a_playground_in_which_nobody_was_nudged_says_so(ground: Playground) -> None:
    found = ground.golddust.read(benefit)
    assert (found.rows, found.verdict) == ((), "No nudge has been sent yet.")


async def test_each_step_has_a_line_with_what_came_of_its_nudges(ground: Playground) -> None:
    await ground.type("sam", TWICE)
    await ground.advance(hours=1)
    [nudge] = [post for post in ground.board.posts("person:dana") if post.shown.kind == "reminder"]
    await ground.rate("dana", nudge, True)
    await ground.press("dana", "acknowledge", 1, {})
    found = ground.golddust.read(benefit)
    assert [dict(zip(HEADINGS, row, strict=True)) for row in found.rows] == [
        {
            "Step": "acknowledge 50 %", "Sent": "1", "Acted on in a working day": "1 of 1",
            "Half of them within": "1 minute", "Useful": "1 yes, 0 no", "Withheld": "–",
        }
    ]  # fmt: skip
    assert found.verdict == "Too little to tell: a working day has passed for 1 so far, and it takes 20."


async def test_what_was_asked_of_somebody_else_is_a_line_of_its_own(ground: Playground) -> None:
    await ground.type("sam", TWICE)
    await ground.advance(hours=2)
    steps = [row[0] for row in ground.golddust.read(benefit).rows]
    assert steps == ["acknowledge 50 %", "acknowledge 100 %", "acknowledge 100 %, help asked"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (told(19), "Too little to tell: a working day has passed for 19 so far, and it takes 20."),
        (told(20), "This is what followed the nudges, not what they caused; a holdout would tell."),
        (
            told(40, trial((40, 20), (19, 9))),
            "Too little to tell what they add: it takes 20 that were sent and 20 withheld.",
        ),
        (told(100, trial((100, 60), (100, 40))), "Nudging adds +20 points (95 %: +6 to +33)."),
        (told(100, trial((100, 40), (100, 60))), "Nudging adds −20 points (95 %: −33 to −6)."),
    ],
)
def test_the_sentence_says_how_much_the_table_proves(found: Report, said: str) -> None:
    assert verdict(found) == said


@pytest.mark.browser
def test_the_table_is_folded_away_until_it_is_asked_for(page: Page) -> None:
    lead = pane(page, "Manager")
    expect(lead.get_by_text(QUESTION).first).to_be_visible()
    report(page, TWICE)
    button(page, "+1 hour").click()
    table = lead.get_by_role("table", name=QUESTION)
    expect(table).to_be_hidden()
    lead.get_by_text(QUESTION).first.click()
    expect(table).to_contain_text("acknowledge 50 %")
    expect(lead).to_contain_text("Too little to tell")
