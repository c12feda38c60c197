"""The log never holds what people type, nor a token: a canary goes through everything and must not sing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import structlog

from bot.journal import keep_journal
from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, PAT, PAYMENTS, SAM, WATCHED, desk
from tests.bot.teams import driver as teams
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_TOKEN, SIGNING_SECRET
from tests.fakes.teams_identity import SECRET

WORD = "Zwitscherling"
SAID = f"The card payment of {WORD} failed"


@pytest.fixture
def journal() -> Iterator[StringIO]:
    """All that is logged, also what libraries say to whoever listens closely."""
    root, stream = logging.getLogger(), StringIO()
    handlers, level = root.handlers[:], root.level
    keep_journal(stream)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def silent(journal: StringIO, *tokens: str) -> None:
    """Nothing of the canary is in the log, in which there is something."""
    logged = journal.getvalue()
    assert logged
    for secret in (WORD, *tokens):
        assert secret not in logged, next(line for line in logged.splitlines() if secret in line)


async def test_what_people_type_in_slack_is_not_logged(sqlite_url: str, watched: Watched, journal: StringIO) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.users[PAT] |= {"is_restricted": True, "real_name": WORD}
        await d.says(WATCHED, SAM, SAID)
        await d.complains(SAM, f"{SAID} again")
        await d.complains(PAT, SAID)
        await d.complains(SAM, f"away until {WORD}")
        await d.presses(DANA, d.card(PAYMENTS), "Resolve", channel=PAYMENTS)
        await d.submits(DANA, done=f"Paid {WORD}", root_cause=WORD, tell=WORD)
        for trouble in ("timeout", "reset"):
            d.slack.fail_next("chat.postMessage", trouble)
            await d.says(WATCHED, SAM, f"{SAID} {trouble}")
        signed, headers = payloads.event_request(payloads.message(GENERAL, SAM, SAID, at=d.now), at=d.now)
        await d.send((signed + WORD.encode(), headers))
        await d.send((json.dumps({"type": WORD, "event": WORD}).encode(), headers))
        await d.send((WORD.encode() * 100_000, headers))
        await d.http.get(f"/{WORD.lower()}")
        silent(journal, BOT_TOKEN, SIGNING_SECRET)


async def test_a_failing_database_quotes_nobody(sqlite_url: str, watched: Watched, journal: StringIO) -> None:
    async with desk(sqlite_url, watched) as d:
        d.break_database()
        said = payloads.message(WATCHED, SAM, SAID, at=d.now)
        assert await d.event(said) == 500
        await d.complains(SAM, SAID)
        d.mend_database()
        await d.says(WATCHED, SAM, SAID)
        assert "a listener failed" in journal.getvalue()
        silent(journal, BOT_TOKEN, SIGNING_SECRET)


async def test_what_people_type_in_teams_is_not_logged(sqlite_url: str, tmp_path: Path, journal: StringIO) -> None:
    async with teams.desk(sqlite_url, teams.organisation_file(tmp_path)) as d:
        await d.says(SAID)
        await d.says(f"away until {WORD}")
        d.break_database()
        await d.post(d.says_.message(f"{SAID} twice", teams.SAM, teams.SAM_DM))
        d.mend_database()
        header = {"Authorization": f"Bearer {WORD}"}
        await d.http.post("/api/messages", content=WORD, headers=header)
        silent(journal, SECRET, d.teams.header())
