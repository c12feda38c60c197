"""The deliverer: every notice arrives in order, waits, is dropped, or is parked with a reason."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import bot.clock
from bot.channel import Channel, MayHaveArrived, TryLater, Uncertain, Undeliverable, Unreachable
from bot.clock import FURTHEST, Pacer, VirtualClock
from bot.deliverer import LONGEST_WAIT, MOST_TRIES, SETTLED, Deliverer
from bot.watched import Watched
from complaints import commands
from complaints.notices import Captured, ConfigurationRefused
from complaints.severity import Severity
from handlers.deliver import Dispatch, Reader, set_aside
from handlers.forget import forget_person
from storage import messages, outbox, people
from storage.messages import Receipt
from storage.outbox import LEASE, Parcel
from tests.complaints.builders import moment, written
from tests.world import World, world

Mood = Callable[[Dispatch], None]


@dataclass
class Moody:
    """A channel that can refuse, and that reaches only whom it is told to."""

    platform: str = "moody"
    pace: float = 0.0
    together: int | None = None
    mood: Mood = lambda _: None
    reaches: Callable[[Reader], bool] = lambda _: True
    sent: list[Dispatch] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def address(self, reader: Reader) -> str | None:
        return reader.audience if self.reaches(reader) else None

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        return address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        self.tried.append(address)
        self.mood(dispatch)
        await asyncio.sleep(0)
        self.sent.append(dispatch)
        return dispatch.editable or Receipt(self.platform, address, str(len(self.sent)))


class Held(Moody):
    """A channel on which nothing arrives until it is set free."""

    def __init__(self, account: str | None = None) -> None:
        super().__init__()
        self.account = account
        self.asked, self.free = asyncio.Event(), asyncio.Event()

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        self.asked.set()
        await self.free.wait()
        return replace(await super().send(dispatch, address), account=self.account)


def refusing(error: Exception, only: str | None = None) -> Mood:
    def mood(dispatch: Dispatch) -> None:
        if only is None or dispatch.notice.audience == only:
            raise error

    return mood


def parcels(w: World, *states: str) -> list[Parcel]:
    listed = w.golddust.read(
        lambda context: outbox.listed(
            context.session, context.workspace, states or ["waiting", "claimed", "parked", "dropped", "sent"], 99
        )
    )
    return listed[::-1]


def connect(w: World, *channels: Channel) -> None:
    w.golddust.connect(channels)


async def put(w: World, *audiences: str) -> None:
    said = [ConfigurationRefused(audience=audience, problems=str(number)) for number, audience in enumerate(audiences)]
    await w.golddust.worker.run(lambda context: outbox.put(context.session, context.workspace, said, w.now), w.now)


async def deliver(w: World) -> dict[str, int]:
    return dict(await w.golddust.deliverer.deliver_due(w.now))


async def test_each_reader_hears_everything_in_the_order_it_happened(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody())
        await put(w, *(["person:ines", "person:sam", "person:lee"] * 8))
        assert await deliver(w) == {"sent": 24}
        for person in ("person:ines", "person:sam", "person:lee"):
            heard = [int(one.notice.problems) for one in moody.sent if one.notice.audience == person]
            assert heard == sorted(heard)
            assert len(heard) == 8


async def test_of_two_calls_at_once_neither_ends_before_everything_has_arrived(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        connect(w, channel := Held())
        await put(w, "person:ines")
        first = asyncio.create_task(deliver(w))
        await channel.asked.wait()
        second = asyncio.create_task(deliver(w))
        for _ in range(3):  # the worker takes its jobs in turn, so that a second look into the outbox would be over
            await w.golddust.worker.run(lambda _: None, w.now)
        assert not second.done()
        channel.free.set()
        assert await asyncio.gather(first, second) == [{"sent": 1}, {}]


async def test_of_a_notice_whose_reader_is_forgotten_meanwhile_nothing_is_kept(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        await w.says("sam", "my card", answered_at_once=True)
        connect(w, channel := Held(account="U0SAM0001"))
        said = [Captured(ticket=1, audience="person:sam")]
        await w.golddust.worker.run(lambda context: outbox.put(context.session, context.workspace, said, w.now), w.now)
        under_way = asyncio.create_task(deliver(w))
        await channel.asked.wait()
        await w.golddust.worker.run(lambda context: forget_person(context, "sam"), w.now)
        channel.free.set()
        await under_way
        assert channel.sent
        assert w.golddust.read(lambda context: people.accounts_of(context.session, context.workspace, "sam")) == []
        assert (
            w.golddust.read(
                lambda context: messages.posted_at(context.session, context.workspace, "moody", "person:sam", "1")
            )
            is None
        )


async def test_a_wait_grows_with_each_try_and_carries_jitter(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        connect(w, Moody(mood=refusing(TryLater("busy"))))
        await put(w, "person:ines")
        waits = []
        for _ in range(MOST_TRIES - 1):
            assert await deliver(w) == {"postponed": 1}
            (parcel,) = parcels(w, "waiting")
            assert parcel.problem == "busy"
            waits.append(parcel.due_at - w.now)
            w.clock.move_to(parcel.due_at)
        for turn, wait in enumerate(waits):
            middle = min(timedelta(seconds=2 * 2**turn), LONGEST_WAIT)
            assert 0.75 * middle <= wait <= 1.25 * middle
        assert len({wait / timedelta(seconds=2 * 2**turn) for turn, wait in enumerate(waits)}) == len(waits), "jitter"


async def test_two_deliverers_do_not_come_back_at_the_same_moment() -> None:
    waits = [
        Deliverer(None, (), VirtualClock(moment("2026-11-23 09:00")), random.Random(seed))._backoff(3)  # noqa: S311
        for seed in range(5)
    ]
    assert len(set(waits)) == 5


async def test_after_twelve_counted_tries_a_notice_is_parked_with_the_reason(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody(mood=refusing(TryLater("the platform answers 500"))))
        await put(w, "person:ines")
        outcomes = []
        for _ in range(MOST_TRIES):
            outcomes.append(await deliver(w))
            w.clock.advance(hours=2)
        assert outcomes == [{"postponed": 1}] * 11 + [{"parked": 1}]
        assert len(moody.tried) == 12
        assert [parcel.problem for parcel in parcels(w, "parked")] == [
            "given up after 12 tries: the platform answers 500"
        ]
        assert await deliver(w) == {}


async def test_a_wait_that_the_platform_asks_for_is_honoured_and_never_parks_a_notice(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        rate = TryLater("rate limited", timedelta(seconds=30), counted=False)
        connect(w, moody := Moody(mood=refusing(rate)))
        await put(w, "person:ines")
        for _ in range(MOST_TRIES * 2):
            assert await deliver(w) == {"postponed": 1}
            w.clock.advance(seconds=29)
            assert await deliver(w) == {}, "not a second before"
            w.clock.advance(seconds=1)
        moody.mood = lambda _: None
        assert await deliver(w) == {"sent": 1}


async def test_a_pause_that_the_platform_asks_for_holds_back_the_whole_conversation(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        rate = TryLater("rate limited", timedelta(seconds=30), counted=False)
        connect(w, moody := Moody(mood=refusing(rate, "person:dana")))
        await w.says("sam", "my card")
        assert moody.tried.count("person:dana") == 1
        moody.mood = lambda _: None
        await put(w, "person:dana", "person:sam")
        assert await deliver(w) == {"sent": 1, "postponed": 1}
        assert moody.tried.count("person:dana") == 1, "the second was not even tried"
        w.clock.advance(seconds=30)
        assert await deliver(w) == {"sent": 2}


async def test_what_need_not_be_paced_does_not_wait(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(sqlite_url, watched) as w:

        class Unpaced(Moody):
            def paced(self, dispatch: Dispatch, address: str) -> str | None:
                return None if dispatch.notice.audience == "person:sam" else address

        turns: list[str] = []

        async def turn(_: Pacer, conversation: str) -> None:
            turns.append(conversation)

        monkeypatch.setattr(Pacer, "turn", turn)
        connect(w, moody := Unpaced())
        await put(w, "person:sam", "person:dana")
        await deliver(w)
        assert sorted(moody.tried) == ["person:dana", "person:sam"]
        assert turns == ["person:dana"]


async def test_an_account_that_was_found_by_its_address_is_known_from_then_on(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:

        class Finding(Moody):
            async def send(self, dispatch: Dispatch, address: str) -> Receipt:
                await super().send(dispatch, address)
                return Receipt(self.platform, address, str(len(self.sent)), account=f"U-{dispatch.reader.person}")

        connect(w, moody := Finding())
        await put(w, "person:ines")
        await deliver(w)
        await put(w, "person:ines")
        await deliver(w)
        assert [dict(one.reader.accounts).get("moody") for one in moody.sent] == [None, "U-ines"]


async def test_what_can_never_arrive_is_parked_at_once_and_the_others_go_on(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        gone = Undeliverable("the channel is archived; give the team another")
        connect(w, Moody(mood=refusing(gone, "person:sam")))
        await put(w, "person:ines", "person:sam", "person:lee")
        assert await deliver(w) == {"sent": 2, "parked": 1}
        assert [parcel.problem for parcel in parcels(w, "parked")] == ["the channel is archived; give the team another"]


async def test_an_error_of_a_channel_parks_its_notice_and_the_others_go_on(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        connect(w, Moody(mood=refusing(KeyError("ts"), "person:sam")))
        await put(w, "person:ines", "person:sam", "person:lee")
        assert await deliver(w) == {"sent": 2, "parked": 1}
        assert [parcel.problem for parcel in parcels(w, "parked")] == [
            "Golddust could not send it: KeyError; see the log"
        ]


async def test_a_reader_on_no_platform_is_parked_with_what_to_add_to_the_file(
    sqlite_url: str, watched: Watched
) -> None:
    async with world(sqlite_url, watched) as w:
        connect(w, Moody(reaches=lambda reader: reader.person == "dana"))
        await w.says("sam", "my card")
        assert {parcel.notice.audience: parcel.problem for parcel in parcels(w, "parked")} == {
            "person:sam": "Sam is on no platform that runs here: "
            "give them a `slack` or `teams` id or an `email` in golddust.yml",
            "team:payments": "Payments is on no platform that runs here: give the team a `channel` in golddust.yml",
        }


async def test_where_a_reader_is_on_several_channels_the_first_wins(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        first, second = Moody("first", reaches=lambda reader: reader.person == "ines"), Moody("second")
        connect(w, first, second)
        await put(w, "person:ines", "person:sam")
        await deliver(w)
        assert [one.notice.audience for one in first.sent] == ["person:ines"]
        assert [one.notice.audience for one in second.sent] == ["person:sam"]


async def test_a_notice_whose_deliverer_died_is_sent_when_its_lease_is_over(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        connect(w, Moody())
        await put(w, "person:ines")
        await w.golddust.worker.run(lambda context: outbox.claim(context.session, context.workspace, w.now, 9), w.now)
        assert await deliver(w) == {}
        w.clock.move_to(w.now + LEASE)
        assert await deliver(w) == {"sent": 1}


async def test_a_card_that_waited_is_drawn_as_of_its_sending(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody(mood=refusing(TryLater("down"))))
        ticket = await w.says("sam", "my card")
        await w.does(commands.CorrectSeverity, "sam", ticket, severity=Severity.HIGH)
        moody.mood = lambda _: None
        await w.advance(hours=1)
        cards = [one for one in moody.sent if one.notice.kind == "card"]
        assert {one.notice.audience for one in cards} == {"team:payments", "person:dana"}
        assert [one.ticket.severity for one in cards if one.ticket] == [Severity.HIGH] * 2


async def test_a_card_is_edited_in_place_and_posted_anew_when_its_reader_has_to_act(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody())
        ticket = await w.says("sam", "my card")
        places = [one.card for one in moody.sent if one.notice.kind == "card"]
        assert places == [None, None]
        moody.sent.clear()
        await w.does(commands.Acknowledge, "dana", ticket)
        edited = [one.card for one in moody.sent if one.notice.kind == "card"]
        assert {place.conversation for place in edited if place} == {"team:payments", "person:dana"}
        moody.sent.clear()
        await w.does(commands.HandBack, "dana", ticket, to_person="omar")
        anew = [one for one in moody.sent if one.notice.audience == "person:omar"]
        assert [(one.notice.kind, one.card) for one in anew] == [("card", None)]
        moody.sent.clear()
        await w.does(commands.HandBack, "omar", ticket, to_person="dana")
        (back,) = [one for one in moody.sent if one.notice.audience == "person:dana"]
        assert (back.card is not None, back.editable) == (True, None), "the older card is known, and not edited"


async def test_a_permalink_found_while_sending_is_kept_with_the_ticket(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:

        class Linking(Moody):
            async def send(self, dispatch: Dispatch, address: str) -> Receipt:
                return Receipt(self.platform, address, "1", f"https://permalink/{dispatch.notice.kind}")

        connect(w, Linking())
        await w.says("sam", "my card")
        assert (w.ticket().source.permalink or "").startswith("https://permalink/")


async def test_a_receipt_is_remembered_for_cards_only(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        connect(w, Moody())
        await w.says("sam", "my card")
        carded = w.golddust.read(lambda context: messages.carded(context.session, context.workspace, 1))
        assert sorted(carded) == ["person:dana", "team:payments"]


async def test_a_notice_about_a_ticket_that_is_not_there_is_dropped(sqlite_url: str, watched: Watched) -> None:
    async with world(sqlite_url, watched) as w:
        connect(w, Moody())
        lost = [Captured(ticket=99, audience="person:sam")]
        await w.golddust.worker.run(lambda c: outbox.put(c.session, c.workspace, lost, w.now), w.now)
        assert await deliver(w) == {"dropped": 1}


async def test_the_running_deliverer_sends_what_comes_and_lands_before_it_stops(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        arrived = asyncio.Event()

        class Signalling(Moody):
            async def send(self, dispatch: Dispatch, address: str) -> Receipt:
                receipt = await super().send(dispatch, address)
                if len(self.sent) == 10:
                    arrived.set()
                return receipt

        connect(w, moody := Signalling())
        running = asyncio.create_task(w.golddust.deliverer.run())
        await put(w, *(["person:ines"] * 10))
        w.golddust.deliverer.wake()
        await asyncio.wait_for(arrived.wait(), 20)
        running.cancel()
        await w.golddust.deliverer.drain(30)
        assert [one.notice.problems for one in moody.sent] == [str(n) for n in range(10)]
        assert {parcel.state for parcel in parcels(w)} == {"sent"}


async def test_a_broken_configuration_reaches_the_admins_once(tmp_path: Path, sqlite_url: str) -> None:
    path = written(tmp_path / "golddust.yml")
    async with world(sqlite_url, Watched(path)) as w:
        path.write_text("people: 7\n", encoding="utf-8")
        await w.tick()
        await w.tick()
        (one,) = w.heard("ines", "configuration")
        assert "people" in one.dispatch.notice.problems
        assert (await w.says("sam", "my card")).owner == "dana", "the last good one stays"


class Stopwatch:
    """A machine's clock that moves only when somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(bot.clock.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(bot.clock.asyncio, "sleep", self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_messages_to_one_conversation_keep_their_distance_and_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, pacer = Stopwatch(monkeypatch), Pacer(1.0)
    moments = []
    for conversation in ("C1", "C2", "C1", "C1", "C3"):
        await pacer.turn(conversation)
        moments.append((conversation, watch.now))
    assert moments == [("C1", 100.0), ("C2", 100.0), ("C1", 101.0), ("C1", 102.0), ("C3", 102.0)]
    watch.now = 200.0
    await pacer.turn("C1")
    assert watch.now == 200.0, "a conversation that was quiet need not wait"


