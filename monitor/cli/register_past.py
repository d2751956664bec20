"""`cctv-monitor register diff` and `… journal`: what changed in the register, and who changed it when."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

import typer

from exporters.locale.forms import NOTHING
from exporters.terminal.register import cell_told, column_told
from exporters.terminal.words import Words
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import opened
from monitor.cli.registered import ALL_IMPORTS, Point, point_argument, registered_at
from monitor.cli.telling import words_of
from monitor.register.difference import Difference, FieldChange, differences
from monitor.register.export import text_of
from monitor.register.said import Said, said
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.journal import JournalEntry

MOST_TOLD = 50  # lines of one kind that are told to people


def diff(
    since: Annotated[
        Point,
        typer.Argument(metavar="FROM", parser=point_argument, help="A day (its end), or a revision: r3."),
    ],
    until: Annotated[
        Point | None, typer.Argument(metavar="[TO]", parser=point_argument, help="Likewise; else now.")
    ] = None,
    *,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Show what was added, changed and ended between two points. Exit 0 compared, 2 not."""
    settings = settings_for(config, database)
    now = datetime.now(UTC)
    try:
        found = asyncio.run(_compare(settings, since, until or Point(), now))
    except StoreError as error:
        refuse(str(error))
    if as_json:
        typer.echo(json.dumps({each.kind: _object(each) for each in found}, ensure_ascii=False))
    else:
        words = words_of(settings)
        lines = [line for each in found for line in _told(each, words)]
        typer.echo("\n".join(lines or [words.say(said("nothing differs"))]))


async def _compare(settings: Settings, since: Point, until: Point, now: datetime) -> tuple[Difference, ...]:
    async with opened(settings) as store:
        before = await registered_at(store, settings, since, now)
        after = await registered_at(store, settings, until, now)
        return tuple(differences(before, after))


def _object(each: Difference) -> dict[str, object]:
    return {
        "added": [list(key) for key in each.added],
        "changed": [
            {"key": list(key), "columns": {each.column: _both(each) for each in columns}}
            for key, columns in each.changed.items()
        ],
        "ended": [list(key) for key in each.ended],
    }


def _both(each: FieldChange) -> dict[str, str]:
    return {"old": text_of(each.old), "new": text_of(each.new)}


def _told(each: Difference, words: Words) -> Iterator[str]:
    counts = _counts(len(each.added), len(each.changed), len(each.ended))
    yield words.say(said("{kind}: {counts}", kind=each.kind, counts=counts))
    yield from islice(_lines(each, words), MOST_TOLD)
    count = len(each.added) + len(each.ended) + sum(map(len, each.changed.values()))
    if count > MOST_TOLD:
        yield "  " + words.say(said("and {count} more; --json lists them all", count=count - MOST_TOLD))


def _counts(added: int, changed: int, ended: int) -> Said:
    return said("{added} added, {changed} changed, {ended} ended", added=added, changed=changed, ended=ended)


def _lines(each: Difference, words: Words) -> Iterator[str]:
    for key in each.added:
        yield f"  + {' '.join(key)}"
    for key, columns in each.changed.items():
        for change in columns:
            old, new = (cell_told(value, words) or NOTHING for value in (change.old, change.new))
            yield f"  ~ {' '.join(key)}: {column_told(change.column, words)}: {old} → {new}"
    for key in each.ended:
        yield f"  - {' '.join(key)}"


def journal(
    *,
    limit: Annotated[int, typer.Option(min=1, help="How many files at most, the latest first.")] = 20,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as a JSON list.")] = False,
) -> None:
    """Show the last imports: who, when, which file, and what it made of the register."""
    settings = settings_for(config, database)
    try:
        entries = asyncio.run(_read_journal(settings, limit))
    except StoreError as error:
        refuse(str(error))
    if as_json:
        typer.echo(json.dumps([_noted(entry, made_it) for entry, made_it in entries], ensure_ascii=False))
        return
    words = words_of(settings)
    for entry, made_it in entries:
        at = words.minute(entry.author.recorded_at)
        typer.echo(
            f"r{entry.revision}  {at}  {entry.author.who}  {entry.author.command}  {entry.source.file}"
        )
        typer.echo("    " + words.say(_made(entry, made_it)))
    if not entries:
        typer.echo(words.say(said("nothing was imported yet")))


def _made(entry: JournalEntry, made_it: bool) -> Said:
    return said(
        "{rows} rows, {refused} refused; the import: {made}; sha256 {sha256}",
        rows=entry.source.rows,
        refused=entry.source.refused,
        made=_counts(entry.added, entry.changed, entry.ended) if made_it else said("changed nothing"),
        sha256=entry.source.sha256,
    )


async def _read_journal(settings: Settings, limit: int) -> list[tuple[JournalEntry, bool]]:
    """Give the notes, and of each whether that import made its revision or found that it says all this."""
    async with opened(settings) as store:
        entries = await store.journal(ALL_IMPORTS)
    first = {entry.revision: entry.author.recorded_at for entry in entries}  # the oldest comes last
    return [(entry, entry.author.recorded_at == first[entry.revision]) for entry in entries[:limit]]


def _noted(entry: JournalEntry, made_it: bool) -> dict[str, object]:
    return {
        "revision": entry.revision,
        "recorded_at": entry.author.recorded_at.isoformat(),
        "holds_from": entry.holds_from.isoformat() if entry.holds_from is not None else None,
        "who": entry.author.who,
        "command": entry.author.command,
        "file": entry.source.file,
        "sha256": entry.source.sha256,
        "rows": entry.source.rows,
        "refused": entry.source.refused,
        "added": entry.added if made_it else 0,
        "changed": entry.changed if made_it else 0,
        "ended": entry.ended if made_it else 0,
    }
