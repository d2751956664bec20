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

    def note(self, stream_id: str, state: State, at: datetime) -> None:
        """Take a confirmed state. What is not known is no change."""
        if state is State.UNKNOWN:
            return
        before = self._last.get(stream_id)
        self._last[stream_id] = state
        if before is not None and before is not state:
            changes = self._changes.setdefault(stream_id, deque(maxlen=CHANGES))
            changes.append(at)

    def flapping(self, stream_id: str, now: datetime) -> bool:
        """Say whether a stream changed so often within the window."""
        changes = self._changes.get(stream_id)
        return changes is not None and len(changes) == CHANGES and now - changes[0] <= WINDOW

    def calm(self, now: datetime) -> list[str]:
        """List streams whose last change has left the window, and forget them."""
        calm = [key for key, changes in self._changes.items() if now - changes[-1] > WINDOW]
        for key in calm:
            del self._changes[key]
        return calm

    def forget(self, stream_id: str) -> None:
        """Keep nothing of a stream that left."""
        self._changes.pop(stream_id, None)
        self._last.pop(stream_id, None)
