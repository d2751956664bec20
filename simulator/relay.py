"""One stream through a make-believe gateway: really fetched from its camera while somebody reads it.

Packets are passed on as they came, so the coded frames at both ends are the same bits.
"""

import asyncio
from collections.abc import Callable, Mapping
from random import Random

from probes.wire.error import WireError
from probes.wire.rtp import parse
from simulator.burst import Burst, Reader
from simulator.pull import Origin, Pull, PullFailed

START_TIMEOUT = 10.0  # seconds: MediaMTX's sourceOnDemandStartTimeout
CLOSE_AFTER = 10.0  # seconds without a reader: its sourceOnDemandCloseAfter
SILENCE = 10.0  # seconds without a packet: its readTimeout
_IDR, _SPS, _FU_A = 5, 7, 28


class Relay:
    """Fetches on demand. `muted`: it fetches and hands nothing on."""

    def __init__(self, origin: Callable[[], Origin], rng: Random, clock: Callable[[], float]) -> None:
        self.muted = False
        self.bytes_received = 0  # since this fetch began; 0 when nothing is fetched
        self.close_after = CLOSE_AFTER
        self._origin = origin
        self._rng = rng
        self._clock = clock  # unix seconds
        self._pull: Pull | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._readers: dict[Reader, None] = {}
        self._opening = asyncio.Lock()

    @property
    def fetching(self) -> bool:
        """The camera plays for us."""
        return self._task is not None

    @property
    def readers(self) -> int:
        """How many read."""
        return len(self._readers)

    @property
    def parameters(self) -> Mapping[str, str]:
        """The H.264 format parameters that the camera gave."""
        return self._pull.video.fmtp if self._pull is not None else {}

    @property
    def fps(self) -> float:
        """The frame rate that the camera announced."""
        return self._pull.fps if self._pull is not None else 0.0

    async def start(self) -> bool:
        """Fetch, if that is not so already; say whether the camera plays."""
        async with self._opening:
            if self._task is None:
                pull = Pull(self._origin(), self._rng, self._pass_on)
                try:
                    await pull.open(START_TIMEOUT)
                except PullFailed:
                    pull.close()
                    return False
                self._pull = pull
                self._task = asyncio.get_running_loop().create_task(self._run(pull))
        self._close_later()
        return True

    def join(self, reader: Reader) -> None:
        """Begin to send to a reader."""
        self._readers[reader] = None
        self._close_later()

    def leave(self, reader: Reader) -> None:
        """Send no more to a reader."""
        self._readers.pop(reader, None)
        self._close_later()

    async def stop(self) -> None:
        """Stop fetching."""
        if self._closing is not None:
            self._closing.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _close_later(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        if self._task is not None and not self._readers:
            self._closing = asyncio.get_running_loop().call_later(self.close_after, self._task.cancel)

    async def _run(self, pull: Pull) -> None:
        try:
            await pull.read(SILENCE)
        finally:
            pull.close()
            self._task = self._pull = None
            self.bytes_received = 0
            for reader in tuple(self._readers):
                reader.end()
            self._readers.clear()

    def _pass_on(self, data: bytes) -> None:
        self.bytes_received += len(data)
        try:
            packet = parse(data)
        except WireError:
            return
        if self.muted:
            return
        burst = Burst(
            payloads=((packet.payload, packet.marker),),
            rtp_time=packet.timestamp,
            key=_begins_key_frame(packet.payload),
            wall=self._clock(),
        )
        for reader in tuple(self._readers):
            reader.take(burst)


def _begins_key_frame(payload: bytes) -> bool:
    """Say whether decoding can begin with this packet: parameter sets stand before each key frame."""
    kind = payload[0] & 0x1F if payload else 0
    if kind == _FU_A and len(payload) > 1:
        return payload[1] & 0x9F == 0x80 | _IDR
    return kind in {_SPS, _IDR}
