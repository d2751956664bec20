"""What the packs say of lines: how fast a connection must be, and what a camera typically needs of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.law.sources import Origin


class Codec(StrEnum):
    """How cameras code their picture."""

    H264 = "h264"
    H265 = "h265"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth:
    """How fast an institution's connection must be."""

    down_mbps: float
    up_mbps: float
    pupils_up_to: int  # so many pupils at most have enough with `down_mbps`
    pupils_per_mbps: int  # of a bigger institution, for each Mbit/s down
    origin: Origin

    def required_down(self, pupils: int) -> float:
        """Return the Mbit/s down that so many pupils need."""
        return self.down_mbps if pupils <= self.pupils_up_to else pupils / self.pupils_per_mbps


@dataclass(frozen=True, slots=True, kw_only=True)
class Bitrate:
    """What a camera of a codec and a class of resolution typically sends."""

    codec: Codec
    resolution: str  # lines, for example "1080p"
    kbps: int
    origin: Origin

    @property
    def about(self) -> tuple[Codec, str]:
        """What it is told of."""
        return self.codec, self.resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumedCamera:
    """What a camera is taken for of which neither codec nor resolution is known."""

    codec: Codec
    resolution: str
    origin: Origin

    @property
    def about(self) -> tuple[Codec, str]:
        """Which typical bitrate is taken for it."""
        return self.codec, self.resolution


def by_codec(bitrates: Mapping[tuple[Codec, str], Bitrate], assumed: AssumedCamera) -> dict[str, int]:
    """Give the typical kbit/s of the assumed resolution by codec, and under "" that of the assumed camera."""
    found: dict[str, int] = {
        codec.value: each.kbps
        for (codec, resolution), each in bitrates.items()
        if resolution == assumed.resolution
    }
    typical = bitrates.get(assumed.about)
    return found if typical is None else found | {"": typical.kbps}
