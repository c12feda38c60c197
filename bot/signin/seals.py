"""Cookies that only we can have made: signed, and good for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from itsdangerous import BadData, URLSafeSerializer
from pydantic import TypeAdapter, ValidationError

Kept = TypeVar("Kept")

SKEW = timedelta(minutes=5)
"""How far the clock of another replica, which made the cookie, may be ahead."""


class Seal(Generic[Kept]):
    """Signs values of one kind with the newest key, and reads what any of the keys has signed.

    What is signed can be read by the person who has the cookie.
    """

    def __init__(self, kind: type[Kept], keys: Sequence[bytes], good_for: timedelta) -> None:
        """`keys` are the newest first."""
        self._adapter, self._good_for = TypeAdapter(kind), good_for
        self._signer = URLSafeSerializer(
            list(reversed(keys)), salt=f"golddust {kind.__name__}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )  # fmt: skip

    def closed(self, value: Kept, at: datetime) -> str:
        """The value as a cookie."""
        return self._signer.dumps([int(at.timestamp()), self._adapter.dump_python(value, mode="json")])

    def opened(self, cookie: str, at: datetime) -> Kept | None:
        """The value, or None for a cookie that is not ours, or too old."""
        try:
            made, value = self._signer.loads(cookie)
            age = at - datetime.fromtimestamp(made, UTC)
            return self._adapter.validate_python(value) if -SKEW <= age < self._good_for else None
        except (BadData, ValidationError, ValueError, TypeError):
            return None
