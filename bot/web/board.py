"""The playground's noticeboard: what was posted in which conversation, edited in place, kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.web.render import Shown

MOST = 5_000
"""Posts that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message on the board: where, when (UTC) and to whom; `edits` counts how often it has been changed."""

    id: str
    conversation: str
    at: datetime
    to: str
    shown: Shown
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """The posts of one conversation about one ticket, oldest first; those about no ticket share a thread."""

    number: int | None
    posts: tuple[Post, ...]

    @property
    def key(self) -> int | str | None:
        """What tells it from the other threads of a conversation: its ticket; bundles and surges stand alone."""
        return _key(self.posts[0])


class Board:
    """All conversations, with observers who hear of every change."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}
        self.made = 0
        """How many posts were ever made."""
        self._observers: list[Callable[[], None]] = []

    def post(self, conversation: str, at: datetime, to: str, shown: Shown) -> Post:
        """The new post, at the end of its conversation."""
        self.made += 1
        post = Post(str(self.made), conversation, at, to, shown)
        self._posts[post.id] = post
        if len(self._posts) > MOST:
            del self._posts[next(iter(self._posts))]
        self.notify()
        return post

    def edit(self, id: str, shown: Shown) -> Post | None:
        """The post as it reads now, at its old place; None when there is no such post."""
        old = self._posts.get(id)
        if old is None:
            return None
        self._posts[id] = replace(old, shown=shown, edits=old.edits + 1)
        self.notify()
        return self._posts[id]

    def post_of(self, id: str) -> Post | None:
        """The post of this id as it reads now, or None where there is none."""
        return self._posts.get(id)

    def clear(self) -> None:
        """Take everything off; `made` counts on, so that no later post is taken for an old one."""
        self._posts.clear()
        self.notify()

    def posts(self, conversation: str | None = None) -> tuple[Post, ...]:
        """The posts of a conversation, or all of them, oldest first."""
        return tuple(post for post in self._posts.values() if conversation in (None, post.conversation))

    def since(self, count: int) -> tuple[Post, ...]:
        """The posts after the first `count` that were ever made, oldest first."""
        return tuple(post for post in self._posts.values() if int(post.id) > count)

    def watch(self, observer: Callable[[], None]) -> Callable[[], None]:
        """Call `observer` after every change; returns what ends that."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer) if observer in self._observers else None

    def notify(self) -> None:
        """Tell the observers that something changed."""
        for observer in tuple(self._observers):
            observer()


def threads(posts: tuple[Post, ...]) -> tuple[Thread, ...]:
    """The posts by ticket, the thread with the newest post first."""
    grouped: dict[int | str | None, list[Post]] = {}
    for post in posts:
        grouped.setdefault(_key(post), []).append(post)
    newest_first = sorted(grouped.items(), key=lambda item: int(item[1][-1].id), reverse=True)
    return tuple(Thread(found[0].shown.number, tuple(found)) for _, found in newest_first)


def _key(post: Post) -> int | str | None:
    alone = post.shown.kind in {"bundle", "surge"}
    return f"list-{post.id}" if alone else post.shown.number
