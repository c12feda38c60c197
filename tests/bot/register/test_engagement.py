"""The page of engagement: by function, in the file's order, for those who may see it."""

from __future__ import annotations

from bot.watched import Watched
from tests.bot.register.test_risks import Visitors
from tests.world import world


async def test_an_admin_sees_all_functions_and_their_total_and_no_person(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        for person, words in (("sam", "my card"), ("sam", "the app"), ("noor", "my card again")):
            await w.says(person, words)
        await w.advance(hours=1)
        page = (await Visitors(w).get("ines", "/register/engagement")).text
        main = page.partition("<main")[2]
        assert page.index("Payments") < page.index("Smaller groups together")
        total = main[main.index("<strong>All</strong>") :]
        assert '<td data-label="Complaints">3</td>' in total
        for name in ("Sam", "Dana", "Noor"):
            assert name not in main


async def test_a_lead_sees_their_own_function_only_and_nobody_sees_the_figures_of_two(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("kim", "my card")
        await w.advance(hours=1)
        main = (await Visitors(w).get("kim", "/register/engagement?days=91")).text.partition("<main")[2]
        assert "withheld: fewer than three people" in main
        assert "Payments" not in main
        assert (await Visitors(w).get("", "/register/engagement")).status_code == 401
