"""Whether a site's uplink can carry its cameras at all, and what internet a school of its size should have.

No figure stands here: all of them come from the rule packs. A camera whose bitrate is assumed says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate

from monitor.law.bandwidth import Bandwidth, by_codec
from monitor.law.rules import Figure, NoRule, Rules
from monitor.law.sources import Confidence, weakest
from monitor.model.channels import Channel
from monitor.model.estate import Camera, Site

KBPS_PER_MBPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkRules:
    """What is assumed of cameras and of room on a line."""

    default_kbps: Mapping[str, int]  # of a camera, by codec in lower case; "" where the codec is not known
    tight_share: float  # of the upload: what needs more of it is tight
    confidence: Confidence | None = None  # how sure the assumption is; None: none is made
    internet: Bandwidth | None = None  # the rule for schools; None: none holds

    @classmethod
    def of(cls, rules: Rules, day: date) -> "UplinkRules":
        """Pick from the packs what holds on a day; raises NoRule when they do not say the share."""
        share = rules.threshold(Figure.UPLINK_TIGHT_SHARE, day).share
        try:
            internet = rules.bandwidth(day)
        except NoRule:
            internet = None
        try:
            assumed, bitrates = rules.assumed_camera(day), rules.typical_bitrates(day)
        except NoRule:
            return cls(default_kbps={}, tight_share=share, internet=internet)
        typical = bitrates.get(assumed.about)
        sure = [assumed.origin.confidence, *([typical.origin.confidence] if typical is not None else [])]
        return cls(
            default_kbps=by_codec(bitrates, assumed),
            tight_share=share,
            confidence=weakest(sure),
            internet=internet,
        )


class Fits(StrEnum):
    """Whether the cameras fit."""

    FEASIBLE = "feasible"
    TIGHT = "tight"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What a site's cameras need, and what there is."""

    fits: Fits
    cameras: int
    needed_kbps: int | None  # None: the bitrate of a camera is not known and the pack has none for it
    available_kbps: int | None  # None: no upload is registered
    fitting: int | None  # how many cameras fit, the thriftiest first; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Internet:
    """What a school of a size must have by the rule for schools."""

    down_kbps: int
    up_kbps: int  # of a large school the pack's own reading: the rule does not say


class Basis(StrEnum):
    """What a camera's bitrate rests on, the surest first."""

    MEASURED = "measured"
    CONFIGURED = "configured"  # as the register has it
    ASSUMED = "assumed"  # the pack's


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one camera needs of the uplink."""

    kbps: int
    basis: Basis


def bitrate(
    camera: Camera,
    rules: UplinkRules,
    measured: Mapping[str, int] | None = None,
    codecs: Mapping[str, str] | None = None,
) -> Need | None:
    """Return a camera's bitrate: as measured, else as configured, else the pack's for its codec.

    `measured` and `codecs` are by camera id. None: even the pack has no figure.
    """
    if measured is not None and camera.camera_id in measured:
        return Need(kbps=measured[camera.camera_id], basis=Basis.MEASURED)
    if camera.bitrate_kbps is not None:
        return Need(kbps=camera.bitrate_kbps, basis=Basis.CONFIGURED)
    codec = (codecs or {}).get(camera.camera_id, "").lower()
    assumed = rules.default_kbps.get(codec, rules.default_kbps.get(""))
    return Need(kbps=assumed, basis=Basis.ASSUMED) if assumed is not None else None


def upload_kbps(site: Site, channels: Iterable[Channel]) -> int | None:
    """Return the contracted upload of a site: its channels together, else what the site itself says.

    Channels of which one has no figure do not say how much they are together.
    """
    known = [channel.up_kbps for channel in channels]
    given = [kbps for kbps in known if kbps is not None]
    return sum(given) if known and len(given) == len(known) else site.uplink_kbps


def download_kbps(channels: Iterable[Channel]) -> int | None:
    """Return the contracted download of a site's channels together; None: one has no figure, or none is."""
    known = [channel.down_kbps for channel in channels]
    given = [kbps for kbps in known if kbps is not None]
    return sum(given) if known and len(given) == len(known) else None


def feasibility(
    bitrates_kbps: Sequence[int | None], available_kbps: int | None, rules: UplinkRules
) -> Feasibility:
    """Set what cameras need against what the uplink has."""
    known = sorted(kbps for kbps in bitrates_kbps if kbps is not None)
    needed = sum(known) if len(known) == len(bitrates_kbps) else None
    fitting = None
    if available_kbps is not None and needed is not None:
        fitting = sum(used <= available_kbps for used in accumulate(known))
    return Feasibility(
        fits=_fits(needed, available_kbps, rules),
        cameras=len(bitrates_kbps),
        needed_kbps=needed,
        available_kbps=available_kbps,
        fitting=fitting,
    )


def _fits(needed: int | None, available: int | None, rules: UplinkRules) -> Fits:
    if needed is None or available is None:
        return Fits.UNKNOWN
    if needed > available:
        return Fits.IMPOSSIBLE
    return Fits.TIGHT if needed > rules.tight_share * available else Fits.FEASIBLE


def required_internet(headcount: int | None, bandwidth: Bandwidth) -> Internet | None:
    """Return what a school must have by its headcount; None: that is not known."""
    if headcount is None:
        return None
    down = bandwidth.required_down(headcount)
    return Internet(down_kbps=round(down * KBPS_PER_MBPS), up_kbps=round(bandwidth.up_mbps * KBPS_PER_MBPS))