def test_a_virtual_clock_never_goes_back() -> None:
    start = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
    clock = VirtualClock(start)
    with pytest.raises(ValueError, match="can’t go back"):
        clock.move_to(start - timedelta(seconds=1))
    clock.advance(hours=1, minutes=30)
    assert clock.now() == start + timedelta(minutes=90)


async def test_what_may_have_arrived_waits_until_its_platform_can_tell(database_url: str, watched: Watched) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody(mood=refusing(MayHaveArrived("500"))))
        await put(w, "person:ines")
        assert await deliver(w) == {"postponed": 1}
        (parcel,) = parcels(w)
        assert (parcel.uncertain_since, parcel.due_at) == (w.now, w.now + SETTLED)
        moody.mood = lambda _: None
        w.clock.move_to(w.now + SETTLED)
        assert await deliver(w) == {"sent": 1}
        assert moody.sent[0].parcel.uncertain_since == parcel.uncertain_since


async def test_what_nobody_can_ask_about_is_parked_and_its_nudge_is_not_judged_anew(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody())
        await w.says("sam", "my card")
        moody.mood = refusing(Uncertain("who knows"))
        await w.advance(hours=2)
        (parcel,) = parcels(w, "parked")
        assert (parcel.problem, parcel.notice.kind, parcel.uncertain_since) == ("who knows", "reminder", w.now)
        tried = len(moody.tried)
        moody.mood = lambda _: None
        await w.advance(minutes=45)
        assert len(moody.tried) == tried, "neither it nor the same nudge in another notice"
        await w.advance(days=1)
        assert [one.notice.kind for one in moody.sent if one.notice.audience == "person:dana"][1:] != []


