"""Each fault as it is felt on the sockets: by the camera's own probe, and by the sweep of its gateway."""

import asyncio

import pytest

from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target
from probes.centre.base import StreamSample
from probes.failure import Failure, Stage
from probes.recorder import RECORDER_SOURCES
from probes.recorder.base import InputState, RecorderAccess, RecorderReading
from probes.tcp import TcpProbe
from simulator.camera import Camera
from simulator.faults import SUBJECT, Fault, FaultKind, Subject
from simulator.simulation import Simulation
from tests.simulator.estate_at_work import at_work, check, check_relayed, now, small_estate, stream_of, sweep

PATIENCE = 1.0  # seconds for a check of a camera that will not answer

# What a check of a struck camera meets, and where. None: all is well there.
AT_THE_CAMERA: dict[FaultKind, tuple[Failure, Stage] | None] = {
    FaultKind.CAMERA_OFF: (Failure.CONNECT_REFUSED, Stage.CONNECT),
    FaultKind.CAMERA_GONE: (Failure.CONNECT_TIMEOUT, Stage.CONNECT),
    FaultKind.CAMERA_HUNG: (Failure.TIMED_OUT, Stage.OPTIONS),
    FaultKind.NO_MEDIA: (Failure.NO_MEDIA, Stage.MEDIA),
    FaultKind.WRONG_PASSWORD: (Failure.UNAUTHORIZED, Stage.DESCRIBE),
    FaultKind.LOG_IN_REFUSED: (Failure.UNAUTHORIZED, Stage.DESCRIBE),
    FaultKind.LOCKED_OUT: (Failure.UNAUTHORIZED, Stage.DESCRIBE),
    FaultKind.SESSION_LIMIT: (Failure.SESSION_LIMIT, Stage.SETUP),
    FaultKind.INPUT_LOST: (Failure.NO_MEDIA, Stage.MEDIA),
    FaultKind.CAMERA_SLOW: (Failure.TIMED_OUT, Stage.OPTIONS),
    FaultKind.RECORDER_DOWN: (Failure.CONNECT_TIMEOUT, Stage.CONNECT),
    FaultKind.SWITCH_FAILED: (Failure.CONNECT_TIMEOUT, Stage.CONNECT),
    FaultKind.SITE_CUT: (Failure.CONNECT_TIMEOUT, Stage.CONNECT),
    FaultKind.CONTRACT_LAPSED: (Failure.CONNECT_TIMEOUT, Stage.CONNECT),
    FaultKind.GATEWAY_DOWN: None,
    FaultKind.GATEWAY_SILENT: None,
    FaultKind.PATH_MISSING: None,
    FaultKind.PLACEHOLDER: None,
}
# A picture still arrives at the centre, or a filler in its place.
FLOWS = {FaultKind.CAMERA_SLOW, FaultKind.LOG_IN_REFUSED, FaultKind.PLACEHOLDER}
AT_INPUTS = {FaultKind.INPUT_LOST, FaultKind.RECORDER_DOWN}


def met(seen: Observation) -> tuple[Failure, Stage] | None:
    """What stopped a check, and where."""
    if seen.failure is None:
        return None
    assert seen.failed_at is not None
    return seen.failure, seen.failed_at


def strike(simulation: Simulation, kind: FaultKind, camera: Camera) -> Fault:
    """The fault of this kind that touches this camera."""
    gateway, _ = stream_of(simulation, camera)
    subjects = {
        Subject.CAMERA: camera.plan.camera_id,
        Subject.RECORDER: camera.plan.recorder_id or "",
        Subject.SITE: camera.plan.site_id,
        Subject.GATEWAY: gateway.plan.gateway_id,
    }
    return Fault(kind, subjects[SUBJECT[kind]])


async def counted(simulation: Simulation, camera: Camera) -> tuple[StreamSample, StreamSample] | None:
    """What two sweeps say of a camera's path; None when the path is not there or nobody answers."""
    gateway, stream = stream_of(simulation, camera)
    first = await sweep(gateway)
    await asyncio.sleep(0.2)
    second = await sweep(gateway)
    samples = [each.samples.get(stream.stream_key) for each in (first, second)]
    return (samples[0], samples[1]) if samples[0] is not None and samples[1] is not None else None


@pytest.mark.parametrize("kind", FaultKind)
async def test_fault_is_felt_and_passes(kind: FaultKind) -> None:
    """A fault stops what it says and nothing else; once it is cleared all is as before, counters anew."""
    async with at_work(small_estate()) as simulation:
        first, *_, last = simulation.cameras.values()
        camera = last if kind in AT_INPUTS else first
        fault = strike(simulation, kind, camera)
        await simulation.inject(fault)
        assert met(await check(camera, patience=PATIENCE)) == AT_THE_CAMERA[kind]
        grew = _grew(await counted(simulation, camera))
        assert grew is (None if kind in {FaultKind.GATEWAY_DOWN, FaultKind.PATH_MISSING} else kind in FLOWS)
        await simulation.clear(fault)
        assert met(await check(camera)) is None
        assert _grew(await counted(simulation, camera)) is True


def _grew(samples: tuple[StreamSample, StreamSample] | None) -> bool | None:
    if samples is None:
        return None
    before, after = (sample.counter or 0 for sample in samples)
    return after > before


