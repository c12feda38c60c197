"""The back office's pane: the cards of one person, or of a team's channel, with their buttons."""

from __future__ import annotations

from bot.web import controls, people, preferences
from bot.web.board import Post, threads
from bot.web.controls import tag
from bot.web.looks import Showing
from bot.web.pane import Conversation
from bot.web.people import Group
from bot.web.playground import Playground


class BackOffice:
    """Who works on complaints; by default whoever owns the newest ticket."""

    def __init__(self, playground: Playground, showing: Showing) -> None:
        self._playground = playground
        self._following = True
        groups = people.workers(playground.organisation)
        self._place = groups[0].choices[0][0]
        self._hand = ""
        with tag("section", classes="pane back", aria_labelledby="back-title", id="back"):
            with tag("div", classes="title"):
                tag("h2", "Back office", id="back-title")
                tag("p", "owns and resolves them")
            with tag("div", classes="chooser"):
                self._select = controls.choice("You are", groups, self._place, self._choose, "back-person")
                self._follow = controls.tick("Follow the newest", True, self._follows, "back-follow")
                controls.press("Settings", self._settings, "pill", data_key="back-settings")
            self._hands = tag("div", classes="hands")
            self._conversation = Conversation(
                playground, showing, "back", "A card appears here as soon as somebody reports a complaint."
            )

    def refresh(self) -> None:
        """Show the cards and reminders of whoever is chosen."""
        if self._following:
            self._move_to(self._playground.looks_at.get("back", self._place))
        controls.choose(self._select, self._place)
        controls.check(self._follow, self._following)
        conversation = self._place if self._place.startswith("team:") else f"person:{self._place}"
        posts = self._playground.board.posts(conversation)
        if conversation != self._place:
            posts = self._with_remarks(posts)
        actor = self._hand or self._place
        self._conversation.show(actor, threads(tuple(post for post in posts if post.shown.side != "reporter")))

    def _with_remarks(self, posts: tuple[Post, ...]) -> tuple[Post, ...]:
        """With what was said in the team's channel about the same tickets, where its people read along."""
        known = {post.shown.number for post in posts if post.shown.side != "reporter"}
        heard = [
            post for post in self._playground.board.posts()
            if post.conversation.startswith("team:") and post.shown.kind in ("remark", "reply")
            and post.shown.number in known
        ]  # fmt: skip
        return tuple(sorted((*posts, *heard), key=lambda post: int(post.id)))

    def _choose(self, place: str) -> None:
        self._following = False
        self._move_to(place)
        self.refresh()

    def _follows(self, following: bool) -> None:
        self._following = following
        self.refresh()

    def _move_to(self, place: str) -> None:
        if place == self._place:
            return
        self._place = place
        self._hands.clear()
        self._hand = ""
        if place.startswith("team:"):
            hands = people.members(self._playground.organisation, place.removeprefix("team:"))
            self._hand = hands[0][0]
            with self._hands:
                controls.choice("Pressing as", (Group("", hands),), self._hand, self._choose_hand, "back-hand")

    def _settings(self) -> None:
        preferences.ask(self._playground, self._hand or self._place, self._conversation.said)

    def _choose_hand(self, person: str) -> None:
        self._hand = person
        self.refresh()
