"""The sockets of WS-Discovery on one interface: those that ask, and the one that hears announcements.

Nothing that is sent here leaves the link (TTL 1), and nothing is sent from another interface.
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface

from probes.interface import Interface

PORT = 3702  # of both groups (WS-Discovery, April 2005, §2.4)
GROUP4 = "239.255.255.250"
GROUP6 = "ff02::c"
MAX_ADDRESSES = 8  # of an interface from which is asked
RECEIVE_BUFFER = 1 << 20  # bytes: a hundred devices answer within half a second
IP_MULTICAST_ALL = 49  # linux/in.h; 0: only groups that this very socket joined

_MREQN = struct.Struct("=4s4si")  # ip_mreqn: group, own address, interface index


class NoAddress(OSError):
    """The interface has no address, so nobody could answer."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A socket that asks, and where to."""

    socket: socket.socket
    group: tuple[str, int] | tuple[str, int, int, int]

    def send(self, message: bytes) -> None:
        """Ask the link. Raises OSError when the interface is down."""
        self.socket.sendto(message, self.group)


def open_callers(interface: Interface) -> list[Caller]:
    """Open a socket for each IPv4 address of the interface; without one, for its IPv6 link-local address.

    A device answers to the address that asked, so a second address in the subnet of factory settings
    (192.168.1.0/24) is asked from as well. Raises NoAddress, and OSError when the kernel refuses.
    """
    own = [each for each in interface.addresses if isinstance(each, IPv4Interface)][:MAX_ADDRESSES]
    callers: list[Caller] = []
    try:
        callers.extend(_caller4(interface, address) for address in own)
        if not own:
            callers.append(_caller6(interface))
    except OSError:
        close(each.socket for each in callers)
        raise
    return callers


def open_listener(interface: Interface) -> socket.socket | None:
    """Listen to what devices tell of themselves when they come up (Hello); None where that is not to be had.

    The port is shared with whoever else listens on this machine. Only over IPv4.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        _prepare(opened, interface)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, _member(interface))
        opened.bind((GROUP4, PORT))
    except OSError:  # the port is another's alone; the answers to our questions come all the same
        opened.close()
        return None
    return opened


def close(sockets: Iterable[socket.socket]) -> None:
    """Give the sockets back."""
    for each in sockets:
        each.close()


def _caller4(interface: Interface, address: IPv4Interface) -> Caller:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        _prepare(opened, interface)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _member(interface))
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        opened.bind((str(address.ip), 0))
    except OSError:
        opened.close()
        raise
    return Caller(opened, (GROUP4, PORT))


def _caller6(interface: Interface) -> Caller:
    own = next((str(each.ip) for each in interface.addresses if each.ip.is_link_local), None)
    if own is None:
        raise NoAddress(f"{interface.name} has no address")
    opened = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    try:
        _prepare(opened, interface)
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, interface.index)
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 1)
        opened.bind((own, 0, 0, interface.index))
    except OSError:
        opened.close()
        raise
    return Caller(opened, (GROUP6, PORT, 0, interface.index))


def _prepare(opened: socket.socket, interface: Interface) -> None:
    opened.setblocking(False)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    with suppress(PermissionError):  # needs rights before Linux 5.7; then any interface may bring answers
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.name.encode())


def _member(interface: Interface) -> bytes:
    return _MREQN.pack(socket.inet_aton(GROUP4), b"\0\0\0\0", interface.index)
