"""Devices that answer WS-Discovery on one interface: good ones, odd ones and hostile ones.

Each device answers from its own address, which the interface must have. Nothing but answers is ever sent.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape  # writes only

from probes.wire.error import WireError
from probes.wire.ws_discovery import DeviceType, uuid_of
from probes.wire.xml import parse_xml

GROUP, PORT = "239.255.255.250", 3702
FLOOD = 5_000  # answers to one question
MANY = 500  # matches in one answer
IP_RECVTTL = 12  # linux/in.h

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>{before}'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" '
    'xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
    "<s:Header><a:RelatesTo>{relates_to}</a:RelatesTo><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/"
    "ProbeMatches</a:Action></s:Header><s:Body><d:ProbeMatches>{matches}</d:ProbeMatches></s:Body></s:Envelope>"
)
_MATCH = (
    "<d:ProbeMatch><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>"
    "<d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>{scopes}</d:Scopes>"
    "<d:XAddrs>{xaddrs}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>"
)


class Manner(StrEnum):
    """How a device answers."""

    GOOD = "good"
    SILENT = "silent"
    GARBAGE = "garbage"  # no XML
    BOMB = "bomb"  # entities that grow
    STRANGER = "stranger"  # to a question that nobody asked
    CROWD = "crowd"  # more devices in one answer than there can be
    FLOOD = "flood"  # an answer after the other, each of a new device


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One device at one address of the interface."""

    address: str
    uuid: str
    scopes: str = ""
    xaddrs: str | None = None  # None: at its own address
    manner: Manner = Manner.GOOD
    answers_to: frozenset[DeviceType] = frozenset(DeviceType)

    def answers(self, relates_to: str) -> Iterable[bytes]:
        """Give the datagrams that go back to whoever asked."""
        return _MANNERS[self.manner](self, relates_to)


def _good(device: Device, relates_to: str, *, before: str = "", copies: int = 1, first: int = 0) -> bytes:
    matches = "".join(
        _MATCH.format(
            endpoint=f"urn:uuid:{device.uuid}" if not first + each else f"urn:made-up:{first + each}",
            scopes=escape(device.scopes),
            xaddrs=escape(device.xaddrs or f"http://{device.address}/onvif/device_service"),
        )
        for each in range(copies)
    )
    return _ENVELOPE.format(before=before, relates_to=relates_to, matches=matches).encode()


_BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_MANNERS: dict[Manner, Callable[[Device, str], Iterable[bytes]]] = {
    Manner.GOOD: lambda device, to: [_good(device, to)],
    Manner.SILENT: lambda _, __: [],
    Manner.GARBAGE: lambda _, __: [b"", b"\xff\x00<", b"<" * 60_000],
    Manner.BOMB: lambda device, to: [_good(device, to, before=_BOMB)],
    Manner.STRANGER: lambda device, _: [_good(device, "uuid:00000000-0000-4000-8000-000000000000")],
    Manner.CROWD: lambda device, to: [_good(device, to, copies=MANY)],
    Manner.FLOOD: lambda device, to: (_good(device, to, first=each) for each in range(FLOOD)),
}


class Responder:
    """Plays devices on an interface while it is entered."""

    def __init__(self, interface: str, devices: Iterable[Device]) -> None:
        self._interface = interface
        self._devices = list(devices)
        self._seen: set[tuple[str, str]] = set()
        self._own: list[socket.socket] = []
        self._open = ExitStack()
        self.asked: list[DeviceType] = []  # every Probe that came, repetitions too
        self.ttls: set[int] = set()  # that those came with

    async def __aenter__(self) -> Self:
        """Listen to the group; OSError when an address is not the interface's."""
        with ExitStack() as opened:
            for device in self._devices:
                own = opened.enter_context(socket.socket(_family(device.address), socket.SOCK_DGRAM))
                own.setblocking(False)
                own.bind((device.address, 0))
                self._own.append(own)
            group = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            _join(group, self._interface)
            loop = asyncio.get_running_loop()
            loop.add_reader(group, self._read, group)
            opened.callback(loop.remove_reader, group)
            self._open = opened.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the group."""
        self._open.close()

    def _read(self, group: socket.socket) -> None:
        with suppress(BlockingIOError):
            data, ancillary, _, source = group.recvmsg(65_535, socket.CMSG_SPACE(4))
            with suppress(WireError):
                root = parse_xml(data)
                wanted = root.text_of("Body", "Probe", "Types").rpartition(":")[2]
                self.ttls |= {struct.unpack("=i", value)[0] for _, __, value in ancillary}
                self._answer(uuid_of(root.text_of("Header", "MessageID")), DeviceType(wanted), source)

    def _answer(self, uuid: str, wanted: DeviceType, source: tuple[str, int]) -> None:
        self.asked.append(wanted)
        for device, own in zip(self._devices, self._own, strict=True):
            if wanted not in device.answers_to or (device.address, uuid) in self._seen:
                continue  # a question that is repeated is answered once
            self._seen.add((device.address, uuid))
            for answer in device.answers(f"urn:uuid:{uuid}"):
                with suppress(OSError):  # the buffer is full
                    own.sendto(answer, source)


def _join(group: socket.socket, interface: str) -> None:
    group.setblocking(False)
    group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    group.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
    member = struct.pack("=4s4si", socket.inet_aton(GROUP), b"\0\0\0\0", socket.if_nametoindex(interface))
    group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    group.bind((GROUP, PORT))


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
