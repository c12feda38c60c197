"""Every notice as a Teams activity: what it says, and that Teams takes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import buttons
from bot.teams import asks, dialogs, elements, render
from complaints import notices, replies
from complaints.severity import Severity
from complaints.ticket import Attachment, CloseReason, Source, State
from handlers.reading import Page
from tests.bot.strategies import KINDS, items_of, surge_of
from tests.bot.teams.tickets import (
    BY_KIND,
    a_blocked_ticket,
    a_crowd,
    a_resolved_ticket,
    a_ticket,
    an_organisation,
    check_activity,
    check_card,
    inputs,
    labels,
    long_typed,
    organisations,
    pressed,
    spoken,
    tickets,
    typed,
    walk,
)
from tests.world import MONDAY

WORK = ["Acknowledge", "Resolve", "Blocked", "Not mine", "Promise a date"]
ASKED = ["Useful", "Not useful"]
FORMS = tuple(asks.SUBMITS)
NINE = "{{DATE(2026-11-23T09:00:00Z, SHORT)}} at {{TIME(2026-11-23T09:00:00Z)}}"


def shown(notice: Any, ticket: Any = None, reader: str | None = None, **more: Any) -> dict[str, Any]:
    return check_activity(render.message(notice, ticket or a_ticket(), an_organisation(), reader, **more))


def card(ticket: Any, audience: str = "team:payments") -> dict[str, Any]:
    return shown(notices.Card(ticket=42, audience=audience), ticket)


def test_every_kind_of_notice_is_rendered() -> None:
    assert BY_KIND.keys() == set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_teams_takes_every_notice_whatever_people_typed(kind: type) -> None:
    @given(BY_KIND[kind], tickets, organisations, st.sampled_from((None, "dana", "kim")))
    def check(notice: Any, ticket: Any, organisation: Any, reader: str | None) -> None:
        more = {"items": items_of(notice, ticket), "surge": surge_of(notice, ticket)}
        check_activity(render.message(notice, ticket, organisation, reader, **more))

    check()


def test_of_thirty_tickets_with_long_words_the_first_six_have_all_their_buttons() -> None:
    words = "The card machine at the market charged Mrs Ito twice, and nobody is sorry " * 9
    nudges = tuple(
        notices.Reminder(
            ticket=number, audience="person:dana", step="acknowledge.1:80%:remind", clock="acknowledge",
            due_at=MONDAY, because="80 % of the time to acknowledge it has passed", held_since=MONDAY,
        )
        for number in range(1, 31)
    )  # fmt: skip
    items = tuple((one, a_ticket(number=one.ticket, ref=f"C-{one.ticket}", verbatim=words)) for one in nudges)
    made = render.message(notices.Bundle(audience="person:dana", items=nudges), None, an_organisation(), items=items)
    card = check_activity(made)
    of = [[one for one in pressed(card) if one["data"]["ticket"] == number] for number in range(1, 31)]
    assert [len(one) for one in of] == [7, *[5] * 5, *[1] * 24], "the first also asks whether the list was useful"
    assert "Write “mine” for all buttons of the later ones." in spoken(card)
    assert made["summary"] == "30 tickets wait for you. C-1, C-2, C-3, C-4, C-5 and 25 more"


@given(st.lists(tickets, max_size=4), st.integers(0, 99), long_typed, st.sampled_from(("", "open")))
def test_teams_takes_every_list(found: list[Any], more: int, title: str, which: str) -> None:
    page = Page(tuple(found), more // 5, 1 + more // 2, more + len(found))
    check_activity(render.listing(page, title, buttons.for_owner, which=which))
    check_activity(render.mine(page, page))


@given(tickets, typed)
def test_teams_takes_every_answer(ticket: Any, said: str) -> None:
    for reply in (
        replies.Captured(ticket), replies.Captured(ticket, again=True), replies.Done(ticket, said), replies.Said(said),
        replies.Refused(said, "words"), replies.Nothing(),
    ):  # fmt: skip
        check_activity(render.reply(reply))


@given(tickets, st.sampled_from(FORMS), organisations, st.dictionaries(typed, long_typed, max_size=3), long_typed)
def test_teams_takes_every_form_with_its_errors(
    ticket: Any, form: Any, organisation: Any, errors: dict[str, str], words: str
) -> None:
    filled = dict.fromkeys(inputs(render.asked_card(a_ticket(), form, {}, organisation)), words)
    check_card(render.asked_card(ticket, form, errors | {"reason": words}, organisation, typed=filled))


@given(long_typed, typed, st.lists(st.builds(Attachment, typed, long_typed), max_size=12).map(tuple))
def test_teams_takes_every_dialog(words: str, wrong: str, files: Any) -> None:
    metadata = dialogs.CaptureMetadata("19:x", "1", words, files)
    for answer in (
        dialogs.capture_dialog(words, metadata, token="t"),
        dialogs.capture_dialog(token="t", errors={"words": wrong}, typed={"capture.words": words}),
        dialogs.message_dialog("Golddust", words),
        dialogs.receipt_dialog(replies.Captured(a_ticket(verbatim=words))),
    ):
        value = answer["task"]["value"]
        check_card(value["card"]["content"])
        assert elements.size(answer) <= 40 * 1024


def test_the_card_shows_the_words_verbatim_and_who_has_them() -> None:
    words = "<at>Dana</at> **twice** & “never”\n  again 😀 {{DATE(2026-11-23T15:00:00Z, SHORT)}} مرحبا"
    files = (Attachment("receipt.png", "https://x.example/f"), Attachment("odd", "ftp://x"))
    source = Source("teams", "w", "19:x", "1", "https://teams.example/l/message/1")
    read = spoken(made := card(a_ticket(verbatim=words, attachments=files, source=source, customer="Mrs Ito")))
    assert read.startswith("C-42 · Payments · ❗ High\n" + words + "\n")
    assert "**New** · owned by Dana · reported by Sam · customer Mrs Ito" in read
    assert "Files: [receipt.png](https://x.example/f), odd" in read
    assert "Acknowledge by {{DATE(2026-11-23T13:00:00Z, SHORT)}} at {{TIME(2026-11-23T13:00:00Z)}}" in read
    assert "[See the original message](https://teams.example/l/message/1)" in read
    assert "Why here: “card” is in the words" in read
    assert labels(made) == WORK
    assert all(
        "DATE" not in run["text"] or "{{" not in run["text"] for run in walk(made) if run.get("type") == "TextRun"
    )


def test_each_press_says_which_ticket_and_which_card() -> None:
    verbs = [
        (one["verb"], one["data"]) for one in walk(card(a_ticket(version=7))) if one.get("type") == "Action.Execute"
    ]
    assert [verb for verb, _ in verbs] == ["acknowledge", "resolve", "blocked", "not_mine", "promise"]
    assert all(data == {"ticket": 42, "token": "v7"} for _, data in verbs)
    named = shown(notices.Card(ticket=42, audience="team:payments"), token="abc")
    assert {one["data"]["token"] for one in walk(named) if one.get("type") == "Action.Execute"} == {"abc"}


def test_a_press_without_questions_sends_no_inputs_and_a_form_sends_its_own() -> None:
    first, *rest = pressed(card(a_ticket()))
    assert first["associatedInputs"] == "none"
    assert first["style"] == "positive"
    assert {one["type"] for one in rest} == {"Action.ShowCard"}
    assert all("associatedInputs" not in one["card"]["actions"][0] for one in rest)


def test_everything_that_is_asked_can_be_answered_in_the_card() -> None:
    asked = inputs(card(a_ticket()))
    assert asked["resolve.done"]["isRequired"] is True
    assert asked["resolve.done"]["errorMessage"] == "Say in a few words what was done."
    assert [one["title"] for one in asked["blocked.colleague"]["choices"]] == ["Dana", "Kim", "Lee", "Omar", "Sam"]
    assert asked["blocked.colleague"]["style"] == "filtered"
    assert [one["value"] for one in asked["blocked.team"]["choices"]] == ["cards", "payments", "shop"]
    assert [one["value"] for one in asked["not_mine.team"]["choices"]] == ["cards", "payments"]
    assert asked["promise.date"]["type"] == "Input.Date"
    assert asked["promise.time"]["value"] == "17:00"
    assert all(one["label"] for one in asked.values())


def test_who_does_not_fit_into_the_list_can_be_named() -> None:
    asked = inputs(render.card_of(render.message(
        notices.Card(ticket=42, audience="team:payments"), a_ticket(verbatim="x" * 9000), a_crowd(3000)
    )))  # fmt: skip
    offered = {one["value"] for one in asked["not_mine.colleague"]["choices"]}
    assert 20 < len(offered) < 200
    assert {"lee", "p2999"} <= offered, "those of the ticket's own team come first"
    assert asked["not_mine.name"]["label"] == "Not in these lists?"
    assert "not_mine.name" not in inputs(card(a_ticket()))


def test_colleagues_of_one_name_can_be_told_apart() -> None:
    people = {"sam": {"name": "Sam"}, "sam2": {"name": "sam"}, "lee": {"name": "Lee"}}
    teams = {"cards": {"name": "Cards", "lead": "lee", "members": ["sam"]}}
    made = render.asked_card(a_ticket(), "not_mine", {}, an_organisation(people=people, teams=teams))
    assert [one["title"] for one in inputs(made)["not_mine.colleague"]["choices"]] == ["Lee", "Sam (sam)", "sam (sam2)"]


def test_the_first_words_stay_beside_the_later_ones() -> None:
    read = spoken(card(a_ticket(words="It was charged three times")))
    assert "charged Mrs Ito twice\nReworded since:\nIt was charged three times" in read
    assert "Reworded" not in spoken(card(a_ticket(words=a_ticket().verbatim)))


def test_endless_words_say_how_much_more_there_is() -> None:
    assert "x… (34,000 more characters, see the original)" in spoken(card(a_ticket(verbatim="x" * 40_000)))


def test_words_give_way_before_a_button_does() -> None:
    full = {"verbatim": "\u0001" * 40_000, "words": "\u0002" * 40_000, "done": "\u0003" * 9000, "tell": "\u0004" * 9000}
    made = render.message(notices.Card(ticket=42, audience="team:payments"), a_ticket(**full), a_crowd(3000))
    assert labels(check_activity(made)) == WORK


def test_the_blocker_is_offered_to_unblock_and_a_former_owner_nothing() -> None:
    ticket = a_blocked_ticket()
    assert labels(card(ticket, "person:kim")) == ["Unblock"]
    assert labels(card(ticket, "person:dana")) == ["Unblock", "Resolve", "Not mine", "Promise a date"]
    assert labels(card(ticket, "person:omar")) == []
    assert "Waits for Kim: firmware" in spoken(card(ticket, "person:omar"))
    assert "It is Kim’s move now." not in spoken(card(ticket, "person:omar"))


def test_a_team_that_has_handed_it_over_sees_where_it_is_now() -> None:
    moved = a_ticket(team="Cards", team_key="cards", owner="Kim Larsen", owner_key="kim")
    assert labels(card(moved, "team:payments")) == []
    assert "With Kim Larsen (Cards) now." in spoken(card(moved, "team:payments"))
    assert labels(card(moved, "team:cards"))[0] == "Acknowledge"


def test_a_card_that_has_a_newer_one_and_a_receipt_that_others_read_have_nothing_to_press() -> None:
    for shown in (render.retired(a_ticket()), render.captured(a_ticket(), again=True, reader="lee")):
        assert labels(check_activity(shown)) == []


def test_a_withdrawn_ticket_says_so() -> None:
    closed = a_ticket(state=State.CLOSED, close_reason=CloseReason.WITHDRAWN)
    assert "**Withdrawn by the reporter**" in spoken(card(closed))
    assert labels(card(closed)) == ["Reopen"]


def test_the_reporter_hears_who_has_it_and_can_still_correct_it() -> None:
    activity = render.message(notices.Captured(ticket=42, audience="person:sam"), a_ticket(), an_organisation())
    made = check_activity(activity)
    assert activity["summary"] == "C-42 is with Dana (Payments), she’ll look by Mon 23 Nov 2026, 13:00 UTC."
    assert spoken(made).startswith(
        "**C-42** is with Dana (Payments), she’ll look by {{DATE(2026-11-23T13:00:00Z, SHORT)}}"
    )
    assert labels(made) == ["Low", "Normal", "Critical", "Edit", "Withdraw"]
    taps = [one for one in pressed(made) if one.get("verb") == "severity"]
    assert [one["data"]["severity"] for one in taps] == ["low", "normal", "critical"]
    assert inputs(made)["edit.words"]["value"] == "The card machine charged Mrs Ito twice"


def test_words_too_long_to_edit_in_the_card_are_left_empty() -> None:
    made = render.card_of(render.captured(a_ticket(verbatim="x" * 9000)))
    assert "value" not in inputs(made)["edit.words"]
    assert "isRequired" not in inputs(made)["edit.words"]


def test_the_same_message_again_says_that_it_is_known() -> None:
    said = render.captured(a_ticket(), again=True)["summary"]
    assert "already" in said
    assert "C-42" in said


def test_the_resolved_news_brings_the_words_to_tell() -> None:
    made = shown(notices.News(ticket=42, audience="person:sam", what="resolved"), a_resolved_ticket())
    assert "What was done: Refunded\nYou could say: Sorry!" in spoken(made)
    assert labels(made) == ["Customer told", "Reopen"]


def test_dismissed_news_lets_the_reporter_object() -> None:
    closed = a_ticket(state=State.CLOSED, close_reason=CloseReason.DUPLICATE, duplicate_of="C-7")
    made = shown(notices.News(ticket=42, audience="person:sam", what="dismissed"), closed)
    assert spoken(made).startswith("**C-42** is closed as a duplicate of C-7. If that is wrong, press Reopen.")
    assert labels(made) == ["Reopen"]


def reminder(audience: str, **more: Any) -> notices.Reminder:
    facts: dict[str, Any] = {"ticket": 42, "audience": audience, "step": "s", "clock": "resolve", "due_at": MONDAY}
    return notices.Reminder(**facts | {"because": "80 % of the time to resolve it has passed"} | more)


def test_a_reminder_says_why_what_stops_it_and_what_comes_next() -> None:
    made = shown(reminder("person:dana", next_at=MONDAY, next_what="I’ll ask Lee"))
    first, second, quoted = spoken(made).split("\n")
    assert first == f"**C-42** waits for you: 80 % of the time to resolve it has passed (due {NINE})."
    assert second.endswith(f"stops this. If it still waits by {NINE}, I’ll ask Lee.")
    assert quoted == "“The card machine charged Mrs Ito twice”"
    assert labels(made) == [*WORK, *ASKED]


def test_a_blockers_reminder_says_what_is_needed_of_them() -> None:
    made = shown(reminder("person:kim", clock="unblock"), a_blocked_ticket())
    assert "Waits for Kim: firmware" in spoken(made)
    assert labels(made) == ["Unblock", *ASKED]


def test_the_reporters_reminder_repeats_the_words_to_tell() -> None:
    made = shown(reminder("person:sam", clock="tell"), a_resolved_ticket())
    assert "You could say: Sorry!" in spoken(made)
    assert labels(made) == ["Customer told", "Reopen", *ASKED]


def test_an_escalation_names_who_was_asked_and_offers_what_helps() -> None:
    asked = notices.Escalation(
        ticket=42, audience="person:lee", step="s", clock="resolve", due_at=MONDAY, because="the time has run out",
        asked=("Dana", "<at>all</at>"),
    )  # fmt: skip
    made = shown(asked)
    assert "<\u2060at>all<\u2060/at>; you are next in line." in spoken(made)
    assert labels(made) == ["Acknowledge", "Resolve", "Not mine", *ASKED]
    assert labels(shown(asked, reader="dana")) == [*WORK, *ASKED]


def test_a_remark_is_carried_over_word_for_word() -> None:
    said = notices.Remark(ticket=42, audience="thread:card", author="*Sam*", words="<at>all</at> she called\n**again**")
    activity = render.message(said, a_ticket(), an_organisation())
    assert spoken(check_activity(activity)) == (
        "**∗Sam∗** in the thread of **C-42**:\n<at>all</at> she called\n**again**"
    )
    assert activity["summary"] == "*Sam* in the thread of C-42: <at>all</at> she called **again**"


def test_a_refused_configuration_is_shown_as_it_is() -> None:
    refused = notices.ConfigurationRefused(audience="person:ines", problems="line 7: `people` *bold*")
    assert "line 7: `people` *bold*" in spoken(check_activity(render.message(refused, None, an_organisation())))


def test_a_notice_about_a_ticket_needs_its_ticket() -> None:
    with pytest.raises(ValueError, match="card"):
        render.message(notices.Card(ticket=42, audience="team:payments"), None, an_organisation())


def test_a_refusal_is_said_as_one_speaks_in_teams() -> None:
    refused = replies.Refused("Say for example `/complaint away until Friday`.")
    assert spoken(check_activity(render.reply(refused))) == "Say for example “away until Friday”."
    assert render.sentence(refused) == "Say for example “away until Friday”."


def test_a_form_shows_what_is_wrong_at_its_field_and_keeps_what_was_typed() -> None:
    wrong = {"duplicate": "“C-x” is no ticket; write it like C-42.", "elsewhere": "Something *else*."}
    made = render.asked_card(
        a_ticket(), "not_mine", wrong, an_organisation(), token="abc",
        typed={"not_mine.duplicate": "C-x", "not_mine.team": "cards", "not_mine.colleague": "nobody", "ticket": 42},
    )  # fmt: skip
    check_card(made)
    places = [str(one.get("id")) for one in made["body"]]
    after = made["body"][places.index("not_mine.duplicate") + 1]
    assert after["inlines"][0] | {"type": "TextRun"} == {
        "type": "TextRun", "text": wrong["duplicate"], "color": "Attention",
    }  # fmt: skip
    assert made["body"][-1]["inlines"][0]["text"] == "Something *else*."
    asked = inputs(made)
    assert asked["not_mine.duplicate"]["value"] == "C-x"
    assert asked["not_mine.team"]["value"] == "cards"
    assert "value" not in asked["not_mine.colleague"]
    assert [(one["title"], one["verb"]) for one in made["actions"]] == [("Pass it on", "not_mine"), ("Cancel", "show")]
    assert made["actions"][0]["data"] == {"ticket": 42, "token": "abc"}


def test_a_list_has_its_buttons_at_each_ticket() -> None:
    page = Page(tuple(a_ticket(number=n, ref=f"C-{n}") for n in range(1, 13)), 0, 2, 14)
    made = check_activity(render.listing(page, "Open in your teams", buttons.for_owner))
    assert "**C-10** · ❗ High · Dana (Payments) · New · due {{DATE(" in spoken(made)
    assert "C-11" not in spoken(made)
    assert "…and 4 more." in spoken(made)
    assert labels(made) == WORK * 10
    assert [one["verb"] for one in pressed(made)][:2] == ["acknowledge", "ask"]
    assert pressed(made)[1]["data"] == {"ticket": 1, "token": "v1", "form": "resolve"}
    assert "All quiet" in spoken(check_activity(render.listing(Page((), 0, 1, 0), "Yours")))


def test_the_pages_of_a_list_can_be_turned() -> None:
    page = Page((a_ticket(),), 1, 3, 14)
    made = check_activity(render.listing(page, "Open", lambda _: (), which="open"))
    assert labels(made) == ["Next page", "Previous page"]
    assert [one["data"] for one in pressed(made)] == [{"list": "open", "page": 2}, {"list": "open", "page": 0}]


def test_mine_shows_what_to_act_on_and_what_was_reported() -> None:
    made = check_activity(render.mine(Page((a_ticket(),), 1, 2, 6), Page((a_resolved_ticket(),), 0, 2, 7)))
    assert "Yours to act on (6)" in spoken(made)
    assert "Reported by you (7)" in spoken(made)
    assert labels(made) == [*WORK, "Previous page", "Customer told", "Reopen", "Next page"]
    turns = [one["data"] for one in pressed(made) if one["verb"] == "mine"]
    assert turns == [{"held": 0, "reported": 0}, {"held": 1, "reported": 1}]


def test_the_help_can_be_read_and_names_no_slash_command() -> None:
    read = spoken(check_activity(render.help_message()))
    assert "away until Friday" in read
    assert "/complaint" not in read


def test_the_dialog_is_filled_in_with_the_message_and_keeps_its_link() -> None:
    metadata = dialogs.CaptureMetadata(
        "19:x", "17", "https://teams.example/1", (Attachment("a.png", "https://x/a"),), True
    )
    value = dialogs.capture_dialog("She was charged twice", metadata, token="abc")["task"]["value"]
    made = value["card"]["content"]
    check_card(made)
    assert value["title"] == "Report as complaint"
    assert inputs(made)["capture.words"]["value"] == "She was charged twice"
    assert "Comes along: a.png" in spoken(made)
    (report,) = made["actions"]
    assert (report["type"], report["title"]) == ("Action.Submit", "Report")
    assert report["data"]["token"] == "abc"
    assert dialogs.CaptureMetadata.from_data(report["data"]["source"]) == metadata


def test_the_dialog_shows_what_is_wrong_at_its_field() -> None:
    filled = {"capture.words": " ", "capture.customer": "Mrs Ito", "capture.severity": "high"}
    answer = dialogs.capture_dialog(token="t", errors={"words": "Say it in a sentence."}, typed=filled)
    made = answer["task"]["value"]["card"]["content"]
    assert made["body"][1]["inlines"][0]["text"] == "Say it in a sentence."
    assert inputs(made)["capture.customer"]["value"] == "Mrs Ito"
    assert inputs(made)["capture.severity"]["value"] == "high"


def test_the_dialog_ends_with_who_has_it() -> None:
    made = dialogs.receipt_dialog(replies.Captured(a_ticket()))["task"]["value"]["card"]["content"]
    assert spoken(made).startswith("**C-42** is with Dana (Payments)")


def test_severities_are_words_on_every_card() -> None:
    heads = [card(a_ticket(severity=one))["body"][0]["text"].casefold() for one in Severity]
    assert all(one.value in head for one, head in zip(Severity, heads, strict=True))


def test_the_size_is_counted_as_teams_counts_it() -> None:
    assert elements.size({"a": "😀"}) == 2 * len('{"a":""}') + 4
