"""Slack and Teams at once: one person on both is one person, and both see the same state of a ticket."""

from __future__ import annotations

from pathlib import Path

from bot.slack import send
from bot.slack.people import People
from complaints import commands
from complaints.ticket import Source
from tests.bot.slack.driver import shown
from tests.bot.teams.driver import DANA, OMAR_DM, PAYMENTS, SAM, SAM_DM, SHOP, desk, organisation_file
from tests.bot.teams.tickets import spoken
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN
from tests.world import MONDAY

SAID = "Mrs Ito’s card payment was taken twice"
IN_SLACK = {"dana": "U0DANA001", "sam": "U0SAM0001"}


async def test_one_person_one_ticket_both_platforms(sqlite_url: str, tmp_path: Path) -> None:
    # Dana's Slack id is in the file, her Teams account is recognised by her e-mail; Sam's the other way round.
    file = organisation_file(tmp_path, **{", slack: U0SAM0001": ""})
    async with FakeSlack(at=MONDAY) as slack, desk(sqlite_url, file) as at:
        for name, user in IN_SLACK.items():
            slack.add_user(user, name, email=f"{name}@example.com")
        client = send.client(BOT_TOKEN, slack.url)
        in_slack = send.SlackChannel(client, at.clock)
        in_slack.pace = 0.0
        at.golddust.connect([in_slack, at.made.channel])

        await at.says(SAID, SAM, SHOP, mention=True)
        [ticket] = at.tickets()
        assert (ticket.reporter, ticket.owner) == ("sam", "dana")
        assert "owned by Dana" in spoken(at.card(PAYMENTS)["attachments"][0]["content"])
        assert "owned by Dana" in shown(slack.messages("U0DANA001")[-1])  # she is asked where she is: in Slack

        people = People(at.golddust, client)
        assert await people.person("U0SAM0001", at.now) == "sam"
        assert await people.person("U0DANA001", at.now) == "dana"
        await at.presses("Acknowledge", DANA, at.card(PAYMENTS), PAYMENTS)
        assert "Acknowledged" in shown(slack.messages("U0DANA001")[0])

        done = commands.Resolve(at=at.now, actor="dana", number=1, done="Refunded")
        await at.golddust.execute(done)
        await at.golddust.deliverer.deliver_due(at.now)
        assert "C-1** is fixed" in at.read(SAM_DM)  # Sam reported it in Teams, so that is where they hear of it
        assert slack.messages("U0SAM0001") == []


async def test_a_complaint_from_slack_is_on_the_card_in_teams(sqlite_url: str, tmp_path: Path) -> None:
    async with desk(sqlite_url, organisation_file(tmp_path)) as at:
        await at.says("hi", SAM, SHOP, mention=True)
        source = Source("slack", "T1", "C0GENERAL", "1.0", "https://example.slack.com/archives/C0GENERAL/p10")
        said = commands.CaptureComplaint(at=at.now, actor="sam", words=SAID, source=source)
        await at.golddust.execute(said)
        await at.golddust.deliverer.deliver_due(at.now)
        assert SAID in at.read(PAYMENTS)


async def test_who_can_t_be_reached_in_teams_is_written_to_in_slack(sqlite_url: str, tmp_path: Path) -> None:
    async with FakeSlack(at=MONDAY) as slack, desk(sqlite_url, organisation_file(tmp_path)) as at:
        slack.add_user("U0DANA001", "dana", email="dana@example.com")
        await at.says("hi", DANA, SHOP, mention=True)
        at.teams.conversations.uninstall(DANA)
        in_slack = send.SlackChannel(send.client(BOT_TOKEN, slack.url), at.clock)
        in_slack.pace = 0.0
        at.golddust.connect([at.made.channel, in_slack])
        await at.says(SAID, SAM, SHOP, mention=True)
        assert "owned by Dana" in shown(slack.messages("U0DANA001")[-1])
        assert at.said(OMAR_DM) == []
