"""The clock on the wall of a time zone, whatever its summer times, as instants in microseconds since 1970 UTC."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_DAY = date.max.toordinal()
_MIDNIGHT = time()


def instant_of(moment: datetime) -> int:
    """Microseconds since 1970 UTC. Raises ``TypeError`` for a moment without a time zone."""
    return (moment - _EPOCH) // _MICROSECOND


class WallClock:
    """Wall times of one zone and their instants, each in the order of the other: a wall time that is shown twice
    means the first, one that is skipped the moment of the skip, and a day lasts until the next one begins."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self.midnight = lru_cache(4096)(self._midnight)

    def moment(self, instant: int) -> datetime:
        """In this zone. Raises ``OverflowError`` outside the years 1 to 9999."""
        return (_EPOCH + timedelta(microseconds=instant)).astimezone(self._zone)

    def day(self, instant: int) -> int:
        """The ordinal of the day. Raises ``OverflowError`` outside the years 1 to 9999."""
        ordinal = self.moment(instant).toordinal()
        while self.midnight(ordinal + 1) <= instant:  # clocks put back over midnight do not bring the day back
            ordinal += 1
        return ordinal

    def instant(self, ordinal: int, wall: time) -> int:
        """When the wall clock first shows ``wall`` or later on the day ``ordinal``. Raises ``OverflowError`` outside
        the years 1 to 9999."""
        if not 1 <= ordinal <= _LAST_DAY:
            raise OverflowError(f"day {ordinal} lies outside the years 1 to 9999")
        wanted = datetime.combine(date.fromordinal(ordinal), wall.replace(fold=0))
        found = instant_of(wanted.replace(tzinfo=self._zone))
        shown = self._shown(found)
        if shown == wanted:
            return found
        # Skipped: the offsets before and after the skip give two instants, which enclose it.
        earlier = instant_of(wanted.replace(tzinfo=self._zone, fold=1)) // SECOND_US
        seconds = range(earlier, found // SECOND_US + 1)
        return seconds[bisect_left(seconds, wanted, key=lambda at: self._shown(at * SECOND_US))] * SECOND_US

    def _midnight(self, ordinal: int) -> int:
        """When the day ``ordinal`` begins; the day after the last of the calendar begins when that one ends."""
        if ordinal == _LAST_DAY + 1:
            return self._midnight(_LAST_DAY) + DAY_US
        return self.instant(ordinal, _MIDNIGHT)

    def _shown(self, instant: int) -> datetime:
        return self.moment(instant).replace(tzinfo=None, fold=0)
