"""The command line: `golddust`, and the one edge at which an error becomes one clear line."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress

import structlog
import typer
from sqlalchemy.exc import DBAPIError

from bot import terminal
from bot.cli import (
    configuration,
    digests,
    effect,
    exports,
    forgetting,
    imports,
    installed,
    nudges,
    outbox,
    proof,
    secrets,
    service,
    simulation,
    spool,
    teams,
    tickets,
    upkeep,
    usage,
)
from bot.collector import seldom
from complaints.errors import ConfigurationError, GolddustError
from storage import database

_UsageError: type[Exception] = typer.BadParameter.__mro__[1]
"""What Typer raises for a wrong command line; it gives the class no public name."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""

_OF_A_FILE = re.compile(r".+?:[0-9]+: ")
"""How each line about a configuration file begins: so that an editor can jump there, nothing is put before it."""

START, LOOK, DO, KEEP = "Start", "Look", "Do", "Set up and keep running"

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Golddust turns complaints that staff hear into tickets, and nudges until the customer has been told.",
)
app.command("run", rich_help_panel=START)(service.run)
app.command("demo", rich_help_panel=START)(service.demo)
app.command("tickets", rich_help_panel=LOOK)(tickets.tickets)
app.command("ticket", rich_help_panel=LOOK)(tickets.ticket)
app.command("explain", rich_help_panel=LOOK)(configuration.explain)
app.command("nudges", rich_help_panel=LOOK)(effect.nudges)
app.command("simulate", rich_help_panel=LOOK)(simulation.simulate)
app.command("digest", rich_help_panel=LOOK)(digests.digest)
app.command("export", rich_help_panel=LOOK)(exports.export)
app.command("import", rich_help_panel=DO)(imports.import_file)
app.command("tick", rich_help_panel=DO)(nudges.tick)
app.command("check", rich_help_panel=KEEP)(configuration.check)
app.command("forget", rich_help_panel=KEEP)(forgetting.forget)
app.command("verify", rich_help_panel=KEEP)(proof.verify)
app.command("doctor", rich_help_panel=KEEP)(upkeep.doctor)
app.command("teams-package", rich_help_panel=KEEP)(teams.teams_package)
app.command("installations", rich_help_panel=KEEP)(installed.installations)
app.add_typer(secrets.app, name="secrets", rich_help_panel=KEEP)
app.add_typer(outbox.app, name="outbox", rich_help_panel=KEEP)
app.add_typer(spool.app, name="spool", rich_help_panel=KEEP)
app.add_typer(upkeep.database_app, name="db", rich_help_panel=KEEP)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0, or 1 for the doctor's findings and refused lines, or 2 for an error."""
    logging_to_stderr()
    arguments = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    try:
        with seldom():
            code = typer.main.get_command(app).main(arguments, prog_name="golddust", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _pipe_closed()
    except SystemExit as stop:  # Typer's answer to a closed pipe
        return _pipe_closed() if stop.code == 1 else int(stop.code or 0)
    except (KeyboardInterrupt, typer.Abort):
        return _refused("stopped", INTERRUPTED)
    except ConfigurationError as error:
        if not _OF_A_FILE.match(str(error)):
            return _refused(str(error))
        terminal.complain(str(error))
        return 2
    except (GolddustError, _UsageError, DBAPIError, OSError) as error:
        return _refused(_line(error))
    if code == INTERRUPTED:
        return _refused("stopped", INTERRUPTED)
    return code if isinstance(code, int) else 0


def logging_to_stderr() -> None:
    """Keep the log off stdout, where a command's answer goes; only warnings and worse are told."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def _line(error: Exception) -> str:
    if isinstance(error, _UsageError):
        return usage.told(error)
    if isinstance(error, DBAPIError):
        return f"the database cannot be used: {database.why(error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _refused(why: str, code: int = 2) -> int:
    terminal.complain("golddust: " + " ".join(why.split()))
    return code


def _pipe_closed() -> int:
    # Whoever read us has seen enough; without this Python complains once more as it flushes on exit.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
