"""The figures of a simulation, and its verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.simulation.figures import Figures, Spread, differences, figures
from bot.simulation.outcome import Item, Message, Outcome, Run
from bot.simulation.report import difference, verdict
from complaints.cases import Window
from complaints.ticket import Clock
from tests.complaints.builders import moment, organisation

WINDOW = Window(moment("2025-03-03 00:00"), moment("2025-03-05 00:00"))
NINE = moment("2025-03-03 09:00")
NONE = Figures(0, 0, 0.0, 0, Spread(0, 0, 0), 0, 0, 0)


def message(to: str, at: str, *tickets: int, escalates: bool = False) -> Message:
    items = tuple(Item(ticket, "resolve.1", escalates) for ticket in tickets)
    when = moment(f"2025-03-{at}")
    return Message(when, to, items, when.date())


def outcome(*messages: Message, runs: tuple[Run, ...] = ()) -> Outcome:
    return Outcome(organisation(), list(messages), list(runs))


def run(ticket: int, due: str, **more: object) -> Run:
    clock = Clock("resolve", NINE, moment(f"2025-03-{due}"), timedelta(hours=8))
    return Run(ticket, replace(clock, **more), WINDOW.end)  # type: ignore[arg-type]


def test_a_bundle_is_one_message_with_many_nudges() -> None:
    found = figures(outcome(message("dana", "03 09:30", 1, 2, 3), message("kim", "04 09:30", 4)), WINDOW)
    assert (found.messages, found.nudges) == (2, 4)


def test_people_are_counted_by_their_local_day_over_all_days_of_the_window() -> None:
    told = [message("dana", "03 09:30", 1), message("dana", "03 12:00", 1), message("kim", "03 10:00", 2)]
    found = figures(outcome(*told), WINDOW)
    assert (found.bothered, found.bothered_most, found.a_day) == (1.0, 2, Spread(2, 2, 2))


def test_what_was_sent_outside_the_window_does_not_count_but_warns() -> None:
    before = WINDOW.start - timedelta(hours=1)
    early = Message(before, "dana", (Item(1, "resolve.1", True),), before.date())
    found = figures(outcome(early, runs=(run(1, "03 17:00"),)), WINDOW)
    assert (found.nudges, found.escalations, found.breaches, found.warned) == (0, 0, 1, 1)


def test_a_nudge_at_the_very_moment_is_no_warning() -> None:
    runs = (run(1, "03 17:00"), run(2, "03 17:00"))
    found = figures(outcome(message("dana", "03 17:00", 1), message("dana", "03 16:59", 2), runs=runs), WINDOW)
    assert (found.breaches, found.warned) == (2, 1)


@pytest.mark.parametrize(
    "kept",
    [
        run(1, "03 17:00", stopped_at=moment("2025-03-03 16:00")), run(1, "03 17:00", left=timedelta(hours=1)),
        run(1, "03 17:00", name="promise"), run(1, "05 17:00"),
    ],
    ids=["met", "paused", "promise", "due later"],
)  # fmt: skip
def test_what_is_no_breach(kept: Run) -> None:
    assert figures(outcome(runs=(kept,)), WINDOW).breaches == 0


def test_a_run_that_was_over_when_its_clock_was_started_anew_counts() -> None:
    over = replace(run(1, "03 17:00"), until=moment("2025-03-03 18:00"))
    in_time = replace(run(2, "03 17:00"), until=moment("2025-03-03 16:00"))
    assert figures(outcome(runs=(over, in_time)), WINDOW).breaches == 1


def test_the_tickets_that_differ_most_come_first() -> None:
    today = outcome(message("dana", "03 10:00", 1, 2, 3), message("dana", "04 10:00", 1))
    other = outcome(message("omar", "03 10:00", 1), message("dana", "03 12:00", 2), message("dana", "03 10:00", 3))
    found = differences(today, other, WINDOW)
    assert [difference(one, str.title) for one in found] == [
        ("C-1", "2 → 1", "the same", "Omar instead of Dana"), ("C-2", "1 → 1", "2 h later", "still Dana"),
    ]  # fmt: skip


def test_a_ticket_that_is_nudged_about_under_one_file_only_says_so() -> None:
    here, nothing = outcome(message("dana", "03 10:00", 1)), outcome()
    (one,) = differences(here, nothing, WINDOW)
    assert difference(one, str.title) == ("C-1", "1 → 0", "none any more", "no longer Dana")
    (one,) = differences(nothing, here, WINDOW)
    assert difference(one, str.title) == ("C-1", "0 → 1", "now there is one", "also Dana")


@pytest.mark.parametrize(
    ("today", "other", "said"),
    [
        ((100, 10, 5), (62, 10, 3), "38 % fewer messages and warned of 2 breaches fewer"),
        ((100, 10, 5), (150, 10, 6), "50 % more messages and warned of 1 breach more"),
        ((100, 10, 5), (100, 10, 5), "as many messages and warned of as many breaches"),
        ((0, 10, 5), (7, 12, 5), "7 messages instead of none and warned of as many breaches, of 2 breaches more"),
        ((1000, 1, 1), (999, 1, 1), "1 message fewer and warned of as many breaches"),
    ],
)
def test_the_verdict_is_one_sentence(today: tuple[int, ...], other: tuple[int, ...], said: str) -> None:
    ours, theirs = (
        replace(NONE, messages=messages, breaches=breaches, warned=warned)
        for messages, breaches, warned in (today, other)
    )
    assert verdict(ours, theirs, "new.yml") == f"new.yml would have sent {said}"
