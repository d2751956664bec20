"""`cctv-monitor register diff` and `… journal`: what changed in the register, and who changed it when."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.differing import counted, to_json, told
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import opened
from monitor.cli.registered import ALL_IMPORTS, Point, point_argument, registered_at
from monitor.cli.telling import words_of
from monitor.register.difference import Difference, differences
from monitor.register.said import Said, said
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.journal import JournalEntry


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
        typer.echo(json.dumps(to_json(found), ensure_ascii=False))
    else:
        words = words_of(settings)
        typer.echo("\n".join(told(found, words) or [words.say(said("nothing differs"))]))


async def _compare(settings: Settings, since: Point, until: Point, now: datetime) -> tuple[Difference, ...]:
    async with opened(settings) as store:
        before = await registered_at(store, settings, since, now)
        after = await registered_at(store, settings, until, now)
        return tuple(differences(before, after))


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
        "rows: {rows}, refused: {refused}; the import: {made}; sha256 {sha256}",
        rows=entry.source.rows,
        refused=entry.source.refused,
        made=counted(entry.added, entry.changed, entry.ended) if made_it else said("changed nothing"),
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
