"""Lost streams whose cause may be another one by now, until a second look at both ends has settled it."""

from collections.abc import Container
from datetime import datetime, timedelta

BOOT = timedelta(seconds=300)  # cameras and recorders need so long after power is back
SECOND_LOOK = timedelta(seconds=30)  # a whole sweep: what comes back needs so long until the gateway has it


class Doubts:
    """When each doubt arose, and how long after it the second look is due, by stream id."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[datetime, timedelta]] = {}
        self._unasked: set[str] = set()  # those whose second look is not asked for yet

    def streams(self) -> list[str]:
        """List the streams in doubt."""
        return list(self._since)

    def settled_after(self, stream_id: str, now: datetime, wait: timedelta = SECOND_LOOK) -> datetime:
        """Say from when on answers count as the second look; a new doubt begins now.

        It comes so long after the doubt arose as the longest wait that was asked for since.
        """
        since, before = self._since.get(stream_id, (now, timedelta()))
        if wait > before:
            self._since[stream_id] = since, wait
            self._unasked.add(stream_id)
        return since + max(wait, before)

    def take_due(self, now: datetime) -> set[str]:
        """Give the streams whose second look is due, once each."""
        due = set()
        for key in self._unasked:
            since, wait = self._since[key]
            if now - since >= wait:
                due.add(key)
        self._unasked -= due
        return due

    def drop(self, stream_id: str) -> None:
        """Doubt no more."""
        self._since.pop(stream_id, None)
        self._unasked.discard(stream_id)

    def keep(self, stream_ids: Container[str]) -> None:
        """Forget streams that left."""
        for key in [key for key in self._since if key not in stream_ids]:
            self.drop(key)
