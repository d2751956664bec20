"""An import of the register from the files' bytes to the outcome: read, compare, write, note."""

import getpass
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from monitor.cli.place import has_none, shown_url
from monitor.cli.progress import Progress
from monitor.cli.reading import opened
from monitor.cli.telling import decline, words_of
from monitor.law.rules import Rules
from monitor.model.estate import Estate
from monitor.register.change import Plan, plan
from monitor.register.difference import Difference, differences_in
from monitor.register.said import said
from monitor.register.scope import Scope, ScopeError, scope_named
from monitor.register.sheet import Sheet
from monitor.register.sheets import read_sheets
from monitor.run.moments import beginning_of, day_of
from monitor.settings import Settings
from monitor.store.error import StoreChangedError
from monitor.store.journal import Author, Source
from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the person who imports said beside the files."""

    command: str
    dry_run: bool = False
    complete: str | None = None  # of what the sheets are the whole
    confirm: bool = False
    partial: bool = False
    day: date | None = None  # from which local day the change holds; None: from now


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file as it was read."""

    file: str
    sha256: str
    sheets: Sequence[Sheet]

    @classmethod
    def of(cls, file: str, data: bytes, progress: Progress) -> "Given":
        """Read a file's sheets."""
        progress.now(f"reading {file}")
        sheets = read_sheets(file, data, progress=progress.at)
        return cls(file=file, sha256=hashlib.sha256(data).hexdigest(), sheets=sheets)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Outcome:
    """What an import found and did. Without a repr: asyncio makes one of what a main task returns."""

    files: Sequence[Given]
    plan: Plan
    scope: Scope | None
    revision: int  # that holds now
    wish: Wish
    database: str
    differences: Sequence[Difference] = ()  # entry by entry; of a dry run

    @property
    def sheets(self) -> list[Sheet]:
        """All sheets of all files."""
        return [sheet for file in self.files for sheet in file.sheets]

    @property
    def unconfirmed(self) -> bool:
        """Whether so much would end that it wants a second word, and none was given."""
        return not self.wish.confirm and any(ending.many for ending in self.plan.endings)

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return self.unconfirmed or bool(self.plan.bad and not self.wish.partial)

    @property
    def imported(self) -> bool:
        """Whether anything was written."""
        return not (self.wish.dry_run or self.refused or self.plan.change.empty)


async def import_files(
    settings: Settings,
    files: Sequence[Given],
    progress: Progress,
    wish: Wish,
    now: datetime,
    *,
    longest_exclusion: int | None,
    rules: Rules | None = None,
) -> Outcome:
    """Compare files with the register and write the difference as wished. Raises StoreError.

    `rules`: the packs, by which contracts are looked at.
    """
    sheets = [sheet for file in files for sheet in file.sheets]

    def compare(before: Estate) -> Outcome:
        scope = _scope(settings, wish.complete, before)
        progress.now("comparing")
        made = plan(
            before,
            sheets,
            complete=scope,
            partial=wish.partial,
            longest_exclusion=longest_exclusion,
            day=day_of(wish.day, settings.zone_info, now),
            rules=rules,
        )
        database = shown_url(settings)
        return Outcome(
            files=files,
            plan=made,
            scope=scope,
            revision=before.revision,
            wish=wish,
            database=database,
            differences=tuple(differences_in(made.change, before)) if wish.dry_run else (),
        )

    progress.now("opening the database")
    if wish.dry_run and has_none(settings):
        return compare(Estate())
    async with opened(settings, create=True) as store:
        moment = await _moment(store, wish, settings, now)
        progress.now("reading the register")
        found = compare(await store.load_estate(moment))
        if found.refused or wish.dry_run:
            return found
        progress.now("writing the register, rows")
        author = author_of(wish.command, now)
        revision = await store.apply_register(
            found.plan.change, moment, progress=progress.at, author=author, sources=_sources(found)
        )
        return replace(found, revision=revision)


def author_of(command: str, now: datetime) -> Author:
    """Name who runs this command, for the journal."""
    return Author(who=user_name(), command=command, recorded_at=now)


async def _moment(store: Store, wish: Wish, settings: Settings, now: datetime) -> datetime:
    """Say from when the change holds: the register is never changed before its last change."""
    if wish.day is None:
        return now
    moment = beginning_of(wish.day, settings.zone_info)
    if moment > now:
        decline(
            settings, said("--as-of: {day} is still to come; import the change on that day", day=wish.day)
        )
    span = await store.register_span()
    if span is not None and moment < span[1]:
        late = said(
            "the register was changed on {last}; a change cannot be dated to {day}, before that",
            last=span[1],
            day=wish.day,
        )
        raise StoreChangedError(words_of(settings).say(late))
    return moment


def _sources(found: Outcome) -> list[Source]:
    refused = {(bad.file, bad.sheet, bad.line) for bad in found.plan.bad}
    return [
        Source(
            file=Path(given.file).name,
            sha256=given.sha256,
            rows=sum(
                (given.file, sheet.name, row.line) not in refused
                for sheet in given.sheets
                for row in sheet.rows
            ),
            refused=sum(file == given.file for file, _, _ in refused),
        )
        for given in found.files
    ]


def _scope(settings: Settings, text: str | None, before: Estate) -> Scope | None:
    try:
        return scope_named(text, before.regions.values()) if text is not None else None
    except ScopeError as error:
        decline(settings, said("--complete: {why}", why=error.why))


def user_name() -> str:
    """Name the user of the machine; in a container that may be a bare number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
