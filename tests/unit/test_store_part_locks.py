"""Who may serve which part: overlaps are refused, parts can be cut anew, whoever was replaced is fenced."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest

from monitor.store.error import StoreLockedError
from monitor.store.lock import DEAD_AFTER
from monitor.store.store import Store
from tests.side_by_side import BLIND, NOW, OF_A, OF_B, at, begin, holder, incident, put, turn
from tests.two_regions import CAPITAL, A, B


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        pytest.param([], [], "holds all regions", id="all and all"),
        pytest.param([], [A], "holds all regions", id="all and one"),
        pytest.param([A], [], f"holds region {A}", id="one and all"),
        pytest.param([A, B], [B, CAPITAL], f"holds regions {A}, {B}", id="a region shared"),
    ],
)
async def test_a_monitor_of_an_overlapping_part_is_refused(
    url: str, first: list[str], second: list[str], said: str
) -> None:
    """A second monitor that shares a region is told who holds which regions, since when, last seen when."""
    async with Store.open(url, holder=holder("one"), regions=first) as store:
        await store.heartbeat(at(20))
        words = rf"{said} here: process 1 on one, since 2026-01-01 00:00:00 UTC, last seen .*00:00:20"
        with pytest.raises(StoreLockedError, match=words):
            async with Store.open(url, holder=holder("two", 30), regions=second):
                pass
        await store.heartbeat(at(31))


async def test_of_monitors_that_start_at_once_one_wins(url: str) -> None:
    """Of monitors that all share a region exactly one holds it, and the others are told."""
    parts: list[list[str]] = [[], [A], [A, B], [A, CAPITAL]]
    others_were_told, told = asyncio.Event(), list[str]()

    async def start(name: str, regions: list[str]) -> bool:
        try:
            async with Store.open(url, holder=holder(name), regions=regions):
                await others_were_told.wait()
                return True
        except StoreLockedError as error:
            told.append(str(error))
            if len(told) == len(parts) - 1:
                others_were_told.set()
            return False

    async with asyncio.timeout(30):
        won = await asyncio.gather(*(start(str(n), part) for n, part in enumerate(parts)))
    assert sum(won) == 1


async def test_sqlite_takes_one_monitor(tmp_path: Path) -> None:
    """On SQLite a monitor of another region is refused as well, and told what would take it."""
    url = f"sqlite:///{tmp_path}/m.db"
    async with Store.open(url, holder=holder("one"), regions=[A]):
        with pytest.raises(StoreLockedError, match=r"takes one monitor.*use PostgreSQL"):
            async with Store.open(url, holder=holder("two"), regions=[B]):
                pass
    async with Store.open(url, holder=holder("two"), regions=[B]) as store:
        await store.begin_run("b", NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([[]], [[A], [B]], id="all is cut in two"),
        pytest.param([[A], [B]], [[]], id="two become all"),
        pytest.param([[A], [B]], [[A, B]], id="two become one"),
        pytest.param([[A, B]], [[B], [A]], id="one is cut in two"),
    ],
)
async def test_an_estate_cut_anew_goes_on_where_each_region_was_seen_last(
    shared: str, before: list[list[str]], after: list[list[str]]
) -> None:
    """Whoever takes a region over finds it unseen since it was seen last, whoever that was; incidents end."""
    ends = await _lives(shared, before)
    for number, regions in enumerate(after):
        async with Store.open(shared, holder=holder(f"new{number}", 1000), regions=regions) as store:
            await store.begin_run(f"new{number}", at(1000))
            assert not await store.open_incidents()
            wanted = {
                stream: (BLIND, at(ends[region]))
                for stream, region in ((OF_A, A), (OF_B, B))
                if not regions or region in regions
            }
            assert await store.open_verdicts() == wanted


async def _lives(url: str, parts: Iterable[list[str]]) -> dict[str, float]:
    """Let a monitor of each part work and be cut off; returns when each region was seen last."""
    ends: dict[str, float] = {}
    for number, regions in enumerate(parts):
        name, last = f"old{number}", 50.0 + 10 * number
        streams = [s for s, region in ((OF_A, A), (OF_B, B)) if not regions or region in regions]
        async with Store.open(url, holder=holder(name), regions=regions) as store:
            await begin(store, name)
            await put(store, *(turn(stream, 1) for stream in streams), source=name)
            await store.commit([], [incident(name, 2)], source="x", first_sequence=0, now=at(2))
            await store.heartbeat(at(last))
            ends |= dict.fromkeys(regions or [A, B], last)
    return ends


async def test_a_holder_that_was_taken_for_dead_cannot_write(shared: str) -> None:
    """A stopped monitor whose part was taken over by one of another cut is refused when it comes back."""
    late = DEAD_AFTER.total_seconds() + 1
    async with Store.open(shared, holder=holder("one"), regions=[A, B]) as old:
        await begin(old, "old")
        async with Store.open(shared, holder=holder("two", late), regions=[A]) as new:
            await begin(new, "new", late)
            for write in (
                old.heartbeat(at(late)),
                old.end_run(at(late)),
                put(old, turn(OF_B, 1), source="o"),
            ):
                with pytest.raises(StoreLockedError, match="took this part of the estate over"):
                    await write
            async with Store.open(shared, holder=holder("three", late), regions=[B]) as third:
                await begin(third, "third", late)
            await new.heartbeat(at(late + 1))
