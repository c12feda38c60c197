"""The two shortcuts and the form that they open."""

from __future__ import annotations

from bot.watched import Watched
from tests.bot.slack.driver import DANA, GENERAL, OMAR, PAYMENTS, SAM, Desk, Json, desk, shown
from tests.fakes import slack_payloads as payloads
from tests.fakes.slack_identity import BOT_USER

SAID = "Mrs Ito’s card payment was taken twice"


async def on_message(d: Desk, user: str, channel: str, message: Json, **more: str) -> None:
    """Somebody picks “Report as complaint” from a message's menu."""
    trigger = more.get("trigger_id") or d.slack.trigger(user)
    url = d.slack.response_url(channel, user)
    await d.form(
        payloads.message_shortcut(
            user, "report_as_complaint", channel, message, at=d.now, trigger_id=trigger, response_url=url
        )
    )


async def anywhere(d: Desk, user: str) -> None:
    """Somebody picks “Report a complaint” from the composer."""
    await d.form(payloads.global_shortcut(user, "report_complaint", at=d.now, trigger_id=d.slack.trigger(user)))


async def test_the_global_shortcut_opens_an_empty_form_that_reports(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await anywhere(d, SAM)
        picture = payloads.file("receipt.png", user=SAM)
        view = payloads.filled(d.slack.modals(SAM)[-1], words=SAID, customer="Mrs Ito", severity="high")
        view["state"]["values"]["files"] = {"files": {"type": "file_input", "files": [picture]}}
        assert await d.form(payloads.view_submission(SAM, view)) is None
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.customer, ticket.severity) == (SAID, "Mrs Ito", "high")
        assert (ticket.source.conversation, ticket.source.private) == (SAM, True)
        assert [attachment.name for attachment in ticket.attachments] == ["receipt.png"]
        assert "*C-1* is with Dana (Payments)" in d.told(SAM)


async def test_handing_the_same_form_in_twice_makes_one_ticket(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await anywhere(d, SAM)
        await d.submits(SAM, words=SAID)
        again = await d.submits(SAM, words=SAID)
        assert len(d.tickets()) == 1
        assert again["response_action"] == "update"
        assert "C-1 already has this one. It is with Dana (Payments)." in shown(again["view"])


async def test_a_form_without_words_is_sent_back_with_the_reason_at_its_field(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await anywhere(d, SAM)
        answer = await d.submits(SAM, words="  ")
        assert answer == {
            "response_action": "errors",
            "errors": {"words": "Say in a sentence what the customer complained about."},
        }
        assert d.tickets() == []


async def test_a_message_is_reported_with_its_words_files_and_address(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        picture = payloads.file("receipt.png", user=OMAR)
        d.slack.say(GENERAL, OMAR, "Card &amp; refund &lt;late&gt;", files=[picture])
        message = d.slack.messages(GENERAL)[-1]
        await on_message(d, SAM, GENERAL, message)
        assert "receipt.png" in shown(d.slack.modals(SAM)[-1])
        assert await d.submits(SAM) is None
        [ticket] = d.tickets()
        assert (ticket.verbatim, ticket.reporter) == ("Card & refund <late>", "sam")
        assert ticket.source.message == message["ts"]
        assert ticket.source.permalink and message["ts"].replace(".", "") in ticket.source.permalink
        assert [attachment.address for attachment in ticket.attachments] == [picture["permalink"]]


async def test_a_message_too_long_for_the_form_is_kept_whole(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.say(GENERAL, OMAR, "The card " * 500)
        await on_message(d, SAM, GENERAL, d.slack.messages(GENERAL)[-1])
        await d.submits(SAM)
        assert d.tickets()[0].verbatim == ("The card " * 500).strip()


async def test_shortcut_reaction_and_mention_on_one_message_make_one_ticket(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        ts = d.slack.say(GENERAL, OMAR, SAID)
        message = d.slack.messages(GENERAL)[-1]
        await on_message(d, SAM, GENERAL, message)
        await d.submits(SAM)
        await d.event(payloads.reaction_added(GENERAL, ts, DANA, item_user=OMAR, at=d.now))
        await d.event(payloads.app_mention(GENERAL, OMAR, "", at=d.now, thread_ts=ts))
        await on_message(d, SAM, GENERAL, message)
        answer = await d.submits(SAM)
        assert len(d.tickets()) == 1
        assert "C-1 already has this one" in shown(answer["view"])
        assert "*C-1* already has this one" in d.heard(DANA)


async def test_where_we_are_no_member_the_shortcut_works_all_the_same(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.add_channel("G0SECRET1", members=[SAM, OMAR], kind="group", with_bot=False)
        d.slack.say("G0SECRET1", OMAR, SAID)
        await on_message(d, SAM, "G0SECRET1", d.slack.messages("G0SECRET1")[-1])
        await d.submits(SAM)
        assert d.tickets()[0].source.permalink is None
        assert "*C-1* is with Dana (Payments)" in d.told(SAM)


async def test_a_message_of_ours_cannot_be_reported(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await d.complains(SAM, SAID)
        await on_message(d, DANA, PAYMENTS, d.card(PAYMENTS))
        assert "That is a message of mine" in d.heard(DANA)
        assert d.slack.modals(DANA) == []
        assert d.card(PAYMENTS)["user"] == BOT_USER


async def test_a_form_that_slack_does_not_open_is_said_so(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        d.slack.say(GENERAL, OMAR, SAID)
        await on_message(d, SAM, GENERAL, d.slack.messages(GENERAL)[-1], trigger_id="1.2.expired")
        assert "The form did not open" in d.heard(SAM)
        await d.form(payloads.global_shortcut(SAM, "report_complaint", at=d.now))
        assert "The form did not open" in d.told(SAM)


async def report_a_long_one(d: Desk) -> None:
    """Sam opens the form on a message with more words and files than it holds, where we can't read it again."""
    d.slack.add_channel("G0SECRET1", members=[SAM, OMAR], kind="group", with_bot=False)
    files = [payloads.file(f"receipt{number}.png", user=OMAR) for number in range(30)]
    d.slack.say("G0SECRET1", OMAR, "The card " * 500, files=files)
    await on_message(d, SAM, "G0SECRET1", d.slack.messages("G0SECRET1")[-1])


async def test_a_long_message_with_many_files_that_we_cannot_read_again_is_kept_whole(
    sqlite_url: str, watched: Watched
) -> None:
    async with desk(sqlite_url, watched) as d:
        await report_a_long_one(d)
        assert await d.submits(SAM) is None
        [ticket] = d.tickets()
        assert ticket.verbatim == ("The card " * 500).strip()
        assert len(ticket.attachments) == 30
        assert d.room.whole == {}


async def test_after_a_restart_what_the_form_holds_is_kept_and_said_so(sqlite_url: str, watched: Watched) -> None:
    async with desk(sqlite_url, watched) as d:
        await report_a_long_one(d)
        d.room.whole.clear()
        answer = await d.submits(SAM)
        assert "C-1 is with Dana (Payments). I could not read the original again" in shown(answer["view"])
        assert len(d.tickets()[0].verbatim) > 2900
