"""`cctv-monitor register export`: the register as sheets that the import reads back unchanged."""

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from exporters.terminal.register import count_table
from monitor.cli.exporting import Form, export_files
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.registered import kind_argument, registered
from monitor.cli.telling import words_of
from monitor.register.kinds import Kind
from monitor.register.said import said
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
    """Write the register as sheets; importing them again changes nothing. Exit 0 done, 2 not."""
    settings = settings_for(config, database)
    words = words_of(settings)
    form = Form(language=language, delimiter=delimiter, bom=bom, force=force)
    with Progress() as progress:
        progress.now("reading the register")
        try:
            found = asyncio.run(registered(settings, as_of, datetime.now(UTC)))
        except StoreError as error:
            refuse(str(error))
        wanted = {kind: found.entries[kind] for kind in Kind if not kinds or kind in kinds}
        export_files(target, wanted, form, progress, words)
    counts = {kind: (len(entries),) for kind, entries in wanted.items()}
    typer.echo("\n".join(count_table(counts, words)))
    typer.echo(words.say(said("exported to {target}", target=str(target))))
