"""The moment that `--as-of DAY` means: the end of that local day, or now when the day is not over."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.register.cells import day as read_day


def day_argument(text: str) -> date:
    """Read a day of the command line, 2026-12-31 or 31.12.2026."""
    try:
        return read_day(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


DayOption = Annotated[
    date | None,
    typer.Option(
        "--as-of", metavar="DAY", parser=day_argument, help="As it was at the end of that local day."
    ),
]


def beginning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def moment_of(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the last moment of a local day that is over, else now."""
    if day is None:
        return now
    return min(now, beginning_of(day + timedelta(days=1), zone) - timedelta(microseconds=1))


def day_of(day: date | None, zone: ZoneInfo, now: datetime) -> date:
    """Return the day itself, or today where the monitor is."""
    return day if day is not None else now.astimezone(zone).date()
