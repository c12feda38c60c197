"""The risk register is kept up from problems and alarms, and edited by those in charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.watched import Watched
from complaints import commands
from complaints.alarms import Alarm
from complaints.errors import BadInput, NotAllowed
from complaints.lifecycle import Change, Event
from complaints.risks import Risk
from complaints.ticket import Kind, Ticket
from handlers import forget, risks
from handlers.context import Context
from storage import alarms, tickets
from storage import risks as register
from tests.complaints.builders import a_ticket
from tests.stories.test_retention import keeping
from tests.world import World, world


async def a_problem(w: World) -> Ticket:
    """A problem of Payments with all complaints so far joined under it."""

    def join(context: Context) -> Ticket:
        where = (context.session, context.workspace)
        [number] = tickets.next_numbers(*where, 1)
        problem = replace(a_ticket("A payment twice", at=context.at, number=number), kind=Kind.PROBLEM)
        [made] = context.add([Change(problem, (Event("problem", "lee", context.at, {}),))])
        for one in tickets.everything(*where):
            if one.kind is Kind.COMPLAINT:
                tickets.save(*where, replace(one, parent=number))
        return made

    made = await w.golddust.worker.run(join, w.now)
    await w.tick()
    return made


def registered(w: World) -> list[Risk]:
    return w.golddust.read(lambda context: register.everything(context.session, context.workspace))


async def test_a_problem_becomes_a_risk_at_once_closes_and_comes_back(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        for number in range(4):
            await w.says("sam", f"card payment twice {number}", customer=f"Customer {number}")
        problem = await a_problem(w)
        [risk] = registered(w)
        assert (risk.key, risk.problem, risk.title, risk.owner) == (
            f"problem:{problem.number}",
            5,
            "A payment twice",
            "dana",
        )
        assert (risk.likelihood, risk.impact, risk.state) == (3, 2, "open")
        await w.does(commands.PlanAction, "dana", problem, action=commands.Plan("Alert"))
        await w.advance(hours=2)
        assert registered(w)[0].mitigation == "C-6"
        await w.does(commands.Resolve, "dana", w.ticket(5), done="Mended")
        await w.does(commands.ConfirmTold, "sam", w.ticket(5))
        await w.advance(hours=2)
        assert registered(w)[0].state == "open", "its complaints are not four weeks old"
        await w.advance(days=29)
        assert registered(w)[0].state == "closed"
        await w.does(commands.Reopen, "sam", w.ticket(5), reason="again")
        await w.advance(hours=2)
        assert registered(w)[0].state == "open"


async def test_an_alarm_becomes_a_risk_and_closes_when_it_stands_no_longer(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        for number in range(12):
            await w.says("sam", f"card payment twice {number}", customer=f"Customer {number}")
            await w.advance(hours=5)  # more slowly than in a surge
        alarm = Alarm(
            key="a", measure="arrivals", about="category", name="payments", team="payments", shape="above", value=12,
            usual=2.0, first_at=w.now, last_at=w.now,
        )  # fmt: skip

        def goes_on(context: Context) -> None:
            alarms.keep(context.session, context.workspace, replace(alarm, last_at=context.at))

        await w.golddust.worker.run(goes_on, w.now)
        await w.advance(hours=1)
        [risk] = registered(w)
        assert (risk.title, risk.owner) == ("More complaints about payments than usual: 12, 2.0 are usual", "lee")
        assert (risk.likelihood, risk.impact, risk.trend) == (4, 3, "rising")
        await w.advance(days=8)
        assert registered(w)[0].state == "closed"
        await w.golddust.worker.run(goes_on, w.now)
        await w.advance(hours=2)
        assert registered(w)[0].state == "open"


async def test_who_is_in_charge_may_edit_and_nobody_else(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        risk = await w.golddust.worker.run(lambda c: risks.add(c, "lee", "payments", {"title": "Fraud ring"}), w.now)
        wanted = {"likelihood": "5", "state": "watched"}
        for person in ("dana", "kim", "sam"):
            with pytest.raises(NotAllowed):
                await w.golddust.worker.run(lambda c, p=person: risks.edit(c, risk.number, p, wanted, 1), w.now)
        for version, person in enumerate(("lee", "ines"), 1):
            wanted["impact"] = str(version)
            await w.golddust.worker.run(lambda c, p=person, v=version: risks.edit(c, risk.number, p, wanted, v), w.now)
        [edited] = registered(w)
        assert (edited.exposure, edited.state) == (10, "watched")
        assert [one.who for one in edited.history] == ["lee", "lee", "lee", "ines"]
        with pytest.raises(BadInput):
            await w.golddust.worker.run(lambda c: risks.edit(c, risk.number, "lee", wanted, 1), w.now)


async def test_everybody_sees_the_risks_of_their_teams_only(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        for lead, team in (("lee", "payments"), ("kim", "app")):
            await w.golddust.worker.run(lambda c, p=lead, t=team: risks.add(c, p, t, {"title": f"Risk of {t}"}), w.now)
        seen = {
            p: [r.team for r in w.golddust.read(lambda c, p=p: risks.readable(c, p))]
            for p in ("dana", "kim", "ines", "sam")
        }
        assert seen == {"dana": ["payments"], "kim": ["app"], "ines": ["payments", "app"], "sam": []}


async def test_forgetting_reaches_the_register(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        wanted = {"title": "Acme Ltd leaves", "owner": "noor"}
        await w.golddust.worker.run(lambda c: risks.add(c, "lee", "payments", wanted), w.now)
        report = await w.golddust.worker.run(lambda c: forget.forget_customer(c, "Acme Ltd"), w.now)
        assert any("R-1" in sentence for sentence in report.left)
        reworded = {"title": "A customer leaves"}
        await w.golddust.worker.run(lambda c: risks.edit(c, 1, "lee", reworded, 1), w.now)
        report = await w.golddust.worker.run(lambda c: forget.forget_customer(c, "Acme Ltd"), w.now)
        assert (report.risks, report.left) == (1, ())
        assert [(one.what, one.before, one.after) for one in registered(w)[0].history] == [("title", "", "")]
        report = await w.golddust.worker.run(lambda c: forget.forget_person(c, "noor"), w.now)
        assert (report.risks, registered(w)[0].owner) == (1, report.instead)
        problem = await a_problem(w)
        await w.golddust.worker.run(lambda c: register.forget_words(c.session, c.workspace, [problem.number]), w.now)
        assert [risk.title for risk in registered(w)] == ["A customer leaves", ""]


async def test_what_risks_closed_long_ago_say_is_erased_as_tickets_are(database_url: str, tmp_path: Path) -> None:
    async with world(database_url, keeping(tmp_path, closed="60d")) as w:
        for title in ("Acme Ltd leaves", "Acme Ltd sues"):
            noted = {"title": title, "mitigation": "call Mr Ito"}
            await w.golddust.worker.run(lambda c, n=noted: risks.add(c, "lee", "payments", n), w.now)
        await w.golddust.worker.run(lambda c: risks.edit(c, 1, "lee", {"state": "closed"}, 1), w.now)
        await w.golddust.tidy(w.now + timedelta(days=59))
        assert registered(w)[0].title == "Acme Ltd leaves"
        await w.golddust.tidy(w.now + timedelta(days=61))
        closed, going_on = registered(w)
        assert (closed.title, closed.mitigation, closed.history, closed.state) == ("", "", (), "closed")
        assert (closed.opened_at, closed.exposure) == (going_on.opened_at, 9), "dates and figures stay"
        assert (going_on.title, going_on.mitigation) == ("Acme Ltd sues", "call Mr Ito")


async def test_the_register_is_kept_up_once_an_hour(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.tick()
        assert not w.golddust.read(risks.due)
        w.clock.advance(minutes=60)
        assert w.golddust.read(risks.due)
