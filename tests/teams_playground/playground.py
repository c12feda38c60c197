"""Microsoft's Agents Playground as a client of the bot: its program, what people do in it, what the bot says there."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import httpx
import yaml

from tests.bot.teams.driver import LEE, OMAR
from tests.bot.teams.tickets import spoken
from tests.fakes.teams_identity import BOT, BOT_NAME, DANA, SAM, TENANT, Person
from tests.teams_playground.proxy import PATIENCE, cancel, run

PACKAGE = "@microsoft/m365agentsplayground@0.2.28"
KIM = Person("29:kim", "Kim Osei", "kim@example.com", "d0000000-0000-0000-0000-000000000007")
INES = Person("29:ines", "Ines Costa", "ines@example.com", "d0000000-0000-0000-0000-000000000008")
ALONE, GROUP, TEAM, CHANNEL = (
    "a:dana-and-the-bot",
    "19:group@thread.v2",
    "19:team@thread.tacv2",
    "19:payments@thread.tacv2",
)
"""Dana is the one who sits in front of the playground; the others speak in the group chat and the channels."""
GENERAL = TEAM
"""The first channel of a team has its id."""

Json = dict[str, Any]


def install(folder: Path) -> Path:
    """The playground's program, from npm; raises an error when there is none to be had."""
    npm = shutil.which("npm")
    assert npm and shutil.which("node"), "there is no Node.js here"
    (folder / "package.json").write_text('{"private": true}')
    subprocess.run(
        [npm, "install", "--silent", "--no-audit", "--no-fund", PACKAGE], cwd=folder, check=True, timeout=300,
        capture_output=True,
    )  # fmt: skip
    return folder / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"


def settings() -> Json:
    """The organisation of the playground: one who sits there, five others, a team with one channel more."""
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": BOT_NAME},
        "currentUser": _user(DANA),
        "users": [_user(person) for person in (SAM, OMAR, LEE, KIM, INES)],
        "personalChat": {"id": ALONE},
        "groupChat": {"id": GROUP, "name": "Shop floor"},
        "team": {
            "id": TEAM, "name": "Shop", "aadGroupId": "00000000-0000-0000-0000-000000000031",
            "channels": [{"id": CHANNEL, "name": "Payments"}],
        },
    }  # fmt: skip


def _user(person: Person) -> Json:
    given, _, family = person.name.partition(" ")
    return {
        "id": person.id, "name": person.name, "aadObjectId": person.aad, "givenName": given, "surname": family,
        "email": person.email, "userPrincipleName": person.email,
    }  # fmt: skip


