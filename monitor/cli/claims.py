"""`cctv-monitor claims`: the official figures of the register, with what their own counts make of them."""

import asyncio
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from exporters.locale.texts import translations
from exporters.tables.claims import claim_table, measures_of
from exporters.tables.regions import UnknownRegion, find_region
from exporters.tables.table import Format
from exporters.terminal.words import Words
from monitor.cli.answer import say
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import read_estate
from monitor.run.moments import day_of
from monitor.store.error import StoreError


def command(
    *,
    measure: Annotated[str | None, typer.Option(metavar="M", help="Only figures of this measure.")] = None,
    region: Annotated[
        str | None, typer.Option(metavar="R", help="One region: its KATO code or its name.")
    ] = None,
    as_of: DayOption = None,
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List official figures: unit, numerator, denominator, and by which rounding the told percent follows.

    They are imported like any sheet: `cctv-monitor register import config/register/claims.csv`.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    try:
        estate = asyncio.run(read_estate(settings, as_of, now))
        code = find_region(region, estate.regions).region if region is not None else None
    except StoreError as error:
        refuse(str(error))
    except UnknownRegion as error:
        refuse(f"--region: {error}")
    known = measures_of(estate.claims.values())
    if measure is not None and measure not in known:
        near = get_close_matches(measure, known, n=1)
        refuse(f"--measure: {measure!r} is not counted" + (f"; did you mean {near[0]}?" if near else ""))
    table = claim_table(estate, measure=measure, region=code, whole=form is not Format.TABLE)
    words = Words(translations(settings.locale), settings.zone_info)
    say(table, form, words, as_of=day_of(as_of, settings.zone_info, now))
