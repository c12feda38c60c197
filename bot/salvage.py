"""What can be read of a document with mistakes, so that what it refers to is checked all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from complaints.organisation import Organisation
from complaints.references import KeyPath, Problem, problems

Keys: TypeAlias = Callable[[KeyPath], list[str]]

ROUNDS: Final = 8
_FILLERS: Final[dict[str, Any]] = {
    "organisation": {},
    "name": "?",
    "time_zone": "UTC",
    "when": {"words": ["?"]},
    "severity": "normal",
    "starts": "2026-01-05",
    "from": "2026-01-05",
    "until": "9999-12-31",
    "at": "50%",
    **dict.fromkeys(("low", "normal", "high", "critical"), "1d"),
}


class _Map(dict[str, Any]):
    """A mapping that knows what its keys were before a misspelt one was mended."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__({key: _copy(value) for key, value in values.items()})
        self.origins: dict[Any, Any] = {}


class _List(list[Any]):
    """A list that knows where its entries were before a broken one was left out."""

    def __init__(self, values: list[Any]) -> None:
        super().__init__(_copy(value) for value in values)
        self.origins = list(range(len(self)))


def further(value: dict[str, Any], told: set[KeyPath], keys: Keys) -> list[Problem]:
    """Return the problems of a document with mistakes, other than the mistakes at the paths `told`.

    `keys` gives the keys that are known at a path. Nothing is returned where too little can be read.
    """
    tree = _Map(value)
    organisation = _mended(tree, keys)
    if organisation is None:
        return []
    placed = [
        Problem(_original(problem.path, tree), problem.found, problem.allowed) for problem in problems(organisation)
    ]
    # What a misspelt key says was read, so that nothing follows from it.
    unread = told.difference(_renamed(tree, ()))
    return [problem for problem in placed if not _follows(problem, unread)]


def _mended(tree: _Map, keys: Keys) -> Organisation | None:
    for _ in range(ROUNDS):
        try:
            return Organisation.model_validate(tree)
        except ValidationError as error:
            # The last entry of a list goes first, so that the places of those before it stay.
            for path, missing in sorted({_wrong(tree, detail) for detail in error.errors()}, key=_order, reverse=True):
                if not _mend(tree, path, missing, keys):
                    return None
    return None


def _wrong(tree: _Map, detail: ErrorDetails) -> tuple[KeyPath, str]:
    """Return where a mistake is, and the key that is missing there, if that is the mistake."""
    where = detail["loc"]
    return _path(tree, where), str(where[-1]) if detail["type"] == "missing" else ""


def _order(wrong: tuple[KeyPath, str]) -> tuple[list[tuple[bool, Any]], str]:
    return [(isinstance(step, str), step) for step in wrong[0]], wrong[1]


def _mend(tree: _Map, path: KeyPath, missing: str, keys: Keys) -> bool:
    """Fill in, rename or leave out what is wrong at a path; False where nothing helps."""
    if missing:
        return _fill(tree, _at(tree, path), missing)
    if not path:
        return False
    around, key = _at(tree, path[:-1]), path[-1]
    if key not in (range(len(around)) if isinstance(around, _List) else around):
        return True
    value = around.pop(key)
    if isinstance(around, _List):
        around.origins.pop(int(key))
    elif len(path) == 2 and path[0] in ("people", "teams", "calendars", "policies"):
        # What refers to it is not wrong, whatever is wrong inside it.
        around |= {key: _Map({})} if value != {} else {}
    else:
        _rename(around, str(key), value, keys(path[:-1]))
    return True


def _rename(around: _Map, key: str, value: Any, known: list[str]) -> None:
    meant = get_close_matches(key, [name for name in known if name not in around], 1)
    if key not in known and meant:
        around[meant[0]] = value
        around.origins[meant[0]] = key


def _fill(tree: _Map, around: Any, key: str) -> bool:
    filler = _FILLERS.get(key, _somebody(tree, key))
    if filler is None or not isinstance(around, _Map):
        return False
    around[key] = _copy(filler)
    return True


def _somebody(tree: _Map, key: str) -> Any:
    people, teams = (tree[part] if isinstance(tree.get(part), _Map) else _Map({}) for part in ("people", "teams"))
    person = next(iter(people or ()), None)
    owning = (name for name, team in teams.items() if not isinstance(team, _Map) or team.get("owns") is not False)
    if key in ("triage", "team"):
        return next(owning, None)
    if key == "lead":
        return person
    return [person] if person and key in ("admins", "people") else None


def _follows(problem: Problem, told: set[KeyPath]) -> bool:
    """Whether a problem may be nothing but what follows from a mistake that is told already."""
    path = problem.path[:-1] if problem.path[-1] == "assign" else problem.path
    parts = {at[:1] for at in told}
    if "customer_tier" in path and ("customers",) in parts:
        return True
    if problem.allowed.startswith("nothing, as") and any(len(at) == 1 for at in told):
        return True
    return any(at[: len(path)] == path for at in told)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return _Map(value)
    return _List(value) if isinstance(value, list) else value


def _at(tree: Any, path: KeyPath) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _path(tree: Any, where: tuple[int | str, ...]) -> KeyPath:
    path: list[str | int] = []
    for step in where:
        if step in (range(len(tree)) if isinstance(tree, _List) else tree if isinstance(tree, _Map) else ()):
            path.append(step)
            tree = tree[step]
    return tuple(path)


def _renamed(tree: Any, at: KeyPath) -> Iterator[KeyPath]:
    """Yield where the document has the keys that were mended."""
    if isinstance(tree, _Map):
        yield from ((*at, origin) for origin in tree.origins.values())
        steps = [(tree.origins.get(key, key), value) for key, value in tree.items()]
    else:
        steps = list(zip(tree.origins, tree, strict=True)) if isinstance(tree, _List) else []
    for step, value in steps:
        yield from _renamed(value, (*at, step))


def _original(path: KeyPath, tree: Any) -> KeyPath:
    """Return where the document has what the mended tree has at a path."""
    original: list[str | int] = []
    for step in path:
        if isinstance(tree, _List) and isinstance(step, int) and step < len(tree):
            original.append(tree.origins[step])
            tree = tree[step]
        else:
            original.append(tree.origins.get(step, step) if isinstance(tree, _Map) else step)
            tree = tree.get(str(step)) if isinstance(tree, _Map) else None
    return tuple(original)
