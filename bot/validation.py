"""What pydantic found wrong with a document, told with line, path, what was found and what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.document import Document, Flaw, Value
from complaints.policies import LENGTH_PATTERN
from complaints.references import KeyPath, choices

Schema: TypeAlias = dict[str, Any]

_WORDED: Final = {
    r"^[a-z0-9][a-z0-9_.-]{0,63}$": "a short name of 1 to 64 characters a-z, 0-9, “_”, “.” and “-”",
    r"^[UW][A-Z0-9]{2,}$": "a Slack member id such as U0DANA001",
    r"^[^@\s]+@[^@\s]+$": "an e-mail address such as dana@example.com",
    r"^([CG][A-Z0-9]{2,}|19:\S+@thread\.\S+)$": "the channel's id, e.g. C0123456 (channel name → About)",
    r"^[TE][A-Z0-9]{2,30}$": "the id of a Slack workspace such as T0123456, or of an Enterprise Grid such as E0123456",
    r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$": "a directory (tenant) id as Microsoft Entra shows it",
    r"^:?[a-z0-9_+'-]+:?$": "the name of an emoji such as ticket",
    LENGTH_PATTERN: "a length such as 15m, 4h, 3d, 2w or 8w calendar",
    r"^(\d{1,3}%|\+\d{1,4}[mhdw])$": "a share of the clock such as 50%, or a time after it such as +1d",
}
_FORMATS: Final = {
    "date": "a date such as 2026-01-05",
    "date-time": "a moment with its offset such as 2026-01-05T09:00:00+00:00",
}


def flaws(error: ValidationError, document: Document, schema: Schema) -> list[Flaw]:
    """Return one flaw for each mistake in the document, told from `schema`, the JSON Schema of the model."""
    details = error.errors(include_url=False)
    # A misspelt key is told once: as unknown, not as missing too.
    misspelt = {detail["loc"][:-1] for detail in details if detail["type"] == "extra_forbidden"}
    details = [detail for detail in details if detail["type"] != "missing" or detail["loc"][:-1] not in misspelt]
    told = list(dict.fromkeys(_flaw(detail, document, schema) for detail in details))
    # A field that may be two things, or is written short, is complained about at several depths: keep the deepest.
    inner = {flaw.path[:length] for flaw in told for length in range(len(flaw.path))}
    return [flaw for flaw in told if flaw.path not in inner]


def shown(value: Value) -> str:
    """Return a value as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _flaw(detail: ErrorDetails, document: Document, schema: Schema) -> Flaw:
    kind, where = detail["type"], detail["loc"]
    if kind == "missing":
        around = _path(document, where[:-1])
        path = (*around, where[-1])
        return Flaw(document.key_line(around), path, "", _described(_at(schema, schema, path), schema))
    path = _path(document, where)
    if kind == "extra_forbidden":
        return _unknown_key(path, document, schema)
    if where[-1:] == ("[key]",):
        pattern = detail.get("ctx", {}).get("pattern", "")
        return Flaw(document.key_line(path), path, str(path[-1]), _WORDED.get(pattern, detail["msg"]))
    if kind == "value_error":
        return _refused(str(detail.get("ctx", {}).get("error", detail["msg"])), path, document)
    if kind == "too_short":
        return _here(path, document, "at least one entry")
    return _here(path, document, _allowed(document.at(path), _at(schema, schema, path), schema))


def _here(path: KeyPath, document: Document, allowed: str) -> Flaw:
    return Flaw(document.value_line(path), path, shown(document.at(path)), allowed)


def _path(document: Document, where: tuple[int | str, ...]) -> KeyPath:
    """Return the part of a pydantic location that is in the document, without the names of types in it."""
    path: list[str | int] = []
    value: Any = document.value
    for step in where:
        inside = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if step in inside:
            path.append(step)
            value = value[step]
    return tuple(path)


