"""Days on the command line."""

from datetime import date
from typing import Annotated

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
