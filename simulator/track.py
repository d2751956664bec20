"""One reader's video: RTP packets with numbers of their own, sender reports, over TCP or UDP."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Protocol

from probes.wire.rtcp import SenderReport, pack_sender_report
from probes.wire.rtp import pack
from probes.wire.rtsp import encode_interleaved
from simulator.burst import PAYLOAD_TYPE, Burst

REPORT_EVERY = 5.0  # seconds, RFC 3550 §6.2
MOST_UNSENT = 512 * 1024  # bytes that a reader may leave unread before frames are dropped for it
NTP_EPOCH = 2_208_988_800  # 1970 in seconds since 1900


class Pipe(Protocol):
    """How packets reach one reader."""

    def send(self, packets: Sequence[bytes]) -> None:
        """Send RTP packets."""
        ...

    def report(self, packet: bytes) -> None:
        """Send an RTCP packet."""
        ...

    def close(self) -> None:
        """Give back what was opened for it."""
        ...


class TcpPipe:
    """Interleaved in the RTSP connection (RFC 2326 §10.12)."""

    def __init__(self, transport: asyncio.WriteTransport, channels: tuple[int, int]) -> None:
        self._transport = transport
        self._channels = channels

    def send(self, packets: Sequence[bytes]) -> None:
        """Send RTP packets, unless the reader is far behind."""
        if self._transport.get_write_buffer_size() <= MOST_UNSENT:
            channel = self._channels[0]
            self._transport.write(b"".join([encode_interleaved(channel, packet) for packet in packets]))

    def report(self, packet: bytes) -> None:
        """Send an RTCP packet."""
        self._transport.write(encode_interleaved(self._channels[1], packet))

    def close(self) -> None:
        """Nothing was opened."""


class UdpPipe:
    """A pair of UDP sockets on the server's address (RFC 3550 §11: RTP even, RTCP the next)."""

    def __init__(self, host: str, peer: str, ports: tuple[int, int]) -> None:
        self._sockets = _bind_pair(host)
        for sock, port in zip(self._sockets, ports, strict=True):
            sock.setblocking(False)
            sock.connect((peer, port))

    @property
    def ports(self) -> tuple[int, int]:
        """Where packets come from."""
        first, second = (sock.getsockname()[1] for sock in self._sockets)
        return first, second

    def send(self, packets: Sequence[bytes]) -> None:
        """Send RTP packets; those that the reader's host refuses are lost, as UDP is."""
        for packet in packets:
            with suppress(OSError):
                self._sockets[0].send(packet)

    def report(self, packet: bytes) -> None:
        """Send an RTCP packet."""
        with suppress(OSError):
            self._sockets[1].send(packet)

    def close(self) -> None:
        """Close both sockets."""
        for sock in self._sockets:
            sock.close()


def _bind_pair(host: str) -> tuple[socket.socket, socket.socket]:
    """Bind an even port and the next one. OSError when there are none."""
    for _ in range(50):
        first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        second = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            first.bind((host, 0))
            port = first.getsockname()[1]
            if port % 2 == 0:
                second.bind((host, port + 1))
                return first, second
        except OSError:
            pass
        first.close()
        second.close()
    raise OSError("no pair of free UDP ports")


class Track:
    """Reads a source for one session. Begins with a key frame."""

    def __init__(self, pipe: Pipe, rng: Random, *, on_end: Callable[[], None]) -> None:
        self.pipe = pipe
        self._on_end = on_end
        self.ssrc = rng.getrandbits(32)
        self.sequence = rng.getrandbits(16)  # of the next packet
        self._offset = rng.getrandbits(32)
        self._waiting = True
        self._packets = 0
        self._octets = 0
        self._reported = 0.0

    def take(self, burst: Burst) -> None:
        """Send a burst on, with a sender report now and then."""
        if self._waiting and not burst.key:
            return
        self._waiting = False
        timestamp = burst.rtp_time + self._offset
        if burst.wall - self._reported >= REPORT_EVERY:
            self._report(burst.wall, timestamp)
        self.pipe.send([self._pack(payload, marker, timestamp) for payload, marker in burst.payloads])

    def end(self) -> None:
        """The source is gone: so is the reader's connection."""
        self._on_end()

    def _pack(self, payload: bytes, marker: bool, timestamp: int) -> bytes:
        packet = pack(
            payload,
            payload_type=PAYLOAD_TYPE,
            sequence=self.sequence,
            timestamp=timestamp,
            ssrc=self.ssrc,
            marker=marker,
        )
        self.sequence = (self.sequence + 1) & 0xFFFF
        self._packets += 1
        self._octets += len(payload)
        return packet

    def _report(self, wall: float, timestamp: int) -> None:
        self._reported = wall
        report = SenderReport(
            ssrc=self.ssrc,
            ntp=int((wall + NTP_EPOCH) * 2**32) & (2**64 - 1),
            rtptime=timestamp & 0xFFFFFFFF,
            packets=self._packets,
            octets=self._octets,
        )
        self.pipe.report(pack_sender_report(report))
