"""`cctv-monitor restore FILE`: what a backup holds into a database, of the same kind or another."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.backup import as_dict
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
from monitor.store.backup import restore
from monitor.store.error import (
    StoreBackupError,
    StoreBrokenError,
    StoreError,
    StoreNewerBackupError,
    StoreNotEmptyError,
)


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `cctv-monitor backup` wrote.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up what the database holds now, if it holds anything.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write what a backup holds into an empty database, or with --replace into any, all or nothing.

    A monitor that runs on it begins anew, by itself, from what was restored.

    The key file that its passwords were encrypted with is not in a backup: put it back yourself. Exit 0
    done, 1 the backup is no good or the database cannot take it, 2 wrong use.
    """
    settings = settings_for(config, database)
    url, password = settings.database.url, database_password(settings)
    with Progress() as progress:
        doing, told = progress.now, progress.at
        try:
            found = asyncio.run(
                restore(url, file, password=password, replace=replace, doing=doing, told=told)
            )
        except StoreError as error:
            end(_why(error, file, shown_url(settings)), code_of(error))
        except OSError as error:
            refuse(f"{file}: cannot be read: {error.strerror}")
    if as_json:
        typer.echo(json.dumps(as_dict(file, found), ensure_ascii=False))
    else:
        made = found.made_at.astimezone(settings.zone_info)
        typer.echo(f"{shown_url(settings)}: {found.total:,} rows as of {made:%Y-%m-%d %H:%M:%S %Z}")
    if found.rows["credentials"] and not Path(settings.key_file).exists():
        typer.echo(
            f"there is no key file {settings.key_file}: put back the one that the passwords in the backup "
            "were encrypted with",
            err=True,
        )


def _why(error: StoreError, file: Path, database: str) -> str:
    """Say what was wrong, of the backup or of the database, and what to do."""
    if isinstance(error, StoreBackupError | StoreNewerBackupError):
        return f"{file}: {error}"
    if isinstance(error, StoreNotEmptyError):
        return f"{database}: the database is not empty; name another, or give up what it holds with --replace"
    if isinstance(error, StoreBrokenError):
        return f"{database}: {error}; name another with --database, or move what is there away"
    return f"{database}: {error}"
