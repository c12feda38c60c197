"""The pages of the risk register: who sees and edits what, and files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.requests import Request

from bot.register.pages import pages
from bot.register.viewer import Viewer
from bot.watched import Watched
from complaints.risks import Risk
from handlers import risks
from storage import risks as stored
from tests.world import World, world

HOSTILE = '<script>alert(1)</script> =HYPERLINK("x")'
HERE = {"sec-fetch-site": "same-origin"}


class Visitors:
    """A browser for each person, on the pages of one world."""

    def __init__(self, w: World) -> None:
        self.w = w

        async def viewer(request: Request) -> Viewer | None:
            person = request.headers.get("x-person")
            return Viewer(w.golddust, person) if person else None

        self.app = Starlette(routes=pages(viewer))

    def browser(self, person: str) -> httpx.AsyncClient:
        headers = {"x-person": person, **HERE} if person else HERE
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://golddust", headers=headers)

    async def get(self, person: str, path: str) -> httpx.Response:
        async with self.browser(person) as browser:
            return await browser.get(path)

    async def hands_in(self, person: str, path: str, **typed: str) -> httpx.Response:
        """The answer to the page's own form, some fields of which somebody has filled in."""
        async with self.browser(person) as browser:
            page = (await browser.get(path)).text
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
            return await browser.post(path, data={**hidden, **typed})

    def registered(self) -> list[Risk]:
        return self.w.golddust.read(lambda context: stored.everything(context.session, context.workspace))


@asynccontextmanager
async def visited(url: str, watched: Watched) -> AsyncIterator[Visitors]:
    async with world(url, watched) as w:
        for lead, team, title in (("lee", "payments", HOSTILE), ("kim", "app", "The app is down on Mondays")):
            wanted = {"title": title, "likelihood": "4", "impact": "5"}
            await w.golddust.worker.run(lambda c, p=lead, t=team, v=wanted: risks.add(c, p, t, v), w.now)
        yield Visitors(w)


async def test_everybody_sees_the_risks_of_their_teams_with_words_made_harmless(
    sqlite_url: str, watched: Watched
) -> None:
    async with visited(sqlite_url, watched) as v:
        lee, ines = (await v.get("lee", "/register/risks")).text, (await v.get("ines", "/register/risks")).text
        assert "&lt;script&gt;alert(1)" in lee
        assert "<script>alert" not in lee
        assert "Mondays" not in lee
        assert "Mondays" in ines
        assert "2 risks" in ines
        assert (await v.get("", "/register/risks")).status_code == 401
        assert (await v.get("lee", "/register/risks/R-2")).status_code == 404
        assert (await v.get("lee", "/register/risks/R-99")).status_code == 404


async def test_the_list_can_be_filtered_and_sorted_and_the_matrix_says_how_many(
    sqlite_url: str, watched: Watched
) -> None:
    async with visited(sqlite_url, watched) as v:
        page = (await v.get("ines", "/register/risks")).text
        assert 'aria-label="2 with likelihood 4 and impact 5">2</a>' in page
        assert "No risk" in (await v.get("ines", "/register/risks?state=closed")).text
        assert "No risk" in (await v.get("ines", "/register/risks?cell=1x1")).text
        assert "Mondays" not in (await v.get("ines", "/register/risks?team=payments")).text.partition("Risks found")[2]
        ordered = (await v.get("ines", "/register/risks?sort=team")).text
        assert ordered.index(">R-2<") < ordered.index(">R-1<")


async def test_a_lead_edits_a_risk_and_the_page_says_who_changed_what(database_url: str, watched: Watched) -> None:
    async with visited(database_url, watched) as v:
        typed = {"title": "Fraud", "likelihood": "2", "impact": "3", "owner": "dana", "mitigation": "C-7",
                 "state": "watched", "next_look": "2027-01-31"}  # fmt: skip
        answer = await v.hands_in("lee", "/register/risks/R-1", **typed)
        assert (answer.status_code, answer.headers["location"]) == (303, "/register/risks/R-1")
        risk = v.registered()[0]
        assert (risk.title, risk.exposure, risk.owner, risk.state, risk.mitigation) == (
            "Fraud", 6, "dana", "watched", "C-7",
        )  # fmt: skip
        page = (await v.get("lee", "/register/risks/R-1")).text
        assert "Lee: likelihood “4” → “2”" in page
        assert 'href="/register/C-7"' in page