async def test_fault_touches_nobody_else() -> None:
    """While a whole site is cut, the cameras of the other site play and their paths grow."""
    async with at_work(small_estate()) as simulation:
        first, *_ = simulation.cameras.values()
        other = next(each for each in simulation.cameras.values() if each.plan.site_id != first.plan.site_id)
        await simulation.inject(Fault(FaultKind.SITE_CUT, first.plan.site_id))
        assert met(await check(other)) is None
        assert _grew(await counted(simulation, other)) is True


async def reach(place: str) -> Failure | None:
    """What becomes of a connection to a site's edge."""
    target, options = Target(id="edge", url=f"rtsp://{place}"), CheckOptions(timeout=PATIENCE)
    return (await TcpProbe(Side.SITE)(target, options, now=now())).failure


async def test_edge_is_gone_with_its_site_and_no_sooner() -> None:
    """The edge takes connections while the switch behind it is gone, and none while the site is cut."""
    async with at_work(small_estate()) as simulation:
        site_id, place = next(iter(simulation.places.edges.items()))
        switch, cut = Fault(FaultKind.SWITCH_FAILED, site_id), Fault(FaultKind.SITE_CUT, site_id)
        await simulation.inject(switch)
        assert await reach(place) is None
        await simulation.inject(cut)
        assert await reach(place) is Failure.CONNECT_TIMEOUT
        await simulation.clear(cut)
        assert await reach(place) is None


async def look_at(simulation: Simulation) -> RecorderReading:
    """Ask the only recorder as the monitor does."""
    (plan,) = simulation.estate.recorders
    url = simulation.places.recorders[plan.recorder_id]
    host, port = url.removeprefix("http://").split(":")
    log_in = Credentials(host=host, port=int(port), username=plan.username, password=Secret(plan.password))
    asked = RecorderAccess(recorder_id="r", url=url, now=now, credentials=log_in, timeout=PATIENCE)
    source = RECORDER_SOURCES[plan.dialect.value](asked)
    try:
        return await source.read()
    finally:
        await source.close()


async def test_recorder_tells_of_its_inputs_while_it_is_there() -> None:
    """It says which input is lost and which is there again; it is gone by itself and with its site."""
    async with at_work(small_estate()) as simulation:
        (plan,) = simulation.estate.recorders
        lost = Fault(FaultKind.INPUT_LOST, simulation.estate.cameras[-1].camera_id)
        assert (await look_at(simulation)).inputs == {1: InputState.ONLINE}
        await simulation.inject(lost)
        assert (await look_at(simulation)).inputs == {1: InputState.LOST}
        await simulation.clear(lost)
        for fault in (Fault(FaultKind.RECORDER_DOWN, "rec-1"), Fault(FaultKind.SITE_CUT, plan.site_id)):
            await simulation.inject(fault)
            assert (await look_at(simulation)).failure is Failure.CONNECT_TIMEOUT
            await simulation.clear(fault)
        assert (await look_at(simulation)).inputs == {1: InputState.ONLINE}


async def test_locked_camera_forbids_after_a_refused_log_in() -> None:
    """The first check is refused, every later one forbidden, until the lock is gone."""
    async with at_work(small_estate()) as simulation:
        camera = next(iter(simulation.cameras.values()))
        fault = Fault(FaultKind.LOCKED_OUT, camera.plan.camera_id)
        await simulation.inject(fault)
        found = [met(await check(camera)) for _ in range(3)]
        assert found[0] == (Failure.UNAUTHORIZED, Stage.DESCRIBE)
        assert found[1:] == [(Failure.FORBIDDEN, Stage.DESCRIBE)] * 2
        await simulation.clear(fault)
        assert met(await check(camera)) is None


async def test_silent_gateway_relays_nothing() -> None:
    """While the gateway counts nothing of a camera it hands nothing on either, and the camera plays."""
    async with at_work(small_estate()) as simulation:
        camera = next(iter(simulation.cameras.values()))
        await simulation.inject(Fault(FaultKind.GATEWAY_SILENT, camera.plan.camera_id))
        relayed = await check_relayed(simulation, camera, media_seconds=0)
        assert relayed.failure is Failure.NO_MEDIA
        assert met(await check(camera)) is None


async def test_gateway_that_went_down_refuses_both_doors() -> None:
    """A gateway that is down refuses its API and its RTSP side, at the same ports it comes back to."""
    async with at_work(small_estate()) as simulation:
        camera = next(iter(simulation.cameras.values()))
        gateway, _ = stream_of(simulation, camera)
        doors = (gateway.api_url, gateway.rtsp_url)
        fault = Fault(FaultKind.GATEWAY_DOWN, gateway.plan.gateway_id)
        await simulation.inject(fault)
        assert (await sweep(gateway)).failure is Failure.CONNECT_REFUSED
        refused = await check_relayed(simulation, camera, media_seconds=0)
        assert met(refused) == (Failure.CONNECT_REFUSED, Stage.CONNECT)
        await simulation.clear(fault)
        assert (gateway.api_url, gateway.rtsp_url) == doors
        assert (await check_relayed(simulation, camera, media_seconds=0)).failure is None


async def test_stranger_is_refused() -> None:
    """A fault of somebody whom the estate does not know is a clear mistake, and nothing changes."""
    async with at_work(small_estate()) as simulation:
        with pytest.raises(ValueError, match="strikes a camera, and 'cam-9' is none"):
            await simulation.inject(Fault(FaultKind.CAMERA_OFF, "cam-9"))
        assert simulation.active == {}
