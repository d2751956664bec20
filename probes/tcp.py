"""Whether anything accepts a connection at a target's host and port. No byte is sent.

Tells a dead site from a hung camera at the price of three packets.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from probes.address import parse_address
from probes.base import CheckOptions, Observation, Side, StageTime, Target
from probes.connection import Resolve, resolve
from probes.failure import Stage, classify


class TcpProbe:
    """Resolves and connects; `reached` is CONNECT when something accepted."""

    __slots__ = ("_clock", "_resolve", "_side")

    def __init__(
        self, side: Side, *, resolve: Resolve = resolve, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._side = side
        self._resolve = resolve
        self._clock = clock

    async def __call__(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Connect once and close. Raises BadAddress for a URL that cannot be asked."""
        address = parse_address(target.url)
        stage = Stage.CONNECT if address.numeric else Stage.RESOLVE
        since = self._clock()
        stages: list[StageTime] = []
        error: OSError | None = None
        try:
            async with asyncio.timeout(options.timeout):
                ips = [address.host]
                if not address.numeric:
                    ips = await self._resolve(address.host, address.port)
                    stages.append(StageTime(name=stage, seconds=self._clock() - since))
                    stage, since = Stage.CONNECT, self._clock()
                _, writer = await asyncio.open_connection(ips[0], address.port)
                writer.close()
        except OSError as caught:
            error = caught
        reached = stages[-1].name if stages else None
        stages.append(StageTime(name=stage, seconds=self._clock() - since))
        return Observation(
            target=target.id,
            side=self._side,
            at=now,
            reached=Stage.CONNECT if error is None else reached,
            failure=None if error is None else classify(error, stage),
            failed_at=None if error is None else stage,
            detail="" if error is None else error.strerror or "nothing answered in time",
            stages=tuple(stages),
        )
