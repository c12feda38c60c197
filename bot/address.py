"""Under which address people’s browsers reach Golddust."""

from __future__ import annotations

from urllib.parse import urlsplit

from complaints.errors import ConfigurationError

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def read_address(written: str | None) -> str | None:
    """GOLDDUST_PUBLIC_URL without a slash at its end, or None; raises ConfigurationError for what is no safe one."""
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
