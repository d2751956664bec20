"""The board of any day: of now as the running monitor last committed it, or of the past from the history.

Where nobody was looking, nothing is known: every stream is UNKNOWN then, whatever its last verdict was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from monitor.law.crossing import SiteVideo
from monitor.law.inclusion import outside
from monitor.model.estate import Estate
from monitor.model.verdict import State
from monitor.run.board import Board, Present
from monitor.run.moments import day_of, moment_of
from monitor.run.streams import Index
from monitor.store.present import Present as Committed
from monitor.store.present import Seen


class Shelf(Protocol):
    """What of the store a picture is made of."""

    async def load_estate(self, now: datetime) -> Estate:
        """Return the register as of now."""
        ...

    async def register_at(self, moment: datetime) -> Estate:
        """Return the register exactly as of a past moment."""
        ...

    async def present(self, now: datetime, *, max_heartbeat_age: timedelta) -> Committed:
        """Return what holds now, and whether a monitor is looking."""
        ...

    async def at(self, moment: datetime, *, max_heartbeat_age: timedelta) -> Committed:
        """Return what held at a past moment, and whether a monitor was looking then."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A board, the moment that it shows, and whether anybody was looking then."""

    board: Board
    moment: datetime  # UTC
    day: date  # the local day whose exclusions and contracts hold
    looking: bool
    seen_at: datetime | None  # the last heartbeat until then; None: there was none
    parts: Sequence[Seen] = ()  # of the estate, and whether anybody looks at each
    ahead: bool = False  # the day is still to come: the board is of now, and says nothing of that day

    @property
    def estate(self) -> Estate:
        """The register that it shows."""
        return self.board.index.estate

    def receiving(self) -> frozenset[str] | None:
        """Return the cameras that are received; None: nobody looked."""
        if not self.looking:
            return None
        return frozenset(
            self.board.index.by_id[key].camera_id
            for key, present in self.board.streams.items()
            if present.verdict.state is State.RECEIVING
        )

    def videos(self) -> Mapping[str, SiteVideo] | None:
        """Return what is known of the streams of each site on the day; None: nobody looked, or could yet.

        Streams enrolled at no gateway, and cameras that are not counted, say nothing of a channel.
        """
        if not self.looking or self.ahead:
            return None
        counts, sites = self.board.counts, self.board.index.estate.sites
        videos = ((site_id, counts.of_site(site_id)) for site_id in sites)
        return {site_id: video for site_id, video in videos if video.streams}


async def picture_of(
    shelf: Shelf, day: date | None, zone: ZoneInfo, now: datetime, *, max_heartbeat_age: timedelta
) -> Picture:
    """Paint the end of a past local day, else now (also for a day to come, whose exclusions then hold)."""
    moment = moment_of(day, zone, now)
    estate = await register_of(shelf, moment, now)
    if moment < now:
        held = await shelf.at(moment, max_heartbeat_age=max_heartbeat_age)
    else:
        held = await shelf.present(now, max_heartbeat_age=max_heartbeat_age)
    board, shown = Board(), day_of(day, zone, now)
    verdicts = {key: Present(verdict, since) for key, (verdict, since) in held.verdicts.items()}
    board.load(Index.of(estate), verdicts, outside(estate, shown))
    return Picture(
        board=board,
        moment=moment,
        day=shown,
        looking=held.looking,
        seen_at=held.seen_at,
        parts=held.parts,
        ahead=shown > day_of(None, zone, now),
    )


async def register_of(shelf: Shelf, moment: datetime, now: datetime) -> Estate:
    """Return the register of a moment: exactly of a past one, and of now as it is followed."""
    return await (shelf.register_at(moment) if moment < now else shelf.load_estate(now))
