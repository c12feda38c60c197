"""What the file refers to exists, and what it asks for can work."""

from __future__ import annotations

from typing import Any

from complaints.organisation import Organisation
from complaints.references import Problem, choices, problems


def organisation(**parts: Any) -> Organisation:
    """A small organisation that is right; `parts` replace whole parts of it."""
    document: dict[str, Any] = {
        "organisation": {"name": "Bank", "time_zone": "UTC", "admins": ["ines"], "triage": "desk"},
        "people": {key: {"name": key.title(), "slack": f"U0{key.upper()}"} for key in ("dana", "omar", "ines")},
        "teams": {
            "desk": {"name": "Desk", "lead": "ines", "members": ["dana", "omar"]},
            "branch": {"name": "Branch", "lead": "ines", "owns": False},
        },
    }
    return Organisation.model_validate({**document, **parts})


def about(**changes: Any) -> Organisation:
    base = {"name": "Bank", "time_zone": "UTC", "admins": ["ines"], "triage": "desk"}
    return organisation(organisation={**base, **changes})


def people(**changes: dict[str, Any]) -> Organisation:
    names = {"dana": "Dana", "omar": "Omar", "ines": "Ines"}
    return organisation(
        people={
            key: {"name": name, "slack": f"U0{name.upper()}", **changes.get(key, {})} for key, name in names.items()
        }
    )


def desk(**changes: Any) -> Organisation:
    team = {"name": "Desk", "lead": "ines", "members": ["dana", "omar"], **changes}
    return organisation(teams={"desk": team, "branch": {"name": "Branch", "lead": "ines", "owns": False}})


def routed(when: dict[str, Any], team: str = "desk") -> Organisation:
    return organisation(routes=[{"when": when, "team": team}])


def test_an_organisation_that_fits_has_no_problems() -> None:
    assert problems(organisation()) == ()


def test_people_may_be_each_others_deputy() -> None:
    assert problems(people(dana={"deputy": "omar"}, omar={"deputy": "dana"})) == ()


def test_an_unknown_manager_is_told_with_the_name_that_was_probably_meant() -> None:
    assert problems(people(dana={"manager": "ine"})) == (
        Problem(("people", "dana", "manager"), "ine", "dana, omar, ines (did you mean “ines”?)"),
    )


def test_an_unknown_deputy_is_told_with_the_people_there_are() -> None:
    assert problems(people(dana={"deputy": "zz"})) == (Problem(("people", "dana", "deputy"), "zz", "dana, omar, ines"),)


def test_an_unknown_deputy_of_an_absence_is_told_with_its_place() -> None:
    away = [
        {"from": "2026-01-05", "until": "2026-01-06"},
        {"from": "2026-02-05", "until": "2026-02-06", "deputy": "zz"},
    ]
    (problem,) = problems(people(dana={"away": away}))
    assert problem.path == ("people", "dana", "away", 1, "deputy")


def test_an_unknown_admin_is_told_with_its_place() -> None:
    (problem,) = problems(about(admins=["ines", "zz"]))
    assert (problem.path, problem.found) == (("organisation", "admins", 1), "zz")


def test_an_unknown_lead_is_told() -> None:
    (problem,) = problems(desk(lead="zz"))
    assert (problem.path, problem.found) == (("teams", "desk", "lead"), "zz")


def test_an_unknown_member_is_told_with_its_place() -> None:
    (problem,) = problems(desk(members=["dana", "zz"]))
    assert (problem.path, problem.found) == (("teams", "desk", "members", 1), "zz")


def test_an_unknown_owner_is_told() -> None:
    (problem,) = problems(desk(assign="owner", owner="zz"))
    assert (problem.path, problem.found) == (("teams", "desk", "owner"), "zz")


def test_an_unknown_person_of_a_rota_is_told_with_its_place() -> None:
    (problem,) = problems(desk(rota={"people": ["dana", "zz"], "starts": "2026-01-05"}))
    assert (problem.path, problem.found) == (("teams", "desk", "rota", "people", 1), "zz")


def test_an_unknown_calendar_is_told_even_where_none_is_listed() -> None:
    assert problems(desk(calendar="uk")) == (
        Problem(("teams", "desk", "calendar"), "uk", "nothing, as the file lists none"),
    )


def test_an_unknown_policy_of_a_team_is_told() -> None:
    (problem,) = problems(desk(policy="fast"))
    assert (problem.path, problem.found) == (("teams", "desk", "policy"), "fast")


def test_an_unknown_calendar_and_policy_of_the_organisation_are_told() -> None:
    found = [problem.path for problem in problems(about(calendar="uk", policy="fast"))]
    assert found == [("organisation", "calendar"), ("organisation", "policy")]


def test_an_unknown_triage_team_is_told_with_the_teams_that_own() -> None:
    assert problems(about(triage="dask")) == (
        Problem(("organisation", "triage"), "dask", "desk (did you mean “desk”?)"),
    )


def test_a_triage_team_that_does_not_own_is_a_problem() -> None:
    assert problems(about(triage="branch")) == (Problem(("organisation", "triage"), "branch", "desk"),)


def test_a_route_to_an_unknown_team_is_a_problem() -> None:
    (problem,) = problems(routed({"words": "card"}, team="cards"))
    assert (problem.path, problem.found) == (("routes", 0, "team"), "cards")


def test_a_route_to_a_team_that_does_not_own_is_a_problem() -> None:
    assert problems(routed({"words": "card"}, team="branch")) == (Problem(("routes", 0, "team"), "branch", "desk"),)


def test_an_unknown_reporter_team_is_told_at_any_depth_of_a_condition() -> None:
    deep = {"any": [{"words": "card"}, {"all": [{"not": {"reporter_team": ["branch", "zz"]}}]}]}
    (problem,) = problems(routed(deep))
    assert problem.path == ("routes", 0, "when", "any", 1, "all", 0, "not", "reporter_team", 1)


