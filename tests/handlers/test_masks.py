"""Personal data is masked where it comes in: nothing behind that ever sees it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from sqlalchemy import text
from structlog.testing import capture_logs

from bot.watched import Watched
from complaints import commands
from complaints.replies import Captured, Done
from complaints.ticket import Attachment, Blocked, Source
from complaints.typed import TYPED
from handlers.dispatch import HANDLERS
from handlers.import_complaints import bring_in
from handlers.import_lines import Complaint, routed
from tests.world import World, world

CARD = "4111 1111 1111 1111"
ACCOUNT = "ACC-123456"
NOT_TYPED = {
    "actor", "event", "once", "deputy", "to_person", "to_team", "thread", "platform", "user", "name", "zone", "email",
    "every", "at_time", "step",
}  # fmt: skip
"""Fields of commands that a platform or a form fills in, or that only choose."""


def with_masks(folder: Path) -> Watched:
    """The small organisation, which masks account numbers too."""
    file = folder / "golddust.yml"
    before = (Path(__file__).parents[1] / "golddust.yml").read_text()
    file.write_text(before + "\nprivacy: {mask: [{name: account number, pattern: 'acc-\\d{6}'}]}\n")
    return Watched(file)


def stored(w: World) -> str:
    """All that is in the database."""
    with w.golddust.engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        return "\n".join(str(row) for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608 - its own names


def test_every_text_of_a_command_is_known_to_be_typed_or_not() -> None:
    texts = {one.name for kind in HANDLERS for one in fields(kind) if one.type in {"str", "str | None"}}
    assert texts - TYPED - NOT_TYPED == set()


async def test_nothing_that_is_masked_reaches_the_database(sqlite_url: str, tmp_path: Path) -> None:
    async with world(sqlite_url, with_masks(tmp_path)) as w:
        raw = f"{CARD} and {ACCOUNT}"
        file = Attachment(f"{CARD}.pdf", f"https://files.test/F1/{CARD}.pdf", "application/pdf")
        ticket = await w.says("sam", f"The payment with {raw} failed", attachments=(file,), customer=f"Ms {CARD}")
        more = {"at": w.now, "number": 1}
        await w.do(commands.Block(actor="dana", blocked=Blocked("other", f"bank {CARD}", raw), **more))
        await w.do(commands.Unblock(actor="dana", **more))
        await w.do(commands.EditWords(actor="sam", words=f"It was {raw}", **more))
        place = Source("pigeon", "w", "person:sam", "77")
        await w.do(commands.Comment(at=w.now, actor="sam", words=raw, place=place, thread=ticket.source.message))
        await w.do(commands.OriginalEdited(at=w.now, actor="sam", words=f"No, {raw}", source=ticket.source))
        await w.do(commands.Resolve(actor="dana", done=raw, root_cause=raw, tell=raw, **more))
        await w.do(commands.Reopen(actor="sam", reason=raw, **more))
        await w.do(commands.HandBack(actor="dana", to_team="app", reason=raw, **more))
        kept = stored(w)
        for secret in (CARD, "4111111111111111", ACCOUNT):
            assert secret not in kept
        assert kept.count(" 1111 and [account number]") >= 7
        assert w.ticket().attachments[0].address == "https://files.test/F1"


async def test_the_timeline_and_the_receipt_say_what_was_masked(sqlite_url: str, tmp_path: Path) -> None:
    async with world(sqlite_url, with_masks(tmp_path)) as w:
        source = Source("pigeon", "w", "person:sam", "1")
        reply = await w.do(commands.CaptureComplaint(at=w.now, actor="sam", words=f"Payment {CARD}", source=source))
        assert isinstance(reply, Captured)
        assert reply.masked == ("payment card number",)
        assert w.record()["timeline"][0]["data"]["masked"] == "payment card number"
        assert [one.dispatch.notice.masked for one in w.heard("sam", "captured")] == [("payment card number",)]  # type: ignore[union-attr]
        done = await w.do(commands.Resolve(at=w.now, actor="dana", number=1, done=f"Refunded {ACCOUNT}"))
        assert isinstance(done, Done)
        assert done.said.endswith("I masked this before I kept it: account number.")
        assert w.record()["verbatim"] == "Payment •••• 1111"


async def test_a_catastrophic_pattern_costs_nobody_their_complaint(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "golddust.yml"
    before = (Path(__file__).parents[1] / "golddust.yml").read_text()
    slow = "(a|aa)+$"
    rule = f"  - {{name: Slow, when: {{regex: '{slow}'}}, team: app}}\n"
    file.write_text(
        before.replace("routes:\n", f"routes:\n{rule}") + f"\nprivacy: {{mask: [{{name: slow, pattern: '{slow}'}}]}}\n"
    )
    async with world(sqlite_url, Watched(file)) as w:
        with capture_logs() as logged:
            ticket = await w.says("sam", f"{'a' * 80}! The payment with {CARD} failed")
        assert (ticket.team, ticket.verbatim) == ("payments", f"{'a' * 80}! The payment with •••• 1111 failed")
        assert [line["masks"] for line in logged if "masks" in line] == [["slow"]]


async def test_an_import_is_masked_too_and_known_again(sqlite_url: str, tmp_path: Path) -> None:
    async with world(sqlite_url, with_masks(tmp_path)) as w:
        line = Complaint(line=2, message="7", words=f"Refund to {CARD}", customer=f"Ms {ACCOUNT}")
        one = routed(w.golddust.organisation, line, w.now)
        for new in (1, 0):
            portion = await w.golddust.worker.run(lambda context: bring_in(context, [one], "old"), w.now)
            assert (len(portion.imported), portion.reworded) == (new, [])
        assert CARD not in stored(w)
        data = w.record()["timeline"][0]["data"]
        assert data["masked"] == "payment card number, account number"
        assert w.ticket().verbatim == "Refund to •••• 1111"
