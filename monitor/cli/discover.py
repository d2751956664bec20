"""`cctv-monitor discover`: the devices on an interface of this machine, beside the register.

It asks the link by WS-Discovery and lists who answers. No device is dialled, and nothing is stored.
"""

import asyncio
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from exporters.locale.texts import translations
from exporters.tables.discovered import (
    Registered,
    cameras_sheet,
    device_records,
    device_table,
    registered_at,
)
from exporters.tables.table import Format, Table
from exporters.terminal.words import Words
from monitor.cli.answer import say
from monitor.cli.place import ConfigOption, DatabaseOption, refuse, settings_for
from monitor.cli.progress import Progress
from monitor.cli.reading import read_estate
from monitor.run.moments import day_of
from monitor.settings import Settings
from monitor.store.error import StoreError
from probes.discovered import Discovered, Discovery
from probes.discovery import discover
from probes.interface import Interface, UnknownInterface, find_interface
from probes.multicast import NoAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one search found, and what the register has of it."""

    interface: Interface
    seconds: float
    discovery: Discovery
    register: Registered | None  # None: there is none to compare with,
    missing: str = ""  # and why

    @property
    def new(self) -> list[Discovered]:
        """The devices whose address is not in the register."""
        register = self.register or Registered()
        return [device for device in self.discovery.devices if register.at(device) is None]


def command(
    *,
    interface: Annotated[str, typer.Option(metavar="I", help="Ask from this interface alone, as eth0.")],
    seconds: Annotated[float, typer.Option(min=0.5, max=120, help="How long to listen for answers.")] = 4.0,
    form: Annotated[
        Format,
        typer.Option("--format", help="CSV: those not in the register, as a sheet of cameras to fill in."),
    ] = Format.TABLE,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """List the cameras and recorders on an interface that answer ONVIF's discovery; none is dialled.

    Exit 0 with an answer, also when nobody answers; 2 wrong use.
    """
    settings, now = settings_for(config, database), datetime.now(UTC)
    words = Words(translations(settings.locale), settings.zone_info)
    link = _interface(interface, words)
    with Progress() as progress:
        progress.now(f"listening at {interface}")
        discovery = _search(link, seconds, words)
        progress.now("reading the register")
        register, missing = _register(settings, discovery, now)
    found = Found(interface=link, seconds=seconds, discovery=discovery, register=register, missing=missing)
    _tell(found, form, words, settings, now)


def _interface(name: str, words: Words) -> Interface:
    try:
        return find_interface(name)
    except UnknownInterface as error:
        refuse(words.text("discover.unknown", interface=repr(name), known=", ".join(error.known)))


def _search(link: Interface, seconds: float, words: Words) -> Discovery:
    try:
        return asyncio.run(discover(link, seconds=seconds, jitter=random.random()))
    except NoAddress:
        refuse(words.text("discover.no_address", interface=link.name))
    except OSError as error:
        refuse(words.text("discover.not_sent", interface=link.name, why=error.strerror or str(error)))


def _register(settings: Settings, discovery: Discovery, now: datetime) -> tuple[Registered | None, str]:
    """Read what the register has at the addresses found; without one, say why there is none."""
    try:
        estate = asyncio.run(read_estate(settings, None, now))
    except StoreError as error:
        return None, str(error)
    return registered_at(estate, discovery.devices), ""


def _tell(found: Found, form: Format, words: Words, settings: Settings, now: datetime) -> None:
    """Write the answer to stdout; beside a sheet or JSON, what is to be known of it goes to stderr."""
    devices, as_of = found.discovery.devices, day_of(None, settings.zone_info, now)
    aside = form is not Format.TABLE
    for line in _head(found, words):
        typer.echo(line, err=aside)
    if form is Format.JSON:
        more = {"interface": found.interface.name, "unit": "devices", "compared": found.register is not None}
        counts = {"unread": found.discovery.unread, "left": found.discovery.left}
        say(device_records(devices, found.register), form, words, as_of=as_of, **more, **counts)
    elif form is Format.CSV:
        say(cameras_sheet(found.new), form, words, as_of=as_of)
    elif devices:
        say(_filled(device_table(devices, found.register, words)), form, words, as_of=as_of)
    for line in _next(found, form, words):
        typer.echo(line, err=aside)


def _filled(table: Table) -> Table:
    """Leave out the columns in which no device has anything."""
    filled = [key for key in table.columns if any(row[key] is not None for row in table.rows)]
    return Table(columns=filled, rows=table.rows)


def _head(found: Found, words: Words) -> list[str]:
    link, discovery = found.interface, found.discovery
    where = f"{link.name} ({', '.join(map(str, link.addresses))})"
    counted = {"devices": words.count(len(discovery.devices)), "new": words.count(len(found.new))}
    lines = [words.text("discover.found", where=where, **counted)]
    if found.register is None:
        lines = [
            words.text("discover.found_alone", where=where, devices=counted["devices"]),
            words.text("discover.no_register", why=found.missing),
        ]
    if discovery.unread:
        lines.append(words.text("discover.unread", count=words.count(discovery.unread)))
    if discovery.left:
        lines.append(words.text("discover.left", count=words.count(discovery.left)))
    return lines


def _next(found: Found, form: Format, words: Words) -> list[str]:
    """Say what to do now; a program knows."""
    if form is Format.JSON:
        return []
    if not found.discovery.devices:
        return [
            words.text(f"discover.{key}") for key in ("none", "check_link", "check_onvif", "check_switch")
        ]
    if not found.new:
        return [words.text("discover.all_known")]
    if form is Format.CSV:
        return [words.text("discover.fill_in")]
    return [words.text("discover.next", interface=found.interface.name), words.text("discover.fill_in")]
