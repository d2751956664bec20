"""Which devices there are on one interface, by WS-Discovery: a question to the link, and what comes back.

Nothing is dialled: an answer names addresses, and they are listed. A device that answers proves nothing but
that something answers in its name.
"""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from probes.discovered import LIMITS, Discovery, Findings, Limits
from probes.interface import Interface
from probes.multicast import Caller, close, open_callers, open_listener
from probes.wire.ws_discovery import MAX_DATAGRAM, DeviceType, encode_probe

MIN_DELAY, MAX_DELAY = 0.05, 0.25  # seconds until a Probe is repeated, once (SOAP-over-UDP 1.1, appendix A)
MAX_AT_ONCE = 16  # datagrams per turn of the loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How a search speaks and hears, replaced where a test needs it."""

    callers: Callable[[Interface], Sequence[Caller]] = open_callers
    listener: Callable[[Interface], socket.socket | None] = open_listener


LINE = Line()


async def discover(
    interface: Interface, *, seconds: float, jitter: float, limits: Limits = LIMITS, line: Line = LINE
) -> Discovery:
    """Ask the link of an interface for devices, and listen for so many seconds.

    `jitter`, 0 to 1, says where between its bounds the pause before the repetition lies. Raises OSError when
    the interface cannot send.
    """
    findings = Findings(interface, limits)
    callers = line.callers(interface)
    # Each type and each address asks apart: a device passes over an id that it has seen.
    probes = [(str(uuid4()), wanted, caller) for wanted in DeviceType for caller in callers]
    listener = line.listener(interface)
    sockets = [*(each.socket for each in callers), *([listener] if listener is not None else [])]
    ears = _Ears(sockets, findings, frozenset(uuid for uuid, _, _ in probes), seconds)
    try:
        _send(probes)
        await asyncio.sleep(min(MIN_DELAY + jitter * (MAX_DELAY - MIN_DELAY), seconds / 2))
        _send(probes)
        await ears.closing_time()
    finally:
        ears.close()
    return findings.result()


def _send(probes: Iterable[tuple[str, DeviceType, Caller]]) -> None:
    for uuid, wanted, caller in probes:
        caller.send(encode_probe(uuid, wanted))


class _Ears:
    """Reads sockets into findings until a moment, whatever still waits in them then."""

    def __init__(
        self, sockets: Sequence[socket.socket], findings: Findings, asked: frozenset[str], seconds: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + seconds
        self._sockets = sockets
        self._findings = findings
        self._asked = asked
        for each in sockets:
            self._loop.add_reader(each, self._read, each)

    def _read(self, opened: socket.socket) -> None:
        for _ in range(MAX_AT_ONCE):
            if self._loop.time() >= self._until:
                return
            try:
                data, source = opened.recvfrom(MAX_DATAGRAM)
            except OSError:  # nothing more
                return
            self._findings.take(data, source[0], self._asked)

    async def closing_time(self) -> None:
        """Wait for the moment."""
        await asyncio.sleep(self._until - self._loop.time())

    def close(self) -> None:
        """Give the sockets back."""
        for each in self._sockets:
            self._loop.remove_reader(each)
        close(self._sockets)
