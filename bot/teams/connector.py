"""Activities out: what the bot says, as plain wire dicts over connections and a token that are shared."""

from __future__ import annotations

import json
from http import HTTPStatus

from bot.clock import Clock
from bot.teams.envelope import addressed, id_in, path_of, quoted
from bot.teams.faults import Answer, fault_of
from bot.teams.port import Ambiguous, Json, Ref, inside
from bot.teams.token import Token
from bot.teams.wire import Wire


class Connector:
    """The bot's way out to Microsoft's Bot Connector; without a token where nobody asks for one.

    In place of the SDK's own, which makes a new connection for each send, hides the status of every answer that is
    HTML, and repeats requests that were lost.
    """

    def __init__(self, bot: str, token: Token | None, wire: Wire, clock: Clock) -> None:
        self._bot = bot
        self._token = token
        self._wire = wire
        self._clock = clock

    async def send(self, ref: Ref, activity: Json) -> str:
        """Post an activity, under `replyToId` where it names one; its id. Raises a Fault, Ambiguous for one unknown."""
        answered = inside(activity, "replyToId")
        path = f"{path_of(ref.conversation)}/activities" + (f"/{quoted(answered)}" if answered else "")
        return id_in(await self._call(ref.service_url, "POST", path, addressed(ref, activity)))

    async def update(self, ref: Ref, activity_id: str, activity: Json) -> None:
        """Put another activity in the place of one that the bot posted; raises a Fault."""
        path = f"{path_of(ref.conversation)}/activities/{quoted(activity_id)}"
        body = {**addressed(ref, activity), "id": activity_id}
        await self._call(ref.service_url, "PUT", path, body, repeatable=True)

    async def open_dm(self, user_id: str, tenant_id: str, service_url: str) -> Ref:
        """The personal conversation with someone, opened if there is none yet; raises a Fault."""
        body = {
            "isGroup": False,
            "bot": {"id": self._bot},
            "members": [{"id": user_id}],
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        # Asked twice, Microsoft names the same conversation: doing it again does no harm.
        made = await self._call(service_url, "POST", "/v3/conversations", body, repeatable=True)
        return Ref(service_url, tenant_id, id_in(made), "personal", self._bot)

    async def post_channel(
        self, channel_id: str, tenant_id: str, service_url: str, activity: Json, team_id: str | None = None
    ) -> tuple[Ref, str]:
        """Begin a thread in a channel; where it is and the id of its first message. Raises a Fault."""
        channel = Ref(service_url, tenant_id, channel_id, "channel", self._bot, channel_id, team_id)
        body = {
            "isGroup": True,
            "bot": {"id": self._bot},
            "tenantId": tenant_id,
            "channelData": {"channel": {"id": channel_id}, "tenant": {"id": tenant_id}},
            "activity": {"type": "message", **activity},
        }
        made = await self._call(service_url, "POST", "/v3/conversations", body)
        thread = Ref(service_url, tenant_id, id_in(made), "channel", self._bot, channel_id, team_id)
        message = inside(made, "activityId") or thread.thread
        if not message:
            raise Ambiguous("it was posted, but Microsoft did not say under which id")
        return channel.under(message), message

    async def member(self, ref: Ref, user_id: str) -> Json:
        """Someone in a conversation: name, email, userPrincipalName, aadObjectId as far as known; raises a Fault."""
        path = f"{path_of(ref.team or ref.root)}/members/{quoted(user_id)}"
        found = await self._call(ref.service_url, "GET", path, repeatable=True)
        return {**found, "aadObjectId": inside(found, "aadObjectId") or inside(found, "objectId")}

    async def log_in(self) -> None:
        """Get the bot's own token, if it is not at hand; raises Auth or Unreachable."""
        if self._token is not None:
            await self._token.current()

    async def close(self) -> None:
        """Let go of the connections to Microsoft."""
        await self._wire.close()

    async def _call(
        self, service_url: str, method: str, path: str, body: Json | None = None, *, repeatable: bool = False
    ) -> Json:
        url, content = service_url.rstrip("/") + path, None if body is None else json.dumps(body)
        answer = await self._signed(method, url, content, repeatable)
        if not answer.ok:
            raise fault_of(answer, repeatable=repeatable, now=self._clock.now())
        return answer.json()

    async def _signed(self, method: str, url: str, content: str | None, repeatable: bool) -> Answer:
        """The answer to a request with the bot's token; when that is refused, to one more with another token."""
        if self._token is None:
            return await self._request(method, url, content, repeatable, {})
        token = await self._token.current()
        answer = await self._request(method, url, content, repeatable, _bearer(token))
        if answer.status != HTTPStatus.UNAUTHORIZED:
            return answer
        return await self._request(method, url, content, repeatable, _bearer(await self._token.instead_of(token)))

    async def _request(
        self, method: str, url: str, content: str | None, repeatable: bool, signed: dict[str, str]
    ) -> Answer:
        headers = {"Accept": "application/json", **signed}
        if content is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        return await self._wire.request(method, url, headers, content, repeatable=repeatable)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
