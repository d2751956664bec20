"""Devices found on a link beside the register: which of them it has already, and the sheet for the others.

Addresses are compared as numbers. A URL in the register whose host has a name stands for no address here:
names are not looked up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from exporters.tables.table import Record, Table
from exporters.terminal.words import Words
from monitor.model.estate import Estate
from probes.discovered import Discovered

TOLD = ("address", "name", "hardware", "mac", "registered", "xaddr", "remark")
ALL = (
    *(
        "endpoint",
        "address",
        "foreign",
        "name",
        "hardware",
        "location",
        "mac",
        "types",
        "xaddrs",
        "elsewhere",
    ),
    *("metadata_version", "recorders", "cameras"),
)
SHEET = ("camera_id", "site_id", "url")  # the columns of the cameras sheet that must be filled in
MOST_NAMED = 3  # of what the register has at one address


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the register has at one address."""

    recorders: Sequence[str] = ()  # ids
    cameras: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """What the register has at the addresses of devices."""

    by_address: Mapping[str, Known] = field(default_factory=dict)

    def at(self, device: Discovered) -> Known | None:
        """Return what the register has at a device's address; None: nothing."""
        return self.by_address.get(_plain(device.address))


def registered_at(estate: Estate, devices: Iterable[Discovered]) -> Registered:
    """Look the addresses of devices up in the register."""
    wanted = {_plain(device.address) for device in devices}
    recorders, cameras = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for recorder in estate.recorders.values():
        recorders[_address_of(recorder.url or "")].append(recorder.recorder_id)
    for camera in estate.cameras.values():
        cameras[_address_of(camera.url)].append(camera.camera_id)
    found = wanted & (recorders.keys() | cameras.keys())
    return Registered(
        {each: Known(recorders=sorted(recorders[each]), cameras=sorted(cameras[each])) for each in found}
    )


def device_table(devices: Iterable[Discovered], register: Registered | None, words: Words) -> Table:
    """List devices for people. No register: nothing is said of what it has."""
    return Table(columns=TOLD, rows=[_told(device, register, words) for device in devices])


def device_records(devices: Iterable[Discovered], register: Registered | None) -> Table:
    """List devices with every column, for programs. Lists in a cell stand between blanks."""
    return Table(columns=ALL, rows=[_record(device, register) for device in devices])


def cameras_sheet(devices: Iterable[Discovered]) -> Table:
    """Begin a sheet of cameras: an address each; what nobody but a person knows is empty."""
    return Table(columns=SHEET, rows=[{"url": f"rtsp://{_host(device.address)}/"} for device in devices])


def _told(device: Discovered, register: Registered | None, words: Words) -> Record:
    here = [each for each in device.xaddrs if each not in device.elsewhere]
    remarks = [words.text("discover.foreign")] if device.foreign else []
    if device.elsewhere:
        remarks.append(words.text("discover.elsewhere", urls=" ".join(device.elsewhere[:MOST_NAMED])))
    known = register.at(device) if register is not None else None
    return {
        "address": device.address,
        "name": device.name,
        "hardware": device.hardware,
        "mac": device.mac,
        "registered": _named(known, words) if register is not None else None,
        "xaddr": here[0] if here else None,
        "remark": "; ".join(remarks) or None,
    }


def _named(known: Known | None, words: Words) -> str:
    if known is None:
        return words.text("discover.new")
    ids = [*known.recorders, *known.cameras]
    more = len(ids) - MOST_NAMED
    return " ".join(ids[:MOST_NAMED]) + (f" +{words.count(more)}" if more > 0 else "")


def _record(device: Discovered, register: Registered | None) -> Record:
    known = register.at(device) or Known() if register is not None else None
    return {
        "endpoint": device.endpoint,
        "address": device.address,
        "foreign": device.foreign,
        "name": device.name,
        "hardware": device.hardware,
        "location": device.location,
        "mac": device.mac,
        "types": " ".join(device.types),
        "xaddrs": " ".join(device.xaddrs),
        "elsewhere": " ".join(device.elsewhere),
        "metadata_version": device.metadata_version,
        "recorders": " ".join(known.recorders) if known is not None else None,
        "cameras": " ".join(known.cameras) if known is not None else None,
    }


def _plain(address: str) -> str:
    """Write an IP address in its one form; "" for what is none."""
    with suppress(ValueError):
        return str(ip_address(address.partition("%")[0]))
    return ""


def _address_of(url: str) -> str:
    with suppress(ValueError):
        return _plain(urlsplit(url).hostname or "")
    return ""


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address
