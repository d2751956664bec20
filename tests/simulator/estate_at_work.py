"""A small simulation at work, and how a test asks its devices."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target
from probes.centre import CENTRE_SOURCES
from probes.centre.base import GatewayAccess, Sweep
from probes.rtsp import RtspProbe
from simulator.camera import Camera
from simulator.estate import Estate, Stream
from simulator.gateway import Gateway
from simulator.guard import ALGORITHMS
from simulator.making import make_estate
from simulator.recorder_answers import Dialect
from simulator.simulation import Simulation
from simulator.wiring import RECORDERS, Recorder, loopback

TODAY = date(2026, 11, 24)


def now() -> datetime:
    """The wall clock, as the simulation and the probes want it."""
    return datetime.now(UTC)


def small_estate() -> Estate:
    """Four cameras at two schools, one for each way of asking who is there; all enrolled, all pulled.

    The last camera is the only input of a recorder.
    """
    made = make_estate(institutions=2, cameras=4, seed=5, today=TODAY)
    ways = zip(made.cameras, ALGORITHMS, strict=True)
    *cameras, last = (replace(camera, auth=way) for camera, way in ways)
    recorder = Recorder(
        recorder_id="rec-1",
        site_id=last.site_id,
        address=loopback(0, RECORDERS),
        dialect=Dialect.HIKVISION,
        inputs=1,
        username="monitor",
        password="rec-made-up",
    )
    last = replace(last, recorder_id="rec-1", recorder_input=1)
    return replace(made, cameras=(*cameras, last), recorders=(recorder,))


@asynccontextmanager
async def at_work(estate: Estate) -> AsyncIterator[Simulation]:
    """Start a simulation, and stop it whatever happens."""
    simulation = Simulation(estate, seed=1, today=TODAY, clock=now)
    try:
        await simulation.start()
        yield simulation
    finally:
        await simulation.stop()


def stream_of(simulation: Simulation, camera: Camera) -> tuple[Gateway, Stream]:
    """Where a camera is enrolled."""
    stream = next(each for each in simulation.estate.streams if each.camera_id == camera.plan.camera_id)
    return simulation.gateways[stream.gateway_id], stream


async def check(camera: Camera, *, patience: float = 5.0, media_seconds: float = 0.0) -> Observation:
    """Ask a camera as the monitor does."""
    target = Target(id=camera.plan.camera_id, url=camera.url, credentials=credentials(camera))
    options = CheckOptions(timeout=patience, media_seconds=media_seconds)
    return await RtspProbe(Side.SITE)(target, options, now=now())


async def check_relayed(simulation: Simulation, camera: Camera, *, media_seconds: float) -> Observation:
    """Ask the gateway's RTSP side for a camera's stream."""
    gateway, stream = stream_of(simulation, camera)
    url = f"{gateway.rtsp_url}/{stream.stream_key}"
    login = _login(url, gateway.plan.username, gateway.plan.password)
    options = CheckOptions(timeout=8, media_seconds=media_seconds)
    return await RtspProbe(Side.CENTRE)(Target(id="relayed", url=url, credentials=login), options, now=now())


async def sweep(gateway: Gateway) -> Sweep:
    """Ask a gateway's control API as the monitor does."""
    source = CENTRE_SOURCES["mediamtx"](
        GatewayAccess(
            gateway_id=gateway.plan.gateway_id,
            url=gateway.api_url,
            now=now,
            timeout=3,
            probe=RtspProbe(Side.CENTRE),
            credentials=replace(
                _login(gateway.api_url, gateway.plan.username, gateway.plan.password), basic_in_clear=True
            ),
        )
    )
    try:
        return await source.sweep()
    finally:
        await source.close()


def credentials(camera: Camera) -> Credentials:
    """What the register's credentials give the monitor for a camera."""
    login = _login(camera.url, camera.plan.username, camera.plan.password)
    return replace(login, basic_in_clear=camera.plan.auth == "basic")


def _login(url: str, username: str, password: str) -> Credentials:
    found = re.match(r"\w+://([^:/]+):(\d+)", url)
    assert found is not None
    return Credentials(host=found[1], port=int(found[2]), username=username, password=Secret(password))
