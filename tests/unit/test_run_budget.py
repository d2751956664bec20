"""What probes may take of a site, on virtual time."""

import asyncio
from dataclasses import replace

import pytest

from monitor.model.estate import Estate
from monitor.run.budget import WHOLE, Budgets, Limit, SiteBudget
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.toy import estate


def seconds_for(checks: int, *, bytes_each: int, kbps: float, concurrency: int, takes: float) -> float:
    """Run checks one after another as fast as the budget lets them; return how long that took."""
    loop = VirtualLoop()

    async def one(budget: SiteBudget) -> None:
        async with budget.slot() as spent:
            await asyncio.sleep(takes)
            spent.bytes = bytes_each

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
        async with budget.slot(kind) as spent:
            await asyncio.sleep(takes)
            spent.bytes = 8_000  # one second's worth

    async def story() -> list[tuple[int, int, int, int]]:
        seen = []
        tasks = [asyncio.create_task(ask("s0", kind, 2)) for kind in (WHOLE, "edge", WHOLE)]
        for moment in (1, 2.5, 5.9, 9):
            await asyncio.sleep(moment - asyncio.get_running_loop().time())
            at, waiting = budgets.at_limit(), budgets.waiting
            seen.append((waiting[WHOLE], waiting["edge"], at[Limit.CONNECTIONS], at[Limit.BYTES]))
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
            async with budget.slot() as spent:
                await asyncio.sleep(3)
                spent.bytes = 8_000

        first = asyncio.create_task(ask())
        await asyncio.sleep(0)
        waits = asyncio.create_task(ask())
        await asyncio.sleep(moment)
        waits.cancel()
        await asyncio.gather(first, waits, return_exceptions=True)
        assert (budgets.waiting[WHOLE], budgets.at_limit().total()) == (0, 0)
        await asyncio.wait_for(ask(), 5)
        return asyncio.get_running_loop().time()

    assert run_virtual(story(), VirtualLoop()) == pytest.approx(7)


def begun(budget: SiteBudget, checks: int, *, took: int | None, first: int = 0) -> list[float]:
    """Let checks of a second begin as soon as the budget lets them; return when each did."""
    moments: list[float] = []

    async def one() -> None:
        async with budget.slot("whole", first) as spent:
            moments.append(asyncio.get_running_loop().time())
            await asyncio.sleep(1)
            spent.bytes = took

    async def story() -> None:
        await asyncio.gather(*(one() for _ in range(checks)))

    run_virtual(story(), VirtualLoop())
    return moments


@pytest.mark.parametrize(
    ("first", "took", "expected"),
    [
        pytest.param(64_000, 64_000, [0, 2, 4, 6], id="as expected"),
        pytest.param(64_000, 16_000, [0, 1, 2, 2.5], id="less: the next is expected to take half at least"),
        pytest.param(16_000, 64_000, [0, 0.5, 4, 6], id="more: it is paid afterwards"),
        pytest.param(64_000, 0, [0, 1, 2, 2.5], id="nothing answers: less is expected each time"),
        pytest.param(0, 0, [0, 0, 0, 0], id="questions that cost nothing"),
    ],
)
def test_what_a_check_will_take_is_booked_before(first: int, took: int, expected: list[float]) -> None:
    """Checks that are due together begin one by one, as the bytes that they will take come free."""
    budget = SiteBudget(kbps=256, concurrency=4)
    assert begun(budget, 4, took=took, first=first) == pytest.approx(expected)


def test_a_changed_register_forgives_no_debt() -> None:
    """Sites that stay keep what they owe and what is under way, at the rate of now."""
    register = estate()
    budgets = Budgets(kbps=64, concurrency=1)
    slower = replace(register.sites["s0"], budget_kbps=32)
    changed = replace(register, sites={"s0": slower})

    async def story() -> list[float]:
        loop, moments = asyncio.get_running_loop(), []

        async def ask(now: Estate) -> None:
            async with budgets.of("s0", now).slot() as spent:
                moments.append(loop.time())
                await asyncio.sleep(3)
                spent.bytes = 8_000

        first = asyncio.create_task(ask(register))
        kept = budgets.of("s0", register), budgets.of("s1", register)
        await asyncio.sleep(1)
        budgets.reset(changed)
        second = asyncio.create_task(ask(changed))
        await asyncio.gather(first, second)
        budgets.reset(register)
        assert budgets.of("s0", register) is kept[0]
        assert budgets.of("s1", register) is not kept[1]
        return moments

    assert run_virtual(story(), VirtualLoop()) == pytest.approx([0, 5])
