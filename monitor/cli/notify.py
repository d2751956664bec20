"""`cctv-monitor notify test|status`: whether those who are told of incidents can be reached."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from exporters.locale.texts import translations
from exporters.notify.addresses import AddressError
from exporters.notify.alertmanager import send_test
from exporters.notify.text import trial_message
from exporters.tables.mailboxes import mailbox_table
from exporters.tables.table import Format
from exporters.terminal.words import Words
from monitor.cli.answer import say
from monitor.cli.logs import log_to_stderr
from monitor.cli.notifying import mailboxes_of, notifier_of
from monitor.cli.place import ConfigOption, DatabaseOption, end, refuse, settings_for
from monitor.cli.reading import opened, read_estate
from monitor.cli.regional import region_asked
from monitor.cli.telling import words_of
from monitor.model.notice import Standing
from monitor.model.verdict import Owner
from monitor.run.moments import day_of
from monitor.settings import Settings
from monitor.settings.notify import Receiver
from monitor.store.error import StoreError

app = typer.Typer(no_args_is_help=True, add_completion=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """One address that a test was sent to; `why` it did not arrive, None when it did."""

    receiver: str
    why: str | None


@app.callback()
def notify() -> None:
    """Try how people are told of incidents, and see what they are still to be told."""


@app.command("test")
def try_out(
    *,
    owner: Annotated[Owner, typer.Option(help="Who would have to act.")],
    region: Annotated[
        str | None, typer.Option(metavar="R", help="Where: its KATO code or its name. Without it anywhere.")
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Send one message, clearly marked as a test, to everybody who is told of what an owner must act on.

    It goes to the receivers of `notify` directly, and through Alertmanager where `notify` names one.
    Exit 0 it was taken everywhere, 1 not everywhere or nobody is told, 2 wrong use.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    log_to_stderr(level="error")
    if not settings.notify.receivers and settings.notify.alertmanager is None:
        refuse("notify: names neither receivers nor an alertmanager; config/monitor.yaml explains both")
    where, words = _region(settings, region, now), words_of(settings)
    chosen = [each for each in settings.notify.receivers if _is_told(each, owner, where)]
    if not chosen:
        nobody = words.text("notify.nobody", owner=words.translator.of(owner))
        if settings.notify.alertmanager is None:
            end(nobody, 1)
        typer.echo(nobody, err=True)
    tried = asyncio.run(_try_all(settings, chosen, owner, where, now))
    for each in tried:
        if each.why is None:
            typer.echo(words.text("notify.test_sent", receiver=each.receiver))
        else:
            typer.echo(words.text("notify.test_failed", receiver=each.receiver, why=each.why), err=True)
    if any(each.why is not None for each in tried):
        raise typer.Exit(1)


def _region(settings: Settings, asked: str | None, now: datetime) -> str | None:
    if asked is None:
        return None
    try:
        estate = asyncio.run(read_estate(settings, None, now))
    except StoreError as error:
        refuse(str(error))
    found = region_asked(settings, asked, estate.regions)
    return found.region if found is not None else None


def _is_told(receiver: Receiver, owner: Owner, region: str | None) -> bool:
    here = region is None or not receiver.regions or region in receiver.regions
    return here and owner in receiver.owners


async def _try_all(
    settings: Settings, chosen: Sequence[Receiver], owner: Owner, region: str | None, now: datetime
) -> list[Tried]:
    found = await asyncio.gather(*(_try(settings, each, owner) for each in chosen))
    tried = [one for some in found for one in some]
    url = settings.notify.alertmanager
    if url is not None:
        name, words = f"Alertmanager {url}", words_of(settings)
        message = trial_message(words, receiver=name, owner=words.translator.of(owner))
        why = await send_test(url, message, owner=owner.value, region=region, now=now)
        tried.append(Tried(name, why))
    return tried


async def _try(settings: Settings, receiver: Receiver, owner: Owner) -> list[Tried]:
    """Send the test to each address of a receiver, in its language."""
    try:
        mailboxes = mailboxes_of(receiver)
    except AddressError as error:
        return [Tried(receiver.name, str(error))]
    words = Words(translations(receiver.locale or settings.locale), settings.zone_info)
    message = trial_message(words, receiver=receiver.name, owner=words.translator.of(owner))
    failures = await asyncio.gather(*(notifier_of(receiver, each).send(message) for each in mailboxes))
    told = words_of(settings).translator.of
    return [
        Tried(mailbox, told(failure) if failure is not None else None)
        for mailbox, failure in zip(mailboxes, failures, strict=True)
    ]


@app.command()
def status(
    *,
    form: Annotated[Format, typer.Option("--format", help="How the answer is written.")] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List each address that is told directly: what it is still owed, and how its last message went.

    Exit 0 when that could be read, 1 when the last message to any of them failed, 2 wrong use.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    form, words = Format.JSON if as_json else form, words_of(settings)
    try:
        standings = asyncio.run(_standings(settings))
    except StoreError as error:
        refuse(str(error))
    if form is Format.TABLE and not standings:
        typer.echo(words.text("notify.none"))
        return
    say(mailbox_table(standings), form, words, as_of=day_of(None, settings.zone_info, now))
    if any(each.failure is not None for each in standings):
        raise typer.Exit(1)


async def _standings(settings: Settings) -> Sequence[Standing]:
    async with opened(settings) as store:
        return await store.standings()
