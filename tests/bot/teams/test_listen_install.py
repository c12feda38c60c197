"""The app is added, updated and taken away; where conversations are is kept."""

from __future__ import annotations

from pathlib import Path

from bot.teams.app import hear
from bot.teams.port import Ref
from tests.bot.teams.driver import DANA, DANA_DM, PAT, PAYMENTS, SAM, SAM_DM, SHOP, Desk, desk, organisation_file
from tests.fakes.teams_identity import TENANT

SAID = "Mrs Ito’s card payment was taken twice"


async def test_who_adds_the_app_is_greeted_once_though_two_activities_say_so(at: Desk) -> None:
    await at.event(at.says_.installed(SAM, SAM_DM))
    await at.event(at.says_.members(sender=SAM, place=SAM_DM))
    await at.event(at.says_.installed(SAM, SAM_DM, action="add-upgrade"))
    await at.event(at.says_.members("29:lee", sender=SAM, place=SAM_DM))
    assert len(at.said(SAM_DM)) == 1
    assert "Say in one sentence" in at.read(SAM_DM)
    await at.event(at.says_.installed(SAM, SAM_DM, action="remove"))
    await at.event(at.says_.installed(SAM, SAM_DM))
    assert len(at.said(SAM_DM)) == 2


async def test_a_team_is_greeted_too(at: Desk) -> None:
    await at.event(at.says_.installed(SAM, SHOP))
    [welcome] = at.said(SHOP)
    assert welcome["thread"] == ""


async def test_whoever_has_the_app_can_be_written_to_before_they_said_a_word(at: Desk) -> None:
    await at.says(SAID)
    assert "owned by Dana" in at.read(DANA_DM)
    assert at.teams.called("create")[0].body["channelData"]["channel"]["id"] == PAYMENTS.id
    assert len(at.teams.called("create")) == 1


async def test_every_activity_refreshes_where_its_conversation_is(at: Desk) -> None:
    await at.says("hi", SAM, SHOP)
    assert await at.made.room.references.of(SHOP.id) == Ref(
        at.teams.service_url, TENANT, SHOP.id, "channel", at.says_.message("x")["recipient"]["id"], SHOP.id, SHOP.team
    )
    moved = {**at.says_.message("hi", SAM, SHOP), "serviceUrl": "https://smba.example/emea/"}
    await at.made.room.references.keep("other", Ref("https://x.example", TENANT, "c", "personal", "28:x"))
    ref = await _heard(at, moved)
    assert ref is not None and ref.service_url == "https://smba.example/emea/"


async def _heard(at: Desk, activity: dict[str, object]) -> Ref | None:
    await hear(at.made.room, activity)
    return await at.made.room.references.of(SHOP.id)


async def test_references_survive_a_restart(sqlite_url: str, tmp_path: Path) -> None:
    file = organisation_file(tmp_path)
    async with desk(sqlite_url, file) as first:
        await first.event(first.says_.installed(DANA, DANA_DM))
        await first.says(SAID, SAM, SHOP, mention=True)
        card = first.card()
        opened = len(first.teams.called("create"))
        async with desk(sqlite_url, file, teams=first.teams) as second:
            await second.advance(hours=3)
            assert "waits for you" in second.read(DANA_DM)
            await second.presses("Acknowledge", DANA, card, PAYMENTS)
            assert second.card()["id"] == card["id"]
            assert "**C-1**: Dana has seen it" in second.read(SHOP) + second.read(SAM_DM)
        assert (
            len([one for one in first.teams.called("create") if one.body.get("channelData", {}).get("channel")])
            == opened
        )


async def test_who_is_not_listed_and_has_no_app_is_a_person_all_the_same(at: Desk) -> None:
    await at.event(at.says_.installed(PAT, SHOP, action="remove"))
    assert await at.made.room.references.of(SHOP.id) is None
