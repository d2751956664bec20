"""What faults do to a camera's manner, and what then reaches its path at the gateway."""

from collections.abc import Mapping
from datetime import datetime

from simulator.camera import Manner
from simulator.estate import Camera
from simulator.faults import Fault, FaultKind
from simulator.path import Supply
from simulator.truth import camera_fault

MANNERS: dict[FaultKind, Manner] = {
    FaultKind.CONTRACT_LAPSED: Manner.GONE,
    FaultKind.SITE_CUT: Manner.GONE,
    FaultKind.CAMERA_GONE: Manner.GONE,
    FaultKind.CAMERA_OFF: Manner.OFF,
    FaultKind.CAMERA_HUNG: Manner.HUNG,
    FaultKind.WRONG_PASSWORD: Manner.LOCKED,
    FaultKind.NO_MEDIA: Manner.SILENT,
}

SUPPLIES: dict[Manner, Supply] = {
    Manner.SOUND: Supply.FLOWING,
    Manner.SLOW: Supply.FLOWING,
    Manner.OFF: Supply.LOST,
    Manner.LOCKED: Supply.LOST,
    Manner.GONE: Supply.FROZEN,
    Manner.HUNG: Supply.FROZEN,
    Manner.SILENT: Supply.MUTE,
}


def manner_of(camera: Camera, active: Mapping[Fault, datetime]) -> Manner:
    """How a camera behaves while these faults last: the strongest decides."""
    broken = camera_fault(camera, active)
    if broken is not None:
        return MANNERS[broken[0]]
    slow = Fault(FaultKind.CAMERA_SLOW, camera.camera_id) in active
    return Manner.SLOW if slow else Manner.SOUND


def supply_of(manner: Manner, silent: bool) -> Supply:
    """What reaches a pulled path from a camera; `silent`: the gateway itself counts nothing."""
    supply = SUPPLIES[manner]
    return Supply.STALLED if silent and supply is Supply.FLOWING else supply
