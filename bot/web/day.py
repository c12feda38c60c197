"""One day of complaints, as data: what “Play a day” shows and `golddust demo --story` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final, Literal

from bot.buttons import Press
from bot.web.playground import Playground, morning_after
from complaints.calendars import same_time_after
from complaints.replies import Captured, Done, Refused, Reply, Said
from complaints.ticket import Ticket
from storage import tickets

Who = Literal["owner", "holder", "reporter", "escalated"]
LONGEST_WAIT: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """One of the frontline (counted from 0) reports a complaint at a time of the day."""

    caption: str
    at: str
    reporter: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """Somebody presses a button on one of the day's tickets (counted from 1) at a time of the day."""

    caption: str
    at: str
    ticket: int
    who: Who
    press: Press
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Nobody does anything until Golddust sends a notice of this kind about the ticket."""

    caption: str
    ticket: int
    until: Literal["reminder", "escalation"]


Scene = Says | Presses | Waits

# `{…}` in answers is filled in when the scene is played: {team} another team, {tomorrow} the next working day.
DAY: Final[tuple[Scene, ...]] = (
    Says(at="09:00", reporter=0, words="Mrs Ito’s card payment at the market was taken twice",
         caption="A customer complains at the counter. One sentence is enough."),
    Presses(at="09:10", ticket=1, who="owner", press="acknowledge",
            caption="The one on call has seen it, and the reporter hears so."),
    Says(at="09:30", reporter=0, words="Mr Okafor can’t log in to the app since the update on Friday",
         caption="Another complaint, another team."),
    Presses(at="09:45", ticket=2, who="owner", press="blocked",
            answers={"by": "team", "team": "{team}", "why": "Which of his two accounts is the right one?"},
            caption="The owner can’t go on alone, so the move goes to the team that can help."),
    Presses(at="10:30", ticket=2, who="holder", press="unblock",
            caption="They answered; the clocks run on with what was left."),
    Presses(at="10:40", ticket=2, who="owner", press="promise",
            answers={"day": "{tomorrow}", "time": "12:00", "why": "the fix ships with tomorrow’s release"},
            caption="A promised date. Golddust keeps quiet until then, and the reporter knows."),
    Says(at="12:05", reporter=1, words="Marlow Bakery’s wages transfer has been pending since Friday, nobody knows why",
         caption="A third one, from a customer who matters to everybody. And nobody looks …"),
    Waits(ticket=3, until="reminder", caption="Nobody has acknowledged it: a kind reminder, to one person only."),
    Waits(ticket=3, until="escalation", caption="Time is up: the lead is asked to help, and sees who was asked."),
    Presses(at="12:45", ticket=3, who="escalated", press="acknowledge",
            caption="The lead takes it, and the nudging stops."),
    Presses(at="14:00", ticket=1, who="owner", press="resolve",
            answers={"done": "Refunded the second payment of £48.20", "root_cause": "The terminal sent it again",
                     "tell": "The second payment is back on your account by tomorrow. We are sorry for the trouble."},
            caption="Fixed. But a fix is worth little until the customer knows."),
    Presses(at="14:20", ticket=1, who="reporter", press="told",
            caption="The customer has been told. Only now the ticket closes."),
)  # fmt: skip
EPILOGUE: Final = "One customer told, one promise given, one in the lead’s hands. Nobody had to ask what became of it."


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
            if any((p.shown.kind, p.shown.number) == (scene.until, number) for p in ground.board.since(seen)):
                break
        return Told(ground.now, "", "", "")

    async def _clock(self, at: str) -> None:
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


_LABELS: Final[Mapping[Press, str]] = {
    "acknowledge": "Acknowledge", "blocked": "Blocked", "unblock": "Unblock", "promise": "Promise a date",
    "resolve": "Resolve", "told": "Customer told",
}  # fmt: skip
