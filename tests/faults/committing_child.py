"""A process that commits transitions as fast as it can and says so of each commit; made to be killed.

Run as `python -m tests.faults.committing_child URL RUN`. Every line is "RUN LAST-SEQUENCE", written once
the commit returned.
"""

import asyncio
import itertools
import os
import sys
from datetime import UTC, datetime

from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.store.lock import Holder
from monitor.store.store import Store

RECEIVED = Verdict(state=State.RECEIVING)
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK)
STREAMS = 20


async def live(url: str, run: str) -> None:
    """Commit until killed."""
    now = datetime.now(UTC)
    async with Store.open(url, holder=Holder.of_this_process(now)) as store:
        await store.begin_run(run, now)
        for turn in itertools.count():
            now = datetime.now(UTC)
            verdict = (RECEIVED, LOST)[turn % 2]
            transitions = [
                Transition(stream_id=f"c{n}@g", verdict=verdict, since=now, decided_at=now)
                for n in range(STREAMS)
            ]
            await store.commit(transitions, source=run, first_sequence=turn * STREAMS, now=now)
            os.write(1, f"{run} {(turn + 1) * STREAMS - 1}\n".encode())


if __name__ == "__main__":
    asyncio.run(live(sys.argv[1], sys.argv[2]))
