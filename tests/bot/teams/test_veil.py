"""What of an activity is masked before it lies on the disk, and what has to stay as it is."""

from __future__ import annotations

from bot.teams.keeping import masked
from bot.veil import DEEPEST, under, veil
from complaints.privacy import Mask, Privacy

CARD, MASKED = "4111 1111 1111 1111", "•••• 1111"
FILE = Privacy(mask=(Mask(name="account", pattern=r"\bACC-\d+\b"),))


def test_what_was_said_is_masked_in_the_text_and_in_its_html() -> None:
    html = f'<div title="{CARD}">Paid with {CARD.replace(" ", "&nbsp;")}</div>'
    raw = {"text": f"Paid with {CARD}", "attachments": [{"contentType": "text/html", "content": html}], "id": CARD}
    assert masked(raw, veil(FILE, report=True).text) == {
        "text": f"Paid with {MASKED}", "id": CARD,
        "attachments": [{"contentType": "text/html", "content": f'<div title="{CARD}">Paid with {MASKED}</div>'}],
    }  # fmt: skip


def test_the_fields_of_a_form_are_masked_and_what_is_ours_is_not() -> None:
    raw = {"value": {"action": {"verb": "resolve", "data": {"token": CARD, "resolve.done": f"Refunded {CARD}"}}}}
    data = masked(raw, veil(FILE, report=False).text)["value"]["action"]["data"]
    assert data == {"token": CARD, "resolve.done": f"Refunded {MASKED}"}


def test_what_the_file_lists_is_masked_in_reports_alone() -> None:
    raw = {"text": "resolve ACC-7"}
    assert masked(raw, veil(FILE, report=False).text) == raw, "it may be a part of what is asked for"
    cover = veil(FILE, report=True)
    assert masked(raw, cover.text) == {"text": "resolve [account]"}
    assert tuple(cover.names) == ("account",)


def test_what_is_nested_deeper_than_any_platform_does_is_left_alone() -> None:
    deep: object = {"text": "x"}
    for _ in range(DEEPEST + 1):
        deep = [deep]
    assert under({"text"}, deep, str.upper) == deep
