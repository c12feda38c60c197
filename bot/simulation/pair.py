"""The same history under two files, side by side on two processors where that is worth it."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from bot.configuration import Loaded
from bot.simulation.history import History
from bot.simulation.outcome import Outcome
from bot.simulation.replay import Told, replay

MANY_MOVES = 500
"""From how many moves on a second process pays; starting one takes about two seconds."""


def both(today: Loaded, other: Loaded, history: History, told: Told) -> tuple[Outcome, Outcome]:
    """What would have happened under today's file and under the other; `told` hears of moves made under both."""
    if len(history.moves) < MANY_MOVES:
        return replay(today, history, told), replay(other, history, lambda done: told(len(history.moves) + done))
    # A fresh interpreter, because a fork of one with an open database is asking for trouble.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as beside:
        theirs = beside.submit(replay, other, history)
        ours = replay(today, history, lambda done: told(2 * done))
        return ours, theirs.result()
