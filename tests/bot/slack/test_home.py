"""The App Home."""

from __future__ import annotations

from datetime import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack.home import home
from complaints.preferences import Platform, Settings
from handlers.reading import Page
from tests.bot.slack.tickets import a_blocked_ticket, a_resolved_ticket, a_ticket, spoken, texts, tickets, typed
from tests.fakes.slack_forms import elements, labels
from tests.fakes.slack_limits import check_view

EMPTY = Page((), 0, 1, 0)
NINE = time(9, 30)
OWN = Settings(NINE, "mon-fri 09:00-17:00", "Europe/London", ("slack",), None, early=True)
PLATFORMS: list[Platform] = ["slack", "teams"]

pages = st.builds(
    lambda found, number, more: Page(tuple(found), number, number + 1 + more, 99),
    st.lists(tickets, max_size=12), st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip
settings_of_somebody = st.builds(
    Settings, st.times(), st.just("mon-fri 09:00-17:00"), st.just("Europe/London"),
    st.sampled_from([(), ("slack",), ("slack", "teams")]), st.sampled_from([None, *PLATFORMS]), early=st.booleans(),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.data_too_large])
@given(pages, pages, typed)
def test_slack_takes_every_home_and_no_strangers_markup_is_in_it(held: Page, reported: Page, name: str) -> None:
    view = home(held, reported, name, OWN)
    check_view(view, "home")
    for text in texts(view["blocks"]):
        if text["type"] == "mrkdwn":
            assert text["text"].count("<") == text["text"].count("<!date^")


def test_an_empty_home_is_kind() -> None:
    read = spoken(home(EMPTY, EMPTY, "Dana", OWN)["blocks"])
    assert "Hello Dana" in read
    assert "Nothing waits for you. Enjoy the quiet." in read
    assert "Reported by you (0)\nNothing yet." in read


def test_what_is_mine_stands_with_its_clocks_and_buttons_and_what_i_reported_with_its_state() -> None:
    view = home(Page((a_ticket(),), 0, 1, 1), Page((a_resolved_ticket(),), 0, 1, 1), "Dana", OWN)
    read = spoken(view["blocks"])
    assert "*C-42* · ❗ High · New · reported by Sam\nAcknowledge by <!date^" in read
    assert "*C-42* · ❗ High · Resolved: the customer has to be told · with Dana (Payments)" in read
    assert "“The card machine charged Mrs Ito twice”" in read
    assert labels(view["blocks"]) == [
        "Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date", "Customer told", "Reopen"
    ]  # fmt: skip


def test_who_blocks_a_ticket_can_unblock_it_from_home() -> None:
    view = home(Page((a_blocked_ticket(),), 0, 1, 1), Page((a_ticket(),), 0, 1, 1), "Kim", OWN)
    assert labels(view["blocks"]) == ["Unblock", "Edit", "Withdraw"]


def test_a_page_button_carries_both_pages() -> None:
    view = home(Page((a_ticket(),), 1, 3, 11), Page((a_ticket(),), 0, 2, 9), "Dana", OWN)
    turned = [(b["action_id"], b["text"]["text"], b["value"]) for b in page_buttons(view)]
    assert turned == [
        ("home_held", "Next page", "2:0"),
        ("home_held", "Previous page", "0:0"),
        ("home_reported", "Next page", "1:1"),
    ]
    assert view["private_metadata"] == "1:0"
    assert "Page 2 of 3" in spoken(view["blocks"])


def page_buttons(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [element for _, element in elements(view["blocks"]) if element["action_id"].startswith("home_")]


def test_the_settings_stand_below_and_the_channel_is_asked_of_those_who_are_on_both() -> None:
    alone = [element for _, element in elements(home(EMPTY, EMPTY, "Dana", OWN)["blocks"])]
    assert [one["type"] for one in alone] == ["timepicker", "checkboxes"]
    assert (alone[0]["initial_time"], alone[1]["initial_options"]) == ("09:30", alone[1]["options"])
    on_both = Settings(NINE, "", "Europe/London", ("slack", "teams"), "teams", early=False)
    asked = [element for _, element in elements(home(EMPTY, EMPTY, "Dana", on_both)["blocks"])]
    assert asked[1]["initial_option"]["value"] == "teams"
    assert "initial_options" not in asked[2]


@given(settings_of_somebody, typed)
def test_slack_takes_everybody_s_settings_and_what_was_wrong_with_them(own: Settings, wrong: str) -> None:
    check_view(home(EMPTY, EMPTY, "Dana", own, wrong), "home")
