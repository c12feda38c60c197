"""The page of figures says what was reached and what was not."""

from __future__ import annotations

from bench.report import page
from bench.rows import BENCHES, Row

REACHED = Row("sends into Teams", "one new connector per send: 10/s", "50/s", "5.0 ×", "≥ 4 ×", True)
MISSED = Row("start to ready", "–", "2.50 s", "–", "≤ 2 s", False)


def test_the_page_names_each_figure_with_its_command() -> None:
    text = page([("python -m bench.teams_sends", [REACHED])], "a machine", "1 May 2026")
    assert "| sends into Teams | one new connector per send: 10/s | 50/s | 5.0 × | ≥ 4 × | yes |" in text
    assert "`python -m bench.teams_sends` |" in text
    assert "Everything that was to be reached is reached." in text


def test_the_page_says_what_was_not_reached_and_by_how_much() -> None:
    text = page([("python -m bench.start", [MISSED])], "a machine", "1 May 2026")
    assert "**no**" in text
    assert "- start to ready: 2.50 s instead of ≤ 2 s" in text


def test_a_delivery_with_a_refusal_is_not_reached() -> None:
    told = {"messages": 10, "seconds": 10.0, "limit": 10.0, "of_limit": 1.0, "refused": 0, "doubled": 0}
    (bench,) = (one for one in BENCHES if one.module == "delivery")
    rows = bench.rows({"people": told | {"refused": 1}, "channel": told})
    assert [row.reached for row in rows] == [False, True]
