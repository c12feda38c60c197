"""The listen room: what every listener works with, and the ways in which a person is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot import guests
from bot.app import Golddust
from bot.arrival import moment
from bot.journal import trail
from bot.slack import patience
from bot.slack.conversations import Conversations
from bot.slack.identity import Identity, Introduction, NotIntroduced
from bot.slack.people import People, Who
from bot.slack.render import SlackMessage
from bot.slack.text import escape, plain, without_mention
from bot.slack.trouble import TROUBLE, code
from complaints.ticket import Attachment, Source
from handlers.context import Context
from handlers.nudged import Nudged, nudged_at
from storage import messages, tickets

Result = TypeVar("Result")

PLATFORM = "slack"
SECONDS = 2.5
"""How long one call to Slack may take while a person waits."""

SORRY = "I could not save that; nothing has been changed. Please try again in a minute."

log = structlog.get_logger()


MOST_KEPT = 500
"""So many messages are kept whole while the forms that report them are open."""


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a message that a form reports, of which the form itself may hold a part only."""

    words: str
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Golddust, Slack's Web API, and what is known of people, conversations and ourselves."""

    golddust: Golddust
    client: AsyncWebClient
    introduction: Introduction
    people: People
    conversations: Conversations
    whole: dict[str, Whole] = field(default_factory=dict)
    """By the id of the form."""
    _answering: set[asyncio.Task[None]] = field(default_factory=set)

    def now(self) -> datetime:
        """The present moment; for what had to wait in the spool, when it came."""
        return moment(self.golddust.clock.now())

    async def identity(self) -> Identity:
        """Who we are; raises NotIntroduced when Slack does not say."""
        return await self.introduction.identity()

    async def source(
        self,
        conversation: str,
        message: str,
        *,
        private: bool = False,
        permalink: str | None = None,
        thread: str | None = None,
        team: str = "",
    ) -> Source:
        """The place of a message; the workspace is ours always, so that it is one however the message reaches us.

        `team` is what the payload says, for when Slack does not tell which is ours; without it raises NotIntroduced.
        """
        try:
            team = (await self.identity()).team
        except NotIntroduced:
            if not team:
                raise
        return Source(PLATFORM, team, conversation, message, permalink, private, thread)

    async def words(self, wire: str | None) -> str:
        """What somebody wrote, as they saw it, without the mention of us."""
        return plain(without_mention(wire or "", (await self.identity()).user))

    def turned_away(self, who: Who, *, reporting: bool = False) -> str | None:
        """What a guest hears, in one line of plain text; None for a colleague, and for a guest who may report."""
        organisation = self.golddust.organisation
        if not who.outsider or (reporting and guests.may_report(organisation)):
            return None
        return guests.turned_away(organisation)

    async def read(self, question: Callable[[Context], Result]) -> Result:
        """The answer to a question that changes nothing, asked beside the event loop."""
        return await asyncio.to_thread(self.golddust.read, question, self.now())

    async def has_ticket(self, conversation: str, message: str) -> bool:
        """Whether the thread under a message is about a ticket, or about several."""

        def question(context: Context) -> bool:
            where = (context.session, context.workspace, PLATFORM, conversation, message)
            asked = (messages.posted_at, messages.bundle_at, tickets.said_under)
            return any(found(*where) is not None for found in asked)

        return await self.read(question)

    async def is_card(self, conversation: str, message: str) -> bool:
        """Whether a message is the card of a ticket, which is kept up to date on its own."""

        def question(context: Context) -> bool:
            where = (context.session, context.workspace, PLATFORM, conversation, message)
            posted = messages.posted_at(*where)
            return posted is not None and posted.card

        return await self.read(question)

    async def nudged_at(self, conversation: str, message: str) -> Nudged | None:
        """The nudge, or the bundle of them, that a message shows, as it is now, or None where it shows none."""
        return await self.read(lambda context: nudged_at(context, PLATFORM, conversation, message))

    # -- answering; the command is committed by then, so that a failure to answer must not undo it

    def later(self, answering: Coroutine[Any, Any, None]) -> None:
        """Answer without letting Slack wait for it, which has to hear within three seconds that we have heard."""
        context = copy_context()
        context.run(patience.end)
        task = asyncio.get_running_loop().create_task(answering, context=context)
        self._answering.add(task)
        task.add_done_callback(self._answered)

    async def drain(self) -> None:
        """Wait until everybody is answered."""
        while self._answering:
            await asyncio.wait(self._answering)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("somebody was not answered", error=type(error).__name__, where=trail(error))

    def keep_whole(self, form: str, whole: Whole) -> None:
        """Remember all of a message while the form is open; of too many the oldest go."""
        self.whole[form] = whole
        while len(self.whole) > MOST_KEPT:
            del self.whole[next(iter(self.whole))]

    async def whisper(self, conversation: str, user: str, said: SlackMessage, thread: str | None = None) -> None:
        """Say something that only one person sees: where they are if we can, else in their direct messages."""
        client = self.client

        def whispered(one: SlackMessage) -> Awaitable[bool]:
            return tolerated(
                client.chat_postEphemeral(
                    channel=conversation, user=user, text=one.text, blocks=one.blocks, thread_ts=thread
                )
            )

        if conversation.startswith("D"):
            await self.tell(conversation, said)
        elif not await with_charts_or_without(whispered, said):
            await self.tell(user, said)

    async def tell(self, channel: str, said: SlackMessage, thread: str | None = None) -> bool:
        """Post to a conversation (or in a thread of it), or to a person directly; whether it arrived."""
        client = self.client

        def posted(one: SlackMessage) -> Awaitable[bool]:
            return tolerated(
                client.chat_postMessage(
                    channel=channel,
                    text=one.text,
                    blocks=one.blocks,
                    thread_ts=thread,
                    unfurl_links=False,
                    unfurl_media=False,
                )
            )

        return await with_charts_or_without(posted, said)


async def with_charts_or_without(send: Callable[[SlackMessage], Awaitable[bool]], said: SlackMessage) -> bool:
    """Whether it arrived: as it is, or where that failed without the charts that not every Slack takes."""
    return await send(said) or (said.drawn and await send(said.undrawn))


async def respond(url: str, said: SlackMessage, *, replace: bool = False) -> bool:
    """Answer at a `response_url`: in place of the pressed message, or to the one person only; whether it arrived."""
    body = {"text": said.text, "blocks": said.blocks, "replace_original": replace}
    if not replace:
        body["response_type"] = "ephemeral"
    webhook = AsyncWebhookClient(url, timeout=int(SECONDS + 0.5), retry_handlers=[])
    try:
        answer = await webhook.send_dict(body)
    except (*TROUBLE, ValueError) as error:
        log.warning("an answer did not arrive", way="response_url", error=code(error))
        return False
    if answer.status_code != 200:
        log.warning("an answer did not arrive", way="response_url", error=answer.status_code)
    return answer.status_code == 200


async def tolerated(call: Awaitable[Any]) -> bool:
    """Whether a call to Slack went well; a failure is logged and costs nobody their complaint."""
    try:
        await asyncio.wait_for(call, SECONDS)
    except TROUBLE as error:
        log.warning("an answer did not arrive", error=code(error))
        return False
    return True


def plainly(words: str) -> SlackMessage:
    """A message of one sentence that holds names from the file."""
    return sentence(escape(words))


def sentence(words: str) -> SlackMessage:
    """A message of one sentence of ours."""
    return SlackMessage(words, [{"type": "section", "text": {"type": "mrkdwn", "text": words}}])
