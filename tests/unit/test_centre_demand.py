"""The configuration of a gateway, read rarely and never for nothing."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest

from probes.centre.api import Api
from probes.centre.demand import EVERY, Demand
from probes.failure import Failure, Stage
from probes.http_answer import Reply, Trouble
from simulator.virtual_clock import VirtualLoop, run_virtual


@dataclass
class Told(Api):
    """An API that tells one configuration, on virtual time."""

    on_demand: bool = True
    trouble: Trouble | None = None
    asked_at: list[float] = field(default_factory=list)

    async def get(self, path: str, *, most_bytes: int, deadline: float) -> Reply | Trouble:
        """Tell it."""
        del path, most_bytes, deadline
        self.asked_at.append(asyncio.get_running_loop().time())
        if self.trouble is not None:
            return self.trouble
        items = [{"name": "cam", "sourceOnDemand": self.on_demand}]
        return Reply(200, json.dumps({"itemCount": 1, "pageCount": 1, "items": items}).encode())


async def _every_half_minute(demand: Demand, minutes: float) -> None:
    for _ in range(int(minutes * 2)):
        await demand.refresh(deadline=asyncio.get_running_loop().time() + 20)
        await asyncio.sleep(30)


def test_read_rarely() -> None:
    """The configuration is read once, and again only after a good while; what changed is taken over."""
    api = Told()
    demand = Demand(api)

    async def story() -> None:
        await _every_half_minute(demand, 2)
        assert demand.known == {"cam": True}
        api.on_demand = False
        await _every_half_minute(demand, 10)

    run_virtual(story(), VirtualLoop())
    assert demand.known == {"cam": False}
    assert api.asked_at == [0, EVERY, 2 * EVERY]


@pytest.mark.parametrize("failure", [Failure.UNAUTHORIZED, Failure.NOT_FOUND, Failure.TIMED_OUT])
def test_refusal_keeps_what_is_known(failure: Failure) -> None:
    """A gateway that no longer tells leaves what it told, and is not asked each time anew."""
    api = Told()
    demand = Demand(api)

    async def story() -> None:
        await _every_half_minute(demand, 1)
        api.trouble = Trouble(failure=failure, stage=Stage.DESCRIBE, detail="")
        await _every_half_minute(demand, 9)

    run_virtual(story(), VirtualLoop())
    assert demand.known == {"cam": True}
    assert len(api.asked_at) == 2
