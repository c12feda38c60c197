"""The address at which people's browsers reach Golddust."""

from __future__ import annotations

from urllib.parse import urlsplit

from complaints.errors import ConfigurationError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def public_address(written: str | None) -> str | None:
    """The address that GOLDDUST_PUBLIC_URL gives, without a slash at its end; raises ConfigurationError."""
    if written is None:
        return None
    parts = urlsplit(written)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or parts.query or parts.fragment or parts.username or " " in written:
        raise ConfigurationError(
            problems=f"GOLDDUST_PUBLIC_URL is “{written}”; write the address at which people’s browsers reach "
            "Golddust, such as https://golddust.example.com"
        )
    return written.rstrip("/")