class Playground:
    """The running playground: what people do in it, and what the bot has said there."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.said: list[Json] = []
        self.changed = threading.Condition()
        self._http = httpx.Client(timeout=PATIENCE, trust_env=False)

    def keep(self, told: Json) -> None:
        """Take up what the playground's stream tells."""
        with self.changed:
            self.said.append(told)
            self.changed.notify_all()

    def until(self, condition: Callable[[], Any]) -> Any:
        """What `condition` finds, as soon as it finds something."""
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE), self.read()
            return condition()

    def read(self) -> str:
        """Everything of the bot's that can be read anywhere."""
        places = dict.fromkeys(_place(told) for told in list(self.said))
        shown = [(place, spoken(one["attachments"][0]["content"])) for place in places for one in self.messages(place)]
        return "\n\n".join(f"{place}: {text}" for place, text in shown)

    def messages(self, conversation: str) -> list[Json]:
        """The bot's messages in a conversation or its threads, each as it was last told."""
        found: dict[str, Json] = {}
        for told in list(self.said):
            place, message = _whole_place(told), told.get("message") or {}
            if _place(told) == conversation and message.get("attachments"):
                begins = conversation in {CHANNEL, GENERAL} and ";" not in place
                thread = f"{place};messageid={message['messageId']}" if begins else place
                found[message["messageId"]] = {**message, "place": thread}
        return list(found.values())

    def installs(self, conversation: str) -> None:
        """The app is added to a conversation."""
        self._post(f"/_debug/conversation/{quote(conversation, safe='')}/installation", {})

    def says(self, words: str, conversation: str, *, mention: bool = False) -> Json:
        """Dana, who sits in front, writes a message; without a mention only that to the bot alone is told to it."""
        text = f"<at>{BOT_NAME}</at> {words}" if mention else words
        mentions = [{"mentioned": {"id": BOT}, "text": f"<at>{BOT_NAME}</at>"}] if mention else []
        # It asks for an author, but always takes the one in front.
        body = {"from": {"id": DANA.id}, "text": text, "textFormat": "plain", "mentions": mentions}
        return self._post(f"/_conversation/v1/conversations/{quote(conversation, safe='')}/messages", body)

    def payload(self, message: Json, words: str, who: Person) -> Json:
        """A message as the playground's own page puts it into an action that is used on it; it knows no link to it."""
        written = datetime.fromtimestamp(message["timestamp"] / 1000, UTC).isoformat(timespec="milliseconds")
        user = {"userIdentityType": "aadUser", "id": who.id, "displayName": who.name}
        return {
            "id": message["messageId"], "replyToId": message["messageId"] if "postConversationId" in message else None,
            "createdDateTime": written.replace("+00:00", "Z"), "deleted": False, "importance": "normal",
            "locale": "en-us", "from": {"user": user}, "body": {"contentType": "html", "content": escape(words)},
            "attachments": [], "mentions": [], "reactions": [],
        }  # fmt: skip

    def executes(self, action: Json, who: Person, message: Json, **typed: str) -> Json:
        """Somebody presses an Action.Execute of a message."""
        value = {"action": {**action, "data": {**action["data"], **typed}}, "trigger": "manual"}
        return self.invokes("adaptiveCard/action", value, who, message["place"], replyToId=message["messageId"])

    def invokes(self, name: str, value: Json, who: Person, conversation: str, **more: Any) -> Json:
        """Somebody does what Teams tells the bot as an invoke; its answer."""
        body = {"name": name, "from": {"id": who.id}, "conversation": {"id": conversation}, "value": value, **more}
        return self._post("/_conversation/v1/invoke", body)

    def sends(self, activity: Json) -> None:
        """Any activity, as it is."""
        self._post("/_internal/v1/customActivities", activity)

    def _post(self, path: str, body: Json) -> Json:
        answer = self._http.post(self.url + path, json=body)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        found = answer.json() if answer.content else {}
        return found if isinstance(found, dict) else {}


def _whole_place(told: Json) -> str:
    return str(told.get("actionConversationId") or told.get("conversationId") or "")


def _place(told: Json) -> str:
    return _whole_place(told).partition(";")[0]


@contextmanager
def playground(program: Path, folder: Path, endpoint: str, port: int) -> Iterator[Playground]:
    """The playground in front of a bot at `endpoint`, for as long as the block runs."""
    (folder / ".m365agentsplayground.yml").write_text(yaml.safe_dump(settings()))
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    loopback = Path(__file__).with_name("loopback.js")
    environment = {**kept, "TEAMSAPPTESTER_BROWSER": "none", "NODE_OPTIONS": f"--require {loopback}"}
    node = shutil.which("node") or "node"
    command = [node, str(program), "start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    log = (folder / "playground.log").open("w")
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    made = Playground(port)
    try:
        _wait(made, process, folder)
        with _stream(made):
            yield made
    finally:
        # Its own session, so that what it started itself ends too.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def _wait(made: Playground, process: subprocess.Popen[bytes], folder: Path) -> None:
    transport = httpx.HTTPTransport(retries=12)  # each waits longer than the one before: about 30 seconds in all
    with httpx.Client(transport=transport, trust_env=False) as http:
        for _ in range(3):
            if process.poll() is not None:
                break
            with suppress(httpx.HTTPError):
                if http.get(f"{made.url}/_debug/ping").text == "pong":
                    return
    raise AssertionError((folder / "playground.log").read_text())


@contextmanager
def _stream(made: Playground) -> Iterator[None]:
    """Listen to what the bot says, in a thread of its own."""
    loop, open_ = asyncio.new_event_loop(), threading.Event()

    async def listen() -> None:
        address = made.url.replace("http", "ws") + "/_ws_conversation/v1/conversations/stream"
        async with aiohttp.ClientSession() as session, session.ws_connect(address) as stream:
            open_.set()
            async for message in stream:
                with suppress(ValueError):
                    told = json.loads(message.data)
                    made.keep(told if isinstance(told, dict) else {})

    thread = threading.Thread(target=lambda: run(loop, listen()), daemon=True)
    thread.start()
    assert open_.wait(PATIENCE)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(cancel, loop)
        thread.join(PATIENCE)
