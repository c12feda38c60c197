"""Getting notices out: claim, judge once more, hand over to a channel, record what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from complaints import knock_on, notices
from complaints.lifecycle import GOLDDUST, Event
from complaints.notices import (
    Bundle,
    Captured,
    Card,
    ConfigurationRefused,
    Digest,
    Escalation,
    Foretold,
    News,
    Notice,
    Nudge,
    Reminder,
    Surge,
)
from complaints.policy import instead, still_wanted, without
from complaints.severity import Severity
from complaints.ticket import State, Ticket
from complaints.views import SurgeView, TicketView
from handlers import watch
from handlers.attention import give_back, hand_on
from handlers.context import Context
from handlers.viewing import foreseen, name_of, view
from storage import messages, outbox, people, surges, tickets, timeline
from storage.messages import Receipt
from storage.outbox import Parcel
from storage.people import Account

PAUSE = timedelta(hours=4)
"""When a nudge that could not be delivered is tried again."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a notice is: everything a channel needs to find the place for it.

    `accounts` are the person's user ids by platform; `channel` is what the file says of the team's channel; `thread`
    is the message to reply under; `email` is what the file lists, for whoever has no account yet.
    """

    audience: str
    name: str
    zone: ZoneInfo
    person: str | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    thread: Receipt | None = None
    email: str | None = None
    prefers: str | None = None
    """The platform that the person chose to hear on."""
    lead: Mapping[str, str] = field(default_factory=dict)
    """The accounts of a team's lead, for when others than the organisation's own see its channel."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A notice that is ready to be rendered and sent: what it means, the ticket as it is now, and to whom.

    `card` is where the reader's card of the ticket is, if it has been posted; for a card that is asked for anew it is
    the older one, which the new one takes the place of. Of a surge that is told again it is the message that told it.
    """

    parcel: Parcel
    notice: Notice
    ticket: TicketView | None
    reader: Reader
    card: Receipt | None = None
    bundle: tuple[tuple[Nudge, TicketView], ...] = ()
    """The nudges of a bundle that are still wanted, each with its ticket."""
    surge: SurgeView | None = None
    """What a surge comes to as it is told."""

    @property
    def editable(self) -> Receipt | None:
        """The card to edit in place; None where there is none yet, or where a fresh one is asked for."""
        return None if isinstance(self.notice, Card) and self.notice.anew else self.card


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A notice that must not go out any more, and why."""

    parcel: Parcel
    why: str


def prepare(context: Context, parcel: Parcel) -> Dispatch | Unwanted:
    """The notice with the ticket as it is at this moment; or why it is no longer wanted (rule 11)."""
    notice = parcel.notice
    if isinstance(notice, ConfigurationRefused | Digest):
        return Dispatch(parcel, notice, None, _reader(context, notice.audience, None))
    if isinstance(notice, Bundle):
        return _prepare_bundle(context, parcel, notice)
    if isinstance(notice, Surge):
        return _prepare_surge(context, parcel, notice)
    ticket = tickets.find(context.session, context.workspace, notice.ticket)
    if ticket is None:
        return Unwanted(parcel, f"there is no ticket C-{notice.ticket} any more")
    why_not = _unwanted(context, notice, ticket)
    if why_not is not None:
        return Unwanted(parcel, why_not)
    card, shown = None, view(context, ticket)
    if isinstance(notice, Card):
        shown = foreseen(context, shown)
        card = messages.place_of(context.session, context.workspace, ticket.number, notice.audience)
    reader = _reader(context, notice.audience, ticket)
    return Dispatch(parcel, notice, shown, reader, card)


def bundled(context: Context, bundle: Bundle) -> tuple[tuple[Nudge, TicketView], ...]:
    """The nudges of a bundle, each with its ticket as it is now."""
    found = tickets.of_numbers(context.session, context.workspace, [item.ticket for item in bundle.items])
    return tuple((item, view(context, found[item.ticket])) for item in bundle.items if item.ticket in found)


def _prepare_surge(context: Context, parcel: Parcel, notice: Surge) -> Dispatch | Unwanted:
    why, shown = watch.unwanted(context, notice), watch.shown(context, notice)
    if why is not None or shown is None:
        return Unwanted(parcel, why or "nothing is left of it")
    there = surges.place_of(context.session, context.workspace, notice) if notice.again else None
    if notice.again and there is None:
        return Unwanted(parcel, "its reader was never told of it")
    return Dispatch(parcel, notice, None, _reader(context, notice.audience, None), there, surge=shown)


