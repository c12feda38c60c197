"""The app package that an admin uploads to Teams: manifest and icons in one zip, the same bytes each time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from complaints.errors import BadInput

VERSION = "1.1.0"
"""Of the package; Teams offers an update only where this has grown."""
ACCENT = "#8A5A00"
SCHEMA = "https://developer.microsoft.com/en-us/json-schemas/teams/v1.25/MicrosoftTeams.schema.json"
_ASSETS = Path(__file__).parent / "assets"
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

_COMMANDS = (
    ("help", "How to use Golddust"),
    ("list", "What is open in your teams"),
    ("mine", "What is yours to act on, and what you reported"),
    ("away", "Say for example: away until Friday. Your deputy holds meanwhile"),
    ("back", "You are here again"),
    ("settings", "When your list of the day comes, and where"),
    ("digest now", "The figures of your teams; digest subscribe brings them every Monday"),
)


def write_package(path: Path, *, app_id: str, domain: str | None) -> None:
    """Write the zip; raises BadInput for an app id that is no GUID or a domain that is none."""
    made = json.dumps(manifest(app_id, domain), indent=2, ensure_ascii=False) + "\n"
    files = {"manifest.json": made.encode()}
    files |= {name: (_ASSETS / name).read_bytes() for name in ("color.png", "outline.png")}
    with ZipFile(path, "w") as package:
        for name, content in files.items():
            entry = ZipInfo(name, _LONG_AGO)
            # The same on every system: a regular file that everybody may read.
            entry.create_system, entry.external_attr, entry.compress_type = 3, 0o100644 << 16, ZIP_DEFLATED
            package.writestr(entry, content)


def manifest(app_id: str, domain: str | None) -> dict[str, Any]:
    """The manifest of the app; `app_id` is the bot's, `domain` where Golddust is reached, if it serves pages."""
    if not _GUID.fullmatch(app_id):
        raise BadInput(field="MicrosoftAppId", reason=f"MicrosoftAppId is “{app_id[:80]}”, which is no GUID.")
    if domain is not None and not _DOMAIN.fullmatch(domain):
        raise BadInput(field="domain", reason=f"“{domain[:80]}” is no domain; write it like golddust.example.com.")
    home = f"https://{domain or 'golddust.invalid'}/"
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.25",
        "version": VERSION,
        "id": app_id.lower(),
        "developer": {"name": "Golddust", "websiteUrl": home, "privacyUrl": home, "termsOfUseUrl": home},
        "name": {"short": "Golddust", "full": "Golddust: complaints that get mended"},
        "description": {
            "short": "Turns complaints into tickets, and nudges until the customer has been told.",
            "full": "Say in one sentence what a customer complained about. Golddust finds who owns it, keeps nudging, "
            "kindly and precisely, and tells you when it is fixed, with words to tell the customer.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [_bot(app_id.lower())],
        "composeExtensions": [_extension(app_id.lower())],
        "validDomains": [domain] if domain else [],
        "webApplicationInfo": {"id": app_id.lower(), "resource": home},
        "authorization": {
            "permissions": {
                "resourceSpecific": [
                    {"name": "ChannelMessage.Read.Group", "type": "Application"},
                    {"name": "ChatMessage.Read.Chat", "type": "Application"},
                ]
            }
        },
    }


def _bot(app_id: str) -> dict[str, Any]:
    scopes = ["personal", "team", "groupChat"]
    commands = [{"title": title, "description": description} for title, description in _COMMANDS]
    return {
        "botId": app_id,
        "scopes": scopes,
        "supportsFiles": True,  # screenshots in a chat with the bot alone
        "isNotificationOnly": False,
        "commandLists": [{"scopes": [scope], "commands": commands} for scope in scopes],
    }


def _extension(app_id: str) -> dict[str, Any]:
    report = {
        "id": "report",
        "type": "action",
        "title": "Report as complaint",
        "description": "Pass on what a customer complained about",
        "context": ["message", "compose"],
        "fetchTask": True,
    }
    return {"botId": app_id, "commands": [report]}
