"""Moments as the playground writes them: in the reader's zone, as short as they stay clear."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def spoken(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`11:00` today, `Tue 11:00` within six days, else `Tue 1 Dec 11:00`."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return dated(moment, zone, now)


def dated(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """The same with the day always named, for what is read on another day than it was written on."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    if abs(local.date() - today) < timedelta(days=6):
        return f"{local:%a %H:%M}"
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def long(moment: datetime, zone: ZoneInfo) -> str:
    """`Monday 23 November`."""
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}"