def _prepare_bundle(context: Context, parcel: Parcel, bundle: Bundle) -> Dispatch | Unwanted:
    found = tickets.of_numbers(context.session, context.workspace, [item.ticket for item in bundle.items])
    wanted, reasons = [], []
    for item in bundle.items:
        why = "there is no such ticket" if item.ticket not in found else _unwanted(context, item, found[item.ticket])
        reasons.append(why)
        if why is None:
            wanted.append(item)
    if not wanted:
        return Unwanted(parcel, next((why for why in reasons if why), "nothing is left in it"))
    if len(wanted) < len(bundle.items):
        for item, why in zip(bundle.items, reasons, strict=True):
            if why is not None:
                _judge_anew(context, item)
        bundle = replace(bundle, items=tuple(wanted))
        outbox.rewrite(context.session, parcel.id, bundle)
        parcel = replace(parcel, notice=bundle)
    reader = _reader(context, bundle.audience, None)
    if len(wanted) == 1:
        return Dispatch(parcel, wanted[0], view(context, found[wanted[0].ticket]), reader)
    return Dispatch(parcel, bundle, None, reader, bundle=bundled(context, bundle))


def sent(context: Context, dispatch: Dispatch, receipt: Receipt) -> None:
    """Record that a notice has arrived, and where its card and the complaint itself are.

    Of one that was forgotten while it was under way nothing is kept.
    """
    notice, parcel = dispatch.notice, dispatch.parcel
    ours = outbox.finish(context.session, parcel, "sent", context.at, receipt=receipt)
    if not ours and outbox.find(context.session, context.workspace, parcel.id) is None:
        return
    if isinstance(notice, Surge) and not notice.again:
        watch.arrived(context, notice)
    if isinstance(notice, Bundle | Reminder | Escalation):
        messages.remember_bundle(context.session, context.workspace, receipt, parcel.id, context.at)
    if notice.ticket is not None:
        about = (context.session, context.workspace, notice.ticket, notice.audience)
        messages.remember(*about, receipt, context.at, card=isinstance(notice, Card))
    if receipt.permalink and dispatch.ticket is not None and dispatch.ticket.source.permalink is None:
        tickets.record_permalink(context.session, context.workspace, dispatch.ticket.number, receipt.permalink)
    if receipt.account and dispatch.reader.person:
        _recognised(context, dispatch.reader, dispatch.reader.person, receipt.platform, receipt.account)


def dropped(context: Context, parcel: Parcel, why: str) -> None:
    """Record that a notice is no longer wanted; the step of a nudge counts as not taken, and is judged anew."""
    ours = outbox.finish(context.session, parcel, "dropped", context.at, problem=why)
    if ours:
        if parcel.uncertain_since is None:
            give_back(context, parcel)
        for nudge in _nudges(parcel.notice):
            _judge_anew(context, nudge)
        if isinstance(parcel.notice, Surge) and not parcel.notice.again:
            watch.dropped(context, parcel.notice)


def parked(context: Context, parcel: Parcel, why: str) -> None:
    """Record that a notice can't be delivered and that an operator should look; nudges are judged anew in a while."""
    since = parcel.uncertain_since
    if outbox.finish(context.session, parcel, "parked", context.at, problem=why, uncertain_since=since):
        _given_up(context, parcel)


def uncertain(context: Context, parcel: Parcel, why: str, since: datetime) -> None:
    """Record that a notice may have arrived since a moment, and that its platform can't tell: it is not repeated.

    The step of a nudge stays taken. What it was about comes again with the ticket's next step.
    """
    since = parcel.uncertain_since or since
    outbox.finish(context.session, parcel, "parked", context.at, problem=why, uncertain_since=since)


def set_aside(context: Context, ids: Sequence[int], why: str) -> int:
    """Park notices that wait, because an operator wants it; how many there were."""
    parcels = outbox.set_aside(context.session, context.workspace, ids, context.at, why)
    for parcel in parcels:
        _given_up(context, parcel)
    return len(parcels)


def _given_up(context: Context, parcel: Parcel) -> None:
    if parcel.uncertain_since is not None:
        return  # Its reader may have got it, and would get it twice.
    give_back(context, parcel)
    for nudge in _nudges(parcel.notice):
        _judge_anew(context, nudge, context.at + PAUSE)


def unreachable(context: Context, parcel: Parcel, why: str) -> None:
    """Record that a reader can't be reached; what they were to be nudged about goes to the next in line.

    Where the notice may have arrived before, the step of a nudge stays taken and goes to nobody else.
    """
    since = parcel.uncertain_since
    if outbox.finish(context.session, parcel, "parked", context.at, problem=why, uncertain_since=since):
        if since is not None:
            return  # Its reader may have got it.
        give_back(context, parcel)
        for nudge in _nudges(parcel.notice):
            _to_the_next_in_line(context, nudge, why)
        if isinstance(parcel.notice, Surge) and not parcel.notice.again:
            watch.hand_on(context, parcel.notice)


def _to_the_next_in_line(context: Context, nudge: Nudge, why: str) -> None:
    ticket = tickets.find(context.session, context.workspace, nudge.ticket, lock=True)
    if ticket is None or not ticket.open:
        return
    to = nudge.audience.removeprefix("person:")
    event = Event("not reached", GOLDDUST, context.at, {"to": to, "step": nudge.step, "because": why})
    timeline.append(context.session, context.workspace, ticket.number, [event])
    following = instead(nudge, context.held(ticket), context.presence, context.at)
    if following is not None:
        told, escalation = following
        tickets.save(context.session, context.workspace, told)
        hand_on(context, escalation, critical=told.severity is Severity.CRITICAL)


