"""`cctv-monitor backup FILE`: all that the database holds, at one moment, while the monitor runs."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.place import (
    ConfigOption,
    DatabaseOption,
    code_of,
    database_password,
    end,
    refuse,
    settings_for,
    shown_url,
)
from monitor.cli.progress import Progress
from monitor.cli.telling import decline
from monitor.register.said import said
from monitor.store.backup import backup
from monitor.store.container import Backup, is_backup
from monitor.store.error import StoreError


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup to be.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a backup that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write everything that the database holds into one file. The monitor may go on running.

    Passwords are in it encrypted, as they are in the database; the key file is not in it, keep a copy of
    that elsewhere. Exit 0 done, 1 the database could not be copied, 2 wrong use.
    """
    settings = settings_for(config, database)
    if not force and file.is_file() and is_backup(file):
        there = said(
            "{file}: is there already; name another one, or say --force to replace it", file=str(file)
        )
        decline(settings, there)
    url, password = settings.database.url, database_password(settings)
    with Progress() as progress:
        try:
            made = asyncio.run(
                backup(url, file, datetime.now(UTC), password=password, doing=progress.now, told=progress.at)
            )
        except StoreError as error:
            end(str(error), code_of(error))
        except OSError as error:
            refuse(f"{file}: the backup cannot be written: {error.strerror}")
    if as_json:
        typer.echo(json.dumps(as_dict(file, made), ensure_ascii=False))
    else:
        typer.echo(f"{file}: {made.total:,} rows of {shown_url(settings)}, schema {made.schema}")
    if made.rows["credentials"]:
        typer.echo(
            f"the passwords in it are encrypted, and the key file {settings.key_file} is not in it: keep a "
            "copy of that elsewhere",
            err=True,
        )


def as_dict(file: Path, told: Backup) -> dict[str, object]:
    """Give the documented keys."""
    return {
        "file": str(file),
        "made_at": told.made_at.isoformat(),
        "dialect": told.dialect,
        "schema": told.schema,
        "rows": dict(told.rows),
    }
