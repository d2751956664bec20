"""The devices that one search of WS-Discovery found, and how answers become them. No socket and no clock.

All of it is what devices say of themselves, within limits: a link may hold one that answers without end.
"""

from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from probes.interface import Interface
from probes.wire.error import WireError
from probes.wire.onvif_scopes import describe
from probes.wire.ws_discovery import MAX_WORDS, Match, parse_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one search takes from the link."""

    datagrams: int = 32_768  # that are read as messages
    datagrams_per_sender: int = 64  # two types, each asked twice, from several addresses, answered twice
    devices: int = 4_096
    devices_per_sender: int = 16


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """One device at one address, as it describes itself."""

    endpoint: str  # what it calls itself for life, usually "urn:uuid:…"; cheap devices may share one
    address: str  # whom the answer came from, an IP address
    foreign: bool  # that address is in none of the interface's subnets
    xaddrs: tuple[str, ...]  # URLs of its device service; not asked
    elsewhere: tuple[str, ...]  # those of them whose host is not `address`
    types: tuple[str, ...]  # "NetworkVideoTransmitter", "Device"
    name: str | None = None
    hardware: str | None = None  # the model
    location: str | None = None
    mac: str | None = None
    metadata_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What one search found."""

    devices: tuple[Discovered, ...]  # by address
    unread: int  # answers that were none, or to nobody's question
    left: int  # answers and devices beyond the limits: what is listed may not be all


class Findings:
    """Collects answers within limits. No socket and no clock."""

    def __init__(self, interface: Interface, limits: Limits = LIMITS) -> None:
        self._interface = interface
        self._limits = limits
        self._heard: Counter[str] = Counter()  # datagrams by sender
        self._held: Counter[str] = Counter()  # devices by sender
        self._found: dict[tuple[str, str], Discovered] = {}
        self._read = self._unread = self._left = 0

    def take(self, data: bytes, sender: str, asked: Collection[str]) -> None:
        """Take a datagram from an IP address; `asked` are the UUIDs of our questions."""
        limits = self._limits
        if self._read >= limits.datagrams or self._heard[sender] >= limits.datagrams_per_sender:
            self._left += 1
            return
        self._read += 1
        self._heard[sender] += 1
        try:
            answer = parse_answer(data, asked)
        except WireError:
            self._unread += 1
            return
        for match in answer.matches if answer is not None else ():
            self._add(match, sender)

    def _add(self, match: Match, sender: str) -> None:
        key = (match.endpoint, sender)
        if (known := self._found.get(key)) is not None:
            self._found[key] = replace(known, types=_united(known.types, match.types))
        elif (
            len(self._found) >= self._limits.devices or self._held[sender] >= self._limits.devices_per_sender
        ):
            self._left += 1
        else:
            self._held[sender] += 1
            self._found[key] = _discovered(match, sender, foreign=not self._interface.is_near(sender))

    def result(self) -> Discovery:
        """Give what was found until now."""
        found = sorted(self._found.values(), key=_by_address)
        return Discovery(devices=tuple(found), unread=self._unread, left=self._left)


def _discovered(match: Match, sender: str, *, foreign: bool) -> Discovered:
    said = describe(match.scopes)
    return Discovered(
        endpoint=match.endpoint,
        address=sender,
        foreign=foreign,
        xaddrs=match.xaddrs,
        elsewhere=tuple(each for each in match.xaddrs if not _is_at(each, sender)),
        types=match.types,
        name=said.name,
        hardware=said.hardware,
        location=said.location,
        mac=said.mac,
        metadata_version=match.metadata_version,
    )


def _is_at(url: str, sender: str) -> bool:
    """Tell whether a URL names the sender. A host with a name does not: names are not looked up."""
    with suppress(ValueError):
        host = ip_address((urlsplit(url).hostname or "").partition("%")[0])
        return host == ip_address(sender.partition("%")[0])
    return False


def _united(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Put types together: some devices tell only that one which they were asked for."""
    return tuple(dict.fromkeys(known + more))[:MAX_WORDS]


def _by_address(found: Discovered) -> tuple[int, int, str]:
    address = ip_address(found.address.partition("%")[0])
    return address.version, int(address), found.endpoint
