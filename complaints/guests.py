"""The keys of people who are not of the organisation, and who may only report."""

from __future__ import annotations

PREFIX = "guest:"
"""What such keys begin with; nobody can be reached by one, and no ticket is theirs to act on."""


def guest_key(account: str) -> str:
    """The key by which the account `platform:user` is known as long as it is a guest's."""
    return f"{PREFIX}{account}"


def is_guest(key: str) -> bool:
    """Whether a key is a guest's."""
    return key.startswith(PREFIX)
