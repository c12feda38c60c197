"""How soon surges and lasting changes are noticed, and how often there is a false alarm, at several settings.

`python -m bench.signals` plays quiet years and years in which something goes wrong (complaints of one category two,
three or five times as often, or ten alike in an hour), through the same rules as Golddust; `--page` keeps the tables in
docs/signals.md.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from bench.signals_year import (
    RUN_IN_WEEKS,
    TEAMS,
    WEEKS,
    ZONE,
    Injected,
    Shape,
    first_monday,
    shape,
    year,
)
from complaints.figures import per_block
from complaints.signals import MOST_POINTS, deviation
from complaints.surges import QUIET, TAILS, Arrival, Series, learnt, rarity, series_of

VOLUMES: Final = (20, 100, 400)
WINDOWS: Final = (1, 2, 4, 8)
LEASTS: Final = (3, 4)
RARE: Final = (1e-3, 1e-4, 1e-5, 1e-7)
"""How rare as many may be to be told: the settings of `sensitivity` are some of them."""
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
YEARS: Final = 4
SURGES: Final = 4
"""So many surges of each kind are injected for each quiet year, each into a year of its own."""
BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"


class Found(NamedTuple):
    """A moment at which as many of a series had come in a window as chance brings with that probability."""

    at: datetime
    series: Series
    count: int
    chance: float


class Rate(NamedTuple):
    """What one setting comes to."""

    false: float
    """False alarms in a year for each team."""
    found: dict[str, tuple[float, float, float]]
    """By what went wrong: the share noticed, and the median and the 90th percentile of the delay in hours."""


def looks(arrivals: Sequence[Arrival], hours: int, since: datetime, until: datetime) -> Iterator[Found]:
    """Every look that Golddust would take between two moments: one at each complaint."""
    moments: dict[Series, list[datetime]] = {}
    usual, learnt_on = learnt((), None, since, ZONE), None
    begun = arrivals[0].at
    for arrival in arrivals:
        for series in series_of(arrival):
            moments.setdefault(series, []).append(arrival.at)
        if not since <= arrival.at < until:
            continue
        if learnt_on != arrival.at.date():
            learnt_on = arrival.at.date()
            usual = learnt(arrivals, begun, arrival.at - DAY, ZONE)
        for series in series_of(arrival):
            if series.about == "category" and not series.team:
                continue  # each category is with one team here
            mine = moments[series]
            start = arrival.at - timedelta(hours=hours)
            count = len(mine) - bisect_right(mine, start)
            if count >= min(LEASTS):
                chance = rarity(usual.expected(series, start, arrival.at), count)
                if chance < 0.01:
                    yield Found(arrival.at, series, count, chance)


def episodes(found: Sequence[Found], least: int, rare: float) -> list[Found]:
    """The alarms that are told: one for each going-on, and one where several series see the same."""
    told: list[Found] = []
    for one in found:
        if one.count < least or one.chance >= rare:
            continue
        if not any(one.at - other.at < QUIET and _alike(one.series, other.series) for other in told[-20:]):
            told.append(one)
    return told


def _alike(one: Series, other: Series) -> bool:
    return one == other or "touchpoint" in (one.about, other.about)


def injections(place: Shape, count: int, seed: int) -> Iterator[tuple[str, Injected]]:
    """What goes wrong, each in a year of its own: in working hours, in any of the larger half of the categories."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    larger = [category for _, category, _ in place.mix[: len(place.mix) // 2]]
    for _ in range(count):
        day = first_monday() + timedelta(weeks=RUN_IN_WEEKS + chance.randrange(2, 44), days=chance.randrange(5))
        start = day + timedelta(hours=chance.randrange(9, 14))
        name = chance.choice(larger)
        for times in (2, 3, 5):
            yield f"×{times} for a day", Injected(name, start, start + timedelta(hours=24), times=times)
        yield "10 alike in an hour", Injected(name, start, start + timedelta(hours=1), alike=10)


def lasting(place: Shape, count: int, seed: int) -> Iterator[tuple[str, Injected]]:
    """What changes and stays so for four weeks."""
    for name, one in injections(place, count, seed):
        if one.times > 1:
            yield name.replace("for a day", "for four weeks"), one._replace(end=one.start + 4 * WEEK)


def _quiet(given: tuple[Shape, int, int]) -> list[Found]:
    place, seed, hours = given
    return list(looks(year(place, seed), hours, _judged_from(), _ends()))


def _noisy(given: tuple[Shape, int, int, Injected]) -> list[Found]:
    place, seed, hours, injected = given
    arrivals = year(place, seed, injected)
    return list(looks(arrivals, hours, injected.start, injected.end + DAY))


def _judged_from() -> datetime:
    return first_monday() + RUN_IN_WEEKS * WEEK


def _ends() -> datetime:
    return first_monday() + WEEKS * WEEK


def surge_rows(pool: ProcessPoolExecutor, place: Shape, years: int, hours: int) -> Iterator[tuple[str, ...]]:
    """For each sensitivity and least number: false alarms, and what was noticed how soon."""
    quiet = list(pool.map(_quiet, [(place, seed, hours) for seed in range(years)]))
    wrong = list(injections(place, years * SURGES, 7))
    noisy = list(pool.map(_noisy, [(place, 100 + n, hours, one) for n, (_, one) in enumerate(wrong)], chunksize=4))
    for least in LEASTS:
        for rare in RARE:
            name = next((f"{rare:.0e} ({name})" for name, known in TAILS.items() if known == rare), f"{rare:.0e}")
            false = sum(len(episodes(one, least, rare)) for one in quiet) / years / len(TEAMS)
            found: dict[str, list[float | None]] = {}
            for (what, injected), seen in zip(wrong, noisy, strict=True):
                mine = [one for one in seen if one.series.name == injected.name]
                told = episodes(mine, least, rare)
                found.setdefault(what, []).append((told[0].at - injected.start) / timedelta(hours=1) if told else None)
            yield (f"{hours} h", str(least), name, f"{false:.2f}", *(_spoken(one, "h") for one in found.values()))


