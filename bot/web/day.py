"""Playing the scenes of a day, one after the other, in a playground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot.buttons import Press
from bot.web.board import Post
from bot.web.playground import Playground, morning_after
from bot.web.scenes import Presses, Says, Scene, Waits, Who
from complaints.calendars import same_time_after
from complaints.notices import Bundle
from complaints.replies import Captured, Done, Refused, Reply, Said
from complaints.ticket import Ticket
from storage import tickets

LONGEST_WAIT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Told:
    """What happened in a scene: when, who did what, and what Golddust answered (empty for a scene without people)."""

    at: datetime
    who: str
    did: str
    answer: str


class Teller:
    """Plays the day in a playground, from the next working morning on."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._numbers: list[int] = []
        teams = playground.organisation.teams.values()
        frontline = [person for team in teams if not team.owns for person in team.members]
        self._frontline = list(dict.fromkeys(frontline)) or list(playground.organisation.people)
        self._start = playground.now

    async def begin(self) -> None:
        """Go to the morning on which the day starts: now, if it has just begun."""
        ground = self._playground
        opening = morning_after(ground.organisation, ground.now - timedelta(days=1))
        if not opening <= ground.now <= opening + timedelta(minutes=5):
            await ground.next_morning()
        self._start = ground.now

    async def play(self, scene: Scene) -> Told:
        """What happened in the scene."""
        match scene:
            case Says():
                return await self._say(scene)
            case Presses():
                return await self._press(scene)
            case Waits():
                return await self._wait(scene)

    async def _say(self, scene: Says) -> Told:
        await self._clock(scene.at)
        person = self._frontline[scene.reporter % len(self._frontline)]
        self._playground.looks_at["front"] = person
        reply = await self._playground.type(person, scene.words)
        if isinstance(reply, Captured):
            self._numbers.append(reply.ticket.number)
            if scene.severity is not None:
                reply = await self._playground.correct(person, reply.ticket.number, scene.severity)
        return self._told(person, f"says “{scene.words}”", reply)

    async def _press(self, scene: Presses) -> Told:
        await self._clock(scene.at)
        ticket = self._ticket(scene.ticket)
        person = self._who(scene.who, ticket)
        self._playground.looks_at["front" if scene.who == "reporter" else "back"] = person
        answers = {name: self._filled(words, ticket, person) for name, words in scene.answers.items()}
        reply = await self._playground.press(person, scene.press, ticket.number, answers)
        return self._told(person, f"presses {_LABELS[scene.press]} on {ticket.ref}", reply)

    async def _wait(self, scene: Waits) -> Told:
        ground, number = self._playground, self._ticket(scene.ticket).number
        end, seen = ground.now + LONGEST_WAIT, ground.board.made
        while (due := ground.golddust.next_due_at()) is not None and due <= end:
            await ground.travel(due)
            told = [post for post in ground.board.since(seen) if _is_told(post, scene.until, number)]
            if told:
                break
            seen = ground.board.made
        return Told(ground.now, "", "", "")

    async def _clock(self, at: str) -> None:
        """Go to a time of the first day; an empty one is as soon as somebody has read what there is."""
        if not at:
            await self._playground.advance(minutes=2)
            return
        local = self._start.astimezone(self._playground.zone)
        moment = datetime.combine(local.date(), time.fromisoformat(at), self._playground.zone)
        if moment > self._playground.now:
            await self._playground.travel(moment)

    def _ticket(self, which: int) -> Ticket:
        number = self._numbers[which - 1]
        return self._playground.golddust.read(lambda context: tickets.load(context.session, context.workspace, number))

    def _who(self, who: Who, ticket: Ticket) -> str:
        match who:
            case "owner":
                return ticket.owner or ticket.holder
            case "holder":
                return ticket.holder
            case "reporter":
                return ticket.reporter
            case "escalated":
                return self._playground.looks_at.get("lead", ticket.holder)

    def _filled(self, words: str, ticket: Ticket, person: str) -> str:
        organisation, now = self._playground.organisation, self._playground.now
        tomorrow = same_time_after(organisation.calendar_of(person), now, 1).astimezone(organisation.zone_of(person))
        others = [
            key for key, team in organisation.teams.items() if team.owns and person not in (team.lead, *team.members)
        ]
        team = "operations" if "operations" in others else (others or [ticket.team])[0]
        return words.replace("{tomorrow}", f"{tomorrow:%Y-%m-%d}").replace("{team}", team)

    def _told(self, person: str, did: str, reply: Reply) -> Told:
        answer = ""
        if isinstance(reply, Done | Said):
            answer = reply.said
        elif isinstance(reply, Refused):
            answer = reply.reason
        return Told(self._playground.now, self._playground.organisation.name(person), did, answer)


def _is_told(post: Post, kind: str, number: int) -> bool:
    """Whether a post is a notice of this kind about a ticket, be it about others too."""
    notice = post.shown.notice
    if isinstance(notice, Bundle):
        return kind == "bundle" and any(item.ticket == number for item in notice.items)
    return (post.shown.kind, post.shown.number) == (kind, number)


_LABELS: Final[Mapping[Press, str]] = {
    "acknowledge": "Acknowledge", "blocked": "Blocked", "unblock": "Unblock", "promise": "Promise a date",
    "resolve": "Resolve", "told": "Customer told",
}  # fmt: skip
