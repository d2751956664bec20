"""`cctv-monitor register export`: the register as sheets that the import reads back unchanged."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from exporters.terminal.register import count_table
from monitor.cli.exporting import Form, export_files
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, has_none, refuse, settings_for, shown_url
from monitor.cli.progress import Progress
from monitor.cli.registered import kind_argument, registered
from monitor.cli.telling import words_of
from monitor.model.estate import Estate
from monitor.register.entries import Entries, entries_of
from monitor.register.kinds import Kind
from monitor.register.said import said
from monitor.settings import Settings
from monitor.store.error import StoreError


class Delimiter(StrEnum):
    """What stands between two cells of a CSV file."""

    COMMA = ","
    SEMICOLON = ";"


class Language(StrEnum):
    """In which language columns are headed."""

    KK = "kk"
    RU = "ru"
    EN = "en"


def export(
    target: Annotated[
        Path, typer.Argument(metavar="TARGET", help="A workbook (name.xlsx), or a folder for CSV files.")
    ],
    *,
    as_of: DayOption = None,
    language: Annotated[
        Language | None, typer.Option(help="Head the columns in this language; else by their own names.")
    ] = None,
    kinds: Annotated[
        list[Kind] | None,
        typer.Option(
            "--kind", metavar="KIND", parser=kind_argument, help="Only this kind; can be said again."
        ),
    ] = None,
    delimiter: Annotated[
        Delimiter, typer.Option(help="Of CSV: a semicolon suits a Russian or Kazakh Excel.")
    ] = Delimiter.COMMA,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin CSV with a mark by which Excel knows UTF-8.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write the register as sheets; importing them again changes nothing. Exit 0 done, 2 not.

    Where there is no database yet, they are empty sheets to fill in.
    """
    settings = settings_for(config, database)
    words = words_of(settings)
    form = Form(language=language, delimiter=delimiter, bom=bom, force=force)
    with Progress() as progress:
        progress.now("reading the register")
        try:
            held = asyncio.run(_held(settings, as_of))
        except StoreError as error:
            refuse(str(error))
        wanted = {kind: held[kind] for kind in Kind if not kinds or kind in kinds}
        export_files(target, wanted, form, progress, words)
    counts = {kind: (len(entries),) for kind, entries in wanted.items()}
    typer.echo("\n".join(count_table(counts, words)))
    typer.echo(words.say(said("exported to {target}", target=str(target))))


async def _held(settings: Settings, day: date | None) -> Mapping[Kind, Entries]:
    """Return what the sheets are to hold; where there is no database yet, what every register begins with."""
    if day is None and has_none(settings):
        none = said(
            "there is no database {database} yet: the sheets are empty, to be filled in",
            database=shown_url(settings),
        )
        typer.echo(words_of(settings).say(none), err=True)
        return entries_of(Estate())
    return (await registered(settings, day, datetime.now(UTC))).entries