def _nudges(notice: Notice) -> tuple[Nudge, ...]:
    if isinstance(notice, Bundle):
        return notice.items
    return (notice,) if isinstance(notice, Reminder | Escalation | Foretold) else ()


def postponed(
    context: Context,
    parcel: Parcel,
    until: datetime,
    why: str,
    *,
    counted: bool = True,
    uncertain_since: datetime | None = None,
) -> None:
    """Record that a notice is tried again later; `uncertain_since` where it may have arrived as it was sent then."""
    outbox.postpone(context.session, parcel, until, why, counted=counted, uncertain_since=uncertain_since)


def _recognised(context: Context, reader: Reader, person: str, platform: str, user: str) -> None:
    """Keep the account that a person's address led to; what it reported before it was recognised is theirs now."""
    where = (context.session, context.workspace)
    known = people.account(*where, platform, user) or Account(platform, user, person, reader.name)
    people.keep_account(*where, replace(known, person=person, email=reader.email or known.email), context.at)
    tickets.rename_reporter(*where, f"{platform}:{user}", person)


def _judge_anew(context: Context, nudge: Nudge, not_before: datetime | None = None) -> None:
    # Otherwise a hand-over or a pause at the wrong moment would swallow the step for good.
    ticket = tickets.find(context.session, context.workspace, nudge.ticket, lock=True)
    if ticket is not None and ticket.open:
        left = context.scheduled(without(context.held(ticket), nudge))
        look = max(left.next_nudge_at, not_before) if left.next_nudge_at and not_before else left.next_nudge_at
        tickets.save(context.session, context.workspace, replace(left, next_nudge_at=look))


def _unwanted(context: Context, notice: Notice, ticket: Ticket) -> str | None:
    match notice:
        case Foretold():
            line = context.line(ticket)
            return knock_on.still_true(notice, context.held(ticket), line, context.presence, context.at)
        case Reminder() | Escalation() if all(taken.step != notice.step for taken in ticket.taken):
            return "it was judged anew since"
        case Reminder() | Escalation():
            return still_wanted(notice, context.held(ticket), context.presence, context.at)
        case Captured() if not ticket.open:
            return f"{ticket.ref} is closed"
        case News(what="acknowledged" | "promised") if not ticket.open or ticket.state is State.RESOLVED:
            return f"{ticket.ref} has moved on"
        case News(what="promise lapsed") if ticket.promise or not ticket.open or ticket.state is State.RESOLVED:
            return f"{ticket.ref} has moved on"
        case News(what="resolved") if ticket.state is not State.RESOLVED:
            return f"{ticket.ref} is not resolved any more"
        case _:
            return None


def _reader(context: Context, audience: str, ticket: Ticket | None) -> Reader:
    kind, _, key = audience.partition(":")
    organisation = context.organisation
    if kind == "team":
        team = organisation.teams.get(key)
        zone = organisation.calendar_of_team(key).zone if team else ZoneInfo("UTC")
        lead = reader_for(context, team.lead).accounts if team and team.channel else {}
        return Reader(audience, organisation.name(key), zone, channel=team.channel if team else None, lead=lead)
    if kind == "thread" and ticket is not None:
        side = ticket.owner if key == "owner" and ticket.owner else ticket.reporter
        return replace(reader_for(context, side), audience=audience, thread=_thread(context, key, ticket))
    return reader_for(context, key)


def reader_for(context: Context, key: str) -> Reader:
    """A person as a reader: their accounts by platform, and where they want to hear."""
    listed = context.organisation.person(key)
    seen = people.accounts_of(context.session, context.workspace, key)
    known = [account for account in seen if listed is None or _still(account, listed.email)]
    accounts = {account.platform: account.user for account in known}
    if listed is not None:
        accounts.update({name: user for name, user in (("slack", listed.slack), ("teams", listed.teams)) if user})
    elif ":" in key:
        platform, _, user = key.partition(":")
        accounts[platform] = user
    zone = context.presence.zone_of(key)
    email = listed.email if listed is not None else None
    prefers = context.presence.platform(key)
    return Reader(notices.person(key), name_of(context, key), zone, key, accounts, email=email, prefers=prefers)


def _still(account: Account, listed: str | None) -> bool:
    """Whether an account goes with the address in the file, which may have been corrected since it was seen."""
    return listed is None or account.email is None or account.email.casefold() == listed.casefold()


def _thread(context: Context, which: str, ticket: Ticket) -> Receipt | None:
    if which == "original":
        source = ticket.source
        return Receipt(source.platform, source.conversation, source.thread or source.message)
    audience = notices.person(ticket.owner) if which == "owner" and ticket.owner else notices.team(ticket.team)
    return messages.place_of(context.session, context.workspace, ticket.number, audience)
