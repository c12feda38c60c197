"""HTTP to Microsoft: connections that are kept and shared, patience that ends, and failures told apart."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from bot.teams.faults import Answer
from bot.teams.port import Ambiguous, Json, Unreachable
from bot.teams.settings import is_loopback

_CONNECTIONS = 32
_KEPT = 10.0
"""Seconds that an idle connection is kept: shorter than Microsoft keeps it, so that no POST meets a closing one."""


class Wire:
    """The connections of one event loop; made at the first request, closed with `close`."""

    def __init__(self, patience: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=patience, sock_connect=min(patience, 5.0))
        self._made: aiohttp.ClientSession | None = None

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None, *, repeatable: bool
    ) -> Answer:
        """The answer, whatever its status; raises Unreachable, or Ambiguous when it may have been carried out."""
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, proxy=_proxy(url), allow_redirects=False
            ) as answer:
                kept = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status, kept, await answer.text(errors="replace"))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"no connection to {urlsplit(url).hostname}: {error}") from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            why = f"no answer from {urlsplit(url).hostname}: {error!r}"
            raise (Unreachable(why) if repeatable else Ambiguous(why)) from error

    async def fetch(self, url: str) -> Json:
        """A JSON document; raises OSError or ValueError when there is none."""
        try:
            answer = await self.request("GET", url, {"Accept": "application/json"}, None, repeatable=True)
        except Unreachable as error:
            raise OSError(str(error)) from error
        if not answer.ok:
            raise OSError(f"{url} answered {answer.status}")
        return answer.json()

    async def close(self) -> None:
        """Close every connection."""
        if self._made is not None:
            await self._made.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._made is None:
            # Here and not in the constructor: a session belongs to the loop that is running.
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_KEPT)
            jar = aiohttp.DummyCookieJar()
            self._made = aiohttp.ClientSession(connector=connector, timeout=self._timeout, cookie_jar=jar)
        return self._made


def _proxy(url: str) -> str | None:
    """The proxy that the environment names; aiohttp's own look would also read passwords from ~/.netrc each time."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)
