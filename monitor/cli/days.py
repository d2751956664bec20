"""Which local day a question is asked of, and at which moment the register is read for it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from monitor.cli.place import refuse
from monitor.settings import Settings

AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help="As of this local day, for example 2026-01-01.")
]


def day_of(text: str | None, settings: Settings) -> date:
    """Read a day, or return today; ends the program with code 2 when it is none."""
    if text is None:
        return datetime.now(settings.zone_info).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # Python also reads 20260101 and weeks
        refuse(f"--as-of: {text} is not a day; write it as 2026-01-01")
    return day


def moment_of(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment whose register tells of a day: the end of a past one, now of any other."""
    if day >= now.astimezone(zone).date():
        return now
    midnight = datetime.combine(day + timedelta(days=1), time.min, zone)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)
