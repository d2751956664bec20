"""Frames per second by the stream's own clock, whatever that clock does in between.

Cameras set their clock while they send, and RTP timestamps jump by seconds or hours then. A step that the
times of arrival contradict is such a jump: nothing is measured across it.
"""

MIN_STEPS = 3  # from frame to frame, to tell a rate from
MIN_SECONDS = 0.4  # that they take, by their timestamps
JUMP_SECONDS = 0.5  # more between timestamps and arrival is no jitter
MAX_FPS = 1000.0

_WRAP = 1 << 32
_HALF = 1 << 31


class FrameRate:
    """Takes the timestamp and the arrival of every frame; frames may come in the order of decoding."""

    __slots__ = (
        "_arrival",
        "_clock_rate",
        "_earliest",
        "_jumps",
        "_last",
        "_latest",
        "_offset",
        "_steps",
        "_ticks",
    )

    def __init__(self, clock_rate: int) -> None:
        self._clock_rate = clock_rate  # Hz
        self._last = -1  # timestamp
        self._arrival = 0.0
        self._offset = self._earliest = self._latest = 0  # since the last jump, in ticks
        self._steps = 0
        self._ticks = 0  # that the steps before the last jump took
        self._jumps = 0

    def note(self, timestamp: int, arrival: float) -> None:
        """Take one frame; parts of one frame, which share its timestamp, count once."""
        if timestamp == self._last:
            return
        if self._last >= 0:
            self._step(((timestamp - self._last + _HALF) % _WRAP) - _HALF, arrival - self._arrival)
        self._last = timestamp
        self._arrival = arrival

    def _step(self, ticks: int, seconds: float) -> None:
        if abs(ticks / self._clock_rate - seconds) > JUMP_SECONDS:
            self._jumps += 1
            self._ticks += self._latest - self._earliest
            self._offset = self._earliest = self._latest = 0
            return
        self._steps += 1
        self._offset += ticks
        self._earliest = min(self._earliest, self._offset)
        self._latest = max(self._latest, self._offset)

    def measure(self) -> float | None:
        """Give the rate; None when the window is too short, or the clock jumps too often to be believed."""
        seconds = (self._ticks + self._latest - self._earliest) / self._clock_rate
        if self._steps < max(MIN_STEPS, 4 * self._jumps) or seconds < MIN_SECONDS:
            return None
        fps = self._steps / seconds
        return fps if fps <= MAX_FPS else None
