"""The way of one conversation to its camera: look up, connect, carry bytes, close.

One protocol object, one future and one alarm per check; everything else is callbacks. Only addresses
that the target's own host name resolves to are dialled.
"""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from probes.address import Address
from probes.alarms import Alarm
from probes.conversation import Conversation
from probes.datagram import DatagramPair, open_pair
from probes.failure import Stage
from probes.line import Line, is_literal
from probes.lines import Lines

MAX_ADDRESSES = 4  # of one host name are tried, one after the other
TICK_SECONDS = 1.0  # the alarm rings at least this often; a deadline is met exactly

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver, off the loop: IPv4 first, as cameras have it. Raises socket.gaierror.

    In a thread of its own, which nobody waits for: a resolver that does not answer must neither keep other
    names waiting nor the program from its end.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def tell(found: list[Any], error: OSError | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(found)
        else:
            answer.set_exception(error)

    def look_up() -> None:
        found = list[Any]()
        trouble: OSError | None = None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError:  # a name that cannot be a host's
            trouble = socket.gaierror(socket.EAI_NONAME, "not a host name")
        except OSError as error:
            trouble = error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, found, trouble)

    threading.Thread(target=look_up, daemon=True, name="resolve").start()
    found = await answer
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    return list(dict.fromkeys(str(info[4][0]) for info in found))[:MAX_ADDRESSES]


class Connection:
    """Drives one conversation over a plain line. Made anew for every check."""

    __slots__ = (
        "_alarm",
        "_begun",
        "_conversation",
        "_done",
        "_ip",
        "_ips",
        "_kept",
        "_line",
        "_lines",
        "_live",
        "_loop",
        "_pair",
        "_port",
        "received",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, lines: Lines) -> None:
        self._loop = loop
        self._lines = lines
        self._done: asyncio.Future[bool] = loop.create_future()  # True: `_hold` is to connect once more
        self._live = False  # what happens on the line is the conversation's business
        self._begun = False  # the conversation, on this connection or one before
        self._ip = ""
        self._ips: list[str] = []  # still to be dialled
        self._kept = 0.0  # seconds that are kept for them
        self._port = 0
        self._conversation: Conversation
        self.received: Callable[[bytes], None]
        self._line: Line | None = None
        self._alarm: Alarm | None = None
        self._pair: DatagramPair | None = None

    async def run(self, conversation: Conversation, address: Address, ask: Resolve) -> None:
        """Connect, and hold the conversation to its end. What came of it is in the conversation."""
        self._conversation = conversation
        self.received = conversation.received
        self._port = address.port
        try:
            if address.numeric and is_literal(address.host):
                self._ips = [address.host]
            else:
                self._ips = await self._look_up_in_time(address, ask)
            await self._hold()
        except OSError as error:
            conversation.failed(error)
        finally:
            conversation.abandon()  # cancelled: a session is not left behind
            self._release()

    async def _look_up_in_time(self, address: Address, ask: Resolve) -> list[str]:
        try:
            async with asyncio.timeout(self._conversation.seconds_left):
                return await self._look_up(address, ask)
        except TimeoutError as error:
            raise TimeoutError("the name was not resolved in time") from error

    async def _look_up(self, address: Address, ask: Resolve) -> list[str]:
        if address.numeric:  # an address as the system reads it, but not as it writes one
            return await resolve(address.host, address.port)
        conversation = self._conversation
        conversation.stage = Stage.RESOLVE
        found = await ask(address.host, address.port)
        conversation.completed(Stage.RESOLVE)
        conversation.stage = Stage.CONNECT
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
        return found

    async def _hold(self) -> None:
        """Connect, then wait for the end of the conversation."""
        self._set_alarm()
        self._dial()
        await self._done

    def _dial(self) -> None:
        """Connect to the next address; it may take its part of the time that all that are left have."""
        self._ip = self._ips.pop(0)
        left = len(self._ips)
        self._kept = self._conversation.seconds_left * left / (left + 1)
        self._line = self._lines.open(self, self._ip, self._port)

    # What the line tells

    def connected(self) -> None:
        """Begin the conversation, or go on with it on its second connection."""
        self._live = True
        if self._begun:
            self._conversation.resume()
            return
        self._begun = True
        self._conversation.completed(Stage.CONNECT)
        self._conversation.begin()

    def broken(self, error: Exception) -> None:
        """End the check, and do not leave it to the deadline; `run` raises the error."""
        if not self._done.done():
            self._done.set_exception(error)

    def lost(self, error: OSError | None) -> None:
        """Hand over the end of the connection; dial the next address when it never began."""
        self._line = None
        if self._live:
            self._live = False
            self._conversation.lost(error)
        elif self._ips:
            self._dial()
        elif error is not None:
            self._conversation.failed(error)

    # What the conversation wants

    def send(self, data: bytes) -> None:
        """Send to the camera."""
        if self._line is not None:
            self._line.write(data)

    def open_datagrams(self) -> tuple[int, int] | None:
        """Open a pair of UDP ports on the address that this connection has on our side."""
        local = self._local()
        if self._pair is None and local is not None:
            self._pair = open_pair(local, self._ip, self._conversation.datagram, self._loop)
        return None if self._pair is None else self._pair.ports

    def _local(self) -> str | None:
        """Give our address; None when the connection is gone."""
        return None if self._line is None else self._line.local

    def reconnect(self) -> None:
        """Connect once more."""
        self._ips = [self._ip]
        self._dial()

    def finish(self) -> None:
        """Let `run` end."""
        if not self._done.done():
            self._done.set_result(False)

    # Time

    def _set_alarm(self) -> None:
        left = self._conversation.seconds_left
        seconds = min(TICK_SECONDS, left if self._live else max(0.0, left - self._kept))
        self._alarm = self._lines.alarms.set(seconds, self._on_alarm)

    def _on_alarm(self) -> None:
        conversation = self._conversation
        if self._live:
            if conversation.tick():
                self._set_alarm()
        elif conversation.seconds_left > self._kept:
            self._set_alarm()
        elif self._ips:
            self._hang_up()
            self._dial()
            self._set_alarm()
        else:
            self._out_of_time()

    def _out_of_time(self) -> None:
        """End an attempt to connect."""
        self._conversation.failed(TimeoutError())

    def _release(self) -> None:
        """Give back the alarm, the ports and the connection, and let go of what points back at us.

        Checks that leave no cycles behind leave nothing for the garbage collector to look for.
        """
        self._live = False
        del self._conversation, self.received
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if self._pair is not None:
            self._pair.close()
            self._pair = None
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
