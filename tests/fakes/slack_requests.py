"""Payloads as signed HTTP requests: docs.slack.dev/authentication/verifying-requests-from-slack."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack_call import Json
from tests.fakes.slack_identity import SIGNING_SECRET

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"


def signed(body: bytes, content_type: str, at: datetime, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """Return the headers of a request that Slack signed at `at`."""
    stamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {
        "content-type": content_type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": str(signature),
    }


def event_request(
    payload: Json, *, at: datetime, secret: str = SIGNING_SECRET, retry: int = 0, reason: str = "http_timeout"
) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of an event's delivery; `retry` 1 to 3 marks it as that retry."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signed(body, JSON_TYPE, at, secret)
    if retry:
        headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": reason}
    return body, headers


def form_request(payload: Json, *, at: datetime, secret: str = SIGNING_SECRET) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a command (plain form) or of an interaction (`payload=` and JSON)."""
    fields = payload if "command" in payload else {"payload": json.dumps(payload, ensure_ascii=False)}
    body = urlencode(fields).encode()
    return body, signed(body, FORM_TYPE, at, secret)
