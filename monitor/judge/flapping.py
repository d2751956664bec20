"""Streams that come and go: named as such, so that people are told of them once and not each time."""

from collections import deque
from datetime import datetime, timedelta

from monitor.model.verdict import State

WINDOW = timedelta(minutes=30)
CHANGES = 3  # within the window: lost, back, lost again


class Flaps:
    """Confirmed changes between received and not, by stream, as far back as the window reaches."""

    def __init__(self) -> None:
        self._changes: dict[str, deque[datetime]] = {}
        self._last: dict[str, State] = {}
        self._planned: set[str] = set()  # streams whose loss began in planned work

    def note(self, stream_id: str, state: State, at: datetime, *, planned: bool = False) -> None:
        """Take a confirmed state. What is not known is no change, nor is a loss that began as `planned`."""
        if state is State.UNKNOWN:
            return
        before = self._last.get(stream_id)
        if planned and before is State.NOT_RECEIVING and stream_id not in self._planned:
            self._take_back(stream_id)  # its window was announced afterwards
        if planned or (state is State.NOT_RECEIVING and stream_id in self._planned):
            self._planned.add(stream_id)
            return
        self._planned.discard(stream_id)
        self._last[stream_id] = state
        if before is not None and before is not state:
            changes = self._changes.setdefault(stream_id, deque(maxlen=CHANGES))
            changes.append(at)

    def _take_back(self, stream_id: str) -> None:
        """Undo the last change, which was a loss."""
        self._last[stream_id] = State.RECEIVING
        changes = self._changes.get(stream_id)
        if changes:
            changes.pop()

    def flapping(self, stream_id: str, now: datetime) -> bool:
        """Say whether a stream changed so often within the window."""
        changes = self._changes.get(stream_id)
        return changes is not None and len(changes) == CHANGES and now - changes[0] <= WINDOW

    def calm(self, now: datetime) -> list[str]:
        """List streams whose last change has left the window, and forget them."""
        calm = [key for key, changes in self._changes.items() if not changes or now - changes[-1] > WINDOW]
        for key in calm:
            del self._changes[key]
        return calm

    def forget(self, stream_id: str) -> None:
        """Keep nothing of a stream that left."""
        self._changes.pop(stream_id, None)
        self._last.pop(stream_id, None)
        self._planned.discard(stream_id)
