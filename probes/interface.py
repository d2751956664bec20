"""One network interface of this machine: its index, and the addresses that it has, as the kernel tells them.

The standard library names interfaces and no addresses; they are asked for by rtnetlink (RFC 3549), which
needs no rights. Nothing leaves the machine.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface, ip_interface

RTM_NEWADDR, RTM_GETADDR = 20, 22  # linux/rtnetlink.h
NLM_F_DUMP = 0x301  # a request for all there is
NLMSG_ERROR, NLMSG_DONE = 2, 3
IFA_ADDRESS, IFA_LOCAL = 1, 2  # linux/if_addr.h; on a point-to-point line ADDRESS is the other end
MAX_ANSWER = 65536  # bytes of one part of the kernel's answer

_HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
_ADDRESS = struct.Struct("=BBBBI")  # ifaddrmsg: family, prefix length, flags, scope, interface index
_ATTRIBUTE = struct.Struct("=HH")  # rtattr: length, type

Address = IPv4Interface | IPv6Interface


class UnknownInterface(LookupError):
    """This machine has no interface of that name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no interface {name!r}; there are: {', '.join(known)}")
        self.known = known


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """An interface at a moment. Each address carries the subnet that it is in."""

    name: str
    index: int
    addresses: tuple[Address, ...] = ()

    def is_near(self, address: str) -> bool:
        """Tell whether an IP address is in one of the interface's own subnets."""
        found = ip_interface(address.partition("%")[0]).ip
        return any(found in each.network for each in self.addresses if each.version == found.version)


def find_interface(name: str) -> Interface:
    """Look an interface up by its name. Raises UnknownInterface, and OSError when the kernel refuses."""
    known = {each: index for index, each in socket.if_nameindex()}
    if name not in known:
        raise UnknownInterface(name, tuple(known))
    index = known[name]
    addresses = tuple(address for of, address in _addresses() if of == index)
    return Interface(name=name, index=index, addresses=addresses)


def _addresses() -> Iterator[tuple[int, Address]]:
    """Give every address of the machine with the index of its interface."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        request = _ADDRESS.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
        size = _HEADER.size + len(request)
        kernel.send(_HEADER.pack(size, RTM_GETADDR, NLM_F_DUMP, 1, 0) + request)
        while True:
            for kind, body in _messages(kernel.recv(MAX_ANSWER)):
                if kind == NLMSG_DONE:
                    return
                if kind == NLMSG_ERROR:
                    raise OSError(-struct.unpack_from("=i", body)[0], "the kernel tells no addresses")
                if kind == RTM_NEWADDR and (found := _address(body)) is not None:
                    yield found


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEADER.size <= len(data):
        size, kind, *_ = _HEADER.unpack_from(data, at)
        yield kind, data[at + _HEADER.size : at + size]
        at += max(_HEADER.size, size + 3 & ~3)  # messages are aligned to four bytes


def _address(body: bytes) -> tuple[int, Address] | None:
    _, prefix, _, _, index = _ADDRESS.unpack_from(body)
    found: dict[int, bytes] = {}
    at = _ADDRESS.size
    while at + _ATTRIBUTE.size <= len(body):
        size, kind = _ATTRIBUTE.unpack_from(body, at)
        found[kind] = body[at + _ATTRIBUTE.size : at + size]
        at += max(_ATTRIBUTE.size, size + 3 & ~3)
    own = found.get(IFA_LOCAL) or found.get(IFA_ADDRESS)
    return (index, ip_interface((own, prefix))) if own is not None else None
