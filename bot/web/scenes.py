"""One day of complaints, as data: what “Play a day” shows and `golddust demo --story` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from bot.buttons import Press
from complaints.severity import Severity

Who = Literal["owner", "holder", "reporter", "escalated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """One of the frontline (counted from 0) reports a complaint at a time of the day, and may correct its severity."""

    caption: str
    at: str
    reporter: int
    words: str
    severity: Severity | None = None


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
    until: Literal["reminder", "escalation", "bundle"]


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
    Says(at="14:30", reporter=0, words="Ms Adeyemi’s standing order left a day late", severity=Severity.LOW,
         caption="Three small ones for the same owner. One tap says that it is not so bad."),
    Says(at="14:40", reporter=1, words="Mr Brandt can’t find the receipt for a transfer", severity=Severity.LOW,
         caption="Half of their time is over this afternoon. That is no reason to interrupt somebody …"),
    Says(at="14:50", reporter=0, words="Mrs Wu’s direct debit shows the old name of the payee", severity=Severity.LOW,
         caption="… three times within half an hour."),
    Waits(ticket=6, until="bundle", caption="So the next morning there is one list, with what runs out first on top."),
    Presses(at="", ticket=4, who="owner", press="acknowledge",
            caption="Each ticket has its buttons there: seen, without leaving the list."),
    Presses(at="", ticket=5, who="owner", press="resolve",
            answers={"done": "Sent the receipt by post and by mail", "root_cause": "",
                     "tell": "Your receipt is in your mail, and on its way by post."},
            caption="Another is fixed at once. The list shows what has become of each."),
)  # fmt: skip
EPILOGUE: Final = (
    "One customer told, one promise given, one in the lead’s hands, three in one list. "
    "Nobody had to ask what became of it."
)
