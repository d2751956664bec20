"""A process that tells a webhook of incidents from a database; made to be killed.

Run as `python -m tests.faults.telling_child URL FILE FIRST`: FILE holds the addresses. It commits incidents,
numbered from FIRST on, and says "committed N" of each; couriers tell of them beside it.
"""

import asyncio
import itertools
import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry

from monitor.cli.notifying import telling
from monitor.law.load import rules_as_shipped
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, Owner
from monitor.run.board import Board
from monitor.run.streams import Index
from monitor.settings.notify import Receiver
from monitor.store.lock import Holder
from monitor.store.store import Store
from tests.told import ALMATY, DAY
from tests.troubled import estate


def numbered(number: int, now: datetime) -> Incident:
    """Make an incident that its id tells apart."""
    return Incident(
        incident_id=f"camera:number-{number}:camera_off:x",
        scope=Scope.CAMERA,
        subject=f"number-{number}",
        cause=Cause.CAMERA_OFF,
        owner=Owner.SCHOOL,
        opened_at=now,
        cameras=1,
    )


async def live(url: str, file: Path, first: int) -> None:
    """Commit and tell until killed."""
    now = datetime.now(UTC)
    board = Board()
    board.load(Index.of(estate(DAY)), {})
    receiver = Receiver(name="r", urls_file=str(file), group_seconds=0)
    async with Store.open(url, holder=Holder.of_this_process(now)) as store:
        await store.begin_run(f"run-{first}", now)
        told = telling(
            store,
            [receiver],
            board,
            law=rules_as_shipped(),
            zone=ALMATY,
            locale="en",
            now=lambda: datetime.now(UTC),
            registry=CollectorRegistry(),
        )
        async with told:
            for number in itertools.count(first):
                now = datetime.now(UTC)
                await store.commit((), [numbered(number, now)], source="s", first_sequence=0, now=now)
                os.write(1, f"committed {number}\n".encode())
                await asyncio.sleep(random.uniform(0, 0.3))


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