def _unknown_key(path: KeyPath, document: Document, schema: Schema) -> Flaw:
    key, keys = str(path[-1]), keys_at(path[:-1], schema)
    return Flaw(document.key_line(path), path, key, choices(key, keys, 20), "an unknown key")


def _refused(message: str, path: KeyPath, document: Document) -> Flaw:
    """The flaw behind a validator's own message, at the day of the hours that it names."""
    value = document.at(path)
    days = value if isinstance(value, dict) else {}
    day = next((day for day in days if message.startswith(f"hours of {day!r}: ")), None)
    advice = _advice(message)
    if day is None:
        return _here(path, document, advice)
    if message.startswith(f"hours of {day!r}: found day "):
        return Flaw(document.key_line((*path, day)), (*path, day), day, advice)
    return _here((*path, day), document, advice)


def _advice(message: str) -> str:
    before, found, after = message.rpartition("allowed ")
    if found and (not before or before.endswith("; ")):
        return re.sub(r"^(is|are) ", "", after)
    return message.partition("; ")[2] or message if re.match(r"(hours of .*: )?found ", message) else message


def _allowed(found: Value, part: Schema, schema: Schema) -> str:
    options = [option for variant in _variants(part, schema) for option in variant.get("enum", ())]
    if options and isinstance(found, str):
        return choices(found, options, 20)
    text = _described(part, schema)
    number = isinstance(found, int | float) and "string" in {v.get("type") for v in _variants(part, schema)}
    return f"{text} (put it in quotes)" if number else text


def _at(part: Schema, schema: Schema, path: KeyPath) -> Schema:
    """Return the part of the schema that describes what is at a path; empty where it does not say."""
    if not path:
        return part
    for variant in _variants(part, schema):
        for inner in _inside(variant, path[0]):
            return _at(inner, schema, path[1:])
    return {}


def _inside(variant: Schema, step: str | int) -> Iterator[Schema]:
    if isinstance(step, int):
        candidates = [variant.get("items")]
    else:
        candidates = [variant.get("properties", {}).get(step), variant.get("additionalProperties")]
        candidates += variant.get("patternProperties", {}).values()
    yield from (candidate for candidate in candidates if isinstance(candidate, dict))


def _variants(part: Schema, schema: Schema) -> list[Schema]:
    """Return what a part may be, references followed, null left out."""
    if "$ref" in part:
        return _variants(schema["$defs"][part["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in part:
        return [inner for variant in part["anyOf"] for inner in _variants(variant, schema)]
    return [] if part.get("type") == "null" else [part]


def keys_at(path: KeyPath, schema: Schema) -> list[str]:
    """Return the keys that the mapping at a path may have; none where they are names of one's own."""
    return [key for variant in _variants(_at(schema, schema, path), schema) for key in variant.get("properties", ())]


def _described(part: Schema, schema: Schema) -> str:
    texts = dict.fromkeys(_one_described(variant, schema) for variant in _variants(part, schema))
    return " or ".join(texts) or "a value"


def _one_described(variant: Schema, schema: Schema) -> str:
    if "enum" in variant:
        return ", ".join(map(str, variant["enum"]))
    if "const" in variant:
        return str(variant["const"])
    kind = variant.get("type")
    if kind == "string":
        return _text_described(variant)
    if kind == "array":
        return f"a list ({_described(variant.get('items', {}), schema)})"
    if kind == "object":
        keys = ", ".join(variant.get("properties", ()))
        return f"a mapping with the keys {keys}" if keys else "a mapping of names to their entries"
    return {"boolean": "true or false", "integer": "a whole number", "number": "a number"}.get(kind or "", "a value")


def _text_described(variant: Schema) -> str:
    if "pattern" in variant:
        return str(_WORDED.get(variant["pattern"], variant.get("description", f"text like {variant['pattern']}")))
    if "maxLength" in variant:
        return f"text of {variant.get('minLength', 0)} to {variant['maxLength']} characters"
    return _FORMATS.get(variant.get("format", ""), "text")
