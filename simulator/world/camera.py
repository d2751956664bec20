"""What one camera answers when it is asked at its school."""

from dataclasses import dataclass

from probes.failure import Failure, Stage
from simulator.world.answers import World
from simulator.world.fault import DARK, IP_CAMERA, Cause, Fault, Manner, strongest
from simulator.world.link import Link
from simulator.world.noise import between, chance
from simulator.world.places import Camera
from simulator.world.timeline import Strike

PATIENCE = 10.0  # seconds until whoever asks gives up
REFUSED_BEFORE = 640.0  # seconds before a lock-out in which the device refuses the monitor's log-in
LIGHT_BYTES, MEDIA_SECONDS = 1_800, 1.2
GONE = frozenset({*DARK, Cause.RECORDER_DOWN, Cause.LAN_FAULT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How far one attempt got. `seconds`: for all of it; `connect`: until it was connected."""

    seconds: float
    connect: float | None = None  # None: it never was
    reached: Stage | None = None
    failure: Failure | None = None
    failed_at: Stage | None = None
    key_frame: bool = False
    packets: int = 0  # of media
    lost: int = 0
    log_ins: int = 0
    bytes: int = 0


def camera_at(world: World, camera_id: str, t: float, *, whole: bool, offered: bool) -> Answer:
    """Ask a camera at `t`: whole looks watch media; `offered`: a password was at hand."""
    camera = world.places.cameras[camera_id]
    strikes = world.strikes(camera_id, t)
    numbers = (world.places.seed, camera.number, int(t * 10))
    if world.is_blind(t):
        return _vanished(numbers)
    fault = _strongest(strikes)
    if fault is not None and (fault.cause in GONE or fault.cause is Cause.CAMERA_OFF):
        return _off(fault, numbers, booting=t >= fault.ends)
    link = world.link_of(camera.site_id, t)
    connect = link.connect(*numbers)
    if connect is None:
        return Answer(seconds=PATIENCE, failure=Failure.CONNECT_TIMEOUT, failed_at=Stage.CONNECT)
    if fault is not None and (failed := _broken(fault, connect, whole=whole, offered=offered)) is not None:
        return failed
    if fault is None and _is_refused(world, camera_id, t):
        return _failed(Failure.UNAUTHORIZED, Stage.DESCRIBE, connect, log_ins=int(offered))
    return _spoken(camera, link, connect, numbers, whole=whole, offered=offered)


def _strongest(strikes: list[Strike]) -> Fault | None:
    """Return the fault of the device that hides the others; a degraded way is the link's affair."""
    causes = {each.fault.cause: each.fault for each in strikes if each.fault.cause in GONE_OR_BROKEN}
    return causes[strongest(causes)] if causes else None


GONE_OR_BROKEN = frozenset({*GONE, *IP_CAMERA, Cause.RECORDER_INPUT_LOST})


def _vanished(numbers: tuple[int, ...]) -> Answer:
    quick = chance(*numbers, 21) < 0.2
    failure = Failure.UNREACHABLE if quick else Failure.CONNECT_TIMEOUT
    return Answer(seconds=0.1 if quick else PATIENCE, failure=failure, failed_at=Stage.CONNECT)


def _off(fault: Fault, numbers: tuple[int, ...], *, booting: bool) -> Answer:
    """Nothing listens: the host is gone, or it says so (a camera that boots, or whose service died)."""
    if fault.manner is Manner.REFUSING or (booting and chance(*numbers, 22) < 0.3):
        return Answer(seconds=0.1, failure=Failure.CONNECT_REFUSED, failed_at=Stage.CONNECT)
    if fault.cause in DARK and fault.manner is Manner.QUICK:
        return Answer(seconds=0.3, failure=Failure.UNREACHABLE, failed_at=Stage.CONNECT)
    return Answer(seconds=PATIENCE, failure=Failure.CONNECT_TIMEOUT, failed_at=Stage.CONNECT)


_BEFORE = {
    Stage.OPTIONS: Stage.CONNECT,
    Stage.DESCRIBE: Stage.OPTIONS,
    Stage.SETUP: Stage.DESCRIBE,
    Stage.MEDIA: Stage.PLAY,
}

# How a broken device answers, plainly and in its other face: the failure, where, and only to whole looks?
_FACES: dict[Cause, tuple[tuple[Failure, Stage], tuple[Failure, Stage]]] = {
    Cause.CAMERA_HUNG: (
        (Failure.TIMED_OUT, Stage.OPTIONS),
        (Failure.CLOSED_EARLY, Stage.DESCRIBE),
    ),
    Cause.NO_MEDIA: ((Failure.NO_MEDIA, Stage.MEDIA), (Failure.NO_KEY_FRAME, Stage.MEDIA)),
    Cause.BAD_CREDENTIALS: ((Failure.UNAUTHORIZED, Stage.DESCRIBE), (Failure.UNAUTHORIZED, Stage.DESCRIBE)),
    Cause.LOCKED_OUT: ((Failure.FORBIDDEN, Stage.DESCRIBE), (Failure.FORBIDDEN, Stage.DESCRIBE)),
    Cause.SESSION_LIMIT: ((Failure.SESSION_LIMIT, Stage.SETUP), (Failure.SESSION_LIMIT, Stage.DESCRIBE)),
    Cause.RECORDER_INPUT_LOST: ((Failure.NO_MEDIA, Stage.MEDIA), (Failure.NOT_FOUND, Stage.DESCRIBE)),
}
_LIGHT_STAGES = frozenset({Stage.OPTIONS, Stage.DESCRIBE})


def _broken(fault: Fault, connect: float, *, whole: bool, offered: bool) -> Answer | None:
    """Answer as a broken device does; None: a look this light does not show it."""
    failure, stage = _FACES[fault.cause][fault.manner is Manner.QUICK]
    if stage not in _LIGHT_STAGES and not whole:
        return None
    return _failed(failure, stage, connect, log_ins=int(offered))


def _failed(failure: Failure, stage: Stage, connect: float, *, log_ins: int) -> Answer:
    waits = failure in {Failure.TIMED_OUT, Failure.NO_MEDIA, Failure.NO_KEY_FRAME}
    return Answer(
        seconds=PATIENCE if waits else connect * 3,
        connect=connect,
        reached=_BEFORE[stage],
        failure=failure,
        failed_at=stage,
        log_ins=log_ins if stage is not Stage.OPTIONS else 0,
        bytes=LIGHT_BYTES,
    )


def _is_refused(world: World, camera_id: str, t: float) -> bool:
    """Say whether a device has begun to refuse the monitor, and will lock it out."""
    track = world.tracks.get(camera_id)
    return track is not None and any(
        each.fault.cause is Cause.LOCKED_OUT and each.starts - REFUSED_BEFORE <= t < each.starts
        for each in track.strikes
    )


def _spoken(
    camera: Camera, link: Link, connect: float, numbers: tuple[int, ...], *, whole: bool, offered: bool
) -> Answer:
    """Answer as a camera does that works, as far as the way lets it through."""
    if link.cut and chance(*numbers, 23) < link.cut:
        return _failed(Failure.TIMED_OUT, Stage.DESCRIBE, connect, log_ins=0)
    seconds, log_ins = connect * 3, int(offered)
    if not whole:
        return Answer(
            seconds=seconds, connect=connect, reached=Stage.DESCRIBE, log_ins=log_ins, bytes=LIGHT_BYTES
        )
    sent = int(camera.rate * MEDIA_SECONDS) // 1200
    lost = int(sent * between(*link.packets_lost, *numbers, 24))
    key_frame = link.key_frames >= 1 or chance(*numbers, 25) < link.key_frames
    return Answer(
        seconds=min(PATIENCE, seconds + (MEDIA_SECONDS if key_frame else PATIENCE)),
        connect=connect,
        reached=Stage.TEARDOWN if key_frame else Stage.PLAY,
        failure=None if key_frame else Failure.NO_KEY_FRAME,
        failed_at=None if key_frame else Stage.MEDIA,
        key_frame=key_frame,
        packets=sent - lost,
        lost=lost,
        log_ins=log_ins,
        bytes=LIGHT_BYTES + sent * 1200,
    )
