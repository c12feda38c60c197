"""What people write in Teams: mentions, personal chats, watched channels, replies, edits, deletions, repetitions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.teams.driver import (
    DANA,
    DANA_DM,
    GROUP,
    LEE,
    OMAR,
    PAT,
    PAYMENTS,
    SAM,
    SAM_DM,
    SHOP,
    WATCHED,
    Desk,
    card_in,
)  # fmt: skip
from tests.bot.teams.tickets import labels, spoken
from tests.fakes.teams_activities import file, image, mention_of
from tests.fakes.teams_identity import BOT_NAME, Place

SAID = "Mrs Ito’s card payment was taken twice"


@pytest.mark.parametrize("place", [SHOP, GROUP], ids=["channel", "group chat"])
async def test_a_mention_makes_a_ticket_without_the_mention_in_its_words(at: Desk, place: Place) -> None:
    heard = await at.says(SAID, place=place, mention=True)
    [ticket] = at.tickets()
    assert (ticket.verbatim, ticket.reporter, ticket.owner) == (SAID, "sam", "dana")
    assert (ticket.source.conversation, ticket.source.message) == (place.id, heard["id"])
    assert (ticket.source.thread, ticket.source.private) == (None, False)
    assert ticket.source.permalink and ticket.source.permalink.startswith("https://teams.microsoft.com/l/message/19%3A")
    assert "**C-1** is with Dana (Payments)" in at.read(place)
    assert "owned by Dana" in at.read(PAYMENTS)
    assert "owned by Dana" in at.read(DANA_DM)


async def test_in_a_channel_the_answer_is_in_the_thread_of_the_complaint(at: Desk) -> None:
    heard = await at.says(SAID, place=SHOP, mention=True)
    assert at.last(SHOP)["thread"] == heard["id"]
    assert at.said(SAM_DM) == []


async def test_what_is_written_to_the_bot_alone_is_a_complaint(at: Desk) -> None:
    await at.says(SAID)
    [ticket] = at.tickets()
    assert (ticket.verbatim, ticket.source.private, ticket.source.permalink) == (SAID, True, None)
    assert "**C-1** is with Dana (Payments)" in at.read(SAM_DM)


async def test_a_watched_channel_needs_no_mention(at: Desk) -> None:
    await at.says(SAID, place=WATCHED)
    await at.says("good morning everyone", place=WATCHED)
    await at.says(SAID + " again", place=SHOP)
    assert [ticket.verbatim for ticket in at.tickets()] == [SAID]


async def test_words_are_kept_as_they_were_seen(at: Desk) -> None:
    html = (
        '<div><div><span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="0">Golddust</span>&nbsp;the '
        '<b>app</b> says &lt;5 &amp; fails</div><div>for <a href="https://x.example/a">Mr Owusu</a> '
        '<img src="https://graph.microsoft.com/x" itemtype="http://schema.skype.com/AMSImage" alt="image"></div></div>'
    )
    activity = at.says_.message("x", SAM, SHOP, mention=True)
    activity["attachments"] = [{"contentType": "text/html", "content": html}]
    await at.event(activity)
    [ticket] = at.tickets()
    assert ticket.verbatim == "the app says <5 & fails\nfor Mr Owusu (https://x.example/a)"
    assert [one.name for one in ticket.attachments] == ["image"]
    assert ticket.attachments[0].address == ticket.source.permalink


async def test_without_html_the_text_does(at: Desk) -> None:
    activity = at.says_.message(SAID + " <at>Omar Haddad</at>", SAM, GROUP, mention=True)
    activity["attachments"] = []
    await at.event(activity)
    assert at.tickets()[0].verbatim == SAID + " @Omar Haddad"


async def test_a_picture_without_a_word_is_a_complaint_too(at: Desk) -> None:
    await at.says("", attachments=[image("https://smba.example/v3/attachments/1")])
    await at.says("the receipt", attachments=[file("https://x.example/tmp", "receipt.pdf")])
    first, second = at.tickets()
    assert (first.verbatim, [one.name for one in first.attachments]) == ("", ["image.png"])
    assert second.attachments[0].address.endswith("/Documents/receipt.pdf")


async def test_replies_under_the_complaint_and_under_the_card_reach_the_other_side(at: Desk) -> None:
    heard = await at.says(SAID, place=SHOP, mention=True)
    card = at.card()
    await at.says("She is in the shop now", SAM, SHOP, under=heard["id"])
    assert "She is in the shop now" in at.read(PAYMENTS)
    assert at.last(PAYMENTS)["thread"] == card["id"]
    await at.says("Refund is on its way", DANA, PAYMENTS, under=card["id"])
    assert "Refund is on its way" in at.read(SHOP)
    assert at.last(SHOP)["thread"] == heard["id"]
    kinds = [event["kind"] for event in at.record()["timeline"]]
    assert kinds.count("comment") == 2
    assert len(at.tickets()) == 1


async def test_quoting_our_message_in_a_chat_is_a_reply(at: Desk) -> None:
    await at.says(SAID)
    ours = at.last(SAM_DM)["id"]
    html = (
        f'<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="{ours}"><strong>Golddust</strong>'
        "<p>C-1 is with Dana</p></blockquote><p>She is waiting</p>"
    )
    activity = at.says_.message("She is waiting", SAM, SAM_DM)
    activity["attachments"] = [{"contentType": "text/html", "content": html}]
    await at.event(activity)
    assert len(at.tickets()) == 1
    assert at.record()["timeline"][-1]["data"]["words"] == "She is waiting"


async def test_an_edit_is_a_later_version_of_the_words_and_a_deletion_is_noted(at: Desk) -> None:
    heard = await at.says(SAID, place=WATCHED)
    await at.event(at.says_.edited(heard, SAID + ", 40 pounds"))
    [ticket] = at.tickets()
    assert (ticket.verbatim, ticket.words) == (SAID, SAID + ", 40 pounds")
    assert "40 pounds" in at.read(PAYMENTS)
    await at.event(at.says_.edited(heard, SAID + ", 40 pounds"))
    await at.event(at.says_.deleted(heard))
    kinds = [event["kind"] for event in at.record()["timeline"]]
    assert kinds.count("edited") == 1
    assert kinds[-1] == "original deleted"


async def test_the_same_activity_again_makes_one_ticket(at: Desk) -> None:
    heard = await at.says(SAID, place=SHOP, mention=True)
    await at.event(heard)
    assert len(at.tickets()) == 1
    assert len(at.said(SHOP)) == 1


async def test_a_resend_under_a_new_id_half_a_minute_later_makes_one_ticket(at: Desk) -> None:
    heard = await at.says(SAID, place=SHOP, mention=True)
    for _ in range(2):
        at.clock.advance(seconds=29)
        number = at.says_.new_id()
        again = {**heard, "id": number, "conversation": {**heard["conversation"], "id": SHOP.thread(number).id}}
        await at.event(again)
    assert len(at.tickets()) == 1
    at.clock.advance(seconds=62)
    await at.says(SAID, place=SHOP, mention=True)
    assert len(at.tickets()) == 2


async def test_who_reports_what_others_reported_is_told_and_offered_nothing_to_change(at: Desk) -> None:
    heard = await at.says(SAID, SAM, SHOP, mention=True)
    again = {**heard, "from": LEE.account}
    await at.event(again)
    assert "already has this one" in spoken(card_in(at.last(SHOP)))
    assert labels(card_in(at.last(SHOP))) == []


async def test_a_resend_of_a_reply_is_on_the_timeline_once(at: Desk) -> None:
    heard = await at.says(SAID, place=SHOP, mention=True)
    reply = await at.says("Still waiting", SAM, SHOP, under=heard["id"])
    await at.event({**reply, "id": at.says_.new_id()})
    assert [event["kind"] for event in at.record()["timeline"]].count("comment") == 1


async def test_two_people_with_the_same_words_are_two_complaints(at: Desk) -> None:
    await at.says("the app is down", SAM, SHOP, mention=True)
    await at.says("the app is down", LEE, SHOP, mention=True)
    assert len(at.tickets()) == 2


async def test_a_failure_is_a_500_and_the_retry_makes_the_ticket(at: Desk) -> None:
    activity = at.says_.message(SAID, SAM, SHOP, mention=True)
    at.break_database()
    assert (await at.post(activity)).status_code == 500
    at.mend_database()
    await at.event(activity)
    assert len(at.tickets()) == 1


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("help", "Say in one sentence what the customer complained about"),
        ("thanks!", "Say in one sentence what the customer complained about"),
        ("mine", "Yours to act on (0)"),
        ("list", "Open in your teams"),
        ("away until Friday omar@example.com", "Omar holds your tickets meanwhile"),
        ("back", "You were not marked as away"),
        ("away until", "Until when? Say for example “away until Friday”"),
        ("away until Friday Nobody", "I don’t know “Nobody”"),
    ],
)
async def test_what_is_no_complaint_is_answered(at: Desk, words: str, shown: str) -> None:
    await at.says(words)
    assert shown in at.read(SAM_DM)
    assert at.tickets() == []


async def test_the_deputy_can_be_mentioned(at: Desk) -> None:
    activity = at.says_.message("away until Friday @Omar Haddad", SAM, SHOP, mention=True)
    activity["entities"].append(mention_of(OMAR))
    await at.event(activity)
    assert "Omar holds your tickets meanwhile" in at.read(SHOP)


async def test_a_list_that_is_asked_for_in_a_channel_is_shown_to_its_reader_alone(at: Desk) -> None:
    await at.says(SAID, place=SHOP, mention=True)
    before = len(at.said(SHOP))
    await at.says("mine", SAM, SHOP, mention=True)
    assert len(at.said(SHOP)) == before
    assert "Reported by you (1)" in at.read(SAM_DM)


async def test_who_can_t_be_written_to_alone_is_told_how(at: Desk) -> None:
    at.teams.conversations.uninstall(SAM)
    await at.says("mine", SAM, SHOP, mention=True)
    assert "add me in Teams" in at.read(SHOP)


async def test_a_mention_alone_in_a_thread_says_what_to_do(at: Desk) -> None:
    root = await at.says("the card reader broke again", SAM, SHOP)
    await at.says("", LEE, SHOP, mention=True, under=root["id"])
    assert "Report as complaint" in at.read(SHOP)
    assert at.tickets() == []


async def test_a_command_in_a_ticket_s_thread_is_answered_and_carried_nowhere(at: Desk) -> None:
    root = await at.says(SAID, SAM, SHOP, mention=True)
    known = at.read(PAYMENTS)
    for words, answer in (("help", "Say in one sentence"), ("", "Say in one sentence"), ("mine", "Yours to act on")):
        await at.says(words, SAM, SHOP, mention=True, under=root["id"])
        assert answer in spoken(card_in(at.last(SAM_DM if words == "mine" else SHOP))), words
    assert at.read(PAYMENTS) == known
    assert [event["kind"] for event in at.record()["timeline"]] == ["captured"]
    await at.says("thanks", SAM, SHOP, mention=True, under=root["id"])
    assert at.record()["timeline"][-1]["data"]["words"] == "thanks"


async def test_a_reply_to_what_is_no_ticket_makes_none_and_asks_which(at: Desk) -> None:
    await at.says("help")
    html = (
        f'<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="{at.last(SAM_DM)["id"]}">'
        "<p>Say in one sentence</p></blockquote><p>%s</p>"
    )
    for words, answer in (("it is still broken", "which ticket that is about"), ("mine", "Yours to act on")):
        activity = at.says_.message(words, SAM, SAM_DM)
        activity["attachments"] = [{"contentType": "text/html", "content": html % words}]
        await at.event(activity)
        assert answer in spoken(card_in(at.last(SAM_DM)))
    assert at.tickets() == []


async def test_a_complaint_in_somebody_s_thread_knows_the_thread(at: Desk) -> None:
    root = await at.says("about yesterday", LEE, SHOP)
    await at.says(SAID, SAM, SHOP, mention=True, under=root["id"])
    assert at.tickets()[0].source.thread == root["id"]
    assert at.last(SHOP)["thread"] == root["id"]


@pytest.mark.parametrize(
    "sender",
    [
        {"id": "28:another-bot", "name": "Another"}, {"id": "29:x", "name": BOT_NAME, "role": "bot"},
        {"id": "28:11111111-2222-3333-4444-555555555555"}, {}, "nobody", {"id": 7},
    ],
)  # fmt: skip
async def test_bots_and_nobody_are_not_listened_to(at: Desk, sender: Any) -> None:
    await at.event({**at.says_.message(SAID, SAM, SHOP, mention=True), "from": sender})
    assert at.tickets() == []


@pytest.mark.parametrize(
    "odd",
    [
        {"attachments": "x"}, {"attachments": [7, {"contentType": 7}]}, {"entities": {"a": 1}}, {"entities": [None]},
        {"text": 7, "attachments": []}, {"channelData": [], "conversation": {"id": SHOP.id}}, {"localTimezone": "Mars"},
        {"id": None}, {"id": "x" * 5000}, {"conversation": {"id": ""}}, {"timestamp": "yesterday"},
    ],
)  # fmt: skip
async def test_an_odd_activity_is_no_failure(at: Desk, odd: Any) -> None:
    activity = {**at.says_.message(SAID, SAM, SHOP, mention=True), **odd}
    assert (await at.post(activity)).status_code in {202, 403}


async def test_somebody_whom_the_file_does_not_list_is_known_by_their_account(at: Desk) -> None:
    await at.says(SAID, PAT, SHOP, mention=True)
    [ticket] = at.tickets()
    assert ticket.reporter == f"teams:{PAT.aad}"
    assert "reported by Pat Doe" in at.read(PAYMENTS)


async def test_where_teams_does_not_tell_who_it_is_the_ticket_is_theirs_later(at: Desk) -> None:
    at.teams.fail_next("member", status=503)
    await at.says(SAID, SAM, SHOP, mention=True)
    assert at.tickets()[0].reporter == f"teams:{SAM.aad}"
    await at.says("the app is down", SAM, SHOP, mention=True)
    assert [ticket.reporter for ticket in at.tickets()] == ["sam", "sam"]


async def test_without_the_directory_s_id_teams_is_asked_for_it(at: Desk) -> None:
    activity = at.says_.message(SAID, SAM, SHOP, mention=True)
    activity["from"] = {"id": SAM.id, "name": SAM.name}
    await at.event(activity)
    assert at.tickets()[0].reporter == "sam"
