"""The picture of a day for a command, and since when the register can answer a question about channels."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.cli.place import code_of, database_password, end, shown_url
from monitor.law.crossing import SiteVideo
from monitor.model.estate import Estate
from monitor.model.verdict import State
from monitor.run.moments import day_of, moment_of
from monitor.run.picture import Picture, picture_of, register_of
from monitor.settings import Settings
from monitor.store.error import StoreBrokenError
from monitor.store.secrets import SecretBox
from monitor.store.store import Store


@asynccontextmanager
async def opened(
    settings: Settings, *, create: bool = False, secrets: SecretBox | None = None
) -> AsyncIterator[Store]:
    """Open the store that is there; with `create` it is made when there is none.

    Ends the program with code 1 when the database is damaged, or not one of this program.
    """
    url, password = settings.database.url, database_password(settings)
    try:
        async with Store.open(url, password=password, secrets=secrets, create=create) as store:
            yield store
    except StoreBrokenError as error:
        end(f"{shown_url(settings)}: {error}", code_of(error))


async def read_picture(settings: Settings, day: date | None, now: datetime) -> Picture:
    """Read what was received at the end of a day, or is now. Raises StoreError."""
    async with opened(settings) as store:
        return await picture_in(store, settings, day, now)


async def read_estate(settings: Settings, day: date | None, now: datetime) -> Estate:
    """Read the register as of the end of a past day, else as of now. Raises StoreError."""
    async with opened(settings) as store:
        return await register_of(store, moment_of(day, settings.zone_info, now), now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the store says to a question about channels."""

    estate: Estate
    receiving: frozenset[str] | None  # ids of the cameras received; None: nobody looked
    videos: Mapping[str, SiteVideo] | None = None  # by site; None: nobody looked, or could yet
    known_since: date | None = None  # where the register had no channels: the first day that knows any


async def read_register(settings: Settings, day: date, now: datetime) -> Reading:
    """Read the register as of a day, and the cameras that were received at its end, or are now."""
    async with opened(settings) as store:
        picture = await picture_in(store, settings, day, now)
        since = None
        if not picture.estate.channels:
            since = await _known_since(store, day, settings.zone_info, now)
    return Reading(
        estate=picture.estate,
        receiving=picture.receiving(),
        videos=picture.videos(),
        known_since=since,
    )


async def picture_in(store: Store, settings: Settings, day: date | None, now: datetime) -> Picture:
    """Paint a day out of an open store."""
    age = timedelta(seconds=settings.heartbeat.blind_gap_seconds)
    return await picture_of(store, day, settings.zone_info, now, max_heartbeat_age=age)


async def dated_picture_in(store: Store, settings: Settings, day: date | None, now: datetime) -> Picture:
    """Paint a day out of an open store, and say of every lost stream since when it is lost."""
    picture = await picture_in(store, settings, day, now)
    streams = picture.board.streams
    lost = [key for key, present in streams.items() if present.verdict.state is State.NOT_RECEIVING]
    past = picture.moment if picture.moment < now else None
    picture.board.date_losses(await store.lost_since(lost, at=past))
    return picture


async def _known_since(store: Store, day: date, zone: ZoneInfo, now: datetime) -> date | None:
    """Find the first day after `day` whose register has channels, by halving; None: there is none yet."""
    before, after = day, day_of(None, zone, now)
    if day >= after or not (await store.load_estate(now)).channels:
        return None
    while (after - before).days > 1:
        middle = before + (after - before) // 2
        known = (await store.register_at(moment_of(middle, zone, now))).channels
        before, after = (before, middle) if known else (middle, after)
    return after
