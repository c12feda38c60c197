"""Forgetting a customer or a person when they ask for it."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import terminal
from bot.cli.opening import writing
from bot.cli.options import AsJson, Workspace
from complaints.ticket import number_of
from handlers.context import Context
from handlers.forget import Report, forget_customer, forget_person
from storage import register
from storage.backups import fold_back

Customer = Annotated[
    str | None, typer.Option("--customer", metavar="NAME", help="The customer, as the tickets have the name.")
]
Person = Annotated[
    str | None, typer.Option("--person", metavar="KEY|EMAIL", help="The person: their key, or e-mail address.")
]
Also = Annotated[
    str, typer.Option("--also", metavar="C-12,C-40", help="With --customer: further tickets that are about them.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be erased, and change nothing.")]


def forget(
    customer: Customer = None,
    person: Person = None,
    also: Also = "",
    dry_run: DryRun = False,
    json: AsJson = False,
    workspace: Workspace = None,
) -> None:
    """Erase what is stored of a customer or a person, for good, and report it; dates and figures stay.

    Of a customer: words, files and texts of their closed tickets, and the messages about them. Of a person: accounts,
    choices and absences; `forgotten-N` takes their place in tickets and timelines. `golddust verify` still proves that
    nothing else was touched.
    """
    if (customer is None) == (person is None):
        raise typer.BadParameter("say either --customer NAME or --person KEY")
    if also and customer is None:
        raise typer.BadParameter("is for tickets of a customer", param_hint="--also")
    numbers = _numbers(also)
    with writing(workspace) as context:
        with context.session.begin_nested() as changes:
            report = _forgotten(context, customer, person, numbers)
            if dry_run:
                changes.rollback()
        more = not dry_run and register.purge(context.session, begin=True)
        while more:
            more = register.purge(context.session, begin=False)
        engine = context.session.get_bind().engine
    if not dry_run:
        fold_back(engine)
    if json:
        found = {"dry_run": dry_run, **report.counts(), "instead": report.instead or None}
        terminal.dump({**found, "mentioned": list(report.mentioned), "left": list(report.left)})
    else:
        _tell(report, dry_run)


def _forgotten(context: Context, customer: str | None, person: str | None, also: list[int]) -> Report:
    if customer is not None:
        return forget_customer(context, customer, also)
    return forget_person(context, person or "")


def _tell(report: Report, dry_run: bool) -> None:
    done = [terminal.counted(count, name.removesuffix("s")) for name, count in report.counts().items() if count]
    about = ", ".join(done) or "nothing"
    terminal.say(f"{'would be erased' if dry_run else 'erased'}: {about}")
    if report.instead:
        terminal.say(f"in their place: {report.instead}")
    if report.mentioned:
        refs = ",".join(report.mentioned)
        terminal.say(f"the name is said in these tickets too; look, and add what is theirs: --also {refs}")
    for sentence in report.left:
        terminal.say(terminal.visible(sentence))


def _numbers(refs: str) -> list[int]:
    found = [(ref, number_of(ref)) for ref in refs.replace(" ", ",").split(",") if ref]
    wrong = [ref for ref, number in found if number is None]
    if wrong:
        raise typer.BadParameter(f"“{wrong[0]}” is no ticket; write C-12,C-40", param_hint="--also")
    return [number for _, number in found if number is not None]
