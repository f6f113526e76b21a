"""Which days are worked, how time is counted over them, and the limit (办理时限) of an order. Pure."""

from dispatcher.calendar.work_calendar import WorkCalendar

__all__ = ["WorkCalendar"]
