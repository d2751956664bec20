"""What probes may take of a site, on virtual time."""

import asyncio

import pytest

from monitor.run.budget import CHECK, Budgets, Limit, SiteBudget
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.toy import estate


def seconds_for(checks: int, *, bytes_each: int, kbps: float, concurrency: int, takes: float) -> float:
    """Run checks one after another as fast as the budget lets them; return how long that took."""
    loop = VirtualLoop()

    async def one(budget: SiteBudget) -> None:
        async with budget.slot():
            await asyncio.sleep(takes)
        budget.spend(bytes_each)

    async def story() -> float:
        budget = SiteBudget(kbps=kbps, concurrency=concurrency)
        await asyncio.gather(*(one(budget) for _ in range(checks)))
        return loop.time()

    return run_virtual(story(), loop)


@pytest.mark.parametrize(
    ("checks", "bytes_each", "kbps", "concurrency", "takes", "expected"),
    [
        pytest.param(1, 1_000_000, 64, 1, 2, 2, id="the first check owes nothing"),
        pytest.param(2, 8_000, 64, 1, 2, 5, id="8 kB at 64 kbit/s are paid in one second"),
        pytest.param(4, 0, 64, 2, 2, 4, id="two at a time"),
        pytest.param(3, 0, 64, 3, 2, 2, id="three at a time"),
    ],
)
def test_site_budget(
    checks: int, bytes_each: int, kbps: float, concurrency: int, takes: float, expected: float
) -> None:
    """A site is asked no more often than its connections and its bytes per second allow."""
    took = seconds_for(checks, bytes_each=bytes_each, kbps=kbps, concurrency=concurrency, takes=takes)
    assert took == pytest.approx(expected)


def test_budget_holds_on_average() -> None:
    """However many checks are asked for, what they take stays under the site's rate plus one check."""
    took = seconds_for(50, bytes_each=100_000, kbps=256, concurrency=4, takes=0.1)
    assert 50 * 100_000 * 8 / took <= 256_000 * 1.15


def test_what_waits_is_counted() -> None:
    """Questions that wait for a site are counted by kind, and the site by what they wait for."""
    budgets, register = Budgets(kbps=64, concurrency=1), estate()

    async def ask(site_id: str, kind: str, takes: float) -> None:
        budget = budgets.of(site_id, register)
        async with budget.slot(kind):
            await asyncio.sleep(takes)
        budget.spend(8_000)  # one second's worth

    async def story() -> list[tuple[int, int, int, int]]:
        seen = []
        tasks = [asyncio.create_task(ask("s0", kind, 2)) for kind in (CHECK, "edge", CHECK)]
        for moment in (1, 2.5, 5.9, 9):
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            at, waiting = budgets.at_limit(), budgets.waiting
            seen.append((waiting[CHECK], waiting["edge"], at[Limit.CONNECTIONS], at[Limit.BYTES]))
        await asyncio.gather(*tasks)
        return seen

    assert run_virtual(story(), VirtualLoop()) == [(1, 1, 1, 0), (1, 1, 0, 1), (1, 0, 0, 1), (0, 0, 0, 0)]


@pytest.mark.parametrize("moment", [1.0, 3.5], ids=["for a connection", "for bytes"])
def test_who_gives_up_waiting_leaves_nothing_behind(moment: float) -> None:
    """A question that is called off while it waits is counted no more, and keeps no connection."""
    budgets, register = Budgets(kbps=64, concurrency=1), estate()

    async def story() -> float:
        budget = budgets.of("s0", register)

        async def ask() -> None:
            async with budget.slot():
                await asyncio.sleep(3)
            budget.spend(8_000)

        first = asyncio.create_task(ask())
        await asyncio.sleep(0)
        waits = asyncio.create_task(ask())
        await asyncio.sleep(moment)
        waits.cancel()
        await asyncio.gather(first, waits, return_exceptions=True)
        assert (budgets.waiting[CHECK], budgets.at_limit().total()) == (0, 0)
        await asyncio.wait_for(ask(), 5)
        return asyncio.get_running_loop().time()

    assert run_virtual(story(), VirtualLoop()) == pytest.approx(7)
