"""`cctv-monitor register import FILE…`: sheets into the register, all or nothing.

The report is on stdout, progress and everything else on stderr.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.place import (
    ConfigOption,
    DatabaseOption,
    database_password,
    read_file,
    refuse,
    settings_for,
    shown_url,
)
from monitor.cli.progress import Progress
from monitor.model.estate import Estate
from monitor.register.change import Plan, plan
from monitor.register.complaint import Complaint
from monitor.register.sheets import Sheet, read_sheet
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.store import Store

MOST_BYTES = 256 * 2**20  # a sheet of half a million cameras is a fifth of it
MOST_WARNINGS = 20  # warnings that are listed for people; all are counted

app = typer.Typer(no_args_is_help=True, add_completion=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an import found and did."""

    sheets: Sequence[Sheet]
    plan: Plan
    revision: int  # that holds now
    dry_run: bool
    database: str

    @property
    def imported(self) -> bool:
        """Whether anything was written."""
        return not (self.dry_run or self.plan.bad or self.plan.change.empty)


@app.callback()
def register() -> None:
    """Import institutions, sites, cameras, centres, gateways, streams and contracts."""


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV sheets, in any order.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Also remove what a sheet of its kind does not hold any more."),
    ] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Import sheets, all or nothing. Exit 0 done, 1 something in them is bad, 2 wrong use.

    A sheet's columns say what it is; docs/register.md lists them. Importing the same again changes nothing,
    and what a sheet does not mention stays, unless --replace is given.
    """
    settings = settings_for(config, database)
    with Progress() as progress:
        sheets = [_read(file, progress) for file in files]
        try:
            outcome = asyncio.run(
                import_sheets(settings, sheets, progress, replaces=replace, dry_run=dry_run)
            )
        except StoreError as error:
            refuse(str(error))
    typer.echo(json.dumps(to_json(outcome), ensure_ascii=False) if as_json else "\n".join(told(outcome)))
    if outcome.plan.bad:
        raise typer.Exit(1)


def _read(file: Path, progress: Progress) -> Sheet:
    progress.now(f"reading {file}")
    return read_sheet(str(file), read_file(file, MOST_BYTES), progress=progress.at)


async def import_sheets(
    settings: Settings, sheets: Sequence[Sheet], progress: Progress, *, replaces: bool, dry_run: bool
) -> Outcome:
    """Compare sheets with the register and write the difference, all or nothing. Raises StoreError."""
    now = datetime.now(UTC)
    url, password = settings.database.url, database_password(settings)
    progress.now("opening the database")
    if dry_run and _is_missing(url):
        made, revision = plan(Estate(), sheets, replaces=replaces), 0
    else:
        async with Store.open(url, password=password) as store:
            progress.now("reading the register")
            before = await store.load_estate(now)
            progress.now("comparing")
            made, revision = plan(before, sheets, replaces=replaces), before.revision
            if not made.bad and not dry_run:
                progress.now("writing the register, rows")
                revision = await store.apply_register(made.change, now, progress=progress.at)
    return Outcome(sheets=sheets, plan=made, revision=revision, dry_run=dry_run, database=shown_url(settings))


def _is_missing(url: str) -> bool:
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def to_json(outcome: Outcome) -> dict[str, object]:
    """Give the outcome as documented keys."""
    return {
        "imported": outcome.imported,
        "dry_run": outcome.dry_run,
        "revision": outcome.revision,
        "database": outcome.database,
        "files": [
            {
                "file": sheet.file,
                "kind": sheet.kind,
                "rows": len(sheet.rows),
                "encoding": sheet.encoding,
                "delimiter": sheet.delimiter,
            }
            for sheet in outcome.sheets
        ],
        "changes": {
            kind: {
                "added": len(part.added),
                "changed": len(part.changed),
                "unchanged": part.unchanged,
                "removed": len(part.removed),
            }
            for kind, part in outcome.plan.change.parts.items()
        },
        "good_rows": outcome.plan.good_rows,
        "bad": [_complaint(complaint) for complaint in outcome.plan.bad],
        "warnings": [_complaint(complaint) for complaint in outcome.plan.odd],
    }


def _complaint(complaint: Complaint) -> dict[str, object]:
    return {
        "file": complaint.file,
        "line": complaint.line,
        "column": complaint.column,
        "text": complaint.text,
    }


def told(outcome: Outcome) -> list[str]:
    """Give the outcome as lines for people."""
    lines = [
        f"{sheet.file}: {sheet.kind}, {len(sheet.rows)} rows, {sheet.encoding}, {sheet.delimiter}"
        for sheet in outcome.sheets
        if sheet.kind is not None
    ]
    odd = outcome.plan.odd
    lines += [f"warning: {complaint}" for complaint in odd[:MOST_WARNINGS]]
    if len(odd) > MOST_WARNINGS:
        lines.append(f"warning: and {len(odd) - MOST_WARNINGS} more; --json lists them all")
    lines += [f"bad: {complaint}" for complaint in outcome.plan.bad]
    if not outcome.plan.bad:
        lines += _table(outcome.plan)
    return [*lines, _last_line(outcome)]


def _table(made: Plan) -> list[str]:
    lines = [f"{'':<14}{'added':>10}{'changed':>10}{'unchanged':>11}{'removed':>10}"]
    for kind, part in made.change.parts.items():
        added, changed, removed = len(part.added), len(part.changed), len(part.removed)
        lines.append(f"{kind:<14}{added:>10,}{changed:>10,}{part.unchanged:>11,}{removed:>10,}")
    return lines


def _last_line(outcome: Outcome) -> str:
    made = outcome.plan
    if made.bad:
        rows = len({(complaint.file, complaint.line) for complaint in made.bad})
        return f"nothing was imported: {rows:,} bad, {made.good_rows:,} good rows"
    if made.change.empty:
        return f"nothing to change: {outcome.database} says all this already (revision {outcome.revision})"
    if outcome.dry_run:
        return f"dry run: nothing was written to {outcome.database} (revision {outcome.revision})"
    return f"imported into {outcome.database} (revision {outcome.revision})"
