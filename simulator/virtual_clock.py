"""An event loop whose time passes only when nothing is left to do: hours in seconds, always the same.

Nothing that leaves the loop (a thread, a socket) can be in it: such a wait is a deadlock, and raises.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Answer = TypeVar("Answer")
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class _LeapingSelector(selectors.SelectSelector):
    """Instead of waiting for a file, moves its loop's time on by as much as the wait would take."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return no events, at once; `timeout` seconds later on the loop's clock."""
        if timeout is None:
            raise RuntimeError("nothing is scheduled and everything waits: a deadlock in virtual time")
        self.loop.seconds += max(0.0, timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio loop on virtual time, starting at 0 seconds (EPOCH as wall time)."""

    def __init__(self) -> None:
        self.seconds = 0.0
        selector = _LeapingSelector()
        selector.loop = self
        super().__init__(selector)
        self._clock_resolution = 1e-9

    def time(self) -> float:
        """Seconds of virtual time."""
        return self.seconds

    def now(self) -> datetime:
        """Virtual time as wall time, UTC."""
        return EPOCH + timedelta(seconds=self.seconds)


def run_virtual(main: Coroutine[Any, Any, Answer], loop: VirtualLoop) -> Answer:
    """Run a coroutine to its end on virtual time and close the loop."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main)
