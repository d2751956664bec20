"""What a make-believe gateway says of one path, as MediaMTX 1.16.1 was seen to say it.

Its flags lie as the real ones do: a source that died stays "online", one that never sent a byte is
"ready" by turns, one that froze is "ready" for ten seconds more. Only counters tell, and they begin
anew when a source comes back. Counters come from time and state; nothing is fetched for them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

READ_TIMEOUT = 10.0  # seconds until a silent source is given up: MediaMTX's readTimeout
RETRY_PAUSE = 5.0  # seconds until it is tried again


class Supply(StrEnum):
    """What reaches a path from its camera."""

    FLOWING = "flowing"
    STALLED = "stalled"  # the gateway's own fault: it keeps the source and counts nothing
    FILLER = "filler"  # the gateway plays a picture of its own
    FROZEN = "frozen"  # the connection is open and dead: the site is cut, the camera hangs
    MUTE = "mute"  # the camera plays and sends nothing
    LOST = "lost"  # the connection broke and cannot be made again
    IDLE = "idle"  # on demand, and nobody reads
    ABSENT = "absent"  # waits for a publisher that does not come


_COUNTING = frozenset({Supply.FLOWING, Supply.FILLER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is said of a path at one moment."""

    ready: bool
    ready_since: datetime | None
    online: bool
    online_since: datetime | None  # None where `online`: since the year 1, as MediaMTX has it
    received: int  # bytes


class PathCounter:
    """The state of one path, and since when."""

    def __init__(
        self, rate: int, now: datetime, supply: Supply, *, was_flowing: timedelta = timedelta()
    ) -> None:
        self.rate = rate  # bytes per second when it flows
        self.supply = supply
        self._since = now
        self._up_since = now - was_flowing  # the source, when it last came
        self._counted = round(rate * was_flowing.total_seconds()) if supply is Supply.FLOWING else 0
        self._ever = supply is Supply.FLOWING

    def become(self, supply: Supply, now: datetime) -> None:
        """Change what reaches it."""
        if supply is self.supply:
            return
        kept = self._received(now)
        stays = {self.supply, supply} <= {Supply.FLOWING, Supply.STALLED}
        dies_slowly = supply in {Supply.FROZEN, Supply.MUTE}
        self._counted = kept if stays or dies_slowly else 0
        if supply in _COUNTING and not stays:
            self._up_since = now
        self._ever = self._ever or supply in {Supply.FLOWING, Supply.MUTE}
        self.supply, self._since = supply, now

    def restart(self, now: datetime) -> None:
        """Count from nothing: the media server itself was started anew."""
        self._counted, self._since, self._up_since = 0, now, now
        self._ever = self.supply in {Supply.FLOWING, Supply.STALLED, Supply.MUTE}

    def look(self, now: datetime) -> Look:
        """What is said of it now."""
        ready_since = self._ready_since(now)
        has_source = self.supply not in {Supply.ABSENT, Supply.FILLER}
        return Look(
            ready=ready_since is not None,
            ready_since=ready_since,
            online=has_source,
            online_since=self._up_since if has_source and self._ever else None,
            received=self._received(now),
        )

    def _ready_since(self, now: datetime) -> datetime | None:
        silent = (now - self._since).total_seconds()
        match self.supply:
            case Supply.FLOWING | Supply.STALLED | Supply.FILLER:
                return self._up_since
            case Supply.FROZEN | Supply.MUTE if silent < READ_TIMEOUT:
                return self._up_since
            case Supply.MUTE:
                turn = silent % (READ_TIMEOUT + RETRY_PAUSE)
                return now - timedelta(seconds=turn) if turn < READ_TIMEOUT else None
            case _:
                return None

    def _received(self, now: datetime) -> int:
        passed = max(0.0, (now - self._since).total_seconds())
        if self.supply in _COUNTING:
            return self._counted + round(self.rate * passed)
        given_up = self.supply in {Supply.FROZEN, Supply.MUTE} and passed >= READ_TIMEOUT
        return 0 if given_up else self._counted
