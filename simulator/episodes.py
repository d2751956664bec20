"""A plan's faults, let loose on a simulation in real time."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from heapq import heappop, heappush

from simulator.faults import Episode, Fault
from simulator.simulation import Simulation


async def moments(episodes: Iterable[Episode]) -> AsyncIterator[tuple[Fault, bool]]:
    """Give each fault when it begins (True) and when it ends (False), counted from the first call."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    ends: list[tuple[float, Fault]] = []
    for episode in episodes:
        while ends and ends[0][0] <= episode.starts:
            at, fault = heappop(ends)
            await asyncio.sleep(began + at - loop.time())
            yield fault, False
        await asyncio.sleep(began + episode.starts - loop.time())
        yield episode.fault, True
        heappush(ends, (episode.ends, episode.fault))
    while ends:
        at, fault = heappop(ends)
        await asyncio.sleep(began + at - loop.time())
        yield fault, False


async def play(simulation: Simulation, episodes: Iterable[Episode]) -> None:
    """Let faults come and go as planned. Ends with the last one; a fault plan has none."""
    async for fault, begins in moments(episodes):
        await (simulation.inject(fault) if begins else simulation.clear(fault))
