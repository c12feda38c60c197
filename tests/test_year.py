"""The simulated year, small: what `make year` runs through at full size."""

from __future__ import annotations

import asyncio

import pytest

from bench.year import Year, simulate
from bench.year_organisation import company
from bench.year_report import page
from bot.configuration import parse


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """Ten days with 100 tickets."""
    return asyncio.run(simulate(tmp_path_factory.mktemp("year"), 100, 1, days=10))


def figures(year: Year) -> dict[str, str]:
    """The report by what it counts."""
    return dict(year.lines)


def test_the_company_has_200_people_in_six_time_zones_and_20_teams() -> None:
    organisation = parse(company(1).document.encode(), "company").organisation
    assert (len(organisation.people), len(organisation.teams)) == (200, 20)
    assert len({person.time_zone for person in organisation.people.values()}) == 6
    assert all(person.away for person in organisation.people.values())


def test_every_complaint_of_the_year_becomes_a_ticket(year: Year) -> None:
    assert figures(year)["tickets"].startswith("100, ")
    assert figures(year)["went wrong inside"] == "nothing"


def test_nobody_is_written_to_at_night_but_for_critical_tickets(year: Year) -> None:
    assert year.post.at_night == []


def test_nobody_gets_more_messages_a_day_than_the_budget(year: Year) -> None:
    assert max(year.post.nudged.values()) <= 3


def test_people_are_nudged_and_most_breaches_were_warned_of(year: Year) -> None:
    assert sum(year.post.nudged.values()) > 20
    share = float(figures(year)["warned of before they ran out"].rpartition("(")[2].removesuffix(" %)"))
    assert share > 60


def test_the_page_says_how_to_make_it_anew(year: Year) -> None:
    text = page(year.lines, "python -m bench.year --tickets 150", "1 January 2026", year.took)
    assert "`python -m bench.year --tickets 150`, 1 January 2026" in text
    assert all(f"| {what} | {much} |" in text for what, much in year.lines)
