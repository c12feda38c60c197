"""The log: key=value for people, JSON for machines, and never what somebody wrote."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from bot.journal import trail

SAY = """
import logging
import structlog
from bot.journal import keep_journal
keep_journal()
structlog.get_logger().info("listening", port=3000)
logging.getLogger("slack_sdk").info("chatter")
logging.getLogger("slack_sdk").warning("trouble")
"""
ROOT = Path(__file__).parents[2]


def test_a_machine_reads_one_json_object_a_line() -> None:
    said = subprocess.run([sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, text=True, check=True).stderr
    lines = [json.loads(line) for line in said.splitlines()]
    assert [(line["level"], line["event"]) for line in lines] == [("info", "listening"), ("warning", "trouble")]
    assert lines[0]["port"] == 3000


def test_a_person_at_a_terminal_reads_keys_and_values() -> None:
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", SAY], cwd=ROOT, stderr=theirs, check=True)
    os.close(theirs)
    first = os.read(ours, 10_000).decode().splitlines()[0]
    os.close(ours)
    assert "level='info' event='listening'" in first
    assert first.endswith("port=3000")


def test_where_an_error_came_from_is_told_without_its_message() -> None:
    try:
        raise ValueError("Mrs Ito")
    except ValueError as error:
        told = trail(error)
    assert told.startswith("test_where_an_error_came_from_is_told_without_its_message (test_journal.py:")
    assert "Ito" not in told


def test_golddust_run_tells_more_than_the_other_commands() -> None:
    before = "from bot.main import logging_to_stderr\nlogging_to_stderr()\n"
    said = subprocess.run(
        [sys.executable, "-c", before + SAY], cwd=ROOT, capture_output=True, text=True, check=True
    ).stderr
    assert json.loads(said.splitlines()[0])["event"] == "listening"


def test_a_line_is_written_whatever_is_in_it() -> None:
    odd = SAY + 'structlog.get_logger().info("odd", half="\\ud83d", vast=2**70, at=object)\n'
    said = subprocess.run([sys.executable, "-c", odd], cwd=ROOT, capture_output=True, text=True, check=True).stderr
    line = json.loads(said.splitlines()[-1])
    assert (line["half"], line["vast"], line["at"]) == ("\ud83d", 2**70, "<class 'object'>")
