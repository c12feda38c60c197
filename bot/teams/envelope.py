"""Activities and addresses as the Bot Connector reads and writes them."""

from __future__ import annotations

import json
from urllib.parse import quote

from bot.teams.port import Ambiguous, Json, Ref, inside


def read(body: bytes | Json) -> Json | None:
    """The activity that was posted, or None for what is none."""
    try:
        raw = json.loads(body) if isinstance(body, bytes) else body
    except (ValueError, RecursionError):
        return None
    known = isinstance(raw, dict) and all(inside(raw, name) for name in ("type", "channelId", "serviceUrl"))
    return raw if known else None


def addressed(ref: Ref, activity: Json) -> Json:
    """The activity with what the connector must know: from whom, and into which conversation of which tenant."""
    address = {"id": ref.conversation, "conversationType": ref.kind, "tenantId": ref.tenant}
    return {"type": "message", "from": {"id": ref.bot}, "conversation": address, **activity}


def id_in(answer: Json) -> str:
    """The id of what has been made; raises Ambiguous where there is none, for made it has been."""
    found = inside(answer, "id")
    if not found:
        raise Ambiguous("it was carried out, but Microsoft did not say under which id")
    return found


def path_of(conversation: str) -> str:
    """The path of a conversation below a service address."""
    return f"/v3/conversations/{quoted(conversation)}"


def quoted(part: str) -> str:
    """An id as one part of a path."""
    return quote(part, safe="")
