"""`cctv-monitor compliance`: which institution must have what, and whether it has."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from exporters.locale.texts import translations
from exporters.tables.compliance import institution_table, judged, share_table
from exporters.tables.table import Format
from exporters.terminal.words import Words
from monitor.cli.answer import say
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.reading import read_picture
from monitor.cli.regional import region_asked
from monitor.cli.rules import usable_rules
from monitor.store.error import StoreError


def command(
    *,
    as_of: DayOption = None,
    region: Annotated[
        str | None, typer.Option(metavar="R", help="One region: its KATO code or its name.")
    ] = None,
    institutions: Annotated[
        bool, typer.Option("--institutions", help="A row per institution, instead of counts.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show which share of institutions has what the rules of the day require of their category.

    Exit 0 with an answer, 2 wrong use. What is not known is counted apart, never as met.
    """
    settings = settings_for(config, database)
    rules = usable_rules(settings)
    with Progress() as progress:
        progress.now("reading the register and the present")
        try:
            picture = asyncio.run(read_picture(settings, as_of, datetime.now(UTC)))
        except StoreError as error:
            refuse(str(error))
    place = region_asked(settings, region, picture.estate.regions)
    code = place.region if place is not None else None
    told = judged(picture.board, picture.day, rules, looking=picture.looking, region=code)
    if institutions:
        table = institution_table(told, settings.locale, people=format_ is Format.TABLE)
    else:
        table = share_table(told, settings.locale if format_ is Format.TABLE else None)
    words = Words(translations(settings.locale), settings.zone_info)
    more = {"region": code, "unit": "institutions", "looking": picture.looking}
    say(table, format_, words, as_of=picture.day, **more)
