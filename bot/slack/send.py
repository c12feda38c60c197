"""Notices on their way into Slack, and the receipts that come back."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channel import TryLater, Unreachable
from bot.clock import Clock
from bot.slack import render
from bot.slack.faults import FAILURES, code_of, fault_of
from bot.slack.outside import Shared, is_guest
from bot.slack.posting import Posting
from bot.slack.render import SlackMessage
from complaints.notices import Captured, Card, Remark, Surge
from complaints.ticket import Source
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt

PLATFORM = "slack"
TIMEOUT_SECONDS = 10
TOGETHER = 5
"""Messages a second to a whole workspace: Slack lets an app post "several hundred messages per minute" in one, of which
300 are the fewest (https://docs.slack.dev/apis/web-api/rate-limits)."""

_CONVERSATION = re.compile(r"[CGD][A-Z0-9]+|#\S+")
_TS = re.compile(r"\d+\.\d+")
_BY_EMAIL = "email:"
_CARDS = {"thread:card": "the team’s card", "thread:owner": "the owner’s card"}

_NOT_EDITABLE = frozenset({
    "message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found",
})  # fmt: skip
_NOT_THERE = frozenset({
    "channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived", "restricted_action",
    "message_not_found", "thread_not_found", "restricted_action_read_only_channel", "restricted_action_thread_locked",
})  # fmt: skip
"""What keeps a message out of one conversation while its reader can still be reached directly."""


def client(token: str, api_url: str) -> AsyncWebClient:
    """The Web API's client; it never repeats a call by itself, since one that broke off may have arrived."""
    return AsyncWebClient(token, base_url=api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])


