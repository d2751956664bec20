"""`cctv-monitor register show`: what the register holds, as a whole or entry by entry."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from monitor.cli.moments import DayOption
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.registered import Registered, kind_argument, registered
from monitor.register.columns import SHEETS
from monitor.register.entries import Entries
from monitor.register.export import text_of
from monitor.register.kinds import Entry, Kind
from monitor.settings import Settings
from monitor.store.error import StoreError

MOST_CELL = 40  # characters of a cell in a table


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
    try:
        found = asyncio.run(registered(settings, as_of, datetime.now(UTC)))
    except StoreError as error:
        refuse(str(error))
    if kind is None:
        typer.echo(_summary_json(found) if as_json else "\n".join(_summary(found, settings)))
        return
    entries = _chosen(kind, found.entries[kind], ids or [])
    if as_json:
        typer.echo(json.dumps([_object(kind, entry) for entry in entries], ensure_ascii=False))
    else:
        for line in _blocks(kind, entries) if ids else _table(kind, entries):
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


def _summary(found: Registered, settings: Settings) -> Iterator[str]:
    for kind, entries in found.entries.items():
        yield f"{kind:<14}{len(entries):>10,}"
    yield f"revision {found.revision}"
    if found.span is not None:
        began, changed = (f"{moment.astimezone(settings.zone_info):%Y-%m-%d %H:%M}" for moment in found.span)
        yield f"known since {began}, last changed {changed}"


def _chosen(kind: Kind, entries: Entries, ids: Sequence[str]) -> list[Entry]:
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
            hint = f"did you mean {near[0]}?" if near else f"`register show {kind}` lists them"
            refuse(f"no {name!r} among the {kind}; {hint}")
    return [entries[key] for key in sorted({key for name in ids for key in named[name]})]


def _object(kind: Kind, entry: Entry) -> dict[str, object]:
    values = {column: getattr(entry, column) for column in SHEETS[kind].cells}
    return {name: text_of(value) if isinstance(value, date) else value for name, value in values.items()}


def _blocks(kind: Kind, entries: Sequence[Entry]) -> Iterator[str]:
    width = max(map(len, SHEETS[kind].cells)) + 2
    for number, entry in enumerate(entries):
        if number:
            yield ""
        for column in SHEETS[kind].cells:
            yield f"{column:<{width}}{text_of(getattr(entry, column)) or '—'}"


def _table(kind: Kind, entries: Sequence[Entry]) -> Iterator[str]:
    """Give aligned lines; columns in which nothing stands are left out."""
    rows = [[_short(text_of(getattr(entry, column))) for column in SHEETS[kind].cells] for entry in entries]
    columns = [
        (name, cells, max(len(name), *map(len, cells)))
        for name, cells in zip(SHEETS[kind].cells, zip(*rows, strict=True), strict=False)
        if any(cells)
    ]
    if not columns:
        yield f"no {kind} are registered"
        return
    yield "  ".join(f"{name:<{width}}" for name, _, width in columns).rstrip()
    for line in range(len(rows)):
        yield "  ".join(f"{cells[line]:<{width}}" for _, cells, width in columns).rstrip()


def _short(text: str) -> str:
    return text if len(text) <= MOST_CELL else text[: MOST_CELL - 1] + "…"
