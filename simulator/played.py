"""What was played over real sockets, in the words of the scorer: the same places, and faults at its pace.

The scorer knows sweeps every 30 seconds. A run with shorter ones is told to it slower than it was, by the
same factor for faults and for verdicts.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from simulator.estate import Estate
from simulator.programme import Act
from simulator.truth import RECEIVING, tell_truth
from simulator.world.fault import Cause
from simulator.world.fault import Fault as WorldFault
from simulator.world.noise import number_of
from simulator.world.places import Camera, Places, Recorder, Site
from simulator.world.schedule import Schedule

SWEEPS = 30.0  # seconds between two, for the scorer
THEN = datetime(2026, 1, 1, tzinfo=UTC)  # any time: only whom a fault strikes is asked

Times = Mapping[int, tuple[float, float]]  # seconds of the run in which an act began and ended, by its number


def places_of(estate: Estate, *, lossy: bool = False) -> Places:
    """Give an estate whose every camera is enrolled at one gateway. `lossy`: the way to its sites."""
    gateway_of = {stream.camera_id: stream.gateway_id for stream in estate.streams}
    at_site = {camera.site_id: gateway_of[camera.camera_id] for camera in estate.cameras}
    region = {each.institution_id: each.region for each in estate.institutions}
    return Places(
        seed=0,
        gateways=tuple(each.gateway_id for each in estate.gateways),
        sites={
            each.site_id: Site(
                site_id=each.site_id,
                number=number,
                region=region[each.institution_id],
                gateway_id=at_site[each.site_id],
                provider="",
                lossy=lossy,
                lapses=False,
                subnets=False,
            )
            for number, each in enumerate(estate.sites)
        },
        recorders={
            each.recorder_id: Recorder(recorder_id=each.recorder_id, site_id=each.site_id, inputs=each.inputs)
            for each in estate.recorders
        },
        cameras={
            each.camera_id: Camera(
                camera_id=each.camera_id,
                number=number_of(each.camera_id),
                site_id=each.site_id,
                gateway_id=gateway_of[each.camera_id],
                switch=0,
                host=each.number,
                recorder_id=each.recorder_id,
                input=each.recorder_input,
            )
            for each in estate.cameras
        },
    )


def schedule_of(
    estate: Estate,
    acts: Sequence[Act],
    times: Times,
    *,
    interval: float,
    seconds: float,
    confirmed_after: float,
) -> Schedule:
    """Tell what was played: `times` by the number of an act, as they truly were.

    `interval`: seconds between two sweeps; `seconds`: of the whole run; what was shorter than
    `confirmed_after` seconds may alarm nobody.
    """
    pace = SWEEPS / interval
    faults = []
    for act in acts:
        starts, ends = times[act.number]
        struck = [
            each for each in tell_truth(estate, dict.fromkeys(act.faults, THEN)) if each.state != RECEIVING
        ]
        causes = {Cause(each.cause) for each in struck if each.cause is not None}
        (cause,) = {Cause.PROVIDER_OUTAGE} if act.together else causes
        faults.append(
            WorldFault(
                number=act.number,
                cause=cause,
                subject=" ".join(each.subject for each in act.faults),
                cameras=tuple(each.camera_id for each in struck),
                starts=starts * pace,
                ends=ends * pace,
                short=ends - starts < confirmed_after,
            )
        )
    return Schedule(hours=seconds * pace / 3600, midnight=0.0, faults=tuple(faults))