class SlackChannel:
    """Slack, seen from the deliverer."""

    platform = PLATFORM
    pace = 1.0
    together: int | None = TOGETHER

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._posting = Posting(client)
        self._users: dict[str, str] = {}
        self._shared = Shared(client)

    def address(self, reader: Reader) -> str | None:
        """The team's channel, the conversation of the thread, or the person's user id; None when none is on Slack.

        For a person who is known by their e-mail alone it is `email:` and that, which `send` looks up.
        """
        person = reader.accounts.get(PLATFORM)
        if person is None and reader.email and not reader.accounts:
            person = f"{_BY_EMAIL}{reader.email}"
        if reader.audience.startswith("team:"):
            return reader.channel if reader.channel and _CONVERSATION.fullmatch(reader.channel) else None
        if reader.audience in _CARDS and reader.thread is None:
            return reader.audience
        if reader.thread is None or not reader.audience.startswith("thread:"):
            return person
        if _in_thread(reader.thread):
            return reader.thread.conversation
        # Only the complaint's own thread has its reporter to fall back to; a card elsewhere is another channel's.
        return person if reader.audience == "thread:original" else None

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """The conversation; a receipt that only its reader sees, in a channel, falls under a far higher limit."""
        return None if isinstance(dispatch.notice, Captured) and _whispered(dispatch) else address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Post the notice, or edit its card in place; raises TryLater or Undeliverable."""
        try:
            if not address.startswith(_BY_EMAIL):
                return await self._send(*await self._kept_inside(dispatch, address))
            user = await self._user(address.removeprefix(_BY_EMAIL))
            return replace(await self._send(dispatch, user), account=user)
        except FAILURES as error:
            raise fault_of(error) from error

    async def _kept_inside(self, dispatch: Dispatch, address: str) -> tuple[Dispatch, str]:
        """The notice and its address; a team's goes to its lead where others see its channel."""
        at, card = self._clock.now(), dispatch.card
        if dispatch.reader.audience.startswith("team:"):
            address = await self._shared.instead(dispatch.reader, address, at)
        if card is not None and card.platform == PLATFORM and await self._shared.is_shared(card.conversation, at):
            dispatch = replace(dispatch, card=None)
        return dispatch, address

    async def _seen_by_others(self, conversation: str) -> bool:
        return await self._shared.is_shared(conversation, self._clock.now())

    async def _send(self, dispatch: Dispatch, address: str) -> Receipt:
        match dispatch.notice:
            case Card():
                return await self._card(dispatch, address)
            case Captured():
                return await self._captured(dispatch, address)
            case Remark():
                return await self._remark(dispatch, address)
            case Surge() if dispatch.editable is not None:
                # What can't be edited any more stays as it is: that it was joined is not worth another message.
                return await self._edit(dispatch.editable, _rendered(dispatch)) or dispatch.editable
            case _:
                return await self._post(dispatch, address, _rendered(dispatch))

    async def _user(self, email: str) -> str:
        """The id of the user with this e-mail address; raises Unreachable where there is nobody."""
        if email not in self._users:
            try:
                answer = await self._client.users_lookupByEmail(email=email)
            except SlackApiError as error:
                if code_of(error) != "users_not_found":
                    raise
                raise Unreachable(
                    f"Nobody in this Slack has the e-mail {email}: correct it in golddust.yml."
                ) from error
            if is_guest(answer["user"]):
                raise Unreachable(
                    f"{email} is a guest in Slack: list their member id in golddust.yml if they may see tickets."
                )
            self._users[email] = str(answer["user"]["id"])
        return self._users[email]

    async def _card(self, dispatch: Dispatch, address: str) -> Receipt:
        permalink = await self._permalink(dispatch)
        if permalink is not None and dispatch.ticket is not None:
            known = replace(dispatch.ticket.source, permalink=permalink)
            dispatch = replace(dispatch, ticket=replace(dispatch.ticket, source=known))
        shown = _rendered(dispatch)
        receipt = await self._edit(dispatch.editable, shown) if dispatch.editable is not None else None
        if receipt is None:
            # One that is there already may have been drawn before the ticket moved on.
            found = await self._posting.find(dispatch.parcel, address)
            receipt = await self._edit(found, shown) if found is not None else None
            receipt = receipt or await self._posting.add(dispatch.parcel, address, shown)
            await self._retire(dispatch)
        return replace(receipt, permalink=permalink)

    async def _retire(self, dispatch: Dispatch) -> None:
        """Take the buttons off the older card; where that fails the new card is posted all the same."""
        if dispatch.card is not None and dispatch.editable is None and dispatch.ticket is not None:
            with suppress(*FAILURES):
                await self._edit(dispatch.card, render.retired(dispatch.ticket))

    async def _edit(self, card: Receipt, shown: SlackMessage) -> Receipt | None:
        """The card's place after it was edited; None when it can't be edited any more."""
        if card.platform != PLATFORM:
            return None
        try:
            await self._client.chat_update(
                channel=card.conversation, ts=card.message, text=shown.text, blocks=shown.blocks
            )
        except SlackApiError as error:
            if code_of(error) in _NOT_EDITABLE:
                return None
            raise
        return card

    async def _captured(self, dispatch: Dispatch, address: str) -> Receipt:
        shown, source = _rendered(dispatch), dispatch.ticket.source if dispatch.ticket else None
        if source is None or not _said_here(source) or await self._seen_by_others(source.conversation):
            return await self._post(dispatch, address, shown)
        if _whispered(dispatch) and dispatch.parcel.uncertain_since is not None:
            # A whisper can't be looked for; the direct message that says it again can.
            return await self._post(dispatch, address, shown)
        try:
            if not _whispered(dispatch):
                return await self._post(dispatch, source.conversation, shown)
            return await self._posting.whisper(source.conversation, address, shown)
        except SlackApiError as error:
            if code_of(error) not in _NOT_THERE:
                raise
        return await self._post(dispatch, address, shown)

    async def _remark(self, dispatch: Dispatch, address: str) -> Receipt:
        shown, reader = _rendered(dispatch), dispatch.reader
        if reader.audience in _CARDS and reader.thread is None:
            raise TryLater(f"{_CARDS[reader.audience]}, under which this belongs, is not posted yet")
        if reader.thread is None or not _in_thread(reader.thread):
            return await self._post(dispatch, address, shown)
        person = reader.accounts.get(PLATFORM)
        if await self._seen_by_others(reader.thread.conversation):
            if person is None:
                raise Unreachable("That thread is seen by another organisation, and its reader is not in Slack.")
            return await self._post(dispatch, person, shown)
        try:
            return await self._post(dispatch, address, shown, reader.thread.message)
        except SlackApiError as error:
            if person is None or reader.audience != "thread:original" or code_of(error) not in _NOT_THERE:
                raise
        return await self._post(dispatch, person, shown)

    async def _post(
        self, dispatch: Dispatch, conversation: str, shown: SlackMessage, thread: str | None = None
    ) -> Receipt:
        return await self._posting.post(dispatch.parcel, conversation, shown, thread)

    async def _permalink(self, dispatch: Dispatch) -> str | None:
        """The address of the original, where it is not known yet; without one the card goes out all the same."""
        source = dispatch.ticket.source if dispatch.ticket else None
        if source is None or source.permalink is not None or not _linkable(source):
            return None
        try:
            answer = await self._client.chat_getPermalink(channel=source.conversation, message_ts=source.message)
        except FAILURES:
            return None
        return str(answer["permalink"])


def _rendered(dispatch: Dispatch) -> SlackMessage:
    reader, surge = dispatch.reader.person, dispatch.surge
    return render.message(dispatch.notice, dispatch.ticket, reader, dispatch.bundle, surge=surge)


def _said_here(source: Source) -> bool:
    return source.platform == PLATFORM and _CONVERSATION.fullmatch(source.conversation) is not None


def _whispered(dispatch: Dispatch) -> bool:
    """Whether the receipt is an ephemeral message in the channel of the complaint."""
    source = dispatch.ticket.source if dispatch.ticket else None
    return source is not None and _said_here(source) and not source.private


def _in_thread(thread: Receipt) -> bool:
    return thread.platform == PLATFORM and _TS.fullmatch(thread.message) is not None


def _linkable(source: Source) -> bool:
    """Whether the original is a real message that others can see too."""
    return source.platform == PLATFORM and not source.private and _TS.fullmatch(source.message) is not None
