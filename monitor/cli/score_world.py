"""A make-believe world behind the seams of the monitor: gateways, cameras, edges and recorders that answer.

Every answer takes virtual time, and is what the world says at the second in which it was asked.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from monitor.judge.selfcheck import Result
from monitor.model.estate import Gateway, Recorder
from monitor.run.canaries import UNTOLD
from monitor.run.canaries import Answer as CanaryAnswer
from probes.base import CheckOptions, Credentials, Depth, MediaStats, Observation, Side, StageTime, Target
from probes.centre.base import StreamSample, Sweep
from probes.failure import Failure, Stage
from probes.recorder.base import InputState, RecorderReading
from simulator.world.answers import Paths, World
from simulator.world.camera import Answer, camera_at
from simulator.world.fault import Fault, Manner

SWEEP_SECONDS = 0.3
GATEWAY_TIMEOUT = 10.0  # seconds until a gateway that swallows everything is given up
CANARY_TIMEOUT = 3.0  # seconds until the control addresses are given up
RECORDER_BYTES = 3_000


class WorldGateway:
    """A gateway as a CentreSource."""

    needs_keys = False

    def __init__(
        self, world: World, gateway_id: str, *, seconds: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._world = world
        self._gateway_id = gateway_id
        self._seconds = seconds  # of the run
        self._now = now

    async def sweep(self, stream_keys: Sequence[str] | None = None) -> Sweep:
        """Tell every path, or those asked for, in the order of the register."""
        complete, asked = stream_keys is None, tuple(sorted(stream_keys or ()))
        began = self._seconds()
        down = self._world.gateway_is_down(self._gateway_id, began)
        if self._world.is_blind(began) or down is not None:
            return await self._failed(complete, asked, down)
        await asyncio.sleep(SWEEP_SECONDS)
        paths = self._world.paths_at(self._gateway_id, self._seconds(), None if complete else asked)
        return Sweep(self._gateway_id, self._now(), SWEEP_SECONDS, _samples(paths), complete, asked)

    async def _failed(self, complete: bool, asked: tuple[str, ...], down: Fault | None) -> Sweep:
        refuses = down is not None and down.manner is Manner.QUICK
        failure = Failure.CONNECT_REFUSED if refuses else Failure.CONNECT_TIMEOUT
        seconds = 0.1 if refuses else GATEWAY_TIMEOUT
        await asyncio.sleep(seconds)
        return Sweep(self._gateway_id, self._now(), seconds, {}, complete, asked, failure, Stage.CONNECT)

    async def close(self) -> None:
        """Have nothing to close."""


def _samples(paths: Paths) -> dict[str, StreamSample]:
    samples = {key: StreamSample(key, counter) for key, counter in paths.counters.items()}
    for key in paths.fillers:
        samples[key] = StreamSample(key, paths.counters[key], available=True, online=False)
    return samples


class WorldRecorder:
    """A recorder as a RecorderSource."""

    def __init__(
        self, world: World, recorder_id: str, *, seconds: Callable[[], float], now: Callable[[], datetime]
    ) -> None:
        self._world = world
        self._recorder_id = recorder_id
        self._seconds = seconds
        self._now = now

    async def read(self) -> RecorderReading:
        """Say of every input whether it has a picture, or nothing."""
        began, t = self._now(), self._seconds()
        connect = self._world.recorder_at(self._recorder_id, t)
        if connect is None:
            await asyncio.sleep(GATEWAY_TIMEOUT)
            return RecorderReading(
                recorder_id=self._recorder_id,
                at=began,
                reached=None,
                failure=Failure.CONNECT_TIMEOUT,
                failed_at=Stage.CONNECT,
                seconds=GATEWAY_TIMEOUT,
            )
        seconds = min(GATEWAY_TIMEOUT, connect * 3)
        await asyncio.sleep(seconds)
        lost = self._world.lost_inputs(self._recorder_id, t)
        inputs = range(1, self._world.places.recorders[self._recorder_id].inputs + 1)
        return RecorderReading(
            recorder_id=self._recorder_id,
            at=began,
            reached=Stage.DESCRIBE,
            inputs={number: InputState.LOST if number in lost else InputState.ONLINE for number in inputs},
            log_ins=1,
            bytes_on_wire=RECORDER_BYTES,
            seconds=seconds,
        )

    async def close(self) -> None:
        """Have nothing to close."""


class WorldSeams:
    """Everything that a shift asks, by the register's ids, and what it tests its own network by."""

    def __init__(self, world: World, *, seconds: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._world = world
        self._seconds = seconds
        self._now = now

    def gateway(self, gateway: Gateway, _: Credentials | None) -> WorldGateway:
        """Make the way to ask one gateway."""
        return WorldGateway(self._world, gateway.gateway_id, seconds=self._seconds, now=self._now)

    def recorder(self, recorder: Recorder, *_: object) -> WorldRecorder:
        """Make the way to ask one recorder."""
        return WorldRecorder(self._world, recorder.recorder_id, seconds=self._seconds, now=self._now)

    async def network(self) -> CanaryAnswer:
        """Connect to the control addresses, which answer unless the monitor is cut off."""
        if not self._world.is_blind(self._seconds()):
            return CanaryAnswer(Result.OK)
        await asyncio.sleep(CANARY_TIMEOUT)
        return CanaryAnswer(Result.FAILED, "no control address answers")

    async def disk(self) -> CanaryAnswer:
        """Have no disk."""
        return UNTOLD

    async def probe(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Ask one camera."""
        whole = options.depth is Depth.MEDIA
        offered = target.credentials is not None
        answer = camera_at(self._world, target.id, self._seconds(), whole=whole, offered=offered)
        await asyncio.sleep(min(answer.seconds, options.timeout))
        return _observation(target.id, answer, now)

    async def edge(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Connect to the router of a site."""
        connect = self._world.edge_at(target.id, self._seconds())
        if connect is None:
            await asyncio.sleep(options.timeout)
            answer = Answer(seconds=options.timeout, failure=Failure.CONNECT_TIMEOUT, failed_at=Stage.CONNECT)
        else:
            await asyncio.sleep(connect)
            answer = Answer(seconds=connect, connect=connect, reached=Stage.CONNECT)
        return _observation(target.id, answer, now)


def _observation(target: str, answer: Answer, at: datetime) -> Observation:
    connected = answer.connect is not None
    media = answer.packets or answer.lost
    return Observation(
        target=target,
        side=Side.SITE,
        at=at,
        reached=answer.reached,
        failure=answer.failure,
        failed_at=answer.failed_at,
        stages=(StageTime(name=Stage.CONNECT, seconds=answer.connect or 0.0),) if connected else (),
        media=_media(answer) if media else None,
        key_frame=answer.key_frame,
        log_ins=answer.log_ins,
        bytes_on_wire=answer.bytes,
    )


def _media(answer: Answer) -> MediaStats:
    return MediaStats(
        packets=answer.packets,
        lost=answer.lost,
        jitter=0.005,
        bytes=answer.packets * 1200,
        seconds=1.0,
        frames=25,
    )