def test_an_unknown_reporter_team_of_a_severity_rule_is_told() -> None:
    rules = [{"when": {"reporter_team": "zz"}, "severity": "high"}]
    (problem,) = problems(organisation(severity={"rules": rules}))
    assert problem.path == ("severity", "rules", 0, "when", "reporter_team", 0)


def test_on_call_without_a_rota_is_a_problem() -> None:
    assert problems(desk(assign="on-call")) == (
        Problem(("teams", "desk", "assign"), "on-call", "on-call together with `rota:`, which this team does not have"),
    )


def test_an_owner_who_is_not_named_is_a_problem() -> None:
    (problem,) = problems(desk(assign="owner"))
    assert problem.allowed == "owner together with `owner:`, which this team does not have"


def test_taking_turns_without_members_is_a_problem() -> None:
    for way in ("round-robin", "least-loaded"):
        (problem,) = problems(desk(assign=way, members=[]))
        assert problem.allowed == f"{way} together with `members:`, which this team does not have"


def test_a_team_that_does_not_own_needs_nobody_to_assign_to() -> None:
    assert problems(organisation()) == ()
    (problem,) = problems(desk(members=[]))
    assert problem.path == ("teams", "desk", "assign")


def test_two_people_cannot_share_a_slack_id() -> None:
    assert problems(people(dana={"slack": "U0001"}, ines={"slack": "U0001"})) == (
        Problem(("people", "ines", "slack"), "U0001", "one that is not already “dana”’s"),
    )


def test_two_people_cannot_share_a_teams_id() -> None:
    (problem,) = problems(people(dana={"teams": "a-b"}, omar={"teams": "a-b"}))
    assert problem.path == ("people", "omar", "teams")


def test_two_people_cannot_share_an_email_address_in_whatever_case() -> None:
    (problem,) = problems(people(dana={"email": "d@x.example"}, omar={"email": "D@X.example"}))
    assert problem.path == ("people", "omar", "email")


def test_nobody_is_their_own_manager() -> None:
    assert problems(people(dana={"manager": "dana"})) == (
        Problem(("people", "dana", "manager"), "dana", "somebody else, or nobody"),
    )


def test_nobody_is_their_own_deputy() -> None:
    (problem,) = problems(people(dana={"deputy": "dana"}))
    assert problem.path == ("people", "dana", "deputy")


def test_everybody_needs_a_way_to_be_reached() -> None:
    assert problems(people(omar={"slack": None})) == (
        Problem(("people", "omar"), "no way to reach them", "a slack id, a teams id or an email"),
    )


def test_one_way_to_be_reached_is_enough() -> None:
    for way in ({"teams": "a-b"}, {"email": "omar@bank.example"}):
        assert problems(people(omar={"slack": None, **way})) == ()


def test_a_tier_that_no_customer_has_is_a_problem_at_any_depth() -> None:
    customers = [{"name": "Marlow Bakery", "tier": "gold"}, {"name": "Northgate Dental"}]
    routes = [{"when": {"not": {"customer_tier": ["gold", "glod"]}}, "team": "desk"}]
    (problem,) = problems(organisation(customers=customers, routes=routes))
    assert problem == Problem(("routes", 0, "when", "not", "customer_tier", 1), "glod", "gold (did you mean “gold”?)")


def test_a_tier_is_a_problem_where_no_listed_customer_has_one() -> None:
    rules = [{"when": {"customer_tier": "gold"}, "severity": "high"}]
    (problem,) = problems(organisation(customers=[{"name": "Marlow Bakery"}], severity={"rules": rules}))
    assert problem.allowed == "the tier of a listed customer; none has one"


def test_a_tier_is_no_problem_where_no_customers_are_listed() -> None:
    assert problems(routed({"customer_tier": "gold"})) == ()


def test_two_routes_cannot_share_a_name() -> None:
    routes = [{"name": name, "when": {"words": "card"}, "team": "desk"} for name in ("Cards", "Fees", "Cards")]
    assert problems(organisation(routes=routes)) == (
        Problem(("routes", 2, "name"), "Cards", "each name once; routes[0] has it already"),
    )


def test_routes_without_a_name_share_nothing() -> None:
    assert problems(organisation(routes=[{"when": {"words": "card"}, "team": "desk"}] * 2)) == ()


def test_managers_in_a_circle_are_told_once() -> None:
    circle = people(ines={"manager": "omar"}, omar={"manager": "dana"}, dana={"manager": "omar"})
    assert problems(circle) == (
        Problem(("people", "dana", "manager"), "dana → omar → dana", "managers that end at somebody without one"),
    )


def test_somebody_below_a_circle_of_managers_is_not_blamed_for_it() -> None:
    circle = people(dana={"manager": "omar"}, omar={"manager": "ines"}, ines={"manager": "omar"})
    assert [problem.path for problem in problems(circle)] == [("people", "omar", "manager")]


def test_at_most_eight_allowed_names_are_listed() -> None:
    assert choices("zz", [f"name{n}" for n in range(10)]).endswith("name6, name7 and 2 more")


def test_a_second_workspace_in_one_file_is_refused_and_told_what_to_do_instead() -> None:
    assert problems(about(slack_workspaces=["E0GRID001", "T0FIRST01", "T0FIRST01"])) == ()
    (found,) = problems(about(slack_workspaces=["T0FIRST01", "E0GRID001", "T0OTHER01"]))
    assert (found.path, found.found) == (("organisation", "slack_workspaces", 2), "T0OTHER01")
    assert "list their Grid’s id (E…) instead, or give T0OTHER01 a file of its own" in found.allowed
