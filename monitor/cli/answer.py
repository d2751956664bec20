"""A list on stdout in the form that was asked for."""

import json
from datetime import date

import typer

from exporters.tables.table import Format, Table, as_csv, as_lines, as_records
from exporters.terminal.words import Words


def say(table: Table, form: Format, words: Words, *, as_of: date, **more: object) -> None:
    """Write a list: as lines, as CSV, or as one JSON object with `as_of`, what else is known, and `rows`."""
    if form is Format.JSON:
        told = {"as_of": as_of.isoformat(), **more, "rows": as_records(table)}
        typer.echo(json.dumps(told, ensure_ascii=False))
    elif form is Format.CSV:
        typer.echo(as_csv(table), nl=False)
    else:
        typer.echo("\n".join(as_lines(table, words)))
