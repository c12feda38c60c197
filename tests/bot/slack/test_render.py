"""Every notice as a Slack message: what it says, and that Slack takes it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import blocks, render
from bot.slack.render import SlackMessage
from complaints import notices, replies
from complaints.severity import Severity
from complaints.ticket import Attachment, CloseReason, Source, State
from handlers.reading import Page
from tests.bot.slack.tickets import (
    BY_KIND,
    a_blocked_ticket,
    a_resolved_ticket,
    a_ticket,
    long_typed,
    spoken,
    texts,
    tickets,
    typed,
)
from tests.bot.strategies import KINDS, items_of, surge_of
from tests.fakes.slack_forms import elements, labels
from tests.fakes.slack_limits import UPDATED_TEXT, check_message
from tests.world import MONDAY

OURS = ("<!date^", "<https://", "<http://")
WORK = ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]
ASKED = ["Useful", "Not useful"]


def accepted(message: SlackMessage) -> SlackMessage:
    """The message, once it is known that Slack takes it and that nobody else's markup is in it."""
    check_message(message.text, message.blocks, UPDATED_TEXT)
    assert message.text.strip()
    written = [text["text"] for text in texts(message.blocks) if text["type"] == "mrkdwn"]
    for sentence in (message.text, *written):
        for place, char in enumerate(sentence):
            if char == "<":
                assert sentence[place:].startswith(OURS), sentence
    assert all(element["type"] == "button" for _, element in elements(message.blocks))
    return message


def card(ticket: Any, audience: str = "team:payments") -> SlackMessage:
    return accepted(render.message(notices.Card(ticket=42, audience=audience), ticket))


def test_every_kind_of_notice_is_rendered() -> None:
    assert BY_KIND.keys() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_slack_takes_every_notice_whatever_people_typed(kind: type) -> None:
    @given(BY_KIND[kind], tickets, st.sampled_from((None, "dana", "kim")))
    def check(notice: Any, ticket: Any, reader: str | None) -> None:
        accepted(render.message(notice, ticket, reader, items_of(notice, ticket), surge=surge_of(notice, ticket)))

    check()


@given(st.lists(tickets, max_size=12), st.integers(0, 99), long_typed)
def test_slack_takes_every_list(found: list[Any], total: int, title: str) -> None:
    accepted(render.listing(Page(tuple(found), 0, 1, total + len(found)), title))


@given(tickets, typed)
def test_slack_takes_every_answer(ticket: Any, said: str) -> None:
    for reply in (
        replies.Captured(ticket), replies.Captured(ticket, again=True), replies.Done(ticket, said), replies.Said(said),
        replies.Refused(said, "words"), replies.Nothing(),
    ):  # fmt: skip
        accepted(render.reply(reply))


def test_the_card_shows_the_words_verbatim_and_who_has_them() -> None:
    words = "<!channel> *twice* & “never”\n  again 😀 مرحبا"
    files = (Attachment("receipt.png", "https://x.example/f"), Attachment("odd", "ftp://x"))
    source = Source("slack", "w", "C0SHOP", "1.2", "https://x.example/p1")
    shown = card(a_ticket(verbatim=words, attachments=files, source=source, customer="Mrs Ito"))
    assert shown.blocks[0]["text"]["text"] == "C-42 · Payments · ❗ High"
    assert {"type": "plain_text", "text": words} in texts(shown.blocks)
    read = spoken(shown.blocks)
    assert "*New* · owned by Dana · reported by Sam · customer Mrs Ito" in read
    assert "Files: <https://x.example/f|receipt.png>, odd" in read
    assert "Acknowledge by <!date^" in read
    assert "<https://x.example/p1|See the original message>" in read
    assert "Why here: “card” is in the words" in read
    assert labels(shown.blocks) == WORK
    assert {element["value"] for _, element in elements(shown.blocks)} == {"42"}


