"""What probes may take of a site, on virtual time."""

import asyncio

import pytest

from monitor.run.budget import SiteBudget
from simulator.virtual_clock import VirtualLoop, run_virtual


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
