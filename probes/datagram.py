"""RTP over UDP for one check: a pair of ports that hears one camera and nobody else.

Nothing is ever sent. What comes on the odd port (RTCP) is read by nobody.
"""

import asyncio
import socket
from collections.abc import Callable

MAX_DATAGRAM = 65535
MAX_AT_ONCE = 64  # datagrams per turn of the loop, so that one flood does not stop the other checks
ATTEMPTS = 16  # at finding two free ports side by side


class DatagramPair:
    """Two bound sockets, RTP on the even port (RFC 3550 §11). Made by `open_pair`."""

    __slots__ = ("_camera", "_loop", "_receive", "_rtcp", "_rtp")

    def __init__(
        self,
        rtp: socket.socket,
        rtcp: socket.socket,
        camera: str,
        receive: Callable[[bytes], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._rtp = rtp
        self._rtcp = rtcp
        self._camera = camera
        self._receive = receive
        self._loop = loop
        loop.add_reader(rtp, self._read)

    @property
    def ports(self) -> tuple[int, int]:
        """The ports for RTP and RTCP."""
        return self._rtp.getsockname()[1], self._rtcp.getsockname()[1]

    def _read(self) -> None:
        for _ in range(MAX_AT_ONCE):
            if self._rtp.fileno() < 0:  # closed by what we handed over
                return
            try:
                data, source = self._rtp.recvfrom(MAX_DATAGRAM)
            except OSError:  # nothing more; or a refusal (ICMP) that tells us nothing
                return
            if source[0] == self._camera:
                self._receive(data)

    def close(self) -> None:
        """Give the ports back."""
        self._loop.remove_reader(self._rtp)
        self._rtp.close()
        self._rtcp.close()


def open_pair(
    local: str, camera: str, receive: Callable[[bytes], None], loop: asyncio.AbstractEventLoop
) -> DatagramPair | None:
    """Bind two ports side by side on our address `local`; None when none are free.

    `receive` is called with every datagram whose source address is `camera`.
    """
    family = socket.AF_INET6 if ":" in local else socket.AF_INET
    for _ in range(ATTEMPTS):
        rtp = _bind(family, local, 0)
        if rtp is None:
            return None
        port = rtp.getsockname()[1]
        rtcp = _bind(family, local, port + 1) if port % 2 == 0 and port < 65535 else None
        if rtcp is not None:
            return DatagramPair(rtp, rtcp, camera, receive, loop)
        rtp.close()
    return None


def _bind(family: socket.AddressFamily, local: str, port: int) -> socket.socket | None:
    opened = socket.socket(family, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        opened.bind((local, port))
    except OSError:
        opened.close()
        return None
    return opened
