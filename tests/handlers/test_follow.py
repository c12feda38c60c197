"""Threads, edits and deletions around a captured message."""

from __future__ import annotations

from datetime import timedelta

from bot.watched import Watched
from complaints import commands
from complaints.notices import Remark
from complaints.replies import Done, Nothing, Reply
from complaints.ticket import Attachment, Source, State
from handlers.context import Context
from handlers.forget import forget_customer
from storage import outbox
from tests.world import World, world

SAID = Source("pigeon", "w", "C0NORTH", "100")


async def replied(w: World, actor: str, words: str, thread: str = "100", number: int = 1, **more: object) -> Reply:
    place = Source("pigeon", "w", str(more.pop("conversation", "C0NORTH")), f"{thread}.{number}")
    return await w.do(commands.Comment(at=w.now, actor=actor, words=words, place=place, thread=thread, **more))


async def test_a_reply_under_the_original_joins_the_timeline_and_goes_to_the_card(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        w.forget()
        file = Attachment("shot.png", "https://files/1")
        assert isinstance(await replied(w, "sam", "it happened again", attachments=(file,)), Done)
        assert w.record()["timeline"][-1]["data"] == {"words": "it happened again", "files": "shot.png https://files/1"}
        assert [one.dispatch.notice for one in w.pigeons.delivered if one.kind == "remark"] == [
            Remark(ticket=1, audience=audience, author="Sam", words="it happened again", files=(file,))
            for audience in ("thread:card", "thread:owner")
        ]
        assert w.ticket().state is State.NEW
        assert w.ticket().attachments == (file,), "so that the card lists it"


async def test_a_reply_of_the_reporter_hangs_under_the_owners_own_card_too(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        (card,) = w.heard("dana", "card")
        place = w.golddust.read(lambda context: posted(context, card.dispatch.parcel.id))
        await replied(w, "sam", "again")
        (own,) = [one for one in w.pigeons.delivered if one.to == "thread:owner"]
        thread = own.dispatch.reader.thread
        assert thread is not None
        assert (thread.conversation, thread.message) == ("person:dana", place)
        assert own.dispatch.reader.person == "dana"


async def test_where_the_team_has_no_card_a_reply_goes_to_the_owners_only(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        w.pigeons.refuses = "team:payments"
        await w.says("sam", "my card", source=SAID)
        await replied(w, "sam", "again")
        assert [one.to for one in w.pigeons.delivered if one.kind == "remark"] == ["thread:owner"]


async def test_the_owners_own_reply_does_not_come_back_to_them(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        await replied(w, "dana", "on it")
        assert [one.to for one in w.pigeons.delivered if one.kind == "remark"] == ["thread:card"]


async def test_while_the_owner_is_away_a_reply_reaches_whoever_stands_in_too(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        await w.do(commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=3)))
        await replied(w, "sam", "again")
        heard = [one.to for one in w.pigeons.delivered if one.kind == "remark"]
        assert heard == ["thread:card", "thread:owner", "person:omar"]


async def test_the_stand_ins_own_reply_does_not_come_back_to_them(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        await w.do(commands.GoAway(at=w.now, actor="dana", until=w.now + timedelta(days=3)))
        await replied(w, "omar", "on it")
        assert "person:omar" not in [one.to for one in w.pigeons.delivered if one.kind == "remark"]


async def test_a_reply_under_the_card_goes_to_the_original(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        card = next(one for one in w.pigeons.delivered if one.to == "team:payments")
        assert card.kind == "card"
        w.forget()
        await replied(w, "omar", "which card?", thread="1", conversation="team:payments")
        assert [one.to for one in w.pigeons.delivered if one.kind == "remark"] == ["thread:original"]
        assert w.ticket().acknowledged_by == "omar", "a reply of the owner's side is its first human move"


async def test_a_reply_about_a_private_complaint_goes_to_its_reporter(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=Source("pigeon", "w", "D1", "100", private=True))
        await replied(w, "omar", "which card?", thread="1", conversation="team:payments")
        assert [one.to for one in w.pigeons.delivered if one.kind == "remark"] == ["person:sam"]


async def test_the_same_reply_delivered_again_is_there_once(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        assert isinstance(await replied(w, "sam", "again"), Done)
        assert isinstance(await replied(w, "sam", "again"), Nothing)
        assert [event["kind"] for event in w.record()["timeline"]] == ["captured", "comment"]


async def test_a_reply_in_any_other_thread_concerns_nobody(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        assert isinstance(await replied(w, "sam", "lunch?", thread="7"), Nothing)


async def test_an_edit_of_the_original_is_a_later_version_and_the_first_words_stay(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        due = [clock.due_at for clock in w.ticket().clocks]
        for words in ("my blue card", "my green card", "my green card"):
            await w.do(commands.OriginalEdited(at=w.now, actor="sam", source=SAID, words=words))
        assert (w.ticket().verbatim, w.ticket().words) == ("my card", "my green card")
        assert [event["data"].get("words") for event in w.record()["timeline"]] == [
            "my card", "my blue card", "my green card"
        ]  # fmt: skip
        assert [clock.due_at for clock in w.ticket().clocks] == due


async def test_a_deleted_original_is_noted_and_what_was_said_is_kept(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        await w.do(commands.OriginalDeleted(at=w.now, actor="sam", source=SAID))
        assert w.ticket().verbatim == "my card"
        assert w.record()["timeline"][-1]["kind"] == "original deleted"


async def test_nothing_said_about_an_erased_ticket_is_kept_any_more(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        ticket = await w.says("sam", "my card", source=SAID)
        await w.does(commands.Withdraw, "sam", ticket)
        await w.golddust.worker.run(lambda context: forget_customer(context, "Mrs Ito", also=[1]), w.now)
        before = w.record()
        assert isinstance(await replied(w, "sam", "it is Mrs Ito’s"), Nothing)
        edit = commands.OriginalEdited(at=w.now, actor="sam", source=SAID, words="Mrs Ito’s card")
        assert isinstance(await w.do(edit), Nothing)
        assert isinstance(await w.do(commands.OriginalDeleted(at=w.now, actor="sam", source=SAID)), Nothing)
        assert w.record() == before


async def test_edits_and_deletions_of_other_messages_concern_nobody(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        other = Source("pigeon", "w", "C0NORTH", "7")
        assert isinstance(await w.do(commands.OriginalEdited(at=w.now, actor="sam", source=other, words="x")), Nothing)
        assert isinstance(await w.do(commands.OriginalDeleted(at=w.now, actor="sam", source=other)), Nothing)


async def test_a_reply_under_a_reminder_goes_to_the_original(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=SAID)
        w.forget()
        await w.advance(hours=2)
        (reminder,) = w.heard("dana", "reminder")
        place = w.golddust.read(lambda context: posted(context, reminder.dispatch.parcel.id))
        await replied(w, "dana", "on it", thread=place, conversation="person:dana")
        assert [one.to for one in w.pigeons.delivered if one.kind == "remark"] == ["thread:original"]
        assert w.ticket().acknowledged_by == "dana"


async def test_a_reply_under_the_reporters_receipt_goes_to_the_card(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=Source("pigeon", "w", "D1", "100", private=True))
        (receipt,) = w.heard("sam", "captured")
        place = w.golddust.read(lambda context: posted(context, receipt.dispatch.parcel.id))
        await replied(w, "sam", "and it was 40 pounds", thread=place, conversation="person:sam")
        heard = [one.to for one in w.pigeons.delivered if one.kind == "remark"]
        assert heard == ["thread:card", "thread:owner"]


async def test_a_complaint_said_in_a_thread_hears_the_rest_of_that_thread(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        await w.says("sam", "my card", source=Source("pigeon", "w", "C0NORTH", "105", thread="100"))
        assert isinstance(await replied(w, "lee", "since when?"), Done)
        card = next(one for one in w.pigeons.delivered if one.to == "team:payments")
        await replied(
            w, "omar", "looking", thread=card_message(w, card.dispatch.parcel.id), conversation="team:payments"
        )
        (remark,) = [one for one in w.pigeons.delivered if one.to == "thread:original"]
        assert remark.dispatch.reader.thread is not None
        assert remark.dispatch.reader.thread.message == "100", "platforms take only a thread's first message"


def posted(context: Context, parcel: int) -> str:
    """The platform's id of the message that a notice became."""
    sent = outbox.listed(context.session, context.workspace, ["sent"], 100)
    return next(one.receipt.message for one in sent if one.id == parcel and one.receipt is not None)


def card_message(w: World, parcel: int) -> str:
    """The platform's id of the message that a card became."""
    return w.golddust.read(lambda context: posted(context, parcel))