def _spoken(delays: Sequence[float | None], unit: str) -> str:
    known = sorted(delay for delay in delays if delay is not None)
    if not known:
        return "0 %"
    p90 = known[min(len(known) - 1, round(0.9 * (len(known) - 1)))]
    return f"{len(known) / len(delays):.0%}, {statistics.median(known):.1f} {unit}, {p90:.1f} {unit}".replace("%", " %")


def _weekly(arrivals: Sequence[Arrival], step: timedelta, since: datetime, until: datetime) -> Iterator[Found]:
    """The signals of weekly counts, judged every `step`, one for each going-on."""
    moments: dict[Series, list[datetime]] = {Series("all", ""): []}
    for arrival in arrivals:
        moments[Series("all", "")].append(arrival.at)
        for series in {*series_of(arrival), Series("team", arrival.team)}:
            moments.setdefault(series, []).append(arrival.at)
    for series, mine in moments.items():
        if series.about == "category" and not series.team:
            continue
        until_then, last = since, None
        while until_then < until:
            weeks = min((until_then - arrivals[0].at) // WEEK, MOST_POINTS + 1)
            known = mine[bisect_left(mine, until_then - weeks * WEEK) : bisect_left(mine, until_then)]
            found = deviation(per_block(known, until_then, WEEK, weeks))
            if found is not None and (last is None or until_then - last > WEEK):
                yield Found(until_then, series, found.value, 0.0 if found.kind in {"above", "run above"} else 1.0)
            last = until_then if found is not None else last
            until_then += step


def _weekly_quiet(given: tuple[Shape, int, timedelta]) -> list[Found]:
    place, seed, step = given
    return list(_weekly(year(place, seed), step, _judged_from(), _ends()))


def _weekly_noisy(given: tuple[Shape, int, timedelta, Injected]) -> list[Found]:
    place, seed, step, injected = given
    since = injected.start.replace(hour=9)
    return list(_weekly(year(place, seed, injected), step, since, injected.end))


def weekly_rows(pool: ProcessPoolExecutor, place: Shape, years: int) -> Iterator[tuple[str, ...]]:
    """The same for the limits of weekly counts, judged every day and every week."""
    wrong = list(lasting(place, years * 2, 9))
    for name, step in (("every day", DAY), ("every week", WEEK)):
        quiet = list(pool.map(_weekly_quiet, [(place, seed, step) for seed in range(years)]))
        asked = [(place, 100 + n, step, one) for n, (_, one) in enumerate(wrong)]
        noisy = list(pool.map(_weekly_noisy, asked, chunksize=2))
        series = 1 + len(TEAMS) + 3 + len(place.mix)
        found: dict[str, list[float | None]] = {}
        for (what, injected), seen in zip(wrong, noisy, strict=True):
            told = [one.at for one in seen if one.series.name == injected.name and one.chance == 0.0]
            found.setdefault(what, []).append((min(told) - injected.start) / DAY if told else None)
        false = sum(map(len, quiet)) / years
        yield (name, f"{false / len(TEAMS):.1f}", f"{false / series:.2f}", *(_spoken(d, "d") for d in found.values()))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]
    return "\n".join(lines)


def measured(years: int) -> str:
    """In how many years it was measured."""
    kinds = len({name for name, _ in injections(shape(VOLUMES[0], None), 1, 7)})
    wrong = years * SURGES * kinds
    return f"Measured in {years} quiet years and {wrong} years with something wrong at each volume."


def report(years: int, data: Path | None, volumes: Sequence[int]) -> str:
    """The tables, at each volume."""
    parts = [f"{measured(years)}\n"]
    with ProcessPoolExecutor(2) as pool:
        for volume in volumes:
            place = shape(volume, data)
            surges = [row for hours in WINDOWS for row in surge_rows(pool, place, years, hours)]
            parts.append(f"### {volume} complaints a week\n")
            heads = ("window", "least", "rarer than", "false alarms a team and year")
            parts.append(table((*heads, "×2 for a day", "×3 for a day", "×5 for a day", "10 in an hour"), surges))
            heads = ("judged", "false signals a team and year", "of each series")
            weekly = list(weekly_rows(pool, place, years))
            lasts = (f"×{n} for four weeks" for n in (2, 3, 5))
            parts.append("\n" + table((*heads, *lasts), weekly) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Print the tables, and keep them in a page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--years", type=int, default=YEARS, help="quiet years for each setting; four surges of each kind for each"
    )
    parser.add_argument("--volumes", type=int, nargs="+", default=VOLUMES, help="complaints in a week")
    parser.add_argument(
        "--data", type=Path, help="real complaints (jsonl.gz with label and sublabel), for their categories"
    )
    parser.add_argument("--page", type=Path, help="the page that keeps the tables")
    given = parser.parse_args()
    begun = time.perf_counter()
    found = report(given.years, given.data, given.volumes)
    print(found)
    print(f"took {time.perf_counter() - begun:.0f} s")
    if given.page is not None:
        before, rest = given.page.read_text(encoding="utf-8").split(BEGIN)
        after = rest.split(END)[1]
        given.page.write_text(f"{before}{BEGIN}\n\n{found}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
