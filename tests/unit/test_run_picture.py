"""The board of now and of past days, over real stores and their twin in memory."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.model.verdict import Cause, Proof, State, Transition, Verdict
from monitor.register.change import Change, Part
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from monitor.run.moments import day_of, moment_of
from monitor.run.picture import Picture, picture_of
from monitor.store.lock import Holder
from tests.keepers import Kept, Opened
from tests.toy import estate

ALMATY = ZoneInfo("Asia/Almaty")
AGE = timedelta(minutes=1)
RECEIVED = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK)


def at(day: int, hour: int = 12) -> datetime:
    """Return an hour of March 2026 in Almaty."""
    return datetime(2026, 3, day, hour, tzinfo=ALMATY).astimezone(UTC)


@pytest.fixture
async def store(kept: Kept) -> AsyncIterator[Opened]:
    """Open a store: imported on the 1st, watched from the 2nd to the 4th, a camera lost on the 3rd."""
    holder = Holder(host="h", pid=1, started_at=at(2))
    async with kept.open(holder) as opened:
        parts: dict[Kind, Part] = {
            kind: Part(added=tuple(entries.values()))
            for kind, entries in entries_of(estate()).items()
            if kind is not Kind.REGIONS
        }
        await opened.apply_register(Change(0, parts), at(1))
        await opened.begin_run("r", at(2))
        for sequence, (day, verdict) in enumerate(((2, RECEIVED), (3, LOST))):
            told = Transition(stream_id="c0@g", verdict=verdict, since=at(day, 13), decided_at=at(day, 13))
            await opened.commit([told], source="r", first_sequence=sequence, now=at(day, 13))
        await opened.heartbeat(at(4))
        yield opened


async def picture(store: Opened, day: date | None, now: datetime) -> Picture:
    """Ask for a day."""
    return await picture_of(store, day, ALMATY, now, max_heartbeat_age=AGE)


@pytest.mark.parametrize(
    ("day", "cameras", "looking", "received"),
    [
        pytest.param(date(2026, 2, 28), 0, False, None, id="before the register"),
        pytest.param(date(2026, 3, 1), 5, False, None, id="imported, and nobody looks"),
        pytest.param(date(2026, 3, 2), 5, True, {"c0"}, id="received at the end of the day"),
        pytest.param(date(2026, 3, 3), 5, True, set(), id="lost during the day"),
        pytest.param(date(2026, 3, 4), 5, False, None, id="the monitor was cut off at noon"),
    ],
)
async def test_a_past_day_is_shown_at_its_end(
    store: Opened, day: date, cameras: int, looking: bool, received: set[str] | None
) -> None:
    """A past day has the register and the verdicts that held at its last moment, if anybody looked then."""
    seen = await picture(store, day, at(20))
    assert (len(seen.estate.cameras), seen.looking, seen.receiving()) == (cameras, looking, received)


async def test_now_is_what_was_last_committed(store: Opened) -> None:
    """The present is what the last heartbeat stands behind, for as long as it is fresh."""
    fresh, stale = await picture(store, None, at(4)), await picture(store, None, at(4, 13))
    assert (fresh.looking, fresh.receiving(), fresh.moment) == (True, frozenset(), at(4))
    assert (stale.looking, stale.receiving()) == (False, None)


async def test_a_day_to_come_has_its_own_exclusions(store: Opened) -> None:
    """A day to come is the present, counted by what is excluded on that day."""
    seen = await picture(store, date(2026, 3, 9), at(4))
    assert (seen.day, seen.moment) == (date(2026, 3, 9), at(4))


@pytest.mark.parametrize(
    ("day", "now", "moment"),
    [
        pytest.param(None, at(4), at(4), id="now"),
        pytest.param(date(2026, 3, 4), at(4), at(4), id="today"),
        pytest.param(date(2026, 3, 5), at(4), at(4), id="a day to come"),
        pytest.param(date(2026, 3, 3), at(4), at(4, 0) - timedelta(microseconds=1), id="a past day"),
        pytest.param(date.max, at(4), at(4), id="the last day there is"),
    ],
)
def test_the_moment_of_a_day(day: date | None, now: datetime, moment: datetime) -> None:
    """A day that is over means its last moment, any other means now."""
    assert moment_of(day, ALMATY, now) == moment
    assert day_of(day, ALMATY, now) == (day or date(2026, 3, 4))
