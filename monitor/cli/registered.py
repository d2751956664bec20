"""The register as commands look at it: as of a day or a revision, taken apart by kind and key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

import typer

from monitor.cli.moments import day_argument
from monitor.cli.reading import opened
from monitor.cli.telling import decline
from monitor.register.entries import Entries, entries_of
from monitor.register.kinds import Kind
from monitor.register.said import Said, said
from monitor.run.moments import moment_of
from monitor.run.picture import register_of
from monitor.settings import Settings
from monitor.store.journal import JournalEntry
from monitor.store.store import Store

REVISION = re.compile(r"r(\d{1,9})")
ALL_IMPORTS = 1_000_000  # more than anybody makes


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Registered:
    """The register at a moment. Without a repr: asyncio makes one of what a main task returns."""

    entries: Mapping[Kind, Entries]
    revision: int
    span: tuple[datetime, datetime] | None  # of its changes; None: there was none


async def registered(settings: Settings, day: date | None, now: datetime) -> Registered:
    """Return the register at the end of a local day, or now. Raises StoreError.

    Ends the program with code 2 when the register knows nothing of that day.
    """
    async with opened(settings) as store:
        span = await store.register_span()
        moment = moment_of(day, settings.zone_info, now)
        if day is not None and (span is None or moment < span[0]):
            decline(settings, _unknown(day, span[0].astimezone(settings.zone_info) if span else None))
        estate = await register_of(store, moment, now)
        return Registered(entries=entries_of(estate), revision=estate.revision, span=span)


def _unknown(day: date, began: datetime | None) -> Said:
    if began is None:
        return said("--as-of: the register knows nothing of {day}", day=day)
    return said(
        "--as-of: the register knows nothing of {day}; it begins on {began}", day=day, began=began.date()
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A point in the register's time: the end of a local day, or what a revision left; else now."""

    day: date | None = None
    revision: int | None = None


def point_argument(text: str) -> Point:
    """Read a point of the command line: a day, or a revision as r3."""
    found = REVISION.fullmatch(text)
    return Point(revision=int(found[1])) if found is not None else Point(day=day_argument(text))


async def registered_at(
    store: Store, settings: Settings, point: Point, now: datetime
) -> Mapping[Kind, Entries]:
    """Return the register at a point. Ends the program with code 2 when no import made the revision."""
    moment = moment_of(point.day, settings.zone_info, now)
    if point.revision is not None:
        moment = _moment_of(settings, point.revision, await store.journal(ALL_IMPORTS))
    return entries_of(await register_of(store, moment, now))


def _moment_of(settings: Settings, revision: int, journal: list[JournalEntry]) -> datetime:
    known = {entry.revision: entry.holds_from for entry in journal if entry.holds_from is not None}
    if revision not in known:
        near = min(known, key=lambda each: abs(each - revision), default=None)
        hint = said("nothing was imported")
        if near is not None:
            hint = said("the nearest is r{near}; `register journal` lists them", near=str(near))
        decline(
            settings,
            said("no import made the revision r{revision}; {hint}", revision=str(revision), hint=hint),
        )
    return known[revision]


def kind_argument(text: str) -> Kind:
    """Read the name of a kind of sheet."""
    if text in set(Kind):
        return Kind(text)
    near = get_close_matches(text.lower(), list(Kind), n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(Kind)}"
    raise typer.BadParameter(f"{text!r} is no kind of the register; {hint}")
