"""What faults do to a camera's manner, and what then reaches its path at the gateway."""

from collections.abc import Container

from simulator.camera import Manner
from simulator.estate import Camera
from simulator.faults import Fault, FaultKind
from simulator.path import Supply
from simulator.truth import camera_fault

MANNERS: dict[FaultKind, Manner] = {
    FaultKind.CONTRACT_LAPSED: Manner.GONE,
    FaultKind.SITE_CUT: Manner.GONE,
    FaultKind.RECORDER_DOWN: Manner.GONE,
    FaultKind.SWITCH_FAILED: Manner.GONE,
    FaultKind.INPUT_LOST: Manner.SILENT,
    FaultKind.CAMERA_GONE: Manner.GONE,
    FaultKind.CAMERA_OFF: Manner.OFF,
    FaultKind.CAMERA_HUNG: Manner.HUNG,
    FaultKind.WRONG_PASSWORD: Manner.LOCKED,
    FaultKind.LOCKED_OUT: Manner.BARRED,
    FaultKind.SESSION_LIMIT: Manner.FULL,
    FaultKind.NO_MEDIA: Manner.SILENT,
}

SUPPLIES: dict[Manner, Supply] = {
    Manner.SOUND: Supply.FLOWING,
    Manner.SLOW: Supply.FLOWING,
    Manner.REFUSING: Supply.FLOWING,
    Manner.OFF: Supply.LOST,
    Manner.LOCKED: Supply.LOST,
    Manner.BARRED: Supply.LOST,
    Manner.FULL: Supply.LOST,
    Manner.GONE: Supply.FROZEN,
    Manner.HUNG: Supply.FROZEN,
    Manner.SILENT: Supply.MUTE,
}


# What leaves the picture as it is, the stronger first.
ODDITIES = ((FaultKind.LOG_IN_REFUSED, Manner.REFUSING), (FaultKind.CAMERA_SLOW, Manner.SLOW))


def manner_of(camera: Camera, active: Container[Fault]) -> Manner:
    """How a camera behaves while these faults last: the strongest decides."""
    broken = camera_fault(camera, active)
    if broken is not None:
        return MANNERS[broken[0]]
    odd = (manner for kind, manner in ODDITIES if Fault(kind, camera.camera_id) in active)
    return next(odd, Manner.SOUND)


def supply_of(camera: Camera, manner: Manner, active: Container[Fault]) -> Supply:
    """What reaches a pulled path from a camera; the gateway itself may count nothing, or play a filler."""
    supply = SUPPLIES[manner]
    if supply is not Supply.FLOWING:
        return supply
    if Fault(FaultKind.PLACEHOLDER, camera.camera_id) in active:
        return Supply.FILLER
    return Supply.STALLED if Fault(FaultKind.GATEWAY_SILENT, camera.camera_id) in active else supply


def is_dark(site_id: str, active: Container[Fault]) -> bool:
    """Say whether nothing at a site can be reached, its edge included."""
    return any(Fault(kind, site_id) in active for kind in (FaultKind.SITE_CUT, FaultKind.CONTRACT_LAPSED))
