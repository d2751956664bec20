"""Since when each stream is lost, whatever is said of the cause meanwhile.

A revised cause begins a verdict of its own; the picture is missing since the first of them. That nobody
could see for a while ends no loss.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from monitor.model.verdict import State


class Absences:
    """The beginnings of losses, by stream. Mutable, but pure in effect: no clock, no I/O."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def load(self, since: Mapping[str, datetime]) -> None:
        """Go on from losses that began before."""
        self._since = dict(since)

    def note(self, stream_id: str, state: State, since: datetime) -> datetime | None:
        """Take a confirmed state; returns since when the stream is lost, None when it is not."""
        if state is State.RECEIVING:
            self._since.pop(stream_id, None)
        return self._since.setdefault(stream_id, since) if state is State.NOT_RECEIVING else None

    def of(self, stream_id: str, since: datetime) -> datetime:
        """Return since when a stream is lost of which a loss begins, or goes on, at `since`."""
        return self._since.get(stream_id, since)

    def keep(self, stream_ids: Collection[str]) -> None:
        """Forget every other stream."""
        self._since = {key: since for key, since in self._since.items() if key in stream_ids}
