"""How a gateway at a centre is asked: one call answers for many streams."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from probes.base import Credentials, Probe, Trust
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
    failed_at: Stage | None = None  # of an HTTP API: connect, or describe once it was connected
    detail: str = ""  # scrubbed


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAccess:
    """Everything a source needs to ask one gateway."""

    gateway_id: str
    url: str  # http(s):// of its control API, or rtsp(s):// of its RTSP side; never with a log-in
    now: Callable[[], datetime]  # UTC
    credentials: Credentials | None = None  # sent to their own host and port only
    trust: Trust | None = None
    timeout: float = 20.0  # seconds, for one whole sweep
    probe: Probe | None = None  # how one stream is looked at; only a relay needs it


class CentreSource(Protocol):
    """A way to ask one gateway. Never raises for the gateway's or the network's trouble."""

    @property
    def needs_keys(self) -> bool:
        """True when it cannot list streams itself: a whole sweep, too, must name them."""
        ...

    def sweep(self, stream_keys: Sequence[str] | None = None) -> Awaitable[Sweep]:
        """Ask for every stream (None), or for just these when only a few need a second look.

        Of a stream that was asked for and is not among the samples, the gateway says that it has none.
        """
        ...

    def close(self) -> Awaitable[None]:
        """Give back connections."""
        ...
