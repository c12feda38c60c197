"""Who sees what in the register: as in chat, managers their tree, admins all, and nobody else anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.watched import Watched
from complaints.register import Wanted, sight
from complaints.ticket import State
from handlers import register
from tests.bot.register.stock import GONE, GUEST, PEOPLE, browsing, random_tickets, stocked, visible
from tests.complaints.builders import organisation

STOCK = random_tickets(1, 200)
EVERYTHING = Wanted(state="all")


async def test_everybody_sees_what_the_rules_say_and_nothing_else(database_url: str, watched: Watched) -> None:
    async with stocked(database_url, watched, STOCK) as golddust:
        for person in [*PEOPLE, GUEST, GONE, "", "nobody-ever"]:
            seen = golddust.read(lambda context, person=person: register.numbers(context, person, EVERYTHING))  # type: ignore[misc]
            allowed = [one.number for one in reversed(STOCK) if visible(golddust.organisation, one, person)]
            assert seen == allowed, person
            one_by_one = golddust.read(
                lambda context, person=person: [  # type: ignore[misc]
                    one.number for one in reversed(STOCK) if register.opened(context, person, one.number)
                ]
            )
            assert one_by_one == allowed, person


def test_the_people_of_these_tests_differ_in_what_they_see() -> None:
    found = {person: {t.number for t in STOCK if visible(organisation(), t, person)} for person in [*PEOPLE, GUEST]}
    assert len(found["ines"]) == len(STOCK)
    assert 0 < len(found[GUEST]) < len(found["noor"]) < len(found["lee"]) < len(STOCK)
    assert len({frozenset(numbers) for numbers in found.values()}) == len(found)


def test_a_manager_sees_the_teams_of_their_tree() -> None:
    people = {"rita": {"name": "Rita", "manager": "ines"}, "lee": {"name": "Lee", "manager": "rita"}}
    managed = organisation(people=people)
    assert "payments" in sight(managed, "rita").teams
    assert "app" not in sight(managed, "rita").teams
    payments, app = (next(one for one in STOCK if one.team == team) for team in ("payments", "app"))
    assert visible(managed, payments, "rita")
    assert not visible(managed, app, "rita")


async def test_a_ticket_that_may_not_be_seen_answers_as_one_that_is_not_there(
    database_url: str, watched: Watched
) -> None:
    async with stocked(database_url, watched, STOCK) as golddust, browsing(golddust, "noor") as noor:
        hidden = next(one for one in STOCK if not visible(golddust.organisation, one, "noor"))
        shown = next(one for one in STOCK if visible(golddust.organisation, one, "noor"))
        answers = [await noor.get(f"/register/{ref}") for ref in (hidden.ref, "C-9999", "C-99999999999", "nonsense")]
        assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
        found = await noor.get(f"/register/{shown.ref}")
        assert (found.status_code, shown.verbatim.replace("'", "&#39;") in found.text) == (200, True)


@pytest.mark.parametrize(
    "path", ["/register", "/register/C-1", "/register.csv", "/register.xlsx", "/register/charts",
             "/register/charts/flow.svg", "/register/anything"]
)  # fmt: skip
async def test_who_is_not_signed_in_sees_nothing(sqlite_url: str, watched: Watched, path: str) -> None:
    async with stocked(sqlite_url, watched, STOCK[:5]) as golddust, browsing(golddust, None) as nobody:
        answer = await nobody.get(path)
        assert answer.status_code == 401
        assert f"/sign-in?next={path}" in answer.text
        assert "card" not in answer.text
        assert answer.headers["cache-control"] == "no-store"


async def test_a_member_gets_no_charts_of_a_team_that_is_not_theirs(sqlite_url: str, watched: Watched) -> None:
    async with stocked(sqlite_url, watched, STOCK[:5]) as golddust, browsing(golddust, "dana") as dana:
        assert (await dana.get("/register/charts?team=payments")).status_code == 200
        for path in ("charts?team=app", "charts/flow.svg?team=app", "charts?team=unheard", "charts/nothing.svg"):
            assert (await dana.get(f"/register/{path}")).status_code == 404, path
    async with stocked(f"{sqlite_url}2", watched, STOCK[:5]) as golddust, browsing(golddust, GUEST) as guest:
        assert (await guest.get("/register/charts")).status_code == 404


async def test_rights_are_looked_up_anew_for_every_request(sqlite_url: str, watched: Watched) -> None:
    async with stocked(sqlite_url, watched, STOCK) as golddust, browsing(golddust, "ines") as ines:
        assert "200 tickets" in (await ines.get("/register?state=all")).text
        admins = golddust.organisation.organisation.model_copy(update={"admins": ("kim",)})
        people = {key: one for key, one in golddust.organisation.people.items() if key != "ines"}
        changed = golddust.organisation.model_copy(update={"organisation": admins, "people": people})
        for cached in ("_teams_by_person",):
            changed.__dict__.pop(cached, None)
        object.__setattr__(watched.current, "organisation", changed)
        assert "no tickets" in (await ines.get("/register?state=all")).text


async def test_nobody_is_offered_the_category_of_tickets_that_they_may_not_see(
    database_url: str, watched: Watched
) -> None:
    found = next(one for one in STOCK if one.team == "payments")
    secret = replace(found, number=900, category="merger", state=State.NEW, blocked=None)
    stock = [*STOCK, replace(secret, owner="lee", holder="lee", reporter="lee")]
    async with stocked(database_url, watched, stock) as bot:
        seen = {}
        for person in ("lee", "kim", "ines"):
            async with browsing(bot, person) as browser:
                seen[person] = 'value="merger"' in (await browser.get("/register")).text
        assert seen == {"lee": True, "kim": False, "ines": True}


@pytest.mark.parametrize("ref", ["C-" + "9" * 5000, "risks/R-" + "9" * 5000, "C-x", "risks/R-x"])
async def test_a_number_that_none_can_have_is_not_found(sqlite_url: str, watched: Watched, ref: str) -> None:
    async with stocked(sqlite_url, watched, STOCK[:2]) as golddust:
        for person, status in (("ines", 404), (None, 401)):
            async with browsing(golddust, person) as browser:
                assert (await browser.get(f"/register/{ref}")).status_code == status
