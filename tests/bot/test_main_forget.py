"""`golddust forget`: what is erased, what is refused, and that the chains still hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from complaints import commands
from complaints.presence import Leave
from complaints.ticket import Ticket
from handlers.context import Context
from storage import people
from tests.bot.conftest import CommandLine
from tests.world import World

SECRET = "the swallowed card of Ottilie"


async def closed(w: World, words: str, customer: str | None = None) -> Ticket:
    """A ticket from its first word to its last, with texts in every place that has one."""
    ticket = await w.says("sam", words, customer=customer)
    owner = ticket.owner or ""
    await w.does(commands.Acknowledge, owner, ticket)
    await w.does(commands.Resolve, owner, ticket, done=f"done: {words}", root_cause=f"why: {words}", tell=words)
    await w.does(commands.ConfirmTold, "sam", ticket)
    return ticket


async def two_customers(w: World) -> None:
    """C-1 is Mrs Ito's, C-2 somebody else's that mentions her, C-3 nobody's."""
    await closed(w, SECRET, "Mrs Ito")
    await closed(w, "The same card as with mrs ito, said the clerk", "Mr Jones")
    await closed(w, "The app is slow")


def everywhere(golddust: CommandLine) -> bytes:
    """All bytes of the database and of what lies beside it."""
    path = Path(golddust.database.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


def test_a_customers_words_are_gone_from_every_table_export_and_byte(golddust: CommandLine) -> None:
    golddust.given(two_customers)
    assert SECRET.encode() in everywhere(golddust)
    answer = golddust("forget", "--customer", "mrs ito", "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["tickets"], answer.json["mentioned"]) == (1, ["C-2"])
    assert answer.json["events"] >= 2
    assert answer.json["notices"] >= 3
    assert SECRET not in golddust("export").out
    assert SECRET not in golddust("ticket", "C-1", "--json").out
    assert SECRET.encode() not in everywhere(golddust)
    assert golddust("verify").code == 0


def test_dates_and_figures_of_an_erased_ticket_stay(golddust: CommandLine) -> None:
    golddust.given(two_customers)
    before = golddust("ticket", "C-1", "--json").json
    golddust("forget", "--customer", "Mrs Ito")
    after = golddust("ticket", "C-1", "--json").json
    kept = ("state", "team", "owner", "captured_at", "resolved_at", "told_at", "closed_at", "close_reason", "clocks")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert (after["verbatim"], after["customer"], after["reasons"]) == ("", None, [])
    assert [event["kind"] for event in after["timeline"]] == [e["kind"] for e in before["timeline"]] + ["erased"]


def test_tickets_that_only_mention_the_customer_are_erased_when_the_operator_says_so(golddust: CommandLine) -> None:
    golddust.given(two_customers)
    answer = golddust("forget", "--customer", "Mrs Ito")
    assert "add what is theirs: --also C-2" in answer.out
    assert golddust("forget", "--customer", "Mrs Ito", "--also", "C-2", "--json").json["tickets"] == 1
    assert "mrs ito" not in golddust("export").out.casefold()
    assert golddust("verify").code == 0


def test_a_dry_run_says_the_same_and_changes_nothing(golddust: CommandLine) -> None:
    golddust.given(two_customers)
    before, head = golddust("export").out, golddust("verify").out
    dry = golddust("forget", "--customer", "Mrs Ito", "--dry-run", "--json").json
    assert (golddust("export").out, golddust("verify").out) == (before, head)
    done = golddust("forget", "--customer", "Mrs Ito", "--json").json
    assert {**dry, "dry_run": False} == done


def test_an_open_ticket_keeps_its_words_and_the_refusal_names_it(golddust: CommandLine) -> None:
    async def story(w: World) -> None:
        await w.says("sam", "my card", customer="Mrs Ito")

    golddust.given(story)
    complaint = golddust("forget", "--customer", "Mrs Ito").complaint
    assert "C-1 is still open" in complaint
    assert "Close what is open first" in complaint


def test_an_erased_ticket_is_neither_reopened_nor_worded_anew(golddust: CommandLine) -> None:
    golddust.given(two_customers)
    golddust("forget", "--customer", "Mrs Ito")

    async def tries(w: World) -> None:
        again = await w.does(commands.Reopen, "sam", w.ticket(1), reason="again")
        anew = await w.does(commands.EditWords, "sam", w.ticket(1), words="again", customer=None)
        assert "has been erased" in str(again)
        assert "has been erased" in str(anew)

    golddust.given(tries)


async def omar_leaves(w: World) -> None:
    """Omar reported, resolved and was away; nothing is his move any more."""
    ticket = await w.says("omar", "A card is broken")
    await w.does(commands.Acknowledge, "omar", ticket)
    await w.does(commands.Resolve, "omar", ticket, done="New card")
    await w.does(commands.ConfirmTold, "omar", ticket)
    await w.do(
        commands.KnowAccount(at=w.now, actor="omar", platform="slack", user="U0OMAR001", name="Omar Little",
                             email="omar@test.example", zone=None)
    )  # fmt: skip

    def away(context: Context) -> None:
        leave = Leave("omar", w.now, w.now.replace(year=2027), None)
        people.add_leave(context.session, context.workspace, leave)

    await w.golddust.worker.run(away, w.now)


def test_a_persons_key_and_name_are_gone_everywhere_and_the_chains_hold(golddust: CommandLine) -> None:
    golddust.given(omar_leaves)
    answer = golddust("forget", "--person", "OMAR@test.example", "--json")
    assert answer.code == 0, answer.err
    found = answer.json
    assert (found["tickets"], found["accounts"], found["leaves"], found["instead"]) == (1, 1, 1, "forgotten-1")
    assert found["left"] == ["golddust.yml still lists omar: take them out there, or they will be known again."]
    assert "omar" not in golddust("ticket", "C-1", "--json").out.casefold()
    record = golddust("ticket", "C-1", "--json").json
    assert (record["owner"], record["reporter"]) == ("forgotten-1", "forgotten-1")
    assert {e["actor"] for e in record["timeline"]} == {"forgotten-1", "golddust"}
    assert golddust("verify").code == 0
    connection = sqlite3.connect(golddust.database.removeprefix("sqlite:///"))
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert "omar" not in dump.casefold()


def test_what_somebody_reported_as_a_guest_is_forgotten_with_their_account(golddust: CommandLine) -> None:
    async def story(w: World) -> None:
        ticket = await w.says("guest:slack:U0OMAR001", "A card is broken", answered_at_once=True)
        await w.does(commands.Withdraw, "guest:slack:U0OMAR001", ticket)
        await omar_leaves(w)

    golddust.given(story)
    assert golddust("forget", "--person", "omar", "--json").json["tickets"] == 2
    assert golddust("ticket", "C-1", "--json").json["reporter"] == "forgotten-1"
    assert "U0OMAR001" not in golddust("export").out


def test_what_was_left_of_erased_events_is_proved_too(golddust: CommandLine) -> None:
    golddust.given(omar_leaves)
    golddust("forget", "--person", "omar")
    connection = sqlite3.connect(golddust.database.removeprefix("sqlite:///"))
    with connection:
        connection.execute("UPDATE timeline SET actor = 'dana' WHERE ticket = 1 AND position = 1")
    connection.close()
    answer = golddust("verify")
    assert answer.code == 1
    assert "left of others was changed" in answer.out


def test_a_person_whose_move_it_is_can_not_be_forgotten_yet(golddust: CommandLine) -> None:
    async def story(w: World) -> None:
        await w.says("sam", "my card")

    golddust.given(story)
    complaint = golddust("forget", "--person", "dana").complaint
    assert "still their move in C-1" in complaint
    assert "Not mine" in complaint


def test_a_person_nobody_knows_is_refused(golddust: CommandLine) -> None:
    golddust.given(omar_leaves)
    assert "Nobody is known as “nemo”" in golddust("forget", "--person", "nemo").complaint


def test_one_of_customer_and_person_must_be_said(golddust: CommandLine) -> None:
    golddust.given(two_customers)
    for words in ((), ("--customer", "a", "--person", "b")):
        assert "either --customer NAME or --person KEY" in golddust("forget", *words).complaint
    assert "is no ticket" in golddust("forget", "--customer", "a", "--also", "x").complaint
    assert "There is no ticket C-99" in golddust("forget", "--customer", "a", "--also", "C-99").complaint


def test_the_name_of_an_imported_reporter_goes_with_the_words(golddust: CommandLine) -> None:
    table = "text,date,closed at,reporter,customer\nMy card,2024-03-01,2024-03-02,Ottilie Ito,Mrs Ito\n"
    Path("old.csv").write_text(table)
    golddust("import", "old.csv")
    assert "Ottilie" in golddust("ticket", "C-1", "--json").out
    assert golddust("forget", "--customer", "Mrs Ito").code == 0
    assert "Ottilie" not in golddust("ticket", "C-1", "--json").out
    assert golddust("ticket", "C-1", "--json").json["reporter"] == "Imported"
    assert golddust("verify").code == 0