async def test_a_member_sees_the_risk_without_a_form_and_can_not_hand_one_in(sqlite_url: str, watched: Watched) -> None:
    async with visited(sqlite_url, watched) as v:
        page = await v.get("dana", "/register/risks/R-1")
        assert page.status_code == 200
        assert "<form" not in page.text.partition("<main")[2]
        token = re.search(r'name="csrf" value="(\w+)"', (await v.get("lee", "/register/risks/R-1")).text)
        assert token is not None
        async with v.browser("dana") as browser:
            data = {"csrf": token[1], "version": "1", "impact": "1"}
            assert (await browser.post("/register/risks/R-1", data=data)).status_code == 403
        assert v.registered()[0].impact == 5


async def test_a_form_from_elsewhere_changes_nothing(sqlite_url: str, watched: Watched) -> None:
    async with visited(sqlite_url, watched) as v:
        for extra, data in (({"sec-fetch-site": "cross-site"}, {}), ({}, {"csrf": "guessed"})):
            async with v.browser("lee") as browser:
                typed = {"version": "1", "impact": "1", **data}
                assert (await browser.post("/register/risks/R-1", data=typed, headers=extra)).status_code == 403
        assert v.registered()[0].impact == 5


async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(sqlite_url: str, watched: Watched) -> None:
    async with visited(sqlite_url, watched) as v:
        answer = await v.hands_in("lee", "/register/risks/R-1", title=" ", mitigation="call them")
        assert answer.status_code == 400
        assert 'value="call them"' in answer.text
        assert re.search(r'name="title"[^>]*aria-invalid="true"', answer.text)


async def test_who_edits_what_somebody_has_changed_meanwhile_sees_how_it_is_now(
    sqlite_url: str, watched: Watched
) -> None:
    async with visited(sqlite_url, watched) as v:
        await v.hands_in("ines", "/register/risks/R-1", title="New words")
        answer = await v.hands_in("lee", "/register/risks/R-1", title="Old words", version="1")
        assert answer.status_code == 400
        assert "meanwhile" in answer.text
        assert "New words" in answer.text
        assert v.registered()[0].title == "New words"


async def test_a_new_risk_is_noted_by_who_is_in_charge(sqlite_url: str, watched: Watched) -> None:
    async with visited(sqlite_url, watched) as v:
        assert (await v.get("dana", "/register/risks/new")).status_code == 404
        assert (await v.hands_in("kim", "/register/risks/new", team="payments", title="x")).status_code == 403
        answer = await v.hands_in("kim", "/register/risks/new", team="app", title="A store bans us", impact="5")
        assert answer.status_code == 303
        assert v.registered()[-1].title == "A store bans us"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_files_hold_what_is_shown_and_no_formula(kind: str, sqlite_url: str, watched: Watched) -> None:
    async with visited(sqlite_url, watched) as v:
        await v.hands_in("kim", "/register/risks/R-2", mitigation="=1+1")
        found = await v.get("ines", f"/register/risks.{kind}?sort=team")
        assert found.headers["content-disposition"] == f'attachment; filename="risks-2026-11-23.{kind}"'
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
        else:
            sheet = load_workbook(io.BytesIO(found.content)).active
            rows = [[str(cell.value) for cell in row] for row in sheet]
            assert all(one.is_date and one.number_format == "yyyy-mm-dd" for one in sheet["J"][1:]), "a date, no text"
        assert [row[0] for row in rows] == ["risk", "R-2 The app is down on Mondays", f"R-1 {HOSTILE}"]
        assert rows[1][1:5] == ["20", "4", "5", "steady"]
        assert rows[1][8] == "'=1+1"
