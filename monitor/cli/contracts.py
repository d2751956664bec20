"""`cctv-monitor contracts`: how channels stand with their contracts, what ends when, what the rate will be.

The register is read as of the end of a past day, else as of now; contracts are judged at the day itself.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from exporters.locale.texts import translations
from exporters.tables.calendar import calendar_rows, calendar_table
from exporters.tables.contracts import (
    crossing_counts,
    status_counts,
    status_rows,
    status_summary,
    status_table,
)
from exporters.tables.forecast import Outlook, forecast_rows, forecast_table, outlook
from exporters.tables.regions import region_names, within
from exporters.tables.table import Format, Table
from exporters.tables.uplink import uplink_counts, uplink_rows, uplink_table
from exporters.terminal.contracts import (
    assumed_lines,
    cliff_lines,
    count_lines,
    crossing_lines,
    heading,
    nothing_lines,
)
from exporters.terminal.words import Words
from monitor.cli.answer import say
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.reading import Reading, read_register
from monitor.cli.regional import region_asked
from monitor.cli.rules import usable_rules
from monitor.law.rules import NoRule, Rules
from monitor.law.terms import ContractRules
from monitor.law.uplink import UplinkRules
from monitor.model.estate import Estate
from monitor.run.moments import day_of
from monitor.run.summary import official
from monitor.settings import Settings
from monitor.store.error import StoreError

app = typer.Typer(no_args_is_help=True, add_completion=False)

RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="R", help="One region: its KATO code or its name.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the answer is written.")]
DaysOption = Annotated[int, typer.Option(min=1, max=3660, help="How many days are looked ahead.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, and what the register says to it."""

    day: date
    region: str | None  # its code
    place: str | None  # its name
    estate: Estate  # of the region
    reading: Reading
    law: Rules
    rules: ContractRules
    settings: Settings
    format: Format

    @property
    def words(self) -> Words:
        """The reader's language."""
        return Words(translations(self.settings.locale), self.settings.zone_info)

    @property
    def names(self) -> Mapping[str, str]:
        """The regions' names in it."""
        return region_names(self.estate, self.settings.locale)


@app.callback()
def contracts() -> None:
    """Show how channels stand with their contracts, what ends when, and what the rate will be."""


@app.command()
def status(
    *,
    as_of: DayOption = None,
    region: RegionOption = None,
    form: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show every channel, the most urgent first: until when, what may be done, who must act."""
    asked = _ask(as_of, region, form, settings_for(config, database))
    rows = status_rows(asked.estate, asked.day, asked.rules, asked.reading.videos)
    counts, crossings = status_counts(rows), crossing_counts(rows)
    table = status_table(rows, whole=form is not Format.TABLE)
    above = [heading("contracts.as_of", asked.day, asked.place, asked.words, count=len(rows))]
    above += [*count_lines(counts, asked.words), *crossing_lines(crossings, asked.words)]
    _answer(asked, table, "channels", above, summary=status_summary(rows))


@app.command()
def forecast(
    *,
    as_of: DayOption = None,
    region: RegionOption = None,
    form: FormatOption = Format.TABLE,
    days: DaysOption = 120,
    every_day: Annotated[
        bool, typer.Option("--every-day", help="A row for every day, not only for those of a change.")
    ] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show the integration rate of each coming day if nothing is renewed, by region and by provider."""
    asked = _ask(as_of, region, form, settings_for(config, database))
    told = outlook(
        asked.estate,
        asked.day,
        days,
        asked.reading.receiving,
        region=asked.region,
        baseline=official(asked.settings.baseline).cameras,
    )
    rows = forecast_rows(told, asked.names, every_day=every_day)
    table = forecast_table(rows, whole=form is not Format.TABLE)
    above = [heading("contracts.forecast", asked.day, asked.place, asked.words)]
    basis = "receiving" if told.receiving_known else "covered"
    _answer(
        asked, table, "cameras", [*above, *cliff_lines(told, asked.words)], basis=basis, cliff=_cliff(told)
    )


@app.command()
def calendar(
    *,
    as_of: DayOption = None,
    region: RegionOption = None,
    form: FormatOption = Format.TABLE,
    days: DaysOption = 365,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show what comes by day: contracts end, last safe days to start a tender, bridging windows."""
    asked = _ask(as_of, region, form, settings_for(config, database))
    rows = calendar_rows(asked.estate, asked.day, days, asked.rules, asked.names)
    table = calendar_table(rows, whole=form is not Format.TABLE)
    count = len(asked.estate.channels)
    _answer(
        asked,
        table,
        "channels",
        [heading("contracts.as_of", asked.day, asked.place, asked.words, count=count)],
    )


@app.command()
def uplink(
    *,
    as_of: DayOption = None,
    region: RegionOption = None,
    form: FormatOption = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Show whether each site's uplink can carry its cameras, the worst first, and its download."""
    asked = _ask(as_of, region, form, settings_for(config, database))
    try:
        rules = UplinkRules.of(asked.law, asked.day)
    except NoRule as error:
        refuse(f"--as-of: {error}")
    rows = uplink_rows(asked.estate, asked.day, asked.rules, rules, asked.names)
    counts = uplink_counts(rows)
    above = [heading("contracts.uplink", asked.day, asked.place, asked.words, count=len(rows))]
    above += [*count_lines(counts, asked.words), *assumed_lines(rows, rules, asked.words)]
    table = uplink_table(rows, whole=form is not Format.TABLE)
    _say(asked, table, "sites", above, summary={key.value: count for key, count in counts.items()})


def _ask(as_of: date | None, region: str | None, form: Format, settings: Settings) -> Asked:
    """Read the register for a question; ends the program with code 2 when it cannot be answered."""
    now = datetime.now(UTC)
    day = day_of(as_of, settings.zone_info, now)
    try:
        law = usable_rules(settings)
        rules = ContractRules.of(law, day)
        with Progress() as progress:
            progress.now("reading the register")
            reading = asyncio.run(read_register(settings, day, now))
    except NoRule as error:
        refuse(f"--as-of: {error}")
    except StoreError as error:
        refuse(str(error))
    found = region_asked(settings, region, reading.estate.regions)
    names = region_names(reading.estate, settings.locale)
    return Asked(
        day=day,
        region=found.region if found is not None else None,
        place=names[found.region] if found is not None else None,
        estate=within(reading.estate, found.region) if found is not None else reading.estate,
        reading=reading,
        law=law,
        rules=rules,
        settings=settings,
        format=form,
    )


def _answer(asked: Asked, table: Table, unit: str, above: Sequence[str], **more: object) -> None:
    """Write an answer about channels, or say that the register knew none."""
    if not asked.reading.estate.channels:
        known_since = asked.reading.known_since
        more["known_since"] = known_since.isoformat() if known_since is not None else None
        if asked.format is Format.TABLE:
            typer.echo("\n".join(nothing_lines(asked.day, known_since, asked.words)))
            return
    _say(asked, table, unit, above, **more)


def _say(asked: Asked, table: Table, unit: str, above: Sequence[str], **more: object) -> None:
    """Write the answer on stdout in the form that was asked for."""
    if asked.format is Format.TABLE:
        typer.echo("\n".join([*above, ""]))
    say(table, asked.format, asked.words, as_of=asked.day, region=asked.region, unit=unit, **more)


def _cliff(told: Outlook) -> dict[str, Any] | None:
    cliff = told.total.cliff() if told.total is not None else None
    if cliff is None:
        return None
    return {"day": cliff.day.isoformat(), "covered": cliff.covered, "cameras": cliff.cameras}
