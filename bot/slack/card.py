"""What a ticket looks like in Slack: its words, its facts, its card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot import brevity, buttons, phrases
from bot.brevity import NAME, heading
from bot.slack import blocks, charts
from bot.slack.blocks import Block
from bot.slack.text import INK, escape, link, one_line
from complaints.ticket import Attachment
from complaints.views import TicketView

PIECE = 2900
PIECES = 3
"""A complaint's words are shown in up to so many sections of so many characters."""
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A message on the wire: the text that notifications and screen readers use, and the blocks that people see."""

    text: str
    blocks: list[dict[str, Any]]

    @property
    def drawn(self) -> bool:
        """Whether there is a chart in it, which not every Slack draws."""
        return any(block["type"] == charts.KIND for block in self.blocks)

    @property
    def undrawn(self) -> SlackMessage:
        """The same without its charts."""
        return SlackMessage(self.text, [block for block in self.blocks if block["type"] != charts.KIND])


def trimmed(ticket: TicketView) -> TicketView:
    """The ticket with names and reasons short enough for a sentence; the words themselves stay as they are."""
    return brevity.trimmed(ticket, one_line)


def excerpt(ticket: TicketView, limit: int = 100) -> str:
    """The latest words in one line and in quotation marks, for people who have several tickets."""
    words = one_line(ticket.words or ticket.verbatim, limit)
    return f"“{words}”" if words else "(no words, only files)"


def original(ticket: TicketView) -> list[Block]:
    """The link to the message in which it was said, where there is one."""
    permalink = ticket.source.permalink
    return [blocks.context(link(permalink, "See the original message"))] if permalink else []


def card(ticket: TicketView, reader: str | None, team: str | None = None) -> SlackMessage:
    """The ticket's card: for a team's channel (`reader` is None), its owner, or the one who blocks it.

    A `team` (its key) that has handed the ticket over sees where it is now, and has nothing left to press.
    """
    left = team is not None and team != ticket.team_key
    shown = [
        blocks.header(heading(ticket)),
        *_words(ticket),
        *files(ticket.attachments),
        blocks.section_mrkdwn("\n".join(phrases.facts(ticket, INK))),
        *resolution(ticket),
        blocks.context(f"Why here: {escape(ticket.why)}") if ticket.why else None,
        *original(ticket),
        blocks.section_mrkdwn(f"With {escape(ticket.owner_or_team)} now.") if left else None,
        *blocks.row(() if left else buttons.on_card(ticket, reader), ticket.number),
    ]
    text = f"{heading(ticket)} · {phrases.state(ticket)} · {excerpt(ticket)}"
    return SlackMessage(escape(text), blocks.fit([block for block in shown if block]))


def resolution(ticket: TicketView, tell: str = "To tell the customer") -> list[Block]:
    """What was done, why it happened, and the words to tell, as far as they are known."""
    said = (("What was done", ticket.done), ("Why it happened", ticket.root_cause), (tell, ticket.tell))
    return [blocks.section_plain(f"{label}: {words}") for label, words in said if words.strip()]


def _words(ticket: TicketView) -> Iterator[Block]:
    if not ticket.verbatim.strip():
        yield blocks.section_plain("(no words, only files)")
    yield from _pieces(ticket.verbatim)
    if ticket.words is not None and ticket.words != ticket.verbatim:
        yield blocks.context("Reworded since:")
        yield from _pieces(ticket.words)


def _pieces(words: str) -> Iterator[Block]:
    rest = words
    for number in range(PIECES):
        last = number == PIECES - 1
        piece, rest = (rest, "") if len(rest) <= PIECE else _broken(rest)
        if rest and last:
            piece += f"… ({len(rest):,} more characters, see the original)"
        if piece.strip():
            yield blocks.section_plain(piece)
        if not rest:
            return


def _broken(words: str) -> tuple[str, str]:
    """The words in two, at a space or the end of a line where there is one near the end of the first piece."""
    place = max(words.rfind(" ", PIECE // 2, PIECE), words.rfind("\n", PIECE // 2, PIECE)) + 1 or PIECE
    return words[:place], words[place:]


def files(attachments: Sequence[Attachment]) -> list[Block]:
    """Links to the files that came along, if any did."""
    if not attachments:
        return []
    names = [link(one.address, one_line(one.name, NAME) or "file") for one in attachments[:MOST_FILES]]
    more = len(attachments) - MOST_FILES
    return [blocks.section_mrkdwn("Files: " + ", ".join(names) + (f" and {more} more" if more > 0 else ""))]
