"""What the listen room reads from Teams' activities; whatever is not there is empty, whatever is odd is left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from bot.teams.port import Json, Ref, inside
from bot.teams.text import plain, without_mention
from complaints.ticket import Attachment
from complaints.words import storable

FILE = "application/vnd.microsoft.teams.file.download.info"
LONGEST_ID = 256
"""Characters that an id of a conversation or message may have; those of Teams have about half as many."""
MOST_FILES = 30

_MENTION = re.compile(r"<span\b(?=[^<>]*schema\.skype\.com/Mention)[^<>]*>(?P<name>[^<>]{0,200})</span>", re.IGNORECASE)
_QUOTATION = re.compile(r"<blockquote\b(?P<tag>[^<>]*schema\.skype\.com/Reply[^<>]*)>", re.IGNORECASE)
_ITEM = re.compile(r"\bitemid=[\"']([^\"'<>]{1,64})[\"']", re.IGNORECASE)
_CLOSED = re.compile(r"</blockquote>", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b(?![^<>]*schema\.skype\.com/Emoji)[^<>]*>", re.IGNORECASE)
_AT = re.compile(r"<at\b[^<>]*>([^<>]*)</at>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who did something: `id` is how the bot knows them, `aad` how the directory does, if it says."""

    id: str
    aad: str
    name: str
    zone: str

    @property
    def user(self) -> str:
        """The name of their account: the directory's, which is the same for every bot."""
        return self.aad or self.id


def speaker_of(raw: Json) -> Speaker | None:
    """Who an activity comes from, or None for a bot and for what does not say."""
    who = inside(raw, "from", "id")
    role = inside(raw, "from", "role").lower()
    if not who or len(who) > LONGEST_ID // 2 or role in {"bot", "skill"} or who == inside(raw, "recipient", "id"):
        return None
    # Microsoft's own prefix of bots.
    if who.startswith("28:"):
        return None
    zone = inside(raw, "localTimezone")
    return Speaker(who, inside(raw, "from", "aadObjectId").lower()[:64], inside(raw, "from", "name"), zone)


def id_of(raw: Json) -> str:
    """The id of the message, or an empty text for one that no message of Teams has."""
    found = inside(raw, "id")
    return found if len(found) <= LONGEST_ID else ""


def mentioned(raw: Json) -> bool:
    """Whether the message mentions the bot."""
    return any(user == inside(raw, "recipient", "id") for _, user in _mentions(raw))


def people_mentioned(raw: Json) -> Mapping[str, str]:
    """The ids of those whom the message mentions, by their names as they were written, in lower case."""
    return {name.casefold(): user for name, user in _mentions(raw) if user != inside(raw, "recipient", "id")}


def words_of(raw: Json) -> str:
    """What somebody wrote, as they saw it, without the mention of the bot and without what they quoted."""
    html = _html(raw)
    own = [name for name, user in _mentions(raw) if user == inside(raw, "recipient", "id")]
    if html:
        return words_in(html, own)
    text = inside(raw, "text")
    for name in own:
        text = without_mention(text, name)
    return storable(_AT.sub(r"@\1", text).strip())


def words_in(html: str, own: list[str]) -> str:
    """The same for a message's HTML; `own` are the names by which the bot is mentioned."""
    marked = _MENTION.sub(r"<at>\g<name></at>", _PICTURE.sub("", _without_quotation(html)))
    for name in own:
        marked = _without_first(marked, name)
    return storable(plain(marked))


def files_of(raw: Json, permalink: str | None) -> tuple[Attachment, ...]:
    """The files and pictures that came along; a picture is seen in its message only, so that is its address."""
    listed = raw.get("attachments")
    found = [file for one in (listed if isinstance(listed, list) else ()) if (file := _file(one, permalink))]
    inline = len(_PICTURE.findall(_html(raw))) - sum(file.media_type.startswith("image/") for file in found)
    return (*found, *(Attachment("image", permalink or "", "image/*") for _ in range(inline)))[:MOST_FILES]


def thread_of(raw: Json, ref: Ref) -> str | None:
    """The message that this one is a reply to: the first of its thread, or in a chat the one that is quoted."""
    if ref.kind == "channel":
        return ref.thread if ref.thread and ref.thread != id_of(raw) else None
    quotation = _QUOTATION.search(_html(raw))
    item = _ITEM.search(quotation["tag"]) if quotation else None
    return item[1] if item else None


def channels_of(raw: Json, ref: Ref) -> tuple[str, ...]:
    """The conversation's id and, where Teams tells it, its name with and without `#`."""
    name = inside(raw, "channelData", "channel", "name") or inside(raw, "conversation", "name")
    return (ref.root, name, f"#{name}") if name else (ref.root,)


def sent_at(text: str, now: datetime) -> datetime | None:
    """A moment as Teams writes it; None for what is none, or for the future."""
    try:
        moment = datetime.fromisoformat(text)
        utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return utc if utc < now else None


def permalink_of(ref: Ref, message: str, thread: str | None = None) -> str | None:
    """The address of a message (learn.microsoft.com: deep link to a Teams chat); None in a chat with the bot alone."""
    where = f"https://teams.microsoft.com/l/message/{quote(ref.root, safe='')}/{quote(message, safe='')}"
    if ref.kind == "channel":
        return f"{where}?tenantId={quote(ref.tenant)}&parentMessageId={quote(thread or message, safe='')}"
    context = quote('{"contextType":"chat"}', safe="")
    return f"{where}?tenantId={quote(ref.tenant)}&context={context}" if ref.kind == "groupChat" else None


def fingerprint(raw: Json, speaker: Speaker, words: str, thread: str | None) -> str:
    """What a message that Teams sends once more, under another id, has in common with the first."""
    ref = inside(raw, "conversation", "id").partition(";messageid=")[0]
    listed = raw.get("attachments")
    addresses = [inside(one, "contentUrl") for one in (listed if isinstance(listed, list) else ())]
    said = "\n".join((ref, thread or "", speaker.user, words, *addresses))
    return "teams:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def _mentions(raw: Json) -> Iterator[tuple[str, str]]:
    """(name as written, user id) of each mention."""
    entities = raw.get("entities")
    for one in entities if isinstance(entities, list) else ():
        if inside(one, "type") == "mention":
            written = _AT.fullmatch(inside(one, "text").strip())
            yield (written[1] if written else inside(one, "mentioned", "name")), inside(one, "mentioned", "id")


def _html(raw: Json) -> str:
    listed = raw.get("attachments")
    found = (one for one in (listed if isinstance(listed, list) else ()) if inside(one, "contentType") == "text/html")
    return inside(next(found, None), "content")[:100_000]


def _without_quotation(html: str) -> str:
    """Without the message that a reply in a chat quotes; there is one at most."""
    opened = _QUOTATION.search(html)
    closed = _CLOSED.search(html, opened.end()) if opened else None
    return html[: opened.start()] + html[closed.end() :] if opened and closed else html


def _without_first(html: str, name: str) -> str:
    """Without the mention at the beginning, which is within a paragraph mostly, and without those in the middle."""
    opened = re.match(r"\s*(?:<(?:p|div)\b[^<>]*>\s*)*", html, re.IGNORECASE)
    start = opened.end() if opened else 0
    return html[:start] + without_mention(html[start:], name)


def _file(one: object, permalink: str | None) -> Attachment | None:
    kind, name = inside(one, "contentType"), inside(one, "name")
    if kind.startswith("image/"):
        return Attachment(name or "image", permalink or "", kind)
    if kind in {FILE, "reference"}:
        return Attachment(name or "file", inside(one, "contentUrl"), inside(one, "content", "fileType"))
    return None
