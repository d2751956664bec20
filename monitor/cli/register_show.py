"""`cctv-monitor register show`: what the register holds, as a whole or entry by entry."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from exporters.terminal.register import count_table, entry_lines, entry_table
from exporters.terminal.words import Words
from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.registered import Registered, kind_argument, registered
from monitor.cli.telling import decline, words_of
from monitor.register.columns import SHEETS
from monitor.register.entries import Entries
from monitor.register.export import text_of
from monitor.register.hints import lists_them, meant
from monitor.register.kinds import Entry, Kind
from monitor.register.said import said
from monitor.settings import Settings
from monitor.store.error import StoreError


def show(
    kind: Annotated[
        Kind | None, typer.Argument(metavar="[KIND]", parser=kind_argument, help="A kind of sheet.")
    ] = None,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…]", help="Entries by their id, or by a part of their key."),
    ] = None,
    *,
    as_of: DayOption = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Show how much the register holds, or the entries of a kind. Exit 0 found, 2 not."""
    settings = settings_for(config, database)
    words = words_of(settings)
    try:
        found = asyncio.run(registered(settings, as_of, datetime.now(UTC)))
    except StoreError as error:
        refuse(str(error))
    if kind is None:
        typer.echo(_summary_json(found) if as_json else "\n".join(_summary(found, words)))
        return
    entries = _chosen(settings, kind, found.entries[kind], ids or [])
    if as_json:
        typer.echo(json.dumps([_object(kind, entry) for entry in entries], ensure_ascii=False))
    else:
        for line in _blocks(kind, entries, words) if ids else _table(kind, entries, words):
            typer.echo(line)


def _summary_json(found: Registered) -> str:
    began, changed = found.span or (None, None)
    summary = {
        "revision": found.revision,
        "begins_at": began.isoformat() if began is not None else None,
        "changed_at": changed.isoformat() if changed is not None else None,
        "entries": {kind: len(entries) for kind, entries in found.entries.items()},
    }
    return json.dumps(summary)


def _summary(found: Registered, words: Words) -> Iterator[str]:
    yield from count_table({kind: (len(entries),) for kind, entries in found.entries.items()}, words)
    yield words.say(said("revision {revision}", revision=str(found.revision)))
    if found.span is not None:
        began, changed = found.span
        yield words.say(said("known since {began}, last changed {changed}", began=began, changed=changed))


def _chosen(settings: Settings, kind: Kind, entries: Entries, ids: Sequence[str]) -> list[Entry]:
    """Return the entries that ids name, by one part of their key or by all of it; all without an id."""
    if not ids:
        return [entries[key] for key in sorted(entries)]
    named: dict[str, set[tuple[str, ...]]] = {}
    for key in entries:
        for part in {*key, " ".join(key)}:
            named.setdefault(part, set()).add(key)
    for name in ids:
        if name not in named:
            near = get_close_matches(name, named, n=1)
            hint = meant(near) if near else lists_them(kind)
            decline(
                settings, said("no {name} among the {kind}; {hint}", name=repr(name), kind=kind, hint=hint)
            )
    return [entries[key] for key in sorted({key for name in ids for key in named[name]})]


def _object(kind: Kind, entry: Entry) -> dict[str, object]:
    values = {column: getattr(entry, column) for column in SHEETS[kind].cells}
    return {name: text_of(value) if isinstance(value, date) else value for name, value in values.items()}


def _blocks(kind: Kind, entries: Sequence[Entry], words: Words) -> Iterator[str]:
    columns = tuple(SHEETS[kind].cells)
    for number, entry in enumerate(entries):
        if number:
            yield ""
        yield from entry_lines(columns, [getattr(entry, column) for column in columns], words)


def _table(kind: Kind, entries: Sequence[Entry], words: Words) -> Iterator[str]:
    columns = tuple(SHEETS[kind].cells)
    if not entries:
        yield words.say(said("no {kind} are registered", kind=kind))
        return
    rows = [[getattr(entry, column) for column in columns] for entry in entries]
    yield from entry_table(columns, rows, words)
