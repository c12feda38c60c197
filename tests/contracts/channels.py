"""Every channel that has to keep the contract; one more is one more line."""

from __future__ import annotations

from tests.contracts.driver import Driver
from tests.contracts.playground import Playground
from tests.contracts.slack import Slack
from tests.contracts.teams import Teams

CHANNELS: dict[str, type[Driver]] = {"playground": Playground, "slack": Slack, "teams": Teams}
