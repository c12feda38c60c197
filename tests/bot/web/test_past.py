"""The playground has a past: many alike are a surge there, told to the lead and joined with one press."""

from __future__ import annotations

from pathlib import Path

from bot import demo
from bot.web.frontline import CROWD
from complaints.replies import Captured, Done, Refused, Said
from complaints.ticket import CloseReason
from storage import outbox, tickets
from tests.bot.web.samples import NOW

EXAMPLE = Path(__file__).parents[3] / "golddust.example.yml"


async def test_four_alike_are_told_to_the_lead_joined_with_a_press_and_left_with_the_words_that_answers_name(
    tmp_path: Path,
) -> None:
    ground = demo.open_playground(EXAMPLE, f"sqlite:///{tmp_path / 'demo.db'}", NOW, lived=True)
    try:
        before = ground.golddust.read(lambda context: tickets.everything(context.session, context.workspace))
        assert len(before) > 35
        assert {one.close_reason for one in before} == {CloseReason.TOLD}
        assert all(one.closed_at is not None and one.closed_at < NOW for one in before)
        assert ground.golddust.read(lambda context: outbox.counts(context.session, context.workspace)) == {}
        replies = [await ground.type("sam", words) for words in CROWD]
        numbers = [reply.ticket.number for reply in replies if isinstance(reply, Captured)]
        [told] = [post for post in ground.board.posts() if post.shown.kind == "surge"]
        lead = told.conversation.removeprefix("person:")
        assert ground.looks_at["lead"] == lead
        assert told.shown.plain.startswith("4 complaints about")
        assert await ground.press(lead, "join", told.shown.number or 0, {})
        [now] = [post for post in ground.board.posts() if post.shown.kind == "surge"]
        assert f"joined them under C-{numbers[-1] + 1}" in now.shown.plain
        assert (now.id, now.shown.offers) == (told.id, ())
        assert isinstance(await ground.type(lead, f"`/complaint leave C-{numbers[0]}`"), Done)
        join = f"/complaint join C-{numbers[-1] + 1} C-{numbers[0]}"
        assert isinstance(await ground.type(lead, join), Done)
        assert isinstance(await ground.type(lead, "/complaint"), Said)
        assert isinstance(await ground.type(lead, "/complaint join C-1"), Refused)
    finally:
        ground.golddust.close()
