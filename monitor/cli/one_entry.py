"""One entry of the register from the command line, by the same way as a sheet with one row."""

import asyncio
import csv
import hashlib
import io
from collections.abc import Mapping
from datetime import datetime

from exporters.terminal.words import Words
from monitor.cli.importing import Given, Outcome, Wish, import_files
from monitor.cli.place import refuse
from monitor.cli.progress import Progress
from monitor.cli.telling import decline
from monitor.model.allowances import Subject
from monitor.register.kinds import Kind
from monitor.register.said import said
from monitor.register.sheets import read_sheet
from monitor.settings import Settings
from monitor.store.error import StoreError


def add_entry(
    settings: Settings,
    kind: Kind,
    cells: Mapping[str, str],
    *,
    command: str,
    now: datetime,
    longest_exclusion: int | None = None,
) -> Outcome:
    """Write one entry. Ends the program with code 2 when the store refuses; what is bad is in the outcome."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows((cells.keys(), cells.values()))
    data = out.getvalue().encode()
    sheet = read_sheet(f"{kind.value} of the command line", data)
    sheet.typed = True
    given = Given(file=command, sha256=hashlib.sha256(data).hexdigest(), sheets=[sheet])
    with Progress() as progress:
        try:
            return asyncio.run(
                import_files(
                    settings,
                    [given],
                    progress,
                    Wish(command=command),
                    now,
                    longest_exclusion=longest_exclusion,
                )
            )
        except StoreError as error:
            refuse(str(error))


def refusals(outcome: Outcome, options: Mapping[str, str], words: Words) -> list[str]:
    """Say what is wrong with the entry, by the option that it came from; `options` are named by column."""
    return [
        f"--{options.get(each.column, each.column)}: {words.say(each.text)}"
        if each.column
        else words.say(each.text)
        for each in outcome.plan.bad
    ]


def options_of(subject: Subject) -> dict[str, str]:
    """Name the options behind the columns that are not called like theirs."""
    period = {"starts_on": "starts", "starts_at": "starts", "ends_on": "ends", "ends_at": "ends"}
    return {**period, "subject_id": subject.value, "maintenance_id": "id"}


def subject_of(settings: Settings, **given: str | None) -> tuple[Subject, str]:
    """Return the one thing that an option names; ends the program with code 2 unless it is exactly one."""
    named = [(Subject(name), ident) for name, ident in given.items() if ident is not None]
    if len(named) != 1:
        options = tuple(f"--{name}" for name in given)
        decline(settings, said("say of what it is: exactly one of {options}", options=options))
    return named[0]
