"""The moment that a question about a day means: the end of a past local day, now for any other."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def moment_of(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the last moment of a local day that is over, else now."""
    if day is None or day >= day_of(None, zone, now):
        return now
    return beginning_of(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def day_of(day: date | None, zone: ZoneInfo, now: datetime) -> date:
    """Return the day itself, or today where the monitor is."""
    return day if day is not None else now.astimezone(zone).date()
