"""The register for a day, and what was received then, as a question about contracts needs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.cli.moments import moment_of
from monitor.cli.place import database_password
from monitor.model.estate import Estate
from monitor.model.verdict import State
from monitor.settings import Settings
from monitor.store.store import Store

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the store says to a question about a day."""

    estate: Estate
    receiving: frozenset[str] | None  # ids of the cameras received; None: nobody looked
    known_since: date | None = None  # where the register had no channels: the first day that knows any


async def read_register(settings: Settings, day: date, now: datetime) -> Reading:
    """Read the register as of a day, and the cameras that were received at its end, or are now."""
    zone = settings.zone_info
    today = now.astimezone(zone).date()
    moment = moment_of(day, zone, now) if day < today else now
    url, password = settings.database.url, database_password(settings)
    async with Store.open(url, password=password, create=False) as store:
        estate = await store.load_estate(moment)
        since = None if estate.channels else await _known_since(store, day, zone, now)
        age = timedelta(seconds=settings.heartbeat.blind_gap_seconds)
        received = await (_received_at(store, moment) if moment < now else _received_now(store, now, age))
    return Reading(estate=estate, receiving=received, known_since=since)


async def _received_now(store: Store, now: datetime, age: timedelta) -> frozenset[str] | None:
    present = await store.present(now, max_heartbeat_age=age)
    if not present.looking:
        return None
    return _cameras(key for key, (verdict, _) in present.verdicts.items() if verdict.state is State.RECEIVING)


async def _received_at(store: Store, moment: datetime) -> frozenset[str] | None:
    if not await store.coverage(moment, moment + _INSTANT):
        return None
    held = await store.intervals(None, moment, moment + _INSTANT)
    return _cameras(each.stream_id for each in held if each.verdict.state is State.RECEIVING)


def _cameras(stream_ids: Iterable[str]) -> frozenset[str]:
    """Name the cameras of streams: a stream's id is CAMERA@GATEWAY."""
    return frozenset(stream_id.rpartition("@")[0] for stream_id in stream_ids)


async def _known_since(store: Store, day: date, zone: ZoneInfo, now: datetime) -> date | None:
    """Find the first day after `day` whose register has channels, by halving; None: there is none yet."""
    before, after = day, now.astimezone(zone).date()
    if day >= after or not (await store.load_estate(now)).channels:
        return None
    while (after - before).days > 1:
        middle = before + (after - before) // 2
        known = (await store.load_estate(moment_of(middle, zone, now))).channels
        before, after = (before, middle) if known else (middle, after)
    return after
