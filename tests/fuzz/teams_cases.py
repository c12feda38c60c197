"""One documented activity of every kind that Teams sends us: messages, reactions, installations and every invoke."""

from __future__ import annotations

from bot.teams.app import ACTIVITIES, INVOKES
from bot.teams.presses import _COMMANDS
from tests.bot.teams.driver import DANA, DANA_DM, GROUP, OMAR, PAYMENTS, SAM, SAM_DM, SHOP, WATCHED, Desk, card_in
from tests.bot.teams.tickets import pressed, walk
from tests.fakes import teams_activities as made
from tests.fuzz.hostile import Json

SAID = "Mrs Ito’s card payment was taken twice"
OTHER_INVOKES = ("task/fetch", "composeExtension/query", "fileConsent/invoke", "signin/verifyState", "another", "")


async def documented(d: Desk) -> dict[str, Json]:
    """Every kind of activity by its name, about tickets and cards that there are."""
    await d.says(SAID)
    await d.says("the printer of Mr Ode eats his paper", SAM, WATCHED)
    card = d.card(PAYMENTS)
    found = {**_said(d, card), **_installed(d), **_executed(d, card), **_dialogs(d)}
    assert {one["type"] for one in found.values()} >= {*ACTIVITIES, "invoke", "messageReaction"}
    assert {one["name"] for one in found.values() if one["type"] == "invoke"} >= INVOKES.keys()
    return found


def _said(d: Desk, card: Json) -> dict[str, Json]:
    says = d.says_
    said = says.message(SAID, SAM, WATCHED)
    files = [made.file("https://x.example/a.pdf", "a.pdf"), made.image("https://x.example/a.png")]
    thread = PAYMENTS.thread(card["thread"] or card["id"])
    found = {
        f"words {words}": says.message(words, DANA, DANA_DM)
        for words in ("open", "help", "settings", "away until Friday")
    }
    return found | {
        "message": said,
        "direct": says.message(SAID, SAM, SAM_DM, attachments=files),
        "mention": says.message(SAID, SAM, SHOP, mention=True),
        "mention in a group": says.message(SAID, SAM, GROUP, mention=True, attachments=files),
        "reply": says.message("I look", DANA, thread),
        "deputy": says.message("away until Friday @Omar Haddad", DANA, DANA_DM, entities=[made.mention_of(OMAR)]),
        "edited": says.edited(said, "the fax too"),
        "deleted": says.deleted(said),
        "reacted": says.reacted("like", said),
        "unreacted": says.reacted("like", said, added=False),
    }  # fmt: skip


def _installed(d: Desk) -> dict[str, Json]:
    says = d.says_
    actions = ("add", "add-upgrade", "remove")
    return {
        **{f"installed {action}": says.installed(OMAR, SHOP, action=action) for action in actions},
        "installed alone": says.installed(SAM, SAM_DM),
        "members": says.members(sender=DANA, place=PAYMENTS),
        "members gone": says.members(OMAR.id, sender=DANA, place=SHOP, added=False),
    }  # fmt: skip


def _executed(d: Desk, card: Json) -> dict[str, Json]:
    """A press of every button of the card, with its form filled in, and of every other verb."""
    thread, says = PAYMENTS.thread(card["thread"] or card["id"]), d.says_
    shown = [
        one
        for action in pressed(card_in(card))
        for one in (action, *walk(action.get("card", {})))
        if one.get("type") == "Action.Execute"
    ]
    data = {one["verb"]: one.get("data", {}) for one in shown}
    some = next(iter(data.values()))
    typed = {"resolve.done": "Refunded", "blocked.why": "x", "promise.date": "2026-11-30", "not_mine.team": "app"}
    return {
        f"press {verb} {trigger}": says.executed(
            verb, {**data.get(verb, some), **typed}, card["id"], DANA, thread, trigger=trigger
        )
        for verb in sorted({*data, *_COMMANDS, "useful", "not_useful", "refresh", "show", "another"})
        for trigger in ("manual", "automatic")
    }


def _dialogs(d: Desk) -> dict[str, Json]:
    says = d.says_
    payload = says.payload(f"<p>{SAID}</p>", SAM, attachments=[made.image("https://x.example/a.png")])
    typed = {"capture.words": SAID, "capture.customer": "Ito", "capture.severity": "high", "token": "t", "source": None}
    found = {
        "fetch": says.fetch_task("report", SAM, SHOP),
        "fetch from a message": says.fetch_task("report", SAM, SHOP, payload=payload),
        "submit": says.submit_action("report", typed, SAM, SHOP),
        "submit from a message": says.submit_action("report", typed, SAM, SHOP, payload=payload),
    }
    return found | {f"invoke {name}": {**found["fetch"], "name": name} for name in OTHER_INVOKES}
