"""The errors of Golddust; the docstring of each is its message, filled from its fields."""

from __future__ import annotations


class GolddustError(Exception):
    """Something went wrong in Golddust."""

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__((type(self).__doc__ or "").format(**fields))


class UnknownTicket(GolddustError):
    """There is no ticket {ref}. `/complaint list` shows the open ones."""


class NotAllowed(GolddustError):
    """{reason}"""


class AlreadyDone(GolddustError):
    """{reason}"""


class BadInput(GolddustError):
    """{reason}"""

    def __init__(self, *, field: str, reason: str) -> None:
        super().__init__(field=field, reason=reason)
        self.field = field


class ConfigurationError(GolddustError):
    """{problems}"""


class DatabaseError(GolddustError):
    """{reason}"""


class DatabaseAway(DatabaseError):
    """{reason}"""

    def __init__(self, *, reason: str, why: str) -> None:
        super().__init__(reason=reason)
        self.why = why


class StaleTicket(GolddustError):
    """{ref} was changed by someone else at the same moment; try again."""
