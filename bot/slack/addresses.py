"""Which conversation an address leads to: a user id stands for theirs with us, `#name` for a channel."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

_MOST = 10_000
_MOST_PAGES = 5


class Addresses:
    """Asks Slack for the ids of conversations, which most methods want, and remembers them."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    async def conversation(self, address: str) -> str:
        """The conversation's id; raises Slack's own error."""
        if address[:1] not in "UW#":
            return address
        if address not in self._known:
            if len(self._known) >= _MOST:
                self._known.clear()
            found = await (self._named(address[1:]) if address[0] == "#" else self._direct(address))
            self._known[address] = found
        return self._known[address]

    async def _direct(self, user: str) -> str:
        return str((await self._client.conversations_open(users=user))["channel"]["id"])

    async def _named(self, name: str) -> str:
        """The id of a channel of ours; its name where there is none, which Slack then does not know either."""
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            answer = await self._client.users_conversations(
                types="public_channel,private_channel", exclude_archived=True, limit=200, cursor=cursor
            )
            for channel in answer["channels"]:
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        return f"#{name}"
