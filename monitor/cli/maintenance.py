"""`cctv-monitor maintenance add|list|end`: planned work. What is lost in it is watched, and not alarmed."""

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from exporters.tables.allowances import maintenance_table
from exporters.tables.table import Format
from monitor.cli.answer import say
from monitor.cli.importing import author_of
from monitor.cli.moments import DayOption
from monitor.cli.one_entry import add_entry, options_of, refusals, subject_of
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import opened, read_estate
from monitor.cli.telling import decline, words_of
from monitor.model.allowances import Maintenance
from monitor.model.estate import Estate
from monitor.register.change import Change, Part
from monitor.register.hints import meant
from monitor.register.kinds import Kind
from monitor.register.said import said
from monitor.run.moments import day_of, moment_of
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.journal import Source

app = typer.Typer(no_args_is_help=True, add_completion=False)
SubjectOption = Annotated[str | None, typer.Option(metavar="ID", help="Of what; exactly one of these.")]


@app.callback()
def maintenance() -> None:
    """Announce planned work, list it, and end it early."""


@app.command()
def add(
    *,
    ends: Annotated[str, typer.Option(metavar="TIME", help="2026-12-01T23:00, local unless it says else.")],
    approver: Annotated[str, typer.Option(help="The office that approved it.")],
    reason: Annotated[str, typer.Option(help="What is done.")],
    camera: SubjectOption = None,
    site: SubjectOption = None,
    institution: SubjectOption = None,
    gateway: SubjectOption = None,
    starts: Annotated[str | None, typer.Option(metavar="TIME", help="As --ends; else now.")] = None,
    ident: Annotated[str | None, typer.Option("--id", metavar="ID", help="A name of your own.")] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Announce planned work. Exit 0 done, 1 it is refused, 2 wrong use."""
    settings, now = settings_for(config, database), datetime.now(UTC)
    subject, subject_id = subject_of(
        settings, camera=camera, site=site, institution=institution, gateway=gateway
    )
    begins = _moment(settings, "--starts", starts) if starts is not None else now
    maintenance_id = ident or f"m-{begins.astimezone(settings.zone_info):%Y%m%d-%H%M}-{secrets.token_hex(2)}"
    outcome = add_entry(
        settings,
        Kind.MAINTENANCE,
        {
            "maintenance_id": maintenance_id,
            "subject": subject.value,
            "subject_id": subject_id,
            "starts_at": begins.isoformat(),
            "ends_at": _moment(settings, "--ends", ends).isoformat(),
            "approver": approver,
            "reason": reason,
        },
        command="maintenance add",
        now=now,
    )
    if outcome.plan.bad:
        typer.echo("\n".join(refusals(outcome, options_of(subject), words_of(settings))), err=True)
        raise typer.Exit(1)
    typer.echo(maintenance_id)


@app.command("list")
def list_(
    *,
    as_of: DayOption = None,
    every: Annotated[bool, typer.Option("--all", help="Also windows that are over.")] = False,
    format_: Annotated[Format, typer.Option("--format", help="How the list is written.")] = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List planned work and how many cameras it is about."""
    settings, now = settings_for(config, database), datetime.now(UTC)
    moment = moment_of(as_of, settings.zone_info, now)
    try:
        estate = asyncio.run(read_estate(settings, as_of, now))
    except StoreError as error:
        refuse(str(error))
    day = day_of(as_of, settings.zone_info, now)
    say(maintenance_table(estate, moment, every=every), format_, words_of(settings), as_of=day)


@app.command()
def end(
    ident: Annotated[str, typer.Argument(metavar="ID", help="As `maintenance list` shows it.")],
    *,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """End planned work now; what has not begun is called off. Exit 0 done, 2 there is none to end."""
    settings, now = settings_for(config, database), datetime.now(UTC)
    try:
        asyncio.run(_end(settings, ident, now))
    except StoreError as error:
        refuse(str(error))
    typer.echo(words_of(settings).say(said("{id} has ended", id=ident)))


def _moment(settings: Settings, option: str, text: str) -> datetime:
    """Read a moment of the command line; local time where it says no offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        decline(
            settings,
            said("{option}: {value} is not a time; write 2026-12-01T23:00", option=option, value=repr(text)),
        )
    local = found if found.tzinfo is not None else found.replace(tzinfo=settings.zone_info)
    return local.astimezone(UTC)


async def _end(settings: Settings, ident: str, now: datetime) -> None:
    async with opened(settings) as store:
        estate = await store.load_estate(now)
        part = _ended(settings, estate, ident, now)
        change = Change(estate.revision, {Kind.MAINTENANCE: part})
        source = Source(file=ident, sha256="", rows=1, refused=0)
        author = author_of("maintenance end", now)
        await store.apply_register(change, now, author=author, sources=[source])


def _ended(settings: Settings, estate: Estate, ident: str, now: datetime) -> Part:
    window: Maintenance | None = estate.maintenance.get(ident)
    if window is None:
        near = get_close_matches(ident, estate.maintenance, n=1)
        hint = meant(near) if near else said("`maintenance list --all` shows what there is")
        decline(settings, said("there is no planned work {id}; {hint}", id=repr(ident), hint=hint))
    if window.ends_at <= now:
        decline(settings, said("{id} is over already", id=ident))
    if now < window.starts_at:
        return Part(ended=(window,))
    return Part(changed=(replace(window, ends_at=now),))