def listed(count: int, **changes: Any) -> tuple[tuple[notices.Reminder, Any], ...]:
    """So many of Dana's new tickets, of which the first two run out today."""
    return tuple(
        (
            notices.Reminder(
                ticket=number, audience="person:dana", step="acknowledge.1:80%:remind", clock="acknowledge",
                due_at=MONDAY, because="80 % of the time to acknowledge it has passed", urgent=number < 3,
                held_since=MONDAY - timedelta(hours=17),
            ),
            a_ticket(number=number, ref=f"C-{number}", **changes),
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def bundle(count: int, rated: bool = False, **changes: Any) -> SlackMessage:
    items = listed(count, **changes)
    notice = notices.Bundle(audience="person:dana", items=tuple(nudge for nudge, _ in items))
    return accepted(render.message(notice, None, "dana", items, rated=rated))


def test_a_list_says_what_it_comes_to_and_one_line_of_why_for_each_ticket() -> None:
    shown = bundle(2)
    read = spoken(shown.blocks)
    assert "2 tickets wait for you; 2 run out today." in read
    assert "❗ *C-1* “The card machine charged Mrs Ito twice”\n80 % of the time to acknowledge it has passed" in read
    assert "One list a day" in read and "Held for this list, the first since <!date^" in read
    assert labels(shown.blocks) == [*WORK, *WORK, "Useful", "Not useful"]
    assert shown.text == "2 tickets wait for you; 2 run out today. C-1, C-2"
    assert labels(bundle(2, rated=True).blocks) == [*WORK, *WORK]


def test_of_thirty_tickets_with_long_words_the_first_six_have_all_their_buttons() -> None:
    shown = bundle(30, verbatim="The card machine at the market charged Mrs Ito twice, and nobody is sorry " * 9)
    of = {number: [e for _, e in elements(shown.blocks) if e["value"] == str(number)] for number in range(1, 31)}
    assert [len(of[number]) for number in range(1, 31)] == [5] * 6 + [1] * 24
    assert len(shown.blocks) <= 50
    assert "Home tab" in spoken(shown.blocks) and "*C-30*" in spoken(shown.blocks)


def test_more_tickets_than_a_message_holds_are_counted() -> None:
    shown = bundle(60)
    assert "60 tickets wait for you" in spoken(shown.blocks)
    assert "…and 22 more, on my Home tab." in spoken(shown.blocks)


def test_a_list_on_which_nothing_waits_thanks_and_offers_nothing() -> None:
    shown = bundle(2, state=State.CLOSED, close_reason=CloseReason.TOLD)
    assert "Nothing here waits for you any more. Thank you." in spoken(shown.blocks)
    assert "✓ *C-2*" in spoken(shown.blocks) and "One list a day" not in spoken(shown.blocks)
    assert labels(shown.blocks) == ["Useful", "Not useful"]


def test_a_button_is_called_what_its_press_is_called() -> None:
    pressed = [element["action_id"] for _, element in elements(card(a_ticket()).blocks)]
    assert pressed == ["acknowledge", "resolve", "blocked", "not_mine", "promise"]


def test_the_first_words_stay_beside_the_later_ones() -> None:
    shown = card(a_ticket(words="It was charged three times"))
    assert "charged Mrs Ito twice" in spoken(shown.blocks)
    assert "Reworded since:\nIt was charged three times" in spoken(shown.blocks)
    assert "Reworded" not in spoken(card(a_ticket(words=a_ticket().verbatim)).blocks)


def test_long_words_are_shown_in_pieces_that_lose_no_letter() -> None:
    words = "The queue was long. " * 400
    pieces = [text["text"] for text in texts(card(a_ticket(verbatim=words)).blocks)][1:4]
    assert "".join(pieces) == words


def test_endless_words_say_how_much_more_there_is() -> None:
    assert "… (31,300 more characters, see the original)" in spoken(card(a_ticket(verbatim="x" * 40_000)).blocks)


def test_the_blocker_is_offered_to_unblock_and_a_former_owner_nothing() -> None:
    ticket = a_blocked_ticket()
    assert labels(card(ticket, "person:kim").blocks) == ["Unblock"]
    assert labels(card(ticket, "person:dana").blocks) == ["Unblock", "Resolve", "Not mine", "Promise a date"]
    assert labels(card(ticket, "person:omar").blocks) == []
    assert "reported by Sam\nWaits for Kim: firmware" in spoken(card(ticket, "person:omar").blocks)


def test_a_withdrawn_ticket_says_so() -> None:
    shown = card(a_ticket(state=State.CLOSED, close_reason=CloseReason.WITHDRAWN))
    assert "*Withdrawn by the reporter*" in spoken(shown.blocks)


def test_the_reporter_hears_who_has_it_and_can_still_correct_it() -> None:
    shown = accepted(render.message(notices.Captured(ticket=42, audience="person:sam"), a_ticket()))
    assert shown.text.startswith("*C-42* is with Dana (Payments), she’ll look by <!date^")
    assert labels(shown.blocks) == ["Edit", "Withdraw", "Low", "Normal", "Critical"]
    pressed = [element["action_id"] for _, element in elements(shown.blocks)]
    assert pressed[2:] == ["severity_low", "severity_normal", "severity_critical"]


def test_the_same_message_again_says_that_it_is_known() -> None:
    said = render.captured(a_ticket(), again=True).text
    assert said.startswith("*C-42* already has this one. It is with Dana (Payments), she’ll look by <!date^")


def test_whoever_did_not_report_it_is_offered_nothing_to_change() -> None:
    again = replies.Captured(a_ticket(), again=True)
    assert labels(render.reply(again, "lee").blocks) == []
    assert labels(render.reply(again, "sam").blocks)[:2] == ["Edit", "Withdraw"]


def test_a_team_that_has_handed_it_over_sees_where_it_is_now() -> None:
    moved = a_ticket(team="Cards", team_key="cards", owner="Kim Larsen", owner_key="kim")
    shown = card(moved, "team:payments")
    assert labels(shown.blocks) == []
    assert "With Kim Larsen (Cards) now." in spoken(shown.blocks)
    assert labels(card(moved, "team:cards").blocks) == WORK


def test_the_resolved_news_brings_the_words_to_tell() -> None:
    news = notices.News(ticket=42, audience="person:sam", what="resolved")
    shown = accepted(render.message(news, a_resolved_ticket()))
    assert "What was done: Refunded\nYou could say: Sorry!" in spoken(shown.blocks)
    assert labels(shown.blocks) == ["Customer told", "Reopen"]


def test_dismissed_news_lets_the_reporter_object() -> None:
    closed = a_ticket(state=State.CLOSED, close_reason=CloseReason.DUPLICATE, duplicate_of="C-7")
    shown = accepted(render.message(notices.News(ticket=42, audience="person:sam", what="dismissed"), closed))
    assert shown.text == "*C-42* is closed as a duplicate of C-7. If that is wrong, press Reopen."
    assert labels(shown.blocks) == ["Reopen"]


def reminder(audience: str, **more: Any) -> notices.Reminder:
    facts: dict[str, Any] = {"ticket": 42, "audience": audience, "step": "s", "clock": "resolve", "due_at": MONDAY}
    return notices.Reminder(**facts | {"because": "80 % of the time to resolve it has passed"} | more)


def test_a_reminder_says_why_what_stops_it_and_what_comes_next() -> None:
    nudge = reminder("person:dana", next_at=MONDAY, next_what="I’ll ask Lee")
    shown = accepted(render.message(nudge, a_ticket()))
    assert "*C-42* waits for you: 80 % of the time to resolve it has passed" in shown.text
    assert "stops this. If it still waits by <!date^" in shown.text
    assert "I’ll ask Lee" in shown.text
    assert "“The card machine charged Mrs Ito twice”" in spoken(shown.blocks)
    assert labels(shown.blocks) == [*WORK, *ASKED]


def test_a_blockers_reminder_says_what_is_needed_of_them() -> None:
    shown = accepted(render.message(reminder("person:kim", clock="unblock"), a_blocked_ticket()))
    assert "Waits for Kim: firmware" in spoken(shown.blocks)
    assert labels(shown.blocks) == ["Unblock", *ASKED]


def test_the_reporters_reminder_repeats_the_words_to_tell() -> None:
    shown = accepted(render.message(reminder("person:sam", clock="tell"), a_resolved_ticket()))
    assert "You could say: Sorry!" in spoken(shown.blocks)
    assert labels(shown.blocks) == ["Customer told", "Reopen", *ASKED]


def test_an_escalation_names_who_was_asked_and_offers_what_helps() -> None:
    asked = notices.Escalation(
        ticket=42, audience="person:lee", step="s", clock="resolve", due_at=MONDAY, because="the time has run out",
        asked=("Dana", "<!here>"),
    )  # fmt: skip
    shown = accepted(render.message(asked, a_ticket()))
    assert "I have asked Dana (who has it) and &lt;!here&gt;; you are next in line." in shown.text
    assert labels(shown.blocks) == ["Acknowledge", "Resolve", "Not mine", *ASKED]
    assert labels(render.message(asked, a_ticket(), "dana").blocks) == [*WORK, *ASKED]


def test_a_remark_is_carried_over_word_for_word() -> None:
    said = notices.Remark(ticket=42, audience="thread:card", author="*Sam*", words="<!channel> she called again")
    shown = accepted(render.message(said, a_ticket()))
    assert "*∗Sam∗* about *C-42*:\n<!channel> she called again" in spoken(shown.blocks)
    assert shown.text == "∗Sam∗ about C-42: &lt;!channel&gt; she called again"


def test_the_files_of_a_remark_are_links() -> None:
    files = (Attachment("shot.png", "https://x.example/f"),)
    said = notices.Remark(ticket=42, audience="thread:card", author="Sam", words="", files=files)
    read = spoken(accepted(render.message(said, a_ticket())).blocks)
    assert read == "*Sam* about *C-42*:\nFiles: <https://x.example/f|shot.png>"


def test_a_refused_configuration_is_shown_as_it_is() -> None:
    refused = notices.ConfigurationRefused(audience="person:ines", problems="line 7: `people` *bold*")
    assert "line 7: `people` *bold*" in spoken(accepted(render.message(refused, None)).blocks)


def test_a_notice_about_a_ticket_needs_its_ticket() -> None:
    with pytest.raises(ValueError, match="card"):
        render.message(notices.Card(ticket=42, audience="team:payments"), None)


def test_a_refusal_is_kind_to_the_eye_and_harmless() -> None:
    said = render.reply(replies.Refused("Say `/complaint list`, not `<@U0DANA>` or `*this*`")).text
    assert said == "Say `/complaint list`, not '&lt;@U0DANA&gt;' or '∗this∗'"


def test_a_list_has_a_line_for_each_ticket_and_says_what_is_left_out() -> None:
    page = Page(tuple(a_ticket(number=n, ref=f"C-{n}") for n in range(1, 13)), 0, 2, 14)
    shown = accepted(render.listing(page, "Open in your teams"))
    read = spoken(shown.blocks)
    assert "*C-10* · ❗ High · “The card machine charged Mrs Ito twice” · Dana (Payments) · due <!date^" in read
    assert "C-11" not in read
    assert "…and 4 more" in read
    assert "All quiet" in spoken(accepted(render.listing(Page((), 0, 1, 0), "Yours")).blocks)


def test_the_help_can_be_read() -> None:
    assert "/complaint away until Friday" in accepted(render.help_message()).text


def test_severities_are_words_on_every_card() -> None:
    heads = [card(a_ticket(severity=one)).blocks[0]["text"]["text"].casefold() for one in Severity]
    assert all(one.value in head for one, head in zip(Severity, heads, strict=True))


@given(st.lists(long_typed, max_size=60), st.lists(long_typed, max_size=4))
def test_a_message_is_cut_to_size_and_keeps_its_buttons(words: list[str], sentences: list[str]) -> None:
    row = blocks.actions([blocks.button("resolve", "Resolve", "42")])
    shown = [*map(blocks.section_plain, words), *map(blocks.section_mrkdwn, sentences), row]
    before = json.dumps(shown)
    kept = blocks.fit(shown)
    check_message("text", kept)
    assert len(kept) < 50
    assert kept[-1] == row
    assert json.dumps(shown) == before


def test_too_many_blocks_lose_their_last_words_and_never_a_button() -> None:
    row = blocks.actions([blocks.button("resolve", "Resolve", "42")])
    shown = [blocks.header("C-42"), *(blocks.section_plain(f"line {n}") for n in range(60)), row]
    kept = blocks.fit(shown)
    assert len(kept) == 49
    assert kept[0] == shown[0]
    assert kept[-2:] == [blocks.section_plain("line 46"), row]


def test_buttons_are_kept_where_nothing_is_left_to_cut() -> None:
    rows = [blocks.actions([blocks.button(f"{n}", "x" * 75, "y" * 900) for n in range(25)])]
    kept = blocks.fit([blocks.section_plain("Some words that are not needed here"), *rows])
    assert kept[1:] == rows
    assert len(kept[0]["text"]["text"]) <= 20
