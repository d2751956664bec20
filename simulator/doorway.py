"""One address that listens, refuses or swallows connections, as a fault asks for."""

import asyncio
import socket
from collections.abc import Callable
from enum import StrEnum

BACKLOG = 64


class Door(StrEnum):
    """What becomes of a connection."""

    OPEN = "open"
    REFUSING = "refusing"  # a reset: the host is there and nothing listens
    SWALLOWING = "swallowing"  # no answer at all: the connect times out
    CLOSED = "closed"  # nothing is bound


Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


class Doorway:
    """A TCP address whose port stays its own through all its states."""

    def __init__(self, host: str, port: int, accept: Accept) -> None:
        self.host = host
        self.port = port  # 0: the first opening chooses
        self.state = Door.CLOSED
        self._accept = accept
        self._server: asyncio.Server | None = None
        self._socket: socket.socket | None = None
        self._filler: socket.socket | None = None

    async def become(self, state: Door) -> None:
        """Change to a state; OSError when the address cannot be bound."""
        if state is self.state:
            return
        await self._shut()
        self.state = state
        if state is Door.CLOSED:
            return
        bound = self._bind()
        if state is Door.OPEN:
            self._server = await asyncio.start_server(self._accept, sock=bound, backlog=BACKLOG)
            return
        self._socket = bound
        if state is Door.SWALLOWING:
            self._swallow(bound)

    def _bind(self) -> socket.socket:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self.host, self.port))
        except OSError:
            bound.close()
            raise
        self.port = bound.getsockname()[1]
        return bound

    def _swallow(self, bound: socket.socket) -> None:
        """Listen with room for one, and fill it: the kernel drops every further SYN in silence."""
        bound.listen(0)
        self._filler = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._filler.setblocking(False)
        self._filler.connect_ex((self.host, self.port))

    async def _shut(self) -> None:
        for sock in (self._filler, self._socket):
            if sock is not None:
                sock.close()
        self._filler = self._socket = None
        if self._server is not None:
            self._server.close()
            self._server = None
            await asyncio.sleep(0)
