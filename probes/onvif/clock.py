"""The device's clock: read from GetSystemDateAndTime, and compared with ours."""

from datetime import UTC, datetime, timedelta
from typing import Any

FIRST_YEAR, LAST_YEAR = 1970, 2200  # a clock that was never set tells 1970 or 2000; all else is no clock


def read_clock(answer: Any) -> datetime | None:
    """Take the time out of a GetSystemDateAndTimeResponse (Core spec §8.3.5), UTC; None: it tells none.

    Only UTCDateTime counts: the local one hangs on a zone that devices write in many ways.
    """
    told = getattr(answer, "UTCDateTime", None)
    day, time = getattr(told, "Date", None), getattr(told, "Time", None)
    values = [getattr(day, name, None) for name in ("Year", "Month", "Day")]
    values += [getattr(time, name, None) for name in ("Hour", "Minute", "Second")]
    parts = [value for value in values if isinstance(value, int)]
    if len(parts) != len(values):
        return None
    year, month, date, hour, minute, second = parts
    if not (FIRST_YEAR <= year < LAST_YEAR and 0 <= second <= 61):  # the schema allows leap seconds
        return None
    try:
        return datetime(year, month, date, hour, minute, tzinfo=UTC) + timedelta(seconds=second)
    except ValueError:
        return None


def clock_offset(device: datetime, sent: datetime, round_trip: float) -> float:
    """Give the device's clock minus ours, in seconds, to about one: it tells whole seconds.

    `sent`: when we asked, by our clock; the device is taken to have answered in the middle.
    """
    return (device - sent).total_seconds() - round_trip / 2
