"""The playground's previews: what Slack's and Teams' own renderers and forms make of its notices and buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias, assert_never

from bot.bundles import Items
from bot.buttons import Press
from bot.captions import alt
from bot.pictures import address
from bot.slack import forms as slack_forms
from bot.slack import modals
from bot.slack import render as slack_render
from bot.slack.charts import KIND
from bot.teams import forms as teams_forms
from bot.teams import render as teams_render
from bot.web.looks import Handed, Look, Payload
from complaints import commands
from complaints.charts import Chart
from complaints.commands import Command
from complaints.notices import Digest, Notice
from complaints.organisation import Organisation
from complaints.ticket import Blocked
from complaints.views import SurgeView, TicketView

_Form: TypeAlias = (
    slack_forms.ResolveForm | slack_forms.BlockedForm | slack_forms.NotMineForm | slack_forms.PromiseForm
    | slack_forms.ReopenForm | slack_forms.EditForm | teams_forms.ResolveForm | teams_forms.BlockedForm
    | teams_forms.NotMineForm | teams_forms.PromiseForm | teams_forms.ReopenForm | teams_forms.EditForm
)  # fmt: skip


def previews() -> tuple[Look, ...]:
    """Slack and Teams, as the playground shows them."""
    return (
        Look("slack", "Slack", "blocks", _slack_message, _slack_form, _slack_command, _slack_field),
        Look("teams", "Teams", "card", _teams_message, _teams_form, _teams_command, _teams_field),
    )


def _slack_message(
    notice: Notice, ticket: TicketView | None, reader: str | None, organisation: Organisation, items: Items = (), *,
    rated: bool = False, surge: SurgeView | None = None,
) -> Payload:  # fmt: skip
    message = asdict(slack_render.message(notice, ticket, reader, items, rated=rated, surge=surge))
    drawn = _charts(notice)
    message["blocks"] = [
        {"type": "image", "image_url": address(chart), "alt_text": alt(chart)}
        if block["type"] == KIND and (chart := next(drawn, None)) else block
        for block in message["blocks"]
    ]  # fmt: skip
    return message


def _charts(notice: Notice) -> Iterator[Chart]:
    """What a notice draws, in order: the page has neither Slack's nor Teams' own charts, and shows pictures."""
    if isinstance(notice, Digest):
        yield from (chart for chart in (notice.summary.run_chart, notice.summary.pareto) if chart is not None)


def _slack_form(
    press: Press, ticket: TicketView, organisation: Organisation, _errors: Mapping[str, str], _typed: Mapping[str, Any]
) -> Payload:
    return _MODALS[press](ticket, organisation)


_MODALS: Mapping[Press, Callable[[TicketView, Organisation], Payload]] = {
    "resolve": lambda ticket, _: modals.resolve_form(ticket),
    "blocked": modals.blocked_form,
    "not_mine": modals.not_mine_form,
    "promise": lambda ticket, _: modals.promise_form(ticket),
    "reopen": lambda ticket, _: modals.reopen_form(ticket),
    "edit": lambda ticket, _: modals.edit_form(ticket),
}


def _slack_command(handed: Handed, _: Organisation) -> Command:
    """The command of a modal; a colleague is picked by key, as everybody here is known."""
    view = _filled(handed)
    read: Mapping[Press, Callable[[], _Form]] = {
        "resolve": lambda: slack_forms.resolve(view), "blocked": lambda: slack_forms.blocked(view),
        "not_mine": lambda: slack_forms.not_mine(view), "promise": lambda: slack_forms.promise(view, handed.zone),
        "reopen": lambda: slack_forms.reopen(view), "edit": lambda: slack_forms.edit(view),
    }  # fmt: skip
    return _command(handed, read[handed.press]())


def _command(handed: Handed, form: _Form) -> Command:
    """The same command for both platforms: their forms differ in how they name people only."""
    on: dict[str, Any] = {"at": handed.at, "actor": handed.person, "number": form.ticket}
    match form:
        case slack_forms.ResolveForm() | teams_forms.ResolveForm():
            done, cause, tell, action = form.done, form.root_cause, form.tell, form.plan(form.who)
            return commands.Resolve(**on, done=done, root_cause=cause, tell=tell, action=action)
        case slack_forms.BlockedForm():
            return commands.Block(**on, blocked=Blocked(form.by, form.slack_user or form.what, form.why))
        case teams_forms.BlockedForm():
            return commands.Block(**on, blocked=Blocked(form.by, form.what, form.why))
        case slack_forms.NotMineForm():
            return _handed_back(on, form, form.slack_user)
        case teams_forms.NotMineForm():
            return _handed_back(on, form, form.person)
        case slack_forms.PromiseForm() | teams_forms.PromiseForm():
            return commands.MakePromise(**on, until=form.until, reason=form.reason)
        case slack_forms.ReopenForm() | teams_forms.ReopenForm():
            return commands.Reopen(**on, reason=form.reason)
        case slack_forms.EditForm() | teams_forms.EditForm():
            return commands.EditWords(**on, words=form.words, customer=form.customer)
        case _:
            assert_never(form)


def _handed_back(
    on: dict[str, Any], form: slack_forms.NotMineForm | teams_forms.NotMineForm, person: str | None
) -> Command:
    if form.not_a_complaint or form.duplicate_of is not None:
        return commands.Dismiss(**on, duplicate_of=form.duplicate_of, reason=form.reason)
    return commands.HandBack(**on, to_person=person, to_team=form.team, reason=form.reason)


def _filled(handed: Handed) -> Payload:
    """The modal with its state, as Slack reports it."""
    values = {}
    for block in handed.form["blocks"]:
        if block["type"] == "input":
            name, kind = block["block_id"], block["element"]["type"]
            given = str(handed.data.get(name, "")) or None
            values[name] = {name: {"type": kind, **_STATES.get(kind, _typed)(given)}}
    return {**handed.form, "state": {"values": values}}


def _typed(given: str | None) -> Payload:
    return {"value": given}


def _option(given: str | None) -> Payload:
    return {"selected_option": {"value": given} if given else None}


_STATES: Mapping[str, Callable[[str | None], Payload]] = {
    "static_select": _option,
    "radio_buttons": _option,
    "users_select": lambda given: {"selected_user": given},
    "datepicker": lambda given: {"selected_date": given},
    "timepicker": lambda given: {"selected_time": given},
}


def _slack_field(handed: Handed, field: str) -> str:
    if handed.press == "blocked" and field == "what":
        field = slack_forms.blocked(_filled(handed)).by
    return slack_forms.block_of(handed.press, field)


def _teams_message(
    notice: Notice, ticket: TicketView | None, reader: str | None, organisation: Organisation, items: Items = (), *,
    rated: bool = False, surge: SurgeView | None = None,
) -> Payload:  # fmt: skip
    sent = teams_render.message(notice, ticket, organisation, reader, items=items, rated=rated, surge=surge)
    card, drawn = teams_render.card_of(sent), _charts(notice)
    body = [
        {"type": "Image", "url": address(chart), "altText": alt(chart), "size": "Stretch"}
        if str(one["type"]).startswith("Chart.") and (chart := next(drawn, None)) else one
        for one in card["body"]
    ]  # fmt: skip
    return card | {"body": body}


def _teams_form(
    press: Press, ticket: TicketView, organisation: Organisation, errors: Mapping[str, str], typed: Mapping[str, Any]
) -> Payload:
    return teams_render.asked_card(ticket, press, errors, organisation, typed=typed)


def _teams_command(handed: Handed, organisation: Organisation) -> Command:
    data = handed.data
    read: Mapping[Press, Callable[[], _Form]] = {
        "resolve": lambda: teams_forms.resolve(data, organisation),
        "blocked": lambda: teams_forms.blocked(data, organisation),
        "not_mine": lambda: teams_forms.not_mine(data, organisation),
        "promise": lambda: teams_forms.promise(data, handed.zone), "reopen": lambda: teams_forms.reopen(data),
        "edit": lambda: teams_forms.edit(data),
    }  # fmt: skip
    return _command(handed, read[handed.press]())


def _teams_field(handed: Handed, field: str) -> str:
    """The field's name within its form, more exactly where it is one of several ways to say who blocks."""
    if handed.press == "blocked" and field == "what":
        ways = ("ticket", "other", "name", "team", "colleague")
        field = next((way for way in ways if handed.data.get(f"blocked.{way}")), field)
    return teams_forms.input_of(handed.press, field)
