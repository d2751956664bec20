"""A programme let loose on a simulation in real time, and when each of its acts truly began and ended."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from simulator.programme import PRELUDE, Act
from simulator.simulation import Simulation


async def perform(
    simulation: Simulation, acts: Sequence[Act], *, clock: Callable[[], datetime]
) -> dict[int, tuple[datetime, datetime]]:
    """Play every act; gives when each was, by its number."""
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as playing:
        tasks = [playing.create_task(_play(simulation, act, began, clock)) for act in acts]
    return {act.number: task.result() for act, task in zip(acts, tasks, strict=True)}


async def _play(
    simulation: Simulation, act: Act, began: float, clock: Callable[[], datetime]
) -> tuple[datetime, datetime]:
    if act.prelude is not None:
        await _wait(began + act.starts - PRELUDE)
        await simulation.inject(act.prelude)
    await _wait(began + act.starts)
    starts = clock()
    for fault in act.faults:
        await simulation.inject(fault)
    await _wait(began + act.ends)
    for fault in act.faults:
        await simulation.clear(fault)
    if act.prelude is not None:
        await simulation.clear(act.prelude)
    return starts, clock()


async def _wait(until: float) -> None:
    await asyncio.sleep(until - asyncio.get_running_loop().time())
