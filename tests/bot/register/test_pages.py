"""What the pages answer: headers, hostile words, addresses that make no sense, and files that are read back."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from bot.register.asking import READY
from bot.register.exporting import COLUMNS
from bot.register.open import open_pages
from bot.watched import Watched
from complaints.ticket import State
from tests.bot.register.stock import MET_AT, browsing, random_tickets, stocked
from tests.bot.web.samples import HOSTILE
from tests.complaints.builders import a_ticket

STOCK = random_tickets(3, 120)
EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="alert(3)'
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


async def test_pages_are_kept_by_nobody_and_run_nothing_that_is_not_ours(sqlite_url: str, watched: Watched) -> None:
    async with stocked(sqlite_url, watched, STOCK) as golddust, browsing(golddust, "ines") as ines:
        for path in ("/register", "/register?from=x", "/register/C-1", "/register/C-999", "/register.csv",
                     "/register/charts", "/register/charts/flow.svg"):  # fmt: skip
            headers = (await ines.get(path)).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "script-src 'unsafe" not in headers["content-security-policy"], path
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"


async def test_what_people_typed_is_never_markup(sqlite_url: str, watched: Watched) -> None:
    ticket = replace(
        a_ticket(EVIL), customer=EVIL, category=EVIL[:80], close_note=EVIL, owner=EVIL, reporter=f"x:{EVIL}", words=EVIL
    )
    async with stocked(sqlite_url, watched, [ticket]) as golddust, browsing(golddust, "ines") as ines:
        for path in ("/register", "/register/C-1", "/register/charts"):
            words = (await ines.get(path)).text
            assert "<script>alert" not in words, path
            assert "<img src=x" not in words, path
            assert '" onmouseover="' not in words, path
        assert "&lt;script&gt;alert(1)" in (await ines.get("/register")).text
        for name in ("q", "owner", "customer", "category", "team", "touchpoint", "state", "from", "sort"):
            words = (await ines.get("/register", params={name: EVIL})).text
            assert "<script>alert" not in words, name
            assert '" onmouseover="' not in words, name


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("state=lost", "“state” can’t be “lost”"), ("kind=x", "there are complaint, problem, action"),
        ("severity=worst", "low, normal, high, critical"), ("from=yesterday", "a day such as 2026-11-23"),
        ("to=2026-02-30", "a day such as"), ("from=0001-01-01", "a day such as"), ("from=9999-12-31", "a day such as"),
        ("from=2026-12-01&to=2026-11-01", "swap"), ("ends=soon", "a number from 0"), ("ends=99999999999", "a number"),
        ("page=0", "a number from 1"), ("page=-1", "a number from 1"), ("page=²", "a number from 1"),
        ("sort=words", "can’t sort by “words”"), ("overdue=maybe", "there are 0, 1"), ("q=!!!", "no word or number"),
        (f"customer={'x' * 300}", "longer than 200"),
    ],
)  # fmt: skip
async def test_an_address_that_makes_no_sense_gets_a_sentence(
    sqlite_url: str, watched: Watched, query: str, said: str
) -> None:
    async with stocked(sqlite_url, watched, STOCK[:3]) as golddust, browsing(golddust, "ines") as ines:
        answer = await ines.get(f"/register?{query}")
        assert (answer.status_code, said in answer.text) == (400, True), answer.text[-900:]
        assert 'role="alert"' in answer.text
        for kind in ("csv", "xlsx"):
            exported = await ines.get(f"/register.{kind}?{query}")
            assert (exported.status_code, said in exported.text) == (400, True)


async def test_no_parameter_however_hostile_breaks_a_page(database_url: str, watched: Watched) -> None:
    async with stocked(database_url, watched, STOCK[:3]) as golddust, browsing(golddust, "dana") as dana:
        for name in ("q", "state", "team", "owner", "category", "customer", "sort", "page", "ends", "nonsense"):
            for value in (HOSTILE, "\x00", "%", "_", "\\", "'", '"', "C-0", "99999999999999999"):
                answer = await dana.get("/register", params={name: value})
                assert answer.status_code in {200, 400}, (name, value)


async def test_the_ready_views_are_good_addresses_and_the_one_that_is_shown_says_so(
    sqlite_url: str, watched: Watched
) -> None:
    async with stocked(sqlite_url, watched, STOCK) as golddust, browsing(golddust, "ines") as ines:
        for view in READY:
            answer = await ines.get(view.address)
            assert answer.status_code == 200
            assert f"<h1>{view.label}</h1>" in answer.text


NOTHING = {
    "q=zebra": "Nothing open says “zebra”; 2 closed do:", "q=stripes": "Nothing open says “stripes”; 1 closed does:",
    "q=zebra&state=new": "Nothing new says “zebra”; 2 other do:", "q=okapi": "Nothing says “okapi”, open or closed.",
    "q=okapi&state=all": "Nothing says “okapi”.",
    "category=horse": "No open ticket that you may see is like that; 2 closed are:",
}  # fmt: skip


async def test_a_search_that_finds_nothing_open_says_what_else_there_is_and_leads_there(
    sqlite_url: str, watched: Watched
) -> None:
    over = replace(a_ticket("a zebra", number=1), state=State.CLOSED, category="horse")
    stock = [
        over,
        replace(over, number=2, verbatim="zebra, stripes"),
        replace(a_ticket("a mule"), number=3, team="app"),
    ]
    async with stocked(sqlite_url, watched, stock) as golddust:
        for query, said in NOTHING.items():
            async with browsing(golddust, "ines") as ines:
                words = (await ines.get(f"/register?{query}&severity=normal")).text
                assert said in words
                led = re.search(r'<a href="([^"]+)">show (it|them)</a>', words)
                assert (led is not None) == ("; " in said), "only where there are any"
                if led:
                    there = await ines.get(html.unescape(led[1]))
                    assert "severity=normal" in str(there.url), "every other filter stays"
                    assert ("1 ticket" if "does" in said else "2 tickets") in there.text
            async with browsing(golddust, "kim") as kim:
                page = (await kim.get(f"/register?{query}")).text
                assert " closed " not in page, "of what one may not see nothing is said"


async def test_several_teams_and_the_touchpoint_are_filters_of_views_and_files(
    database_url: str, watched: Watched
) -> None:
    async with stocked(database_url, watched, STOCK) as golddust, browsing(golddust, "ines") as ines:
        query = "team=payments,App&touchpoint=Branches&state=all"
        meant = {one.ref for one in STOCK if one.team in {"payments", "app"} and MET_AT.get(one.reporter) == "branches"}
        rows = list(csv.DictReader(io.StringIO((await ines.get(f"/register.csv?{query}")).text.removeprefix("\ufeff"))))
        assert {row["ticket"] for row in rows} == meant
        assert {row["touchpoint"] for row in rows} == {"Branches"}
        page = (await ines.get(f"/register?{query}")).text
        assert f"{len(meant)} tickets" in page
        assert '<option value="payments,App" selected>Payments + App</option>' in page
        assert "Charts: Payments + App" in (await ines.get("/register/charts?team=payments,app")).text


async def test_the_csv_is_what_is_filtered_and_no_cell_is_a_formula(database_url: str, watched: Watched) -> None:
    evil = [replace(a_ticket(words, number=200 + n), customer=words) for n, words in enumerate(FORMULAS)]
    async with stocked(database_url, watched, [*STOCK, *evil]) as golddust, browsing(golddust, "ines") as ines:
        for query in ("state=all", "team=payments&sort=customer", "q=card&state=all"):
            answer = await ines.get(f"/register.csv?{query}")
            rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
            shown = await ines.get(f"/register?{query}")
            assert (f"{len(rows)} tickets" in shown.text, len(rows) > 5) == (True, True)
            assert all(f'href="/register/{row["ticket"]}"' in shown.text for row in rows[:50])
            assert not [
                cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            ]
        everything = list(csv.DictReader(io.StringIO((await ines.get("/register.csv?state=all")).text[1:], newline="")))
        by_ref = {row["ticket"]: row for row in everything}
        assert [by_ref[one.ref]["customer"] for one in evil] == [f"'{words}" for words in FORMULAS]
        for ticket in STOCK:
            row = by_ref[ticket.ref]
            assert datetime.fromisoformat(row["said"]) == ticket.captured_at
            assert (row["state"], row["severity"]) == (ticket.state.value, ticket.severity.value)


async def test_the_workbook_has_the_same_rows_with_real_dates_and_texts(sqlite_url: str, watched: Watched) -> None:
    evil = [replace(a_ticket(words, number=200 + n), customer=words) for n, words in enumerate(FORMULAS)]
    async with stocked(sqlite_url, watched, [*STOCK, *evil]) as golddust, browsing(golddust, "lee") as lee:
        answer = await lee.get("/register.xlsx?state=all")
        plain = await lee.get("/register.csv?state=all")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows())  # type: ignore[union-attr]
    listed = list(csv.reader(io.StringIO(plain.text[1:], newline="")))
    assert [row[0].value for row in rows] == [row[0] for row in listed]
    place = [name for name, _ in COLUMNS].index("said")
    known = {one.ref: one for one in (*STOCK, *evil)}
    zone = ZoneInfo("Europe/London")
    for row in rows[1:]:
        ticket = known[str(row[0].value)]
        said = row[place].value
        assert isinstance(said, datetime)
        assert abs((said.replace(tzinfo=zone).astimezone(UTC) - ticket.captured_at).total_seconds()) < 1
        assert {cell.data_type for cell in row if cell.value is not None} <= {"s", "d"}
    assert 10 < len(rows) < len(known), "lee sees the tickets of Payments, not all"


async def test_the_open_register_says_so_and_is_seen_as_whom_one_chooses(sqlite_url: str, watched: Watched) -> None:
    import httpx
    from starlette.applications import Starlette

    async with stocked(sqlite_url, watched, STOCK) as golddust:
        app = Starlette(routes=open_pages(lambda: golddust))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://open", follow_redirects=True
        ) as anybody:
            first = (await anybody.get("/register?state=all")).text
            assert "This register is open" in first
            assert "120 tickets" in first
            noor = (await anybody.get("/register?as=noor")).text
            assert '<option value="noor" selected>' in noor
            assert "120 tickets" not in (await anybody.get("/register?state=all")).text
            assert '<option value="noor" selected>' in (await anybody.get("/register?as=<b>")).text


async def test_what_came_this_very_moment_is_on_the_charts(sqlite_url: str, watched: Watched) -> None:
    async with stocked(sqlite_url, watched, [a_ticket()]) as golddust, browsing(golddust, "ines") as ines:
        assert golddust.clock.now() == a_ticket().captured_at
        assert "Nothing is open" not in (await ines.get("/register/charts")).text
