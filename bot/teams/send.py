"""Notices on their way into Teams, and the receipts that come back."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from bot.app import Golddust
from bot.channel import TryLater, Unreachable
from bot.teams import render
from bot.teams.directory import Directory
from bot.teams.elements import Activity
from bot.teams.port import Blocked, Fault, Gone, Ref
from bot.teams.references import PLATFORM, Line, References
from bot.teams.verdicts import left_open, verdict
from complaints.notices import Captured, Card, Remark, Surge
from handlers.deliver import Dispatch, Reader
from storage.messages import Receipt

_CHANNEL = re.compile(r"19:[^\s@;]+@thread\.(?:tacv2|skype)")
_GROUP = re.compile(r"19:[^\s@;]+@thread\.v2")
_BY_EMAIL = "email:"
_UNKNOWN = (
    "{name} ({email}) is not known in Teams yet: add Golddust for them, or to their team (docs/teams.md, step 5), or "
    "correct the e-mail in golddust.yml."
)
TOGETHER = 50
"""Requests a second of an app to a whole tenant
(https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit)."""
_CARDS = {"thread:card": "the team’s card", "thread:owner": "the owner’s card"}


class TeamsChannel:
    """Microsoft Teams, seen from the deliverer."""

    platform = PLATFORM
    pace = 1.0
    together: int | None = TOGETHER

    def __init__(self, golddust: Golddust, line: Line, references: References) -> None:
        self._golddust = golddust
        self._line = line
        self._references = references
        self._directory = Directory(golddust, line, references)

    def address(self, reader: Reader) -> str | None:
        """The team's channel, the conversation of the thread, or the person's account; None when none is in Teams.

        For a person who is known by their e-mail alone it is `email:` and that, which `send` looks up.
        """
        person = reader.accounts.get(PLATFORM)
        if person is None and reader.email and not reader.accounts:
            person = f"{_BY_EMAIL}{reader.email}"
        if reader.audience.startswith("team:"):
            return reader.channel if reader.channel and is_conversation(reader.channel) else None
        if reader.audience in _CARDS and reader.thread is None:
            return reader.audience
        if reader.thread is None or not reader.audience.startswith("thread:"):
            return person
        if reader.thread.platform == PLATFORM:
            return reader.thread.conversation
        # Only the complaint's own thread has its reporter to fall back to; a card elsewhere is another channel's.
        return person if reader.audience == "thread:original" else None

    def paced(self, dispatch: Dispatch, address: str) -> str | None:
        """The conversation whose pace a notice keeps to."""
        return address

    async def send(self, dispatch: Dispatch, address: str) -> Receipt:
        """Post the notice, or edit its card in place; raises TryLater, Undeliverable or Unreachable."""
        try:
            if not address.startswith(_BY_EMAIL):
                return await self._send(dispatch, address)
            account = await self._account(dispatch.reader)
            return replace(await self._send(dispatch, account), account=account)
        except Fault as fault:
            raise verdict(fault, dispatch.reader) from fault

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
                await self._edit(dispatch.editable, self._rendered(dispatch))
                return dispatch.editable
            case _:
                return await self._post(dispatch, address, self._rendered(dispatch))

    async def _account(self, reader: Reader) -> str:
        """The account of somebody who is known by their e-mail alone; raises Unreachable where there is none."""
        found = await self._directory.account(reader.email or "", reader.person)
        if found is None:
            raise Unreachable(_UNKNOWN.format(name=reader.name, email=reader.email))
        return found

    async def _card(self, dispatch: Dispatch, address: str) -> Receipt:
        shown, card = self._rendered(dispatch), dispatch.editable
        if card is not None and await self._edit(card, shown):
            return card
        receipt = await self._post(dispatch, address, shown)
        await self._retire(dispatch)
        return receipt

    async def _retire(self, dispatch: Dispatch) -> None:
        """Take the buttons off the older card; where that fails the new card is posted all the same."""
        if dispatch.card is not None and dispatch.editable is None and dispatch.ticket is not None:
            with suppress(Fault):
                await self._edit(dispatch.card, render.retired(dispatch.ticket))

    async def _edit(self, card: Receipt, shown: Activity) -> bool:
        """Whether the card was edited; False when it can't be edited any more."""
        if card.platform != PLATFORM:
            return False
        ref = await self._conversation(card.conversation)
        try:
            await self._line.update(ref.under(card.message), card.message, shown)
        except Gone:
            return False
        return True

    async def _captured(self, dispatch: Dispatch, address: str) -> Receipt:
        """Where it was said: there its reporter hears of it even if they don't have the app themselves."""
        shown, source = self._rendered(dispatch), dispatch.ticket.source if dispatch.ticket else None
        if source is None or source.platform != PLATFORM:
            return await self._post(dispatch, address, shown)
        _never_sent(dispatch)
        ref = await self._conversation(source.conversation)
        try:
            return _receipt(ref, await self._line.send(ref.under(source.thread or source.message), shown))
        except (Blocked, Gone):
            return await self._post(dispatch, address, shown)

    async def _remark(self, dispatch: Dispatch, address: str) -> Receipt:
        shown, reader = self._rendered(dispatch), dispatch.reader
        if reader.audience in _CARDS and reader.thread is None:
            raise TryLater(f"{_CARDS[reader.audience]}, under which this belongs, is not posted yet")
        if reader.thread is None or reader.thread.platform != PLATFORM:
            return await self._post(dispatch, address, shown)
        _never_sent(dispatch)
        ref, person = await self._conversation(reader.thread.conversation), reader.accounts.get(PLATFORM)
        try:
            return _receipt(ref, await self._line.send(ref.under(reader.thread.message), shown))
        except (Blocked, Gone):
            if person is None or reader.audience != "thread:original":
                raise
        return await self._post(dispatch, person, shown)

    async def _post(self, dispatch: Dispatch, address: str, shown: Activity) -> Receipt:
        """A new thread in a channel, or a message in a chat."""
        _never_sent(dispatch)
        if not is_conversation(address):
            ref, message = await self._references.send(self._line, address, shown)
            return _receipt(ref, message)
        ref = await self._conversation(address)
        if ref.kind != "channel":
            return _receipt(ref, await self._line.send(ref, shown))
        thread, message = await self._line.post_channel(ref.root, ref.tenant, ref.service_url, shown, ref.team)
        return _receipt(thread, message)

    async def _conversation(self, conversation: str) -> Ref:
        known = await self._references.of(conversation)
        kind = "channel" if _CHANNEL.fullmatch(conversation) else "groupChat"
        return known if known is not None else await self._references.guess(conversation, kind)

    def _rendered(self, dispatch: Dispatch) -> Activity:
        organisation, reader = self._golddust.organisation, dispatch.reader.person
        about = (dispatch.notice, dispatch.ticket, organisation, reader)
        return render.message(*about, items=dispatch.bundle, surge=dispatch.surge)


def is_conversation(address: str) -> bool:
    """Whether this is the id of a channel or a group chat, rather than of a person."""
    return (_CHANNEL.fullmatch(address) or _GROUP.fullmatch(address)) is not None


def _never_sent(dispatch: Dispatch) -> None:
    """Nothing for a message that is new for certain, or that an operator wants sent all the same; raises Uncertain."""
    if dispatch.parcel.uncertain_since is not None and not dispatch.parcel.insisted:
        raise left_open(dispatch.reader)


def _receipt(ref: Ref, message: str) -> Receipt:
    return Receipt(PLATFORM, ref.root, message)
