"""`cctv-monitor credentials import FILE`: names and passwords of devices, kept encrypted.

No password is ever written to the terminal, and none can be read out again.
"""

import asyncio
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from exporters.terminal.words import Words
from monitor.cli.credentials_refused import list_, retry
from monitor.cli.import_report import refusal
from monitor.cli.place import (
    ConfigOption,
    DatabaseOption,
    read_file,
    refuse,
    settings_for,
    shown_url,
)
from monitor.cli.progress import Progress
from monitor.cli.reading import opened
from monitor.cli.telling import words_of
from monitor.register.logins import Logins, read_logins
from monitor.register.said import said
from monitor.settings import Settings
from monitor.store.error import StoreError, StoreKeyError
from monitor.store.secrets import SecretBox, create_key_file, read_key_file
from monitor.store.vault import Counts

MOST_BYTES = 64 * 2**20

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def credentials() -> None:
    """Import passwords of cameras, recorders and gateways, and look after those that were refused."""


app.command("list")(list_)
app.command()(retry)


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV with the columns kind, id, username, password.")
    ],
    *,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Encrypt and keep the passwords of a file, all or nothing. Exit 0 done, 1 a row is bad, 2 wrong use.

    A password that was refused too often is tried anew when it is imported again.

    `kind` is camera, gateway or recorder, `id` one of the register. The key file is made if there is none.
    """
    settings = settings_for(config, database)
    data = read_file(file, MOST_BYTES)
    with Progress() as progress:
        progress.now("encrypting passwords")
        try:
            logins, counts = asyncio.run(import_logins(settings, file, data))
        except StoreError as error:
            refuse(str(error))
    words = words_of(settings)
    if as_json:
        typer.echo(json.dumps(_to_json(logins, counts, words), ensure_ascii=False))
    else:
        typer.echo("\n".join(_told(logins, counts, shown_url(settings), words)))
    if counts is None:
        raise typer.Exit(1)
    if file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        open_to_others = said(
            "warning: others may read {file}, and it holds passwords in clear", file=str(file)
        )
        typer.echo(words.say(open_to_others), err=True)
    spent = said("{file} is not needed any more; delete it, it holds passwords in clear", file=str(file))
    typer.echo(words.say(spent), err=True)


def _say(text: str) -> None:
    typer.echo(text, err=True)


async def import_logins(
    settings: Settings,
    file: Path,
    data: bytes,
    *,
    tell: Callable[[str], None] = _say,
) -> tuple[Logins, Counts | None]:
    """Encrypt and write the logins of a file; no counts when a row is bad. Raises StoreError.

    `tell` is told when a key file had to be made.
    """
    now = datetime.now(UTC)
    async with opened(settings) as store:
        estate = await store.load_estate(now)
        known = {("camera", key) for key in estate.cameras} | {("gateway", key) for key in estate.gateways}
        known |= {("recorder", key) for key in estate.recorders}
        logins = read_logins(str(file), data, known)
        if logins.bad:
            return logins, None
        has_some = await store.count_logins() > 0
    box = _keys(Path(settings.key_file), words_of(settings), has_some=has_some, tell=tell)
    return logins, await _put(settings, box, logins, now)


async def _put(settings: Settings, box: SecretBox, logins: Logins, now: datetime) -> Counts:
    async with opened(settings, secrets=box) as store:
        return await store.put_logins(logins.good, now)


def _keys(file: Path, words: Words, *, has_some: bool, tell: Callable[[str], None]) -> SecretBox:
    """Read the key file. Makes it when nothing was encrypted yet, and says so."""
    try:
        if not file.exists():
            if has_some:
                lost = said(
                    "{file} is not there, and the passwords kept so far need it; put it back", file=str(file)
                )
                raise StoreKeyError(words.say(lost))
            create_key_file(file)
            made = said(
                "made the key file {file}; keep a copy apart from the database: without it the passwords "
                "cannot be read",
                file=str(file),
            )
            tell(words.say(made))
        return read_key_file(file)
    except OSError as error:
        why = said("the key file {file} cannot be used: {why}", file=str(file), why=str(error.strerror))
        raise StoreKeyError(words.say(why)) from error


def _to_json(logins: Logins, counts: Counts | None, words: Words) -> dict[str, object]:
    return {
        "imported": counts is not None,
        "added": counts.added if counts else 0,
        "changed": counts.changed if counts else 0,
        "unchanged": counts.unchanged if counts else 0,
        "tried_anew": counts.again if counts else 0,
        "good_rows": len(logins.good),
        "bad": [
            {
                "file": each.file,
                "line": each.line,
                "column": each.column,
                "text": words.say(each.text),
                "message": each.text.template,
            }
            for each in logins.bad
        ],
    }


def _told(logins: Logins, counts: Counts | None, database: str, words: Words) -> list[str]:
    if counts is None:
        rows = said("bad rows {bad}, good rows {good}", bad=len(logins.bad), good=len(logins.good))
        last = said("nothing was imported: {counts}", counts=rows)
        return [*(refusal(each, words) for each in logins.bad), words.say(last)]
    done = said(
        "passwords in {database}: {added} added, {changed} changed, {unchanged} unchanged",
        database=database,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
    )
    if not counts.again:
        return [words.say(done)]
    again = said("of the unchanged {again} had been refused and are tried anew", again=counts.again)
    return [words.say(done), words.say(again)]
