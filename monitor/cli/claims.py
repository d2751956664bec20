"""`cctv-monitor claims`: the official figures of the register, with what their own counts make of them."""

import asyncio
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from exporters.tables.claims import claim_table, measures_of
from exporters.tables.table import Format
from monitor.cli.answer import say
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import read_estate
from monitor.cli.regional import region_asked
from monitor.cli.telling import decline, words_of
from monitor.register.hints import meant
from monitor.register.said import said
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
    except StoreError as error:
        refuse(str(error))
    place = region_asked(settings, region, estate.regions)
    known = measures_of(estate.claims.values())
    if measure is not None and measure not in known:
        like = get_close_matches(measure, known, n=1)
        hint = meant(like) if like else said("`claims` without it lists all")
        decline(
            settings, said("--measure: {measure} is not counted; {hint}", measure=repr(measure), hint=hint)
        )
    people = settings.locale if form is Format.TABLE else None
    table = claim_table(
        estate, measure=measure, region=place.region if place is not None else None, locale=people
    )
    say(table, form, words_of(settings), as_of=day_of(as_of, settings.zone_info, now))
