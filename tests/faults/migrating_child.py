"""A process that brings a schema up and is killed on the way: by itself, or by whoever started it.

Run as `python -m tests.faults.migrating_child URL STATEMENT`. Before the statement of that number it kills
itself with signal 9; at 0 it goes on slowly, and says once that it begins.
"""

import asyncio
import os
import signal
import sys
import time
from typing import Any

from sqlalchemy import event

from monitor.store.database import Database
from monitor.store.schema import ensure_schema

PAUSE = 0.003  # seconds before each statement, where it is killed from outside


async def migrate(url: str, last: int) -> None:
    """Take the steps."""
    database, count = Database(url), 0

    def before(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
        if not last:
            time.sleep(PAUSE)

    event.listen(database._engine.sync_engine, "before_cursor_execute", before)
    os.write(1, b"begin\n")
    await ensure_schema(database)
    await database.close()


if __name__ == "__main__":
    asyncio.run(migrate(sys.argv[1], int(sys.argv[2])))
