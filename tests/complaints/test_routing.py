"""Routing: which team a complaint goes to, how bad it is, and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.conditions import REGEX_SECONDS, Condition, Facts, Finding, check
from complaints.routing import route
from complaints.severity import Severity
from tests.complaints.builders import organisation, said


def holds(condition: dict[str, Any], text: str = "", **facts: Any) -> Finding:
    """Whether a condition of the file holds for a complaint."""
    return check(Condition.model_validate(condition), Facts(text, **facts))


@pytest.mark.parametrize(
    ("words", "text", "matched"),
    [
        ("card", "My CARD is gone", True),
        ("card", "the cards are gone", False),
        ("card", "a discard pile", False),
        ("card", "card", True),
        ("card", "card, please", True),
        ("späti", "Der SPÄTI ist zu", True),
        ("card machine", "the card   machine is dead", True),
        ("card machine", "the card\nmachine is dead", True),
        ("card machine", "the machine card is dead", False),
        (["refund", "card"], "no refund yet", True),
        ("c++", "they use c++ there", True),
        (".", "anything but a full stop on its own", False),
    ],
)
def test_words_match_whole_words_in_any_case(words: object, text: str, matched: bool) -> None:
    assert holds({"words": words}, text).matched is matched


@pytest.mark.parametrize(
    ("phrase", "text", "matched"),
    [
        ("card", "the cards are gone", True),
        ("taken twice", "It was TAKEN  twice", True),
        ("taken twice", "twice it was taken", False),
        ("50%", "only 50% came back", True),
        (".*", "anything", False),
    ],
)
def test_phrases_match_anywhere_in_any_case(phrase: str, text: str, matched: bool) -> None:
    assert holds({"phrases": phrase}, text).matched is matched


@pytest.mark.parametrize("key", ["words", "phrases"])
def test_a_word_of_nothing_but_spaces_is_refused_rather_than_matching_everything(key: str) -> None:
    with pytest.raises(ValueError, match=key):
        Condition.model_validate({key: ["card", "  "]})


def test_a_regular_expression_matches_in_any_case_and_the_reason_quotes_what_it_found() -> None:
    finding = holds({"regex": r"error \d{3}"}, "I saw Error 503 twice")
    assert finding == Finding(True, "it says “Error 503”")
    assert not holds({"regex": r"error \d{3}"}, "I saw an error").matched


def test_a_regular_expression_that_never_ends_is_given_up_and_the_reason_says_so() -> None:
    finding = holds({"regex": r"(a+)+$"}, "a" * 5000 + "!")
    assert not finding.matched
    assert f"longer than {REGEX_SECONDS} s and was given up" in finding.why


@pytest.mark.parametrize(
    ("channel", "matched"), [("C0001", True), ("#branch-north", True), ("Branch-North", True), ("branch", False)]
)
def test_a_channel_is_recognised_by_its_id_and_by_its_name_with_or_without_hash(channel: str, matched: bool) -> None:
    facts = {"channels": ("C0001", "branch-north")}
    assert holds({"channel": channel}, **facts).matched is matched
    assert not holds({"channel": channel}).matched, "said in no channel at all"


def test_the_reporters_team_matches_any_of_their_teams() -> None:
    assert holds({"reporter_team": ["app", "branches"]}, reporter_teams=("branches",)).matched
    assert not holds({"reporter_team": ["app"]}, reporter_teams=("branches",)).matched
    assert not holds({"reporter_team": ["app"]}).matched


def test_the_customers_tier_matches_when_it_is_known() -> None:
    assert holds({"customer_tier": "gold"}, customer_tier="gold").matched
    assert not holds({"customer_tier": "gold"}, customer_tier="silver").matched
    assert not holds({"customer_tier": "gold"}).matched


def test_a_severity_matches_any_of_those_listed() -> None:
    assert holds({"severity": ["high", "critical"]}, severity=Severity.HIGH).matched
    assert not holds({"severity": "critical"}, severity=Severity.HIGH).matched


@pytest.mark.parametrize(
    ("condition", "matched"),
    [
        ({"words": "card", "severity": "high"}, True),
        ({"words": "card", "severity": "low"}, False),
        ({"words": "refund", "severity": "high"}, False),
        ({"all": [{"words": "card"}, {"severity": "high"}]}, True),
        ({"all": [{"words": "card"}, {"severity": "low"}]}, False),
        ({"any": [{"words": "refund"}, {"severity": "high"}]}, True),
        ({"any": [{"words": "refund"}, {"severity": "low"}]}, False),
        ({"not": {"words": "refund"}}, True),
        ({"not": {"words": "card"}}, False),
        ({"not": {"any": [{"words": "refund"}, {"severity": "high"}]}}, False),
        ({"words": "card", "not": {"phrases": "late fee"}}, True),
        ({"all": [{"any": [{"words": "card"}]}, {"not": {"severity": "low"}}]}, True),
    ],
)
def test_conditions_combine_with_and_or_and_not(condition: dict[str, Any], matched: bool) -> None:
    assert holds(condition, "my card", severity=Severity.HIGH).matched is matched


@pytest.mark.parametrize(("count", "ends"), [(5, "“w4”"), (6, "1 other"), (7, "2 others")])
def test_a_long_list_of_words_is_counted(count: int, ends: str) -> None:
    assert holds({"words": [f"w{number}" for number in range(count)]}, "nothing").why.endswith(ends)


def test_a_condition_without_any_key_is_refused_because_it_would_match_everything() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Condition.model_validate({})


def test_the_first_route_that_matches_decides_and_every_trial_is_kept_in_order() -> None:
    routing = route(organisation(), said("The app lost my login"))
    assert (routing.team, routing.category) == ("app", "app")
    assert [(trial.rule, trial.leads_to, trial.matched) for trial in routing.trials] == [
        ("Cards and payments", "payments", False),
        ("The app", "app", True),
    ]
    assert routing.trials[0].why == "it says none of “payment”, “card”, “refund”, “fraud”"
    assert routing.reason == "it says “app” (rule “The app”)"


def test_an_earlier_route_wins_over_a_later_one_that_matches_too() -> None:
    routing = route(organisation(), said("The app refused my card"))
    assert routing.team == "payments"
    assert [trial.rule for trial in routing.trials] == ["Cards and payments"]


def test_what_no_route_matches_goes_to_triage_and_the_reason_says_so() -> None:
    routing = route(organisation(), said("The toilet is broken"))
    assert (routing.team, routing.category) == ("triage", None)
    assert routing.reason == "no rule fits it, so it goes to triage"
    assert [trial.matched for trial in routing.trials] == [False, False]


def test_a_route_without_a_name_is_known_by_its_place() -> None:
    routes = [{"when": {"words": "xyz"}, "team": "app"}, {"when": {"words": "card"}, "team": "payments"}]
    routing = route(organisation(routes=routes), said("my card"))
    assert [trial.rule for trial in routing.trials] == ["route 1", "route 2"]
    assert routing.category is None


def test_a_route_without_a_category_lends_its_name() -> None:
    routes = [{"name": "Cards", "when": {"words": "card"}, "team": "payments"}]
    assert route(organisation(routes=routes), said("my card")).category == "Cards"


def test_the_severity_is_guessed_by_the_first_rule_that_holds() -> None:
    assert route(organisation(), said("an angry man reports fraud")).severity is Severity.CRITICAL
    routing = route(organisation(), said("an angry man"))
    assert routing.severity is Severity.HIGH
    assert [trial.matched for trial in routing.severity_trials] == [False, True]


def test_without_a_rule_that_holds_the_severity_is_the_default_and_that_is_recorded() -> None:
    routing = route(organisation(severity={"default": "low"}), said("my card"))
    assert routing.severity is Severity.LOW
    assert routing.severity_trials[-1].why == "no severity rule matched, so it is the default"


def test_a_severity_that_a_person_gave_is_not_guessed() -> None:
    routing = route(organisation(), said("fraud", severity=Severity.LOW))
    assert routing.severity is Severity.LOW
    assert [trial.why for trial in routing.severity_trials] == ["it was given"]


def test_a_route_can_look_at_the_severity_that_was_guessed() -> None:
    routes = [{"when": {"severity": "critical"}, "team": "app"}]
    assert route(organisation(routes=routes), said("fraud")).team == "app"
    assert route(organisation(routes=routes), said("a trifle")).team == "triage"


ITO = {"name": "Ito Foods", "aliases": ["Mrs Ito", "ITO-77"], "tier": "gold"}
GOLD = [{"when": {"customer_tier": "gold"}, "team": "app"}]


@pytest.mark.parametrize("text", ["mrs ito called", "ITO FOODS called", "called about ito-77"])
def test_a_customer_is_recognised_by_name_or_alias_and_their_tier_routes(text: str) -> None:
    routing = route(organisation(customers=[ITO], routes=GOLD), said(text))
    assert (routing.customer, routing.team) == ("Ito Foods", "app")


@pytest.mark.parametrize("text", ["Mrs Itoh called", "xIto Foods", "nobody called"])
def test_a_customer_is_not_recognised_inside_another_word(text: str) -> None:
    routing = route(organisation(customers=[ITO], routes=GOLD), said(text))
    assert (routing.customer, routing.team) == (None, "triage")


def test_a_customer_given_by_their_alias_is_the_listed_one() -> None:
    routing = route(organisation(customers=[ITO], routes=GOLD), said("it broke"), customer="mrs ito")
    assert (routing.customer, routing.team) == ("Ito Foods", "app")


def test_a_customer_given_by_a_person_beats_one_named_in_the_text() -> None:
    silver = {"name": "Silva", "tier": "silver"}
    routing = route(organisation(customers=[ITO, silver], routes=GOLD), said("Mrs Ito says"), customer="Silva")
    assert (routing.customer, routing.team) == ("Silva", "triage")


def test_a_customer_whom_the_file_does_not_list_stays_as_given() -> None:
    assert route(organisation(customers=[ITO]), said("it broke"), customer="Mr New").customer == "Mr New"


def test_a_customers_empty_alias_is_refused_rather_than_recognised_in_everything() -> None:
    with pytest.raises(ValueError, match="aliases"):
        organisation(customers=[{"name": "Ito Foods", "aliases": [" "]}])


CONDITIONS = st.recursive(
    st.one_of(
        st.builds(lambda w: {"words": w}, st.sampled_from(["card", "app", "späti", "a b"])),
        st.builds(lambda w: {"phrases": w}, st.sampled_from(["ca", "tak", "."])),
        st.builds(lambda w: {"regex": w}, st.sampled_from([r"\d+", "^a", r"(x|y)*z"])),
        st.builds(lambda w: {"severity": w}, st.sampled_from(list(Severity))),
        st.builds(lambda w: {"channel": w}, st.sampled_from(["C1", "#north"])),
    ),
    lambda inner: st.one_of(
        st.builds(lambda c: {"all": c}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda c: {"any": c}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda c: {"not": c}, inner),
    ),
    max_leaves=5,
)


@given(
    text=st.text(max_size=200),
    rules=st.lists(st.tuples(CONDITIONS, st.sampled_from(["payments", "app", "triage"])), max_size=4),
    severity=st.none() | st.sampled_from(list(Severity)),
)
def test_whatever_is_said_goes_to_a_team_that_owns_complaints(
    text: str, rules: list[tuple[dict[str, Any], str]], severity: Severity | None
) -> None:
    org = organisation(routes=[{"when": when, "team": team} for when, team in rules])
    routing = route(org, Facts(text, severity=severity))
    assert org.teams[routing.team].owns
    assert routing.severity is (severity or routing.severity)
    matched = [trial.matched for trial in routing.trials]
    assert True not in matched[:-1], "nothing is tried after the first match"
    if matched and matched[-1]:
        assert routing.team == routing.trials[-1].leads_to
    else:
        assert (len(matched), routing.team) == (len(rules), "triage")


@given(condition=CONDITIONS, text=st.text(max_size=50))
def test_not_turns_every_answer_round(condition: dict[str, Any], text: str) -> None:
    facts = Facts(text, channels=("C1",), severity=Severity.LOW)
    plain = check(Condition.model_validate(condition), facts)
    turned = check(Condition.model_validate({"not": condition}), facts)
    assert plain.matched is not turned.matched
    assert plain.why and turned.why
