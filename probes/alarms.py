"""Many deadlines, one timer of the loop: a timer for each check would cost more than all its questions."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush

SLACK_SECONDS = 0.001  # timers of loops are that coarse


class Alarm:
    """A call that is to come."""

    __slots__ = ("call",)

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Forget the call; what it would have called is let go of at once."""
        self.call = None


class Alarms:
    """The alarms of one loop. `on_idle` is called when the last one rang or would have."""

    __slots__ = ("_armed", "_heap", "_loop", "_number", "_on_idle", "_timer")

    def __init__(self, loop: asyncio.AbstractEventLoop, on_idle: Callable[[], None]) -> None:
        self._loop = loop
        self._on_idle = on_idle
        self._heap: list[tuple[float, int, Alarm]] = []
        self._number = 0  # tells apart what rings at the same moment
        self._timer: asyncio.TimerHandle | None = None
        self._armed = 0.0  # when the timer rings

    @property
    def idle(self) -> bool:
        """Whether nothing is to ring any more."""
        return not self._heap

    def set(self, seconds: float, call: Callable[[], None]) -> Alarm:
        """Call after so many seconds."""
        when = self._loop.time() + seconds
        alarm = Alarm(call)
        self._number += 1
        heappush(self._heap, (when, self._number, alarm))
        if self._timer is None or when < self._armed:
            self._arm(when)
        return alarm

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._armed = when
        self._timer = self._loop.call_at(when, self._ring)

    def _ring(self) -> None:
        """Call what is due; then wait for the next that nobody cancelled."""
        self._timer = None
        heap = self._heap
        due = self._loop.time() + SLACK_SECONDS
        try:
            while heap and (heap[0][0] <= due or heap[0][2].call is None):
                call = heappop(heap)[2].call
                if call is not None:
                    call()
        finally:
            if heap and (self._timer is None or heap[0][0] < self._armed):
                self._arm(heap[0][0])
            elif not heap:
                self._on_idle()
