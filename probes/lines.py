"""Plain TCP connections of all checks that run on one loop: one epoll and one buffer for all.

The loop watches the epoll alone, so it has next to nothing to do for a connection. What is written while
events are handled leaves in one go behind them, and so do connects and closes: the code of the system is
fetched once for all.
"""

import asyncio
import select
import socket

from probes.alarms import Alarms
from probes.line import Line, User

AT_ONCE = 256  # events per turn of the loop, so that the loop's other work gets its turns
READ_BYTES = 65536  # per event, so that one flood does not stop the other checks


class Lines:
    """The lines of one loop, and the alarms of who has them. Holds on to nothing a second after the last."""

    __slots__ = ("_epoll", "_lines", "_loop", "_new", "_old", "_turn_is_near", "alarms", "buffer", "unsent")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll: select.epoll | None = None
        self._lines: dict[int, Line] = {}
        self._new: list[Line] = []  # to be connected
        self._old: list[socket.SocketType] = []  # to be closed
        self._turn_is_near = False
        self.unsent: list[Line] | None = None  # while events are handled: lines with something to send
        self.alarms = Alarms(loop, self._rest)
        self.buffer = memoryview(bytearray(READ_BYTES))

    def serves(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Say whether these are the lines of that loop."""
        return self._loop is loop

    def open(self, user: User, ip: str, port: int) -> Line:
        """Connect soon; the user hears what comes of it."""
        line = Line(self, user, ip, port)
        self._new.append(line)
        self._have_turn()
        return line

    def release(self, number: int, opened: socket.SocketType) -> None:
        """Close a socket soon; nothing that happens to it is of interest any more."""
        del self._lines[number]
        self._old.append(opened)
        self._have_turn()

    def _have_turn(self) -> None:
        if not self._turn_is_near:
            self._turn_is_near = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Close and connect in one go what was asked for since the last turn."""
        self._turn_is_near = False
        old, self._old = self._old, []
        new, self._new = self._new, []
        for opened in old:
            opened.close()
        for line in new:
            line.dial()
        if self.alarms.idle:
            self._rest()

    def take(self, number: int, line: Line) -> None:
        """Tell a line what happens to its socket, from being connected on."""
        self._lines[number] = line
        if self._epoll is None:
            self._epoll = select.epoll()
            self._loop.add_reader(self._epoll.fileno(), self._handle)
        self._epoll.register(number, select.EPOLLOUT)

    def watch(self, number: int, events: int) -> None:
        """Wait for these events of a socket."""
        if self._epoll is not None:
            self._epoll.modify(number, events)

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
