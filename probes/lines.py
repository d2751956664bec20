"""Plain TCP connections of all checks that run on one loop: one epoll and one buffer for all.

The loop watches the epoll alone, so it has next to nothing to do for a connection. What is written while
events are handled leaves in one go behind them.
"""

import asyncio
import errno
import os
import select
import socket
from collections.abc import Callable
from typing import Protocol

from probes.alarms import Alarms

AT_ONCE = 256  # events per turn of the loop, so that the loop's other work gets its turns
READ_BYTES = 65536  # per event, so that one flood does not stop the other checks
LINGER_SECONDS = 0.5  # for a last request to leave, after which the connection is cut

_READ, _WRITE = select.EPOLLIN, select.EPOLLOUT
_UNDER_WAY = frozenset({0, errno.EINPROGRESS})
_STREAM = socket.SOCK_STREAM | socket.SOCK_NONBLOCK


def is_literal(host: str) -> bool:
    """Judge whether a host is an IP address that the system takes as it stands, without a look-up."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except OSError:
        return False
    return True


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


class Lines:
    """The lines of one loop, and the alarms of who has them. Holds on to nothing a second after the last."""

    __slots__ = ("_epoll", "_lines", "_loop", "alarms", "buffer", "unsent")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll: select.epoll | None = None
        self._lines: dict[int, Line] = {}
        self.unsent: list[Line] | None = None  # while events are handled: lines with something to send
        self.alarms = Alarms(loop, self._rest)
        self.buffer = memoryview(bytearray(READ_BYTES))

    def serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Say whether these are the lines of that loop."""
        return self._loop is loop

    def open(self, user: User, ip: str, port: int) -> "Line":
        """Begin to connect; the user hears what comes of it. Raises OSError when that is known at once."""
        line = Line(self, user, ip, port)
        self._lines[line.number] = line
        try:
            self.watch(line, _WRITE, new=True)
        except OSError:
            line.abort()
            raise
        return line

    def watch(self, line: "Line", events: int, *, new: bool = False) -> None:
        """Wait for these events of a line."""
        if self._epoll is None:
            self._epoll = select.epoll()
            self._loop.add_reader(self._epoll.fileno(), self._handle)
        if new:
            self._epoll.register(line.number, events)
        else:
            self._epoll.modify(line.number, events)

    def forget(self, line: "Line") -> None:
        """Watch a line no longer: it is being closed."""
        del self._lines[line.number]

    def _handle(self) -> None:
        """Handle what happened; a line that is closed meanwhile hears nothing more."""
        if self._epoll is None:
            return
        lines = self._lines
        unsent: list[Line] = []
        self.unsent = unsent
        try:
            for number, events in self._epoll.poll(0, AT_ONCE):
                line = lines.get(number)
                if line is not None:
                    try:
                        line.handle(events)
                    except Exception as error:  # noqa: BLE001  # must end its own check, and no other's
                        line.break_off(error)
        finally:
            self.unsent = None
            for line in unsent:
                line.flush()

    def _rest(self) -> None:
        """Give the epoll back when there is no line."""
        if self._epoll is not None and not self._lines:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._epoll = None


class Line:
    """One TCP connection, from the first attempt on."""

    __slots__ = ("_connected", "_error", "_full", "_lines", "_socket", "_unsent", "_user", "number")

    def __init__(self, lines: Lines, user: User, ip: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        self._lines = lines
        self._user: User | None = user
        self._unsent = b""
        self._full = False  # the system takes no more for now
        self._connected = False
        self._error: OSError | None = None  # of sending; what came before it is read first
        self._socket = opened = socket.SocketType(family, _STREAM, socket.IPPROTO_TCP)
        self.number = opened.fileno()
        code = opened.connect_ex((ip, port))
        if code not in _UNDER_WAY:
            opened.close()
            raise OSError(code, os.strerror(code))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # What epoll tells

    def handle(self, events: int) -> None:
        """Act on what epoll saw."""
        if not self._connected:
            self._end_attempt()
            return
        if events & _WRITE:
            self.flush()
        if events != _WRITE and self.number >= 0:
            self._read()

    def _end_attempt(self) -> None:
        code = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._lose(OSError(code, os.strerror(code)))
            return
        self._connected = True
        self._lines.watch(self, _READ)
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
        if not unsent or self.number < 0:
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
            self._lines.watch(self, _READ | _WRITE)

    def _all_is_sent(self) -> None:
        self._unsent = b""
        if self._full:
            self._full = False
            self._lines.watch(self, _READ)
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
        if self.number >= 0 and self._unsent:
            self._lines.alarms.set(LINGER_SECONDS, self.abort)
        else:
            self.abort()

    def abort(self) -> None:
        """Close at once. The user hears nothing more."""
        self._user = None
        if self.number >= 0:
            self._lines.forget(self)
            self.number = -1
            self._socket.close()