async def test_a_nudge_that_an_operator_sets_aside_is_judged_anew_after_a_while(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody())
        await w.says("sam", "my card")
        moody.mood = refusing(TryLater("down"))
        await w.advance(hours=2)
        (waiting,) = parcels(w, "waiting")
        ids = [waiting.id]
        assert await w.golddust.worker.run(lambda context: set_aside(context, ids, "by hand"), w.now) == 1
        assert w.ticket().taken == ()
        assert w.ticket().next_nudge_at is not None


async def test_a_notice_whose_turn_comes_after_its_lease_is_not_sent(
    database_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(database_url, watched) as w:

        async def turn(_self: Pacer, _conversation: str) -> None:
            w.clock.advance(seconds=LEASE.total_seconds())

        connect(w, moody := Moody())
        await put(w, "person:ines")
        monkeypatch.setattr(Pacer, "turn", turn)
        assert await deliver(w) == {"postponed": 1}
        assert moody.tried == []


async def test_a_notice_that_took_longer_to_claim_than_its_lease_is_not_sent(
    database_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(database_url, watched) as w:
        loop, again, claims = asyncio.get_running_loop(), asyncio.Event(), itertools.count(1)
        claim = outbox.claim

        def slow(session: Session, workspace: str, now: datetime, limit: int) -> list[Parcel]:
            taken, number = claim(session, workspace, now, limit), next(claims)
            if number == 1:
                w.clock.advance(seconds=LEASE.total_seconds() - 1)
            if number == 3:  # by now it is known what became of the first
                loop.call_soon_threadsafe(again.set)
            return taken

        connect(w, moody := Moody())
        await put(w, "person:ines")
        monkeypatch.setattr(outbox, "claim", slow)
        running = asyncio.create_task(w.golddust.deliverer.run())
        await asyncio.wait_for(again.wait(), 20)
        running.cancel()
        await w.golddust.deliverer.drain(30)
        assert moody.tried == []
        assert [(one.state, one.attempts) for one in parcels(w)] == [("waiting", 0)]


async def test_a_nudge_that_may_have_arrived_goes_to_nobody_else_where_its_reader_is_gone_now(
    database_url: str, watched: Watched
) -> None:
    async with world(database_url, watched) as w:
        connect(w, moody := Moody())
        await w.says("sam", "my card")
        moody.mood = refusing(MayHaveArrived("500"))
        await w.advance(hours=2)
        (waiting,) = parcels(w, "waiting")
        moody.mood = refusing(Unreachable("they left"))
        w.clock.move_to(waiting.due_at)
        assert await deliver(w) == {"parked": 1}
        (parcel,) = parcels(w, "parked")
        assert (parcel.problem, parcel.uncertain_since) == ("they left", waiting.uncertain_since)
        assert parcels(w, "waiting") == []
        assert [taken.step for taken in w.ticket().taken] == [waiting.notice.step]


async def test_messages_to_all_conversations_keep_their_distance_and_one_that_waits_long_blocks_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, pacer = Stopwatch(monkeypatch), Pacer(1.0, 4)
    moments = []

    async def sleep(seconds: float) -> None:
        moments.append(watch.now + seconds)

    monkeypatch.setattr(bot.clock.asyncio, "sleep", sleep)
    for conversation in ("C1", "C1", "C1", "C2", "C3", "C4", "C5"):
        await pacer.turn(conversation)
    assert moments == [101.0, 102.0, 100.25, 100.5, 100.75, 101.25]


async def test_after_a_refusal_all_are_further_apart_for_a_while_to_leave_other_processes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch, pacer, conversations = Stopwatch(monkeypatch), Pacer(1.0, 5), itertools.count()

    async def apart() -> float:
        begun = watch.now
        await pacer.turn(f"C{next(conversations)}")
        return round(watch.now - begun, 2)

    await apart()
    assert await apart() == 0.2
    pacer.refused()
    pacer.refused()
    assert await apart() == 0.3, "those of the same moment count once"
    for _ in range(30):
        last = await apart()
    assert last == 0.2
    for _ in range(30):
        watch.now += 1.0
        pacer.refused()
    await apart()
    assert await apart() < 0.2 * FURTHEST


async def test_a_platform_that_asks_for_a_pause_is_left_room(
    sqlite_url: str, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[Pacer] = []
    monkeypatch.setattr(Pacer, "refused", lambda pacer: refused.append(pacer))
    async with world(sqlite_url, watched) as w:
        connect(w, Moody(mood=refusing(TryLater("rate limited", timedelta(seconds=30), counted=False))))
        await put(w, "person:dana")
        assert await deliver(w) == {"postponed": 1}
        assert len(refused) == 1
