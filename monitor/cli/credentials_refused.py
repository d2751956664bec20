"""`cctv-monitor credentials list|retry`: which passwords devices refused, and trying them anew.

A password that was refused three times in a row is withheld, so that no account is tried into a lock. Only a
person ends that: by another password, by importing the same one again, or by `retry`.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated

import typer

from exporters.tables.refused import refused_table
from exporters.tables.table import Format
from monitor.cli.answer import say
from monitor.cli.importing import author_of
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.reading import opened
from monitor.cli.regional import region_asked
from monitor.cli.telling import decline, words_of
from monitor.model.estate import Estate
from monitor.model.login import Device, Refusals, Way, way_of
from monitor.register.said import said
from monitor.run.backlog import site_of
from monitor.run.moments import day_of
from monitor.settings import Settings
from monitor.store.error import StoreError
from monitor.store.journal import Source

COMMAND = "credentials retry"

RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="Only devices of this region.")
]


def list_(
    *,
    region: RegionOption = None,
    format_: Annotated[Format, typer.Option("--format", help="How the list is written.")] = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List devices that refused their password: how often in a row, and since when it is withheld."""
    settings, now = settings_for(config, database), datetime.now(UTC)
    try:
        estate, refusals = asyncio.run(_read(settings, now))
    except StoreError as error:
        refuse(str(error))
    found = region_asked(settings, region, estate.regions)
    table = refused_table(
        estate,
        refusals,
        most=settings.polls.most_bad_log_ins,
        region=found.region if found is not None else None,
    )
    say(table, format_, words_of(settings), as_of=day_of(None, settings.zone_info, now))


def retry(
    idents: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="Cameras and recorders of the register.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every device that refused its password.")] = False,
    region: RegionOption = None,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Let passwords that were refused be tried anew. Exit 0 done, or there is nothing to do; 2 wrong use.

    A running monitor does so within a minute. Whoever says it twice changes nothing more.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    if every == bool(idents) or (region is not None and not every):
        decline(settings, said("name devices by their ids, or all with --all, which --region narrows"))
    try:
        again = asyncio.run(_retry(settings, idents or (), region, now))
    except StoreError as error:
        refuse(str(error))
    done = (
        said(
            "devices whose password is tried anew: {count}; a running monitor does so soon", count=len(again)
        )
        if again
        else said("none of them refused its password; nothing is changed")
    )
    typer.echo(words_of(settings).say(done))


async def _read(settings: Settings, now: datetime) -> tuple[Estate, Mapping[str, Refusals]]:
    async with opened(settings) as store:
        return await store.load_estate(now), await store.refusals()


async def _retry(
    settings: Settings, idents: Sequence[str], region: str | None, now: datetime
) -> Sequence[Device]:
    async with opened(settings) as store:
        estate = await store.load_estate(now)
        if idents:
            devices = _named(settings, estate, idents)
        else:
            found = region_asked(settings, region, estate.regions)
            code = found.region if found is not None else None
            devices = _of_region(estate, await store.refusals(), code)
        told = "\n".join(f"{kind} {ident}" for kind, ident in sorted(devices))
        source = Source(file=COMMAND, sha256=hashlib.sha256(told.encode()).hexdigest(), rows=0, refused=0)
        return await store.retry_logins(devices, now, author=author_of(COMMAND, now), source=source)


def _named(settings: Settings, estate: Estate, idents: Iterable[str]) -> set[Device]:
    """Return the devices of these ids; ends the program with code 2 for one that the register has not."""
    known: dict[str, Mapping[str, object]] = {"camera": estate.cameras, "recorder": estate.recorders}
    devices: set[Device] = set()
    for ident in idents:
        found = {(kind, ident) for kind, entries in known.items() if ident in entries}
        if not found:
            near = tuple(get_close_matches(ident, [*estate.cameras, *estate.recorders], n=3))
            decline(
                settings,
                said("no camera and no recorder is called {id}; nearest: {near}", id=repr(ident), near=near)
                if near
                else said("no camera and no recorder is called {id}", id=repr(ident)),
            )
        devices |= found
    return devices


def _of_region(estate: Estate, refusals: Iterable[str], region: str | None) -> set[Device]:
    devices: set[Device] = set()
    for account in refusals:
        site_id = site_of(account, estate)
        if site_id is not None and region in {None, estate.region_of(site_id)}:
            way, ident = way_of(account)
            devices.add(("recorder" if way is Way.RECORDER else "camera", ident))
    return devices
