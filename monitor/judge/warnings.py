"""What is not as it should be of a stream whose picture arrives. A warning is never a cause."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.model.verdict import Warn

SAME_FEATURES = 2  # of serial, MAC and endpoint that differ together mean another device


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What a camera must be at least, by the rules of a day. None: they do not say, nothing is assessed."""

    least_height: int | None = None  # pixels
    least_fps: float | None = None
    clock_skew: float | None = None  # seconds that its clock may be off


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """What looks at a camera last said of it. None: no look told it."""

    height: int | None = None  # pixels
    fps: float | None = None
    clock_offset: float | None = None  # seconds, the device's clock minus ours
    identity: Mapping[str, str] | None = None  # serial, mac, endpoint: as it says itself
    known_identity: Mapping[str, str] | None = None  # as it said when it was first seen


def warnings_of(
    seen: Appearance, standard: Standard, *, uncovered: bool = False, flapping: bool = False
) -> tuple[Warn, ...]:
    """List the warnings of a received stream, in the order of the closed list."""
    found = {
        Warn.BELOW_STANDARD: _below(seen.height, standard.least_height)
        or _below(seen.fps, standard.least_fps),
        Warn.CLOCK_DRIFT: _drifts(seen.clock_offset, standard.clock_skew),
        Warn.IDENTITY_DRIFT: _another(seen.identity, seen.known_identity),
        Warn.WORKING_UNCOVERED: uncovered,
        Warn.FLAPPING: flapping,
    }
    return tuple(warn for warn in Warn if found.get(warn))


def _below(value: float | None, least: float | None) -> bool:
    return value is not None and least is not None and value < least


def _drifts(offset: float | None, most: float | None) -> bool:
    return offset is not None and most is not None and abs(offset) > most


def _another(now: Mapping[str, str] | None, before: Mapping[str, str] | None) -> bool:
    """Say whether a device is another one: several of its features differ, never one alone."""
    if not now or not before:
        return False
    differing = [name for name in now.keys() & before.keys() if now[name] != before[name]]
    return len(differing) >= SAME_FEATURES
