"""New messages in Slack, each of them once: what may have arrived is looked for before it is posted again."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.channel import MayHaveArrived
from bot.slack.faults import FAILURES, code_of, may_have_arrived
from bot.slack.lookup import Lookup, metadata
from bot.slack.render import SlackMessage
from storage.messages import Receipt
from storage.outbox import Parcel

_UNKNOWN_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_arguments"})
"""What Slack says of blocks that it does not take; nothing of the message is posted then."""

log = structlog.get_logger()


class Posting:
    """Puts messages into conversations; edits are not its business, since they can be repeated freely."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._lookup = Lookup(client)

    async def find(self, parcel: Parcel, conversation: str, thread: str | None = None) -> Receipt | None:
        """Where an uncertain notice is; None where it is certain, has not arrived, or can't be looked for."""
        return await self._lookup.find(parcel, conversation, thread)

    async def post(self, parcel: Parcel, conversation: str, shown: SlackMessage, thread: str | None = None) -> Receipt:
        """Where the notice is in this conversation, posted unless it is there already; raises as `add` does."""
        found = await self.find(parcel, conversation, thread)
        return found or await self.add(parcel, conversation, shown, thread)

    async def add(self, parcel: Parcel, conversation: str, shown: SlackMessage, thread: str | None = None) -> Receipt:
        """Where the new message is; raises MayHaveArrived where no answer tells, else Slack's own error.

        A Slack that does not know charts yet gets the same message without them, at once.
        """
        try:
            return await self._add(parcel, conversation, shown, thread)
        except SlackApiError as error:
            if not shown.drawn or code_of(error) not in _UNKNOWN_BLOCKS:
                raise
        log.info("this Slack takes no charts; the message goes without them", conversation=conversation)
        return await self._add(parcel, conversation, shown.undrawn, thread)

    async def _add(self, parcel: Parcel, conversation: str, shown: SlackMessage, thread: str | None) -> Receipt:
        try:
            answer = await self._client.chat_postMessage(
                channel=conversation, text=shown.text, blocks=shown.blocks, thread_ts=thread,
                metadata=metadata(parcel), unfurl_links=False, unfurl_media=False,
            )  # fmt: skip
            return Receipt("slack", _number(answer, "channel"), _number(answer, "ts"))
        except FAILURES as error:
            doubt = may_have_arrived(error)
            if doubt is None:
                raise
            raise doubt from error

    async def whisper(self, conversation: str, user: str, shown: SlackMessage) -> Receipt:
        """Where a message is that only one person sees; it is in no history, so that nobody can look for it."""
        try:
            answer = await self._client.chat_postEphemeral(
                channel=conversation, user=user, text=shown.text, blocks=shown.blocks
            )
            return Receipt("slack", conversation, _number(answer, "message_ts"))
        except FAILURES as error:
            doubt = may_have_arrived(error)
            if doubt is None:
                raise
            raise doubt from error


def _number(answer: AsyncSlackResponse, name: str) -> str:
    found = answer.get(name)
    if not found:
        raise MayHaveArrived("it may have arrived and may not: Slack did not say under which number")
    return str(found)
