"""Who is who in the fake workspace: ids and secrets that the fake platform and the payload builders share."""

from __future__ import annotations

from datetime import UTC, datetime

TEAM = "T0GOLD001"
TEAM_NAME = "Golddust Tests"
TEAM_DOMAIN = "golddust-tests"
APP = "A0GOLD001"
BOT_USER = "U0GOLDBOT"
BOT = "B0GOLD001"
BOT_NAME = "golddust"
BOT_TOKEN = "xoxb-fake-bot"
APP_TOKEN = "xapp-fake-app"
SIGNING_SECRET = "fake-signing-secret"
VERIFICATION_TOKEN = "fake-verification"

START = datetime.fromtimestamp(1_700_000_000, UTC)
"""When the fake's own clock starts unless told otherwise: 2023-11-14 22:13:20 UTC, a Tuesday."""
