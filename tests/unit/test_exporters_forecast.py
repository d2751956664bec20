"""What is told of the days to come is what the law forecasts, made beside the scrapes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime

import pytest

from exporters.prometheus.exposition import Exposition
from exporters.prometheus.forecast import AHEAD, EVERY
from exporters.tables.forecast import outlook
from monitor.law.forecast import Group
from monitor.model.estate import Estate
from monitor.model.verdict import Proof, State, Verdict
from monitor.run.board import Board
from monitor.run.streams import Index
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.scrapes import ALMATY, REGIONS, Samples, by, by_two, contract, counters, estate, loaded, scrape
from tests.scrapes import transition as changed

NOW = datetime(2026, 12, 20, 12, tzinfo=ALMATY)
DAY = NOW.date()
RECEIVED = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)


def register() -> Estate:
    """Two schools of each region and one without cameras; three of them have a contract that ends."""
    ends = (date(2026, 12, 31), date(2026, 12, 31), date(2027, 4, 30))
    return estate(5, contracts=[contract(site, ends_on=end) for site, end in enumerate(ends)])


def kept(board: Board, story: Callable[[Exposition], Awaitable[Samples]]) -> Samples:
    """Tell a story beside metrics that are kept fresh, on virtual time."""
    metrics = Exposition(board, counters(), baseline=(), zone=ALMATY, now=lambda: NOW)

    async def live() -> Samples:
        keeping = asyncio.create_task(metrics.keep_fresh())
        try:
            return await story(metrics)
        finally:
            keeping.cancel()

    return run_virtual(live(), VirtualLoop())


async def soon(metrics: Exposition) -> Samples:
    await asyncio.sleep(2)
    return await scrape(metrics)


def test_the_forecast_is_the_laws() -> None:
    """Per region, the cameras of each day ahead are those that `contracts forecast` counts."""
    board = loaded(Index.of(register()))
    board.apply([changed(f"c{site}-0@g", RECEIVED) for site in range(4)])
    samples, expected = kept(board, soon), outlook(register(), DAY, 366, {f"c{n}-0" for n in range(4)})
    for code in REGIONS:
        series = expected.series[Group(code)]
        assert by(samples, "cctv_forecast_cameras", "region")[code] == series.cameras == 4
        for days in AHEAD:
            key, rate = (code, str(days)), series.rates()[days]
            covered = by_two(samples, "cctv_forecast_cameras_covered", "region", "days")
            receiving = by_two(samples, "cctv_forecast_cameras_receiving", "region", "days")
            assert (covered[key], receiving[key]) == (rate.covered, rate.receiving)


def test_the_cliff_is_the_steepest_day() -> None:
    """Told is the local midnight at which most covered cameras are lost, and nothing where none is."""
    contracts = [contract(0), contract(2), contract(4, ends_on=date(2027, 4, 30))]
    samples = kept(loaded(Index.of(estate(6, contracts=contracts))), soon)
    new_year = datetime(2027, 1, 1, tzinfo=ALMATY).timestamp()
    assert by(samples, "cctv_forecast_cliff_timestamp_seconds", "region") == {REGIONS[0]: new_year}
    assert by(samples, "cctv_forecast_cliff_cameras", "region") == {REGIONS[0]: 4}


def test_the_forecast_is_made_every_five_minutes() -> None:
    """What changes meanwhile is told then, and not at each scrape."""
    board = loaded(Index.of(register()))

    async def story(metrics: Exposition) -> Samples:
        await asyncio.sleep(2)
        board.apply([changed("c0-0@g", RECEIVED)])
        await asyncio.sleep(EVERY - 10)
        name = "cctv_forecast_cameras_receiving"
        assert set(by_two(await scrape(metrics), name, "region", "days").values()) == {0}
        await asyncio.sleep(20)
        return await scrape(metrics)

    told = by_two(kept(board, story), "cctv_forecast_cameras_receiving", "region", "days")
    assert told[REGIONS[0], "0"] == 1
    assert told[REGIONS[0], "14"] == 0


def test_a_register_that_comes_later_is_looked_ahead_for_at_once() -> None:
    """A monitor that starts with an empty board does not wait five minutes for its first forecast."""
    board = Board()

    async def story(metrics: Exposition) -> Samples:
        await asyncio.sleep(10)
        assert "cctv_forecast_cameras" not in await scrape(metrics)
        board.load(Index.of(register()), {})
        return await soon(metrics)

    assert by(kept(board, story), "cctv_forecast_cameras", "region") == dict.fromkeys(REGIONS, 4)


def test_a_register_that_changes_while_one_looks_ahead() -> None:
    """A forecast of two registers is never told: it is made anew of the later one."""
    large, small = Index.of(estate(3001)), Index.of(register())
    board = loaded(large)

    async def story(metrics: Exposition) -> Samples:
        for _ in range(20):
            await asyncio.sleep(0)
        board.load(small, {})
        return await soon(metrics)

    assert by(kept(board, story), "cctv_forecast_cameras", "region") == dict.fromkeys(REGIONS, 4)


def test_a_mistake_of_ours_does_not_end_the_keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong while lines are kept fresh is logged and tried again."""
    board, broken = loaded(Index.of(register())), [True]
    received = Board.received

    def received_or_not(self: Board, camera_id: str) -> bool | None:
        if broken:
            broken.pop()
            raise ZeroDivisionError
        return received(self, camera_id)

    monkeypatch.setattr(Board, "received", received_or_not)
    assert by(kept(board, soon), "cctv_forecast_cameras", "region") == dict.fromkeys(REGIONS, 4)
