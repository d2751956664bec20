"""How a gateway at a centre is asked: one call answers for many streams."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from probes.failure import Failure, Stage


class StreamSample(msgspec.Struct, frozen=True, gc=False):
    """What a gateway said of one stream at one moment, before any judgement.

    A source fills what it can see: counters (mediamtx) or media itself (relay). The flags are kept
    as evidence only: ready, available and online each lie.
    """

    stream_key: str
    counter: int | None = None  # bytes received from the camera since the source (re)started
    media: bool | None = None  # a complete key frame was received from the gateway; None: not looked
    failure: Failure | None = None  # why a look at this one stream failed (relay)
    ready: bool | None = None
    available: bool | None = None
    online: bool | None = None
    readers: int | None = None
    on_demand: bool | None = None  # the gateway pulls this path only while somebody reads it
    source: str | None = None  # the gateway's word for where it comes from, e.g. "rtspSource"
    fingerprints: tuple[str, ...] = ()


class Sweep(msgspec.Struct, frozen=True):
    """One look at one gateway. With a failure, `samples` tells nothing about any stream."""

    gateway_id: str
    at: datetime  # UTC, when the answer was complete
    seconds: float
    samples: dict[str, StreamSample]
    complete: bool = True  # False: only the streams in `asked` were looked at
    asked: tuple[str, ...] = ()
    failure: Failure | None = None
    failed_at: Stage | None = None
    detail: str = ""  # scrubbed


class CentreSource(Protocol):
    """A way to ask one gateway. Never raises for the gateway's or the network's trouble."""

    def sweep(self, stream_keys: Sequence[str] | None = None) -> Awaitable[Sweep]:
        """Ask for every stream (None), or for just these when only a few need a second look."""
        ...

    def close(self) -> Awaitable[None]:
        """Give back connections."""
        ...
