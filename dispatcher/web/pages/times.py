"""Moments and spans as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.kinds import OPEN_STATES, State
from models.order import Order

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def local(moment: datetime | None, zone: ZoneInfo) -> str:
    """``2026-11-24 13:05`` in the city's time; a dash for None."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment is not None else "—"


def span(duration: timedelta) -> str:
    """The two largest units: ``3 天 4 小时``, ``2 小时 5 分``, ``12 分``, ``不到 1 分钟``."""
    seconds = int(duration.total_seconds())
    if seconds < _MINUTE:
        return "不到 1 分钟"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} 分"
    if seconds < _DAY:
        hours, rest = divmod(seconds, _HOUR)
        return f"{hours} 小时" + (f" {rest // _MINUTE} 分" if rest >= _MINUTE else "")
    days, rest = divmod(seconds, _DAY)
    return f"{days} 天" + (f" {rest // _HOUR} 小时" if rest >= _HOUR else "")


@dataclass(frozen=True, slots=True)
class Due:
    """How an order stands to its limit: the words and a colour's name."""

    text: str
    tone: str


def due(order: Order, now: datetime) -> Due:
    """What is left of the limit as it stands, or by how much it was passed; ``now`` counts until 办结."""
    if order.due_at is None:
        return Due("—", "secondary")
    done = order.first_closed_at
    if done is None and order.state not in OPEN_STATES:
        return Due("—", "secondary")
    if done is None and order.state is State.SUSPENDED:
        return Due("挂账，暂停计时", "secondary")
    left = order.due_at - (done or now)
    if left < timedelta(0):
        return Due(f"超期{'办结 ' if done else ' '}{span(-left)}", "red")
    if done is not None:
        return Due("按时办结", "green")
    return Due(f"剩余 {span(left)}", "orange" if left < timedelta(days=1) else "secondary")
