"""Make-believe recorders for tests, and how they are asked."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from probes.base import Credentials, Secret
from probes.recorder import RECORDER_SOURCES
from probes.recorder.base import RecorderAccess, RecorderReading
from simulator.recorder import Recorder, RecorderPlan
from simulator.recorder_answers import Dialect

NOW = datetime(2026, 3, 1, 7, tzinfo=UTC)
USERNAME, PASSWORD = "monitor", "Zh4zyq-tar"
PATIENCE = 2.0  # seconds, for one reading here
SPARE = 3.0  # seconds that a busy machine may need beside it; what hangs hangs for good
MOST_BYTES = 1 << 20  # of one reading: a few answers of 256 KiB


@asynccontextmanager
async def recorder(dialect: Dialect, **plan: Any) -> AsyncIterator[Recorder]:
    """Run one recorder."""
    made = RecorderPlan(dialect=dialect, username=USERNAME, password=PASSWORD, **plan)
    one = Recorder(made, clock=lambda: NOW)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


def access(url: str, **more: Any) -> RecorderAccess:
    """What the register knows of a recorder."""
    log_in = Credentials(
        host="127.0.0.1", port=int(url.rpartition(":")[2]), username=USERNAME, password=Secret(PASSWORD)
    )
    given: dict[str, Any] = {"credentials": log_in, "timeout": PATIENCE} | more
    return RecorderAccess(recorder_id="r", url=url, now=lambda: NOW, **given)


async def reading_of(kind: str, url: str, **more: Any) -> RecorderReading:
    """Read a recorder once; proves the bounds that hold for every reading, whatever comes of it."""
    asked = access(url, **more)
    source = RECORDER_SOURCES[kind](asked)
    began = time.monotonic()
    try:
        reading = await source.read()
    finally:
        await source.close()
    assert time.monotonic() - began < asked.timeout + SPARE
    assert (reading.recorder_id, reading.at) == ("r", NOW)
    assert 0 <= reading.seconds < asked.timeout + SPARE
    assert reading.bytes_on_wire < MOST_BYTES
    assert reading.log_ins <= 2
    assert PASSWORD not in f"{reading!r} {source!r} {vars(source)!r}"
    told = reading.failure is None
    assert told or not reading.inputs
    assert told == (reading.failed_at is None) == (reading.detail == "")
    return reading
