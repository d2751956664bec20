"""One plain TCP connection: connect, read, write, close, all without waiting."""

import errno
import os
import select
import socket
from collections.abc import Callable
from typing import Protocol

from probes.alarms import Alarms

LINGER_SECONDS = 0.5  # for a last request to leave, after which the connection is cut

_READ, _WRITE = select.EPOLLIN, select.EPOLLOUT
_UNDER_WAY = frozenset({0, errno.EINPROGRESS})
_TCP = socket.IPPROTO_TCP
_STREAM = socket.SOCK_STREAM | socket.SOCK_NONBLOCK


def is_literal(host: str) -> bool:
    """Judge whether a host is an IP address that the system takes as it stands, without a look-up."""
    plain, _, _ = host.partition("%")  # the zone of an IPv6 address
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, plain)
    except OSError:
        return False
    return True


def _zoned(ip: str, port: int) -> tuple[str, int, int, int]:
    """Give what the system takes for an IPv6 address with a zone, for which it would not look itself."""
    plain, _, zone = ip.partition("%")
    if zone.isdecimal():
        return plain, port, 0, int(zone)
    try:
        return plain, port, 0, socket.if_nametoindex(zone)
    except OSError as error:
        raise socket.gaierror(socket.EAI_NONAME, "no such zone") from error


class User(Protocol):
    """Who has a line. Hears nothing more once it has closed it, or has heard that it is lost."""

    received: Callable[[bytes], None]  # hears what came

    def connected(self) -> None:
        """Hear that the line is connected."""
        ...

    def lost(self, error: OSError | None) -> None:
        """Hear that the line cannot be connected, or is gone; `error` is None when the peer closed it."""
        ...

    def broken(self, error: Exception) -> None:
        """Hear what was raised while hearing something else: a mistake of ours."""
        ...


class Owner(Protocol):
    """What a line needs of all lines together."""

    alarms: Alarms
    buffer: memoryview  # to read into
    unsent: "list[Line] | None"  # while events are handled: lines with something to send

    def take(self, number: int, line: "Line") -> None:
        """Tell a line what happens to its socket, from being connected on."""
        ...

    def watch(self, number: int, events: int) -> None:
        """Wait for these events of a socket."""
        ...

    def release(self, number: int, opened: socket.SocketType) -> None:
        """Close a socket soon."""
        ...


class Line:
    """One TCP connection, from the first attempt on."""

    __slots__ = (
        "_connected",
        "_error",
        "_full",
        "_ip",
        "_lines",
        "_number",
        "_port",
        "_socket",
        "_unsent",
        "_user",
    )

    def __init__(self, lines: Owner, user: User, ip: str, port: int) -> None:
        self._lines = lines
        self._user: User | None = user
        self._ip = ip
        self._port = port
        self._socket: socket.SocketType
        self._number = -1  # of the socket, while there is one
        self._unsent = b""
        self._full = False  # the system takes no more for now
        self._connected = False
        self._error: OSError | None = None  # of sending; what came before it is read first

    def dial(self) -> None:
        """Begin to connect; nothing happens when it was closed meanwhile."""
        if self._user is None:
            return
        family = socket.AF_INET6 if ":" in self._ip else socket.AF_INET
        try:
            address = _zoned(self._ip, self._port) if "%" in self._ip else (self._ip, self._port)
            self._socket = opened = socket.SocketType(family, _STREAM, _TCP)
            self._number = opened.fileno()
            self._lines.take(self._number, self)
            opened.setsockopt(_TCP, socket.TCP_NODELAY, 1)
            code = opened.connect_ex(address)
        except OSError as error:
            self._lose(error)
        else:
            if code not in _UNDER_WAY:
                self._lose(OSError(code, os.strerror(code)))

    # What epoll tells

    def handle(self, events: int) -> None:
        """Act on what epoll saw."""
        if not self._connected:
            self._end_attempt()
            return
        if events & _WRITE:
            self.flush()
        if events != _WRITE and self._number >= 0:
            self._read()

    def _end_attempt(self) -> None:
        code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._lose(OSError(code, os.strerror(code)))
            return
        self._connected = True
        self._lines.watch(self._number, _READ)
        if self._user is not None:
            self._user.connected()

    def _read(self) -> None:
        buffer = self._lines.buffer
        try:
            size = self._socket.recv_into(buffer)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(error)
            return
        if not size:
            self._lose(self._error)
        elif self._user is not None:
            self._user.received(bytes(buffer[:size]))

    def _lose(self, error: OSError | None) -> None:
        user = self._user
        self.abort()
        if user is not None:
            user.lost(error)

    def break_off(self, error: Exception) -> None:
        """Tell the user that what it heard was too much for it."""
        if self._user is None:
            raise error
        self._user.broken(error)

    # What the user wants

    def write(self, data: bytes) -> None:
        """Send; what does not leave at once leaves later."""
        if self._unsent:
            self._unsent += data
            return
        self._unsent = data
        unsent = self._lines.unsent
        if unsent is None:
            self.flush()
        else:
            unsent.append(self)

    def flush(self) -> None:
        """Send what waits, as far as the system takes it now."""
        unsent = self._unsent
        if not unsent or self._number < 0:
            return
        try:
            sent = self._socket.send(unsent)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            self._error = error  # epoll tells of the end
            sent = len(unsent)
        if sent == len(unsent):
            self._all_is_sent()
        else:
            self._unsent = unsent[sent:]
            self._full = True
            self._lines.watch(self._number, _READ | _WRITE)

    def _all_is_sent(self) -> None:
        self._unsent = b""
        if self._full:
            self._full = False
            self._lines.watch(self._number, _READ)
        if self._user is None:
            self.abort()

    @property
    def local(self) -> str:
        """Our address."""
        return str(self._socket.getsockname()[0])

    def close(self) -> None:
        """Close when all is sent, but soon. The user hears nothing more."""
        self._user = None
        self.flush()
        if self._number >= 0 and self._unsent:
            self._lines.alarms.set(LINGER_SECONDS, self.abort)
        else:
            self.abort()

    def abort(self) -> None:
        """Close without waiting for anything. The user hears nothing more."""
        self._user = None
        if self._number >= 0:
            self._lines.release(self._number, self._socket)
            self._number = -1
