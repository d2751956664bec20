"""`cctv-monitor register …`: sheets into the register and out of it, and what it said when.

Answers are on stdout, progress and everything else on stderr.
"""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.import_report import to_json, told
from monitor.cli.importing import Given, Wish, import_files
from monitor.cli.limits import longest_exclusion
from monitor.cli.moments import day_argument
from monitor.cli.place import ConfigOption, DatabaseOption, read_file, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.register_export import export
from monitor.cli.register_past import diff, journal
from monitor.cli.register_show import show
from monitor.cli.rules import usable_rules
from monitor.cli.telling import decline, words_of
from monitor.register.said import said
from monitor.run.moments import day_of
from monitor.store.error import StoreError

MOST_BYTES = 256 * 2**20  # a sheet of half a million cameras is a fifth of it

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def register() -> None:
    """Import, export and look up who must be connected, by what, under which contract."""


app.command()(export)
app.command()(show)
app.command()(diff)
app.command()(journal)


@app.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="CSV sheets and XLSX workbooks, in any order.")
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    complete: Annotated[
        str | None,
        typer.Option(
            metavar="SCOPE",
            help="The sheets are the whole of a region, or of everything (all): what they lack there ends.",
        ),
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="With --complete: even when more than 5 % of a kind would end.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Import the good rows and leave out the bad ones.")
    ] = False,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", metavar="DAY", parser=day_argument, help="The change holds from that local day on."
        ),
    ] = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")] = False,
) -> None:
    """Import sheets, all or nothing. Exit 0 done, 1 something in them is bad, 2 wrong use.

    A sheet's columns say what it is; docs/register.md lists them. Importing the same again changes nothing,
    and what a sheet does not mention stays, unless --complete is given.
    """
    settings = settings_for(config, database)
    if partial and complete is not None:
        decline(
            settings,
            said("--partial and --complete do not go together: a row that is left out would end"),
        )
    if confirm and complete is None:
        decline(settings, said("--confirm goes with --complete: without that nothing ends"))
    wish = Wish(
        command=_noted(complete, partial=partial),
        dry_run=dry_run,
        complete=complete,
        confirm=confirm,
        partial=partial,
        day=as_of,
    )
    now = datetime.now(UTC)
    rules = usable_rules(settings)
    longest = longest_exclusion(rules, day_of(as_of, settings.zone_info, now))
    with Progress() as progress:
        given = [Given.of(str(file), read_file(file, MOST_BYTES), progress) for file in files]
        try:
            outcome = asyncio.run(
                import_files(settings, given, progress, wish, now, longest_exclusion=longest, rules=rules)
            )
        except StoreError as error:
            refuse(str(error))
    words = words_of(settings)
    if as_json:
        typer.echo(json.dumps(to_json(outcome, words), ensure_ascii=False))
    else:
        typer.echo("\n".join(told(outcome, words)))
    if outcome.plan.bad or outcome.unconfirmed:
        raise typer.Exit(1)


def _noted(complete: str | None, *, partial: bool) -> str:
    """Give the command as it is noted in the journal."""
    scope = f" --complete {complete}" if complete is not None else ""
    return f"register import{scope}{' --partial' if partial else ''}"
