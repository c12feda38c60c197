"""The manager's pane: how things stand, what was escalated, what was sent to whom, and whether nudges help."""

from __future__ import annotations

from bot.web import controls, people
from bot.web.board import Post, threads
from bot.web.controls import tag
from bot.web.looks import Showing
from bot.web.moments import dated
from bot.web.nudging import Nudging, benefit
from bot.web.overview import Overview, Row, overview
from bot.web.pane import Conversation
from bot.web.playground import Playground

MOST_LOGGED = 60
KINDS = {
    "card": "Card", "captured": "Receipt", "news": "News", "reminder": "Reminder", "escalation": "Escalation",
    "foretold": "Warning", "remark": "Remark", "configuration": "Warning", "digest": "Digest", "bundle": "List",
    "surge": "Surge", "we did": "We did", "looked back": "Look back",
}  # fmt: skip


class Leadership:
    """The open tickets with what comes next, whether nudges help, one lead's escalations, and the log."""

    def __init__(self, playground: Playground, showing: Showing) -> None:
        self._playground = playground
        self._following = True
        groups = people.leaders(playground.organisation)
        self._person = groups[0].choices[0][0]
        self._shown: object = None
        with tag("section", classes="pane lead", aria_labelledby="lead-title", id="lead"):
            with tag("div", classes="title"):
                tag("h2", "Manager", id="lead-title")
                tag("p", "sees what stands still")
            self._counts = tag("dl", classes="counts")
            self._table = tag("div", classes="scroll", tabindex="0", role="region", aria_label="Open tickets")
            self._nudging = Nudging()
            with tag("div", classes="chooser"):
                self._select = controls.choice("You are", groups, self._person, self._choose, "lead-person")
                self._follow = controls.tick("Follow the newest", True, self._follows, "lead-follow")
            self._conversation = Conversation(
                playground, showing, "lead", "Escalations arrive here when a clock runs out."
            )
            tag("h3", "Sent", id="log-title")
            self._log = tag("ol", classes="log", tabindex="0", aria_labelledby="log-title")

    def refresh(self) -> None:
        """Show how everything stands now."""
        if self._following:
            self._person = self._playground.looks_at.get("lead", self._person)
        controls.choose(self._select, self._person)
        controls.check(self._follow, self._following)
        posts = self._playground.board.posts(f"person:{self._person}")
        self._conversation.show(self._person, threads(tuple(post for post in posts if post.shown.side == "lead")))
        found = self._playground.golddust.read(overview)
        self._nudging.show(self._playground.golddust.read(benefit))
        sent = tuple(post for post in self._playground.board.posts() if post.shown.notice)[-MOST_LOGGED:]
        if (found, sent) != self._shown:
            self._shown = (found, sent)
            self._show_counts(found)
            self._show_table(found)
            self._show_log(sent)

    def _show_counts(self, found: Overview) -> None:
        self._counts.clear()
        with self._counts:
            for label, number in (("Open", found.open), ("Overdue", found.overdue), ("Closed", found.closed)):
                with tag("div", classes=label.lower() if number else "none"):
                    tag("dt", label)
                    tag("dd", str(number))

    def _show_table(self, found: Overview) -> None:
        self._table.clear()
        if not found.rows:
            return
        with self._table, tag("table"):
            tag("caption", "Open tickets", "heard")
            with tag("thead"), tag("tr"):
                for heading in ("Ticket", "State", "Owner", "Holder", "Next nudge"):
                    tag("th", heading, scope="col")
            with tag("tbody"):
                for row in found.rows:
                    self._row(row)

    def _row(self, row: Row) -> None:
        with tag("tr", classes="late" if row.overdue else ""):
            with tag("th", scope="row"):
                tag("span", row.ref)
                tag("span", row.severity.value, f"chip {row.severity.value}")
            with tag("td", data_label="State"):
                tag("span", row.state)
                if row.overdue:
                    tag("span", "overdue", "chip critical")
            tag("td", row.owner, data_label="Owner")
            tag("td", row.holder, data_label="Holder")
            with tag("td", classes="next", data_label="Next"):
                if row.next_at is not None:
                    tag("time", dated(row.next_at, self._playground.zone, self._playground.now))
                tag("span", row.next_what)

    def _show_log(self, sent: tuple[Post, ...]) -> None:
        self._log.clear()
        with self._log:
            for post in reversed(sent):
                with tag("li"):
                    tag("time", dated(post.at, self._playground.zone, self._playground.now))
                    tag("span", f"{KINDS[post.shown.kind]} {post.shown.ref}".strip(), f"kind {post.shown.kind}")
                    tag("span", f"→ {post.to}")
            if not sent:
                tag("li", "Nothing yet.", "quiet")

    def _choose(self, person: str) -> None:
        self._following = False
        self._person = person
        self.refresh()

    def _follows(self, following: bool) -> None:
        self._following = following
        self.refresh()
