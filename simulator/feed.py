"""A camera's own frames, at their real pace, for as long as somebody reads them.

One ticker serves all cameras: no task and no timer for those that nobody reads.
"""

import asyncio
from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from probes.wire.h264 import packetize_h264
from simulator.burst import MTU, Burst, Reader
from simulator.clip import CLOCK_RATE, Clip

LATE = 1.0  # seconds behind at which frames are left out rather than sent in a rush


class Ticking(Protocol):
    """Who is called at its time."""

    def tick(self, due: float, now: float) -> float | None:
        """Do what was due; return when the next is, None for no more (seconds of the loop)."""
        ...


class Ticker:
    """Calls many at their times with one timer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: list[tuple[float, int, Ticking]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    def start(self, what: Ticking) -> None:
        """Call `what` for the first time as soon as the loop turns."""
        heappush(self._queue, (self._loop.time(), next(self._order), what))
        self._arm()

    def stop(self) -> None:
        """Call nobody any more."""
        self._queue.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._queue[0][0], self._run) if self._queue else None

    def _run(self) -> None:
        now = self._loop.time()
        while self._queue and self._queue[0][0] <= now:
            due, _, what = heappop(self._queue)
            following = what.tick(due, now)
            if following is not None:
                heappush(self._queue, (following, next(self._order), what))
        self._arm()


class Feed:
    """One camera's video: its clip, stamped with its number and with a frame number that never returns."""

    def __init__(self, clip: Clip, number: int, ticker: Ticker, clock: Callable[[], float]) -> None:
        self.muted = False  # frames pass and nobody gets them
        self._clip = clip
        self._number = number
        self._ticker = ticker
        self._clock = clock  # unix seconds
        self._readers: dict[Reader, None] = {}
        self._ticking = False
        self._position = 0
        self._frame = 0

    @property
    def parameters(self) -> Mapping[str, str]:
        """The H.264 format parameters of its description."""
        return self._clip.parameters

    @property
    def fps(self) -> float:
        """Frames per second."""
        return self._clip.fps

    @property
    def readers(self) -> int:
        """How many read."""
        return len(self._readers)

    def join(self, reader: Reader) -> None:
        """Begin to send to a reader: the first one gets a key frame at once, others wait for the next."""
        if not self._readers:
            self._position = 0
        self._readers[reader] = None
        if not self._ticking:
            self._ticking = True
            self._frame = max(self._frame + 1, int(self._clock() * self.fps))
            self._ticker.start(self)

    def leave(self, reader: Reader) -> None:
        """Send no more to a reader."""
        self._readers.pop(reader, None)

    def tick(self, due: float, now: float) -> float | None:
        """Send the next frame."""
        if not self._readers:
            self._ticking = False
            return None
        if not self.muted:
            burst = self._next_burst()
            for reader in tuple(self._readers):
                reader.take(burst)
        step = 1 / self.fps
        missed = int((now - due) / step) if now - due > LATE else 0
        self._position += 1
        self._frame += 1 + missed
        return due + step * (1 + missed)

    def _next_burst(self) -> Burst:
        nals = self._clip.access_unit(self._position, camera=self._number, frame=self._frame)
        return Burst(
            payloads=packetize_h264(nals, mtu=MTU),
            rtp_time=round(self._frame * CLOCK_RATE / self.fps),
            key=self._clip.is_key(self._position),
            wall=self._clock(),
        )
