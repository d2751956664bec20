"""Whether a site's uplink can carry its cameras at all, and what internet a school of its size should have.

The figures come from the rule pack. The rule for schools says what they must be able to download; for the
upload of large ones it says nothing, and then nothing is said here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from monitor.model.channels import Channel
from monitor.model.estate import Camera, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkRules:
    """What the pack says of bandwidth."""

    default_kbps: Mapping[str, int]  # of a camera, by codec in lower case; "" where the codec is not known
    tight_share: float  # of the upload: what needs more of it is tight
    down_kbps: int  # that every school must be able to download
    up_kbps: int  # that a school of at most `small_headcount` must be able to upload
    small_headcount: int  # up to here `down_kbps` is enough
    kbps_per_head: int  # to be downloaded beyond that, for each of all heads


class Verdict(StrEnum):
    """Whether the cameras fit."""

    FEASIBLE = "feasible"
    TIGHT = "tight"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feasibility:
    """What a site's cameras need, and what there is."""

    verdict: Verdict
    cameras: int
    needed_kbps: int | None  # None: the bitrate of a camera is not known and the pack has none for it
    available_kbps: int | None  # None: no upload is registered
    fit: int | None  # how many cameras fit, the thriftiest first; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Internet:
    """What a school of a size must have by the rule for schools."""

    down_kbps: int
    up_kbps: int | None  # None: the rule does not say


def bitrate_kbps(
    camera: Camera,
    rules: UplinkRules,
    measured: Mapping[str, int] | None = None,
    codecs: Mapping[str, str] | None = None,
) -> int | None:
    """Return a camera's bitrate: as measured, else as configured, else the pack's for its codec.

    `measured` and `codecs` are by camera id. None: even the pack has no figure.
    """
    if measured is not None and camera.camera_id in measured:
        return measured[camera.camera_id]
    if camera.bitrate_kbps is not None:
        return camera.bitrate_kbps
    codec = (codecs or {}).get(camera.camera_id, "").lower()
    return rules.default_kbps.get(codec, rules.default_kbps.get(""))


def upload_kbps(site: Site, channels: Iterable[Channel]) -> int | None:
    """Return the contracted upload of a site: its channels together, else what the site itself says.

    Channels of which one has no figure do not say how much they are together.
    """
    known = [channel.up_kbps for channel in channels]
    given = [kbps for kbps in known if kbps is not None]
    return sum(given) if known and len(given) == len(known) else site.uplink_kbps


def feasibility(
    bitrates_kbps: Sequence[int | None], available_kbps: int | None, rules: UplinkRules
) -> Feasibility:
    """Set what cameras need against what the uplink has."""
    known = sorted(kbps for kbps in bitrates_kbps if kbps is not None)
    needed = sum(known) if len(known) == len(bitrates_kbps) else None
    fit = None
    if available_kbps is not None and needed is not None:
        fit = sum(used <= available_kbps for used in accumulate(known))
    return Feasibility(
        verdict=_verdict(needed, available_kbps, rules),
        cameras=len(bitrates_kbps),
        needed_kbps=needed,
        available_kbps=available_kbps,
        fit=fit,
    )


def _verdict(needed: int | None, available: int | None, rules: UplinkRules) -> Verdict:
    if needed is None or available is None:
        return Verdict.UNKNOWN
    if needed > available:
        return Verdict.IMPOSSIBLE
    return Verdict.TIGHT if needed > rules.tight_share * available else Verdict.FEASIBLE


def required_internet(headcount: int | None, rules: UplinkRules) -> Internet | None:
    """Return what a school must have by its headcount; None: that is not known."""
    if headcount is None:
        return None
    if headcount <= rules.small_headcount:
        return Internet(down_kbps=rules.down_kbps, up_kbps=rules.up_kbps)
    return Internet(down_kbps=max(rules.down_kbps, headcount * rules.kbps_per_head), up_kbps=None)
