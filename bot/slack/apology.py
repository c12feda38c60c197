"""What people are told when something of ours breaks; Slack is asked to deliver an event again."""

from __future__ import annotations

from slack_bolt.response import BoltResponse

from bot.slack.listen import SORRY, Room, respond, sentence
from bot.slack.payloads import Json


async def apology(room: Room, body: Json, status: int) -> BoltResponse:
    """The answer to a request that failed: an error status for events, a kind sentence for people who wait."""
    if "command" in body:
        return BoltResponse(status=200, body={"response_type": "ephemeral", "text": SORRY})
    if body.get("type") == "view_submission":
        return _at_first_field(body)
    if body.get("type") in {"block_actions", "message_action", "shortcut"}:
        room.later(_tell(room, body))
        return BoltResponse(status=200, body="")
    return BoltResponse(status=status, body="")


def _at_first_field(body: Json) -> BoltResponse:
    """The form stays open with everything that was filled in, so that it can be handed in again."""
    blocks = (body.get("view") or {}).get("blocks") or ()
    fields = [block["block_id"] for block in blocks if block.get("type") == "input" and block.get("block_id")]
    if not fields:
        return BoltResponse(status=500, body="")
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {fields[0]: SORRY}})


async def _tell(room: Room, body: Json) -> None:
    url = body.get("response_url")
    user = str((body.get("user") or {}).get("id") or "")
    if (not url or not await respond(str(url), sentence(SORRY))) and user:
        await room.tell(user, sentence(SORRY))
