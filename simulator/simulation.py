"""A make-believe estate at work: its cameras and gateways listen on loopback, and faults come and go."""

import asyncio
from collections.abc import Callable, Container, Iterator
from datetime import date, datetime
from random import Random

from simulator import estate
from simulator.camera import Camera
from simulator.clip import Clip, read_clips
from simulator.fault_effects import manner_of, supply_of
from simulator.faults import SUBJECT, Fault, FaultKind, Subject
from simulator.feed import Feed, Ticker
from simulator.gateway import Gateway, PulledPath
from simulator.gateway_api import Generation
from simulator.onvif_devices import OnvifDevices
from simulator.path import Supply
from simulator.premises import Premises
from simulator.pull import Origin
from simulator.sheets import Places
from simulator.truth import Truth, tell_truth

STRAY_NUMBER = 2_000_000  # stamps of publishers that no register knows begin here


class Simulation:
    """Start it, inject faults and clear them, ask for the truth, stop it.

    `clock` gives UTC; `today` is the day on which contracts are looked at. The same estate and seed give
    the same devices; ports are the system's choice.
    """

    def __init__(
        self,
        plan: estate.Estate,
        *,
        seed: int,
        today: date,
        clock: Callable[[], datetime],
        generation: Generation = Generation.BOTH,
    ) -> None:
        self.estate = plan
        self.active: dict[Fault, datetime] = {}
        self.cameras: dict[str, Camera] = {}
        self.gateways: dict[str, Gateway] = {}
        self.premises = Premises(plan, clock=clock)
        self.devices = OnvifDevices(plan, clock=clock)
        self._rng = Random(f"simulation {seed}")
        self._today = today
        self._clock = clock
        self._generation = generation
        self._clips: dict[str, Clip] = {}
        self._ticker: Ticker | None = None
        self._changing = asyncio.Lock()

    async def start(self) -> None:
        """Listen everywhere. OSError when the system has no room for so many sockets."""
        self._clips = read_clips()
        self._ticker = Ticker(asyncio.get_running_loop())
        for plan in self.estate.cameras:
            feed = self._feed(self._clips[plan.clip], plan.number)
            self.cameras[plan.camera_id] = Camera(plan, feed, port=0, rng=self._rng)
        for gateway_plan in self.estate.gateways:
            self.gateways[gateway_plan.gateway_id] = self._gateway(gateway_plan)
        for stream in self.estate.streams:
            if stream.known:
                self._pull(stream)
        for camera in self.cameras.values():
            await camera.start()
        await self.premises.start()
        await self.devices.start()
        for gateway in self.gateways.values():
            await gateway.start()

    async def stop(self) -> None:
        """Close everything."""
        for gateway in self.gateways.values():
            await gateway.stop()
        for camera in self.cameras.values():
            await camera.stop()
        await self.premises.stop()
        await self.devices.stop()
        if self._ticker is not None:
            self._ticker.stop()

    @property
    def places(self) -> Places:
        """Where everything listens."""
        return Places(
            cameras={camera_id: camera.url for camera_id, camera in self.cameras.items()},
            gateways={gateway_id: gateway.api_url for gateway_id, gateway in self.gateways.items()},
            edges={site_id: edge.place for site_id, edge in self.premises.edges.items()},
            recorders={key: recorder.url for key, recorder in self.premises.recorders.items()},
            onvif=self.devices.urls,
        )

    def truth(self) -> list[Truth]:
        """The right verdict on every stream at this moment."""
        return tell_truth(self.estate, self.active)

    async def inject(self, fault: Fault) -> None:
        """Let something go wrong; nothing changes when it is so already.

        A contract that lapses changes the estate, and so the register to be written. ValueError for an id
        that the estate does not know.
        """
        self._refuse_stranger(fault)
        async with self._changing:
            if fault not in self.active:
                self.active[fault] = self._clock()
                if fault.kind is FaultKind.CONTRACT_LAPSED:
                    self.estate = self.estate.lapse(fault.subject, self._today)
                await self._feel(fault)

    async def clear(self, fault: Fault) -> None:
        """Let it be right again. ValueError for an id that the estate does not know."""
        self._refuse_stranger(fault)
        async with self._changing:
            if self.active.pop(fault, None) is not None:
                await self._feel(fault)

    def _refuse_stranger(self, fault: Fault) -> None:
        known: dict[Subject, Container[str]] = {
            Subject.CAMERA: self.cameras,
            Subject.RECORDER: self.premises.recorders,
            Subject.SITE: self.premises.edges,
            Subject.GATEWAY: self.gateways,
        }
        subject = SUBJECT[fault.kind]
        if fault.subject not in known[subject]:
            raise ValueError(f"{fault.kind.value} strikes a {subject.value}, and {fault.subject!r} is none")

    async def _feel(self, fault: Fault) -> None:
        """Bring the devices that a fault concerns into the state that all active faults ask for."""
        if fault.kind is FaultKind.GATEWAY_DOWN:
            await self._switch(self.gateways[fault.subject], down=fault in self.active)
            return
        await self.premises.feel(fault, self.active)
        for camera in self.cameras.values():
            if fault.subject in {camera.plan.camera_id, camera.plan.site_id, camera.plan.recorder_id}:
                await camera.behave(manner_of(camera.plan, self.active))
                self._feed_paths(camera)

    async def _switch(self, gateway: Gateway, *, down: bool) -> None:
        if down:
            await gateway.go_down()
            return
        now = self._clock()
        for path in gateway.paths.values():
            path.counter.restart(now)  # a media server that comes back counts from nothing
        await gateway.start()

    def _feed_paths(self, camera: Camera) -> None:
        camera_id, now = camera.plan.camera_id, self._clock()
        silent = Fault(FaultKind.GATEWAY_SILENT, camera_id) in self.active
        for path in self._paths(camera_id):
            path.missing = Fault(FaultKind.PATH_MISSING, camera_id) in self.active
            path.relay.muted = silent
            reaches = supply_of(camera.plan, camera.manner, self.active)
            path.counter.become(Supply.IDLE if path.on_demand else reaches, now)

    def _paths(self, camera_id: str) -> Iterator[PulledPath]:
        for stream in self.estate.streams:
            if stream.camera_id == camera_id and stream.known:
                path = self.gateways[stream.gateway_id].paths[stream.stream_key]
                if isinstance(path, PulledPath):
                    yield path

    def _gateway(self, plan: estate.Gateway) -> Gateway:
        gateway = Gateway(
            plan, clock=self._clock, rng=self._rng, generation=self._generation, host=plan.address
        )
        clip = self._clips[min(self._clips)]
        for at, name in enumerate(plan.unknown_paths):
            stray = self._feed(clip, STRAY_NUMBER + len(self.gateways)) if at == 0 else None
            gateway.add_pushed(name, stray, clip.bytes_per_second)
        return gateway

    def _pull(self, stream: estate.Stream) -> None:
        camera = self.cameras[stream.camera_id]
        self.gateways[stream.gateway_id].add_pulled(
            stream.stream_key,
            _origin(camera),
            rate=self._clips[camera.plan.clip].bytes_per_second,
            on_demand=stream.on_demand,
        )

    def _feed(self, clip: Clip, number: int) -> Feed:
        if self._ticker is None:
            raise RuntimeError("a feed is made once the simulation has started")
        return Feed(clip, number, self._ticker, lambda: self._clock().timestamp())


def _origin(camera: Camera) -> Callable[[], Origin]:
    """Where a gateway fetches a camera, asked at each fetch: the port is known once it listens."""

    def find() -> Origin:
        plan = camera.plan
        return Origin(
            host=camera.host,
            port=camera.port,
            url=camera.url,
            username=plan.username,
            password=plan.password,
        )

    return find
