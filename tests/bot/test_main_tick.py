"""`golddust tick` and `golddust outbox`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from complaints import commands
from complaints.notices import Captured, person
from storage import outbox
from storage.forecasts import computed_at
from tests.bot.conftest import CommandLine
from tests.complaints.builders import moment
from tests.fakes.slack_api import FakeSlack
from tests.fakes.slack_identity import BOT_TOKEN
from tests.world import MONDAY, World

HALF = "2026-11-23T11:00:00Z"
"""Half of the four hours to acknowledge what was said on Monday at nine."""


TOMORROW = "2026-11-24T08:30:00Z"
"""When the digest of the first day is due."""


async def one_complaint(w: World) -> None:
    await w.says("sam", "The card payment was taken twice")


def test_a_dry_run_says_whom_it_would_remind_and_why_and_changes_nothing(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    before = golddust("ticket", "C-1", "--json").json
    for _ in range(2):
        record = golddust("tick", "--at", HALF, "--dry-run", "--json").json
        assert (record["at"], record["dry_run"], record["judged"]) == (HALF, True, 1)
        (nudge,) = record["nudges"]
        assert (nudge["ref"], nudge["kind"], nudge["to"]) == ("C-1", "reminder", "dana")
        assert nudge["because"] == "50 % of the time to acknowledge it has passed"
        assert [(m["to"], m["kind"], m["dropped_because"]) for m in record["messages"]] == [("Dana", "reminder", None)]
    assert golddust("ticket", "C-1", "--json").json == before
    assert golddust("outbox", "--json").json == []


def test_a_dry_run_reads_well(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    out = golddust("tick", "--at", HALF, "--dry-run").out
    assert "Dana" in out
    assert "50 % of the time to acknowledge it has passed" in out
    assert "1 ticket due, 1 nudge; nothing was changed or sent" in out
    early = golddust("tick", "--at", "2026-11-23T10:59:59+00:00", "--dry-run").out
    assert "0 tickets due, 0 nudges; nothing was changed or sent" in early


def test_a_dry_run_says_why_what_is_due_is_not_said(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    evening = golddust("tick", "--at", "2026-11-23T20:00:00Z", "--dry-run").out
    assert "1 waits: none of the readers gets it before Tue 24 Nov 09:30" in evening
    assert "1 ticket due, 0 nudges" in evening
    assert "waits" not in golddust("tick", "--at", HALF, "--dry-run").out


def test_a_pass_without_a_channel_lets_the_messages_wait(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    answer = golddust("tick", "--at", HALF)
    assert (answer.code, answer.err) == (0, "")
    assert "reminder C-1 to Dana, because 50 % of the time" in answer.out
    assert "nothing is delivered without SLACK_BOT_TOKEN" in answer.out
    (waiting,) = golddust("outbox", "--json").json
    assert (waiting["state"], waiting["kind"], waiting["to"], waiting["reason"]) == (
        "waiting",
        "reminder",
        "Dana",
        None,
    )
    assert golddust("tick", "--at", HALF, "--json").json["nudges"] == []  # the same moment again


async def two_subscribers(w: World) -> None:
    await one_complaint(w)
    for who in ("lee", "ines"):
        await w.do(commands.Subscribe(at=w.now, actor=who, every="daily"))


def test_a_pass_lists_the_digests_it_made_and_for_whom(golddust: CommandLine) -> None:
    golddust.given(two_subscribers)
    record = golddust("tick", "--at", TOMORROW, "--json").json
    assert sorted(digest["audience"] for digest in record["digests"]) == ["person:ines", "person:lee"]
    assert [(digest["late"], digest["missed"]) for digest in record["digests"]] == [(False, 0)] * 2
    assert [one["kind"] for one in golddust("outbox", "--json").json].count("digest") == 2
    assert golddust("tick", "--at", TOMORROW, "--json").json["digests"] == []  # the same moment again


def test_a_pass_says_how_many_digests_it_made(golddust: CommandLine) -> None:
    golddust.given(two_subscribers)
    assert "2 digests" in golddust("tick", "--at", TOMORROW).out


def test_a_dry_run_lists_the_digests_it_would_make_and_makes_none(golddust: CommandLine) -> None:
    golddust.given(two_subscribers)
    for _ in range(2):
        record = golddust("tick", "--at", TOMORROW, "--dry-run", "--json").json
        assert sorted(digest["audience"] for digest in record["digests"]) == ["person:ines", "person:lee"]
        assert [line["to"] for line in record["messages"] if line["kind"] == "digest"] == ["Ines", "Lee"]
    assert "2 digests; nothing was changed" in golddust("tick", "--at", TOMORROW, "--dry-run").out
    assert golddust("outbox", "--json").json == []


def test_a_pass_creates_the_database_where_there_is_none(golddust: CommandLine) -> None:
    assert golddust("tick").code == 0
    assert Path("golddust.db").exists()


def test_a_pass_learns_once_a_day_how_long_tickets_take(golddust: CommandLine) -> None:
    golddust.given(one_complaint)

    def learnt() -> list[datetime | None]:
        found: list[datetime | None] = []

        async def look(w: World) -> None:
            found.append(w.golddust.read(lambda context: computed_at(context.session, context.workspace)))

        golddust.given(look)
        return found

    (before,) = learnt()
    golddust("tick", "--at", "2026-11-25T11:00:00Z", "--dry-run")
    assert learnt() == [before]
    for at, then in (("2026-11-25T11:00:00Z", "2026-11-25 11:00"), ("2026-11-26T10:00:00Z", "2026-11-25 11:00")):
        golddust("tick", "--at", at)
        assert learnt() == [moment(then)]


def test_a_pass_delivers_through_slack(golddust: CommandLine) -> None:
    golddust.given(one_complaint)
    with FakeSlack.in_thread() as slack:
        slack.add_user("U0DANA001", "dana")
        golddust.monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
        golddust.monkeypatch.setenv("SLACK_API_URL", slack.url)
        record = golddust("tick", "--at", HALF, "--json").json
        assert record["deliveries"] == {"sent": 1}
        (said,) = slack.messages("U0DANA001")
        assert "C-1" in str(said)
    assert golddust("outbox", "--state", "sent", "--json", "--limit", "1").json[0]["kind"] == "reminder"


async def one_parked(w: World) -> None:
    await one_complaint(w)

    def park(context: Any) -> None:
        outbox.put(context.session, context.workspace, [Captured(ticket=1, audience=person("noor"))], MONDAY)
        (parcel,) = outbox.claim(context.session, context.workspace, MONDAY, 10)
        outbox.finish(context.session, parcel, "parked", MONDAY, problem="give them a `slack` id\nin golddust.yml")

    await w.golddust.worker.run(park, MONDAY)


def test_what_is_parked_is_shown_with_its_reason_and_can_be_sent_again(golddust: CommandLine) -> None:
    golddust.given(one_parked)
    (parked,) = golddust("outbox", "--state", "parked", "--json").json
    assert set(parked) == {
        "id", "state", "ref", "kind", "audience", "to", "reason", "attempts", "created_at", "next_try_at",
        "finished_at", "uncertain_since",
    }  # fmt: skip
    assert (parked["state"], parked["ref"], parked["to"], parked["attempts"]) == ("parked", "C-1", "Noor", 1)
    assert parked["next_try_at"] is None
    shown = golddust("outbox").out
    assert "give them a `slack` id⏎in golddust.yml" in shown
    assert "1 parked" in shown.splitlines()[-1]

    complaint = golddust("outbox", "retry", str(parked["id"]), "999").complaint
    assert complaint == "golddust: no parked message has the id 999; `golddust outbox` shows them"
    assert golddust("outbox", "retry", str(parked["id"])).out == "1 message will be tried again\n"
    (waiting,) = golddust("outbox", "--state", "waiting", "--json").json
    assert (waiting["id"], waiting["attempts"]) == (parked["id"], 0)
    assert waiting["next_try_at"] is not None
    assert golddust("outbox", "retry", "--all").out == "0 messages will be tried again\n"


async def two_parked(w: World) -> None:
    await one_complaint(w)

    def park(context: Any) -> None:
        said = [Captured(ticket=1, audience=person(who)) for who in ("noor", "lee")]
        outbox.put(context.session, context.workspace, said, MONDAY)
        for parcel, since in zip(
            outbox.claim(context.session, context.workspace, MONDAY, 10), (MONDAY, None), strict=True
        ):
            outbox.finish(context.session, parcel, "parked", MONDAY, problem="who knows", uncertain_since=since)

    await w.golddust.worker.run(park, MONDAY)


def test_what_is_uncertain_is_shown_and_sent_again_apart_from_what_is_parked(golddust: CommandLine) -> None:
    golddust.given(two_parked)
    (uncertain,) = golddust("outbox", "--state", "uncertain", "--json").json
    assert (uncertain["to"], uncertain["state"], uncertain["uncertain_since"]) == (
        "Noor", "parked", "2026-11-23T09:00:00Z",
    )  # fmt: skip
    assert "parked, uncertain" in golddust("outbox").out
    assert golddust("outbox", "retry", "--parked").out == "1 message will be tried again\n"
    assert golddust("outbox", "retry", "--parked").out == "0 messages will be tried again\n"
    assert golddust("outbox", "retry", "--uncertain").out == "1 message will be tried again\n"
    assert "say which" in golddust("outbox", "retry", "--uncertain", "--all").complaint


def test_what_waits_can_be_parked_by_hand_and_sent_after_all(golddust: CommandLine) -> None:
    golddust.given(one_parked)
    assert golddust("outbox", "retry", "--all").out == "1 message will be tried again\n"
    (waiting,) = golddust("outbox", "--state", "waiting", "--json").json
    assert golddust("outbox", "park", str(waiting["id"])).out == "1 message will not be sent\n"
    (parked,) = golddust("outbox", "--state", "parked", "--json").json
    assert parked["reason"] == "parked by hand; `golddust outbox retry` sends it"
    complaint = golddust("outbox", "park", str(waiting["id"])).complaint
    assert complaint == f"golddust: no waiting message has the id {waiting['id']}; `golddust outbox` shows them"


def test_an_empty_outbox_says_so(golddust: CommandLine) -> None:
    golddust("db", "upgrade")
    assert golddust("outbox").out == "in all: no messages\n"
