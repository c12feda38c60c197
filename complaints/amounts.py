"""Amounts of working time in words: “40 minutes”, “5 working hours”, “2 working days”."""

from __future__ import annotations

from datetime import timedelta

from complaints.calendars import Calendar, working_days_in_week

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def working_day(calendar: Calendar) -> timedelta:
    """The length of a calendar's working day, on average over an ordinary week."""
    minutes = sum(window.end_minute - window.start_minute for day in calendar.hours for window in day)
    return timedelta(minutes=minutes) / max(1, working_days_in_week(calendar))


def spoken_amount(amount: timedelta, calendar: Calendar) -> str:
    """The amount of working time in the unit that suits it, rounded."""
    number, unit = _measured(amount, calendar)
    return f"{number} {unit}{'' if number == 1 else 's'}"


def spoken_pair(shorter: timedelta, longer: timedelta, calendar: Calendar) -> tuple[str, str]:
    """Two amounts to be said in one sentence; the second goes without its unit where it is that of the first."""
    (_, unit), (number, second_unit) = _measured(shorter, calendar), _measured(longer, calendar)
    second = str(number) if unit == second_unit else spoken_amount(longer, calendar)
    return spoken_amount(shorter, calendar), second


def _measured(amount: timedelta, calendar: Calendar) -> tuple[int, str]:
    day = working_day(calendar)
    for length, unit in ((day, "working day"), (_HOUR, "working hour")):
        if amount >= length > timedelta(0):
            return int(amount / length + 0.5), unit
    return max(1, int(amount / _MINUTE + 0.5)), "minute"
