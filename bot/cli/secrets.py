"""The keys with which tokens are sealed, and sealing them anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import cipher, terminal
from bot.cipher import Cipher
from bot.cli.opening import existing
from bot.cli.options import AsJson
from bot.settings import read_settings
from bot.spool import FILE, KeyMissing, open_spool
from complaints.errors import ConfigurationError
from storage import database, installations
from storage.installations import Installation, Place, Sealed

PORTION = 50
"""So many are sealed anew in one transaction, so that nothing waits for it."""

app = typer.Typer(help="Look after the keys with which tokens are sealed.")


@app.callback()
def _secrets() -> None:
    """Look after the keys with which tokens are sealed."""


@app.command("new-key")
def new_key() -> None:
    """Print a new key for GOLDDUST_SECRET_KEYS; it is kept nowhere else."""
    terminal.say(cipher.new_key())


@app.command("rotate")
def rotate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say how many it would be.")] = False,
    json: AsJson = False,
) -> None:
    """Seal every token, and what waits in the spool, with the first key of GOLDDUST_SECRET_KEYS.

    After that the other keys can be taken away.

    It may run beside Golddust, and again after it was broken off.
    """
    settings = read_settings()
    seals = cipher.read_cipher(settings)
    if seals is None:
        raise ConfigurationError(problems=f"GOLDDUST_SECRET_KEYS is not set; {cipher.NEW_KEY}")
    engine = existing(settings)
    looked = list(_looked_at(engine, seals, change=not dry_run))
    engine.dispose()
    kept = _kept(settings.spool, seals, change=not dry_run)
    if json:
        spooled = {} if kept is None else {"spooled": kept}
        found = {"installations": len(looked), "under_other_keys": sum(looked), "sealed_anew": not dry_run}
        terminal.dump(found | spooled)
        return
    newest = f"{terminal.counted(len(looked) - sum(looked), 'installation')} had the first key already"
    verb = "would be sealed anew" if dry_run else "sealed anew"
    terminal.say(f"{terminal.counted(sum(looked), 'installation')} {verb}, {newest}")
    if kept is not None:
        terminal.say(f"{terminal.counted(kept, 'entry', 'entries')} of the spool {verb}")


def _kept(folder: Path | None, seals: Cipher, *, change: bool) -> int | None:
    """How many entries of this machine’s spool are sealed anew, or for the first time; None where there is no spool."""
    if folder is None or not (folder / FILE).exists():
        return None
    spool = open_spool(folder, seals)
    try:
        return spool.reseal(change=change)
    except KeyMissing as error:
        raise ConfigurationError(problems=f"an entry of the spool in {folder}: {error}") from None
    finally:
        spool.close()


def _looked_at(engine: Engine, seals: Cipher, *, change: bool) -> Iterator[bool]:
    """Of each installation with tokens whether it is sealed with another key than the first, portion by portion."""
    after: tuple[str, Place] | None = None
    sessions = database.sessions(engine)
    while True:
        with sessions() as session, session.begin():
            found = installations.portion(session, after, PORTION)
            old = [_renewed(session, one, seals, change=change) for one in found]
        yield from old
        if len(found) < PORTION:
            return
        after = found[-1].platform, found[-1].place


def _renewed(session: Session, one: Installation, seals: Cipher, *, change: bool) -> bool:
    sealed = one.sealed
    if sealed is None or all(seals.is_newest(part) for part in (sealed.token, sealed.refresh) if part):
        return False
    refresh = seals.renewed(sealed.refresh) if sealed.refresh else None
    renewed = Sealed(seals.renewed(sealed.token), refresh, sealed.expires_at)
    if change:
        installations.reseal(session, one, renewed)
    return True
