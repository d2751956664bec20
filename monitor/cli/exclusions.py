"""`cctv-monitor exclusions add|list`: cameras that an approved decision keeps out of the rate for a time."""

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from exporters.tables.allowances import exclusion_table
from exporters.tables.table import Format
from monitor.cli.answer import say
from monitor.cli.limits import longest_exclusion
from monitor.cli.moments import DayOption, day_argument
from monitor.cli.one_entry import add_entry, options_of, refusals, subject_of
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import read_estate
from monitor.cli.rules import usable_rules
from monitor.cli.telling import words_of
from monitor.model.allowances import Reason
from monitor.register.kinds import Kind
from monitor.register.said import said
from monitor.run.moments import day_of
from monitor.store.error import StoreError

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def exclusions() -> None:
    """Keep cameras out of the rate by an approved decision, and list what is kept out."""


@app.command()
def add(
    *,
    ends: Annotated[
        date, typer.Option("--ends", metavar="DAY", parser=day_argument, help="The last day of it.")
    ],
    reason: Annotated[Reason, typer.Option(help="Why.")],
    approver: Annotated[str, typer.Option(help="The office that approved it.")],
    document: Annotated[str, typer.Option(help="Number and date of what it was approved by.")],
    camera: Annotated[str | None, typer.Option(metavar="ID", help="Of one camera.")] = None,
    site: Annotated[str | None, typer.Option(metavar="ID", help="Of every camera of a site.")] = None,
    institution: Annotated[
        str | None, typer.Option(metavar="ID", help="Of every camera of an institution.")
    ] = None,
    starts: Annotated[
        date | None,
        typer.Option("--starts", metavar="DAY", parser=day_argument, help="The first day; else today."),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Add an exclusion. Exit 0 done, 1 it is refused, 2 wrong use."""
    settings, now = settings_for(config, database), datetime.now(UTC)
    subject, subject_id = subject_of(settings, camera=camera, site=site, institution=institution)
    outcome = add_entry(
        settings,
        Kind.EXCLUSIONS,
        {
            "subject": subject.value,
            "subject_id": subject_id,
            "starts_on": day_of(starts, settings.zone_info, now).isoformat(),
            "ends_on": ends.isoformat(),
            "reason": reason.value,
            "approver": approver,
            "document": document,
        },
        command="exclusions add",
        now=now,
        longest_exclusion=longest_exclusion(usable_rules(settings), day_of(starts, settings.zone_info, now)),
    )
    if outcome.plan.bad:
        typer.echo("\n".join(refusals(outcome, options_of(subject), words_of(settings))), err=True)
        raise typer.Exit(1)
    done = said(
        "{subject} {id} is left out of the rate until {ends}", subject=subject, id=subject_id, ends=ends
    )
    typer.echo(words_of(settings).say(done))


@app.command("list")
def list_(
    *,
    as_of: DayOption = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also those that are over or have not begun on that day.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="How the list is written.")] = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List exclusions and how many cameras each keeps out."""
    settings, now = settings_for(config, database), datetime.now(UTC)
    try:
        estate = asyncio.run(read_estate(settings, as_of, now))
    except StoreError as error:
        refuse(str(error))
    day = day_of(as_of, settings.zone_info, now)
    table = exclusion_table(estate, None if every else day)
    say(table, format_, words_of(settings), as_of=day)
