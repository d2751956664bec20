"""The values that every probe takes and gives: Target in, Observation out.

No logic of any one protocol is here, and no judgement.
"""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from probes.failure import Failure, Stage


class Side(StrEnum):
    """Whose answer it is, wherever the asker stands."""

    CENTRE = "centre"
    SITE = "site"


class Depth(StrEnum):
    """How far a check goes: the light poll stops after DESCRIBE, the whole one watches media."""

    DESCRIBE = "describe"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that does not print itself."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who we are to one device. Bound to its host and port: sent to nobody else."""

    host: str
    port: int
    username: str
    password: Secret
    basic_in_clear: bool = False  # Basic (RFC 7617) over a connection without TLS only when said so


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How a TLS peer is recognised.

    By the SHA-256 of its certificate (hex), by a CA file (path), or, with neither, by the system's CAs.
    """

    fingerprint: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One device's stream to be asked. The URL never carries credentials."""

    id: str
    url: str  # rtsp:// or rtsps://
    credentials: Credentials | None = None
    trust: Trust | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What one attempt may take and how far it goes."""

    timeout: float = 10.0  # seconds, for the whole attempt
    depth: Depth = Depth.MEDIA
    media_seconds: float = 1.0  # 0: the first complete key frame is enough
    fingerprints: bool = True


class StageTime(msgspec.Struct, frozen=True, kw_only=True):
    """How long one completed or broken-off stage took."""

    name: Stage
    seconds: float


class MediaStats(msgspec.Struct, frozen=True, kw_only=True):
    """What flowed while we watched, counted as in receiver reports (RFC 3550 §6.4.1)."""

    packets: int
    lost: int  # expected minus received, never negative
    jitter: float  # seconds, RFC 3550 §A.8
    bytes: int  # RTP packets as received, headers included
    seconds: float  # first to last packet
    frames: int  # complete access units


class VideoFormat(msgspec.Struct, frozen=True, kw_only=True):
    """What the stream is, from its description and its parameter sets."""

    codec: str  # "H264" or "H265" (the rtpmap encoding name)
    width: int | None = None  # pixels, after cropping
    height: int | None = None
    fps: float | None = None  # measured; None when the window is too short


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt's answer: how far it got, what flowed, why it stopped."""

    target: str  # Target.id
    side: Side
    at: datetime  # UTC, when the attempt began
    reached: Stage | None  # the last stage completed
    failure: Failure | None = None  # None: everything asked for was seen
    failed_at: Stage | None = None
    detail: str = ""  # one scrubbed sentence for a technician
    stages: tuple[StageTime, ...] = ()
    transport: str | None = None  # "tcp" (interleaved) or "udp"
    video: VideoFormat | None = None
    media: MediaStats | None = None
    key_frame: bool = False  # a complete key frame (IDR/IRAP access unit) arrived
    fingerprints: tuple[str, ...] = ()  # SHA-256 hex over the slice NAL units of each access unit
    log_ins: int = 0  # how often credentials were offered
    bytes_on_wire: int = 0  # both directions, for the site's budget
    skipped_bytes: int = 0  # bytes that belonged to no message


class Probe(Protocol):
    """One attempt at one target. Returns what it saw; raises only for our own mistakes."""

    def __call__(self, target: Target, options: CheckOptions, *, now: datetime) -> Awaitable[Observation]:
        """Ask once; `now` (UTC) becomes Observation.at."""
        ...
