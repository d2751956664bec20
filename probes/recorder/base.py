"""What a recorder says of its inputs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Protocol

import msgspec

from probes.base import Credentials, Trust
from probes.failure import Failure, Stage


class InputState(StrEnum):
    """What a recorder says of one of its inputs."""

    ONLINE = "online"
    LOST = "lost"
    UNKNOWN = "unknown"


class RecorderReading(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt's answer: what the recorder says of each input (from 1), or why it said nothing.

    With a failure, `inputs` tells nothing.
    """

    recorder_id: str
    at: datetime  # UTC, when the attempt began
    reached: Stage | None
    failure: Failure | None = None
    failed_at: Stage | None = None
    detail: str = ""  # scrubbed
    inputs: dict[int, InputState] = {}
    clock_offset: float | None = None  # seconds, the device's clock minus ours; it tells whole seconds
    locked: bool = False  # it says that it locked the account for a while
    log_ins: int = 0
    bytes_on_wire: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderAccess:
    """Everything a source needs to ask one recorder."""

    recorder_id: str
    url: str  # http(s):// of its own interface; never with a log-in
    now: Callable[[], datetime]  # UTC
    credentials: Credentials | None = None  # sent to their own host and port only
    trust: Trust | None = None
    timeout: float = 10.0  # seconds, for one whole reading
    zone: tzinfo | None = None  # of the site: for recorders that tell their time without one


class RecorderSource(Protocol):
    """A way to ask one recorder. Never raises for the recorder's or the network's trouble."""

    def read(self) -> Awaitable[RecorderReading]:
        """Ask once for all inputs."""
        ...

    def close(self) -> Awaitable[None]:
        """Give back connections."""
        ...
