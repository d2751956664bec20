"""A toy estate on virtual time: two sites, five cameras, one gateway, broken as a test likes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.channels import Contract
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.model.parties import Provider
from probes.base import CheckOptions, Depth, Observation, Side, Target
from probes.centre.base import StreamSample, Sweep
from probes.failure import Failure, Stage
from simulator.virtual_clock import VirtualLoop
from tests.registered import channels_of, providers_of

STAGES = {Failure.CONNECT_TIMEOUT: Stage.CONNECT, Failure.NO_MEDIA: Stage.MEDIA}
CAMERAS = [f"c{index}" for index in range(4)]


def estate(contracts: tuple[Contract, ...] = ()) -> Estate:
    """Build two sites of two cameras each, one gateway, and one camera enrolled nowhere."""
    site_of = {"c0": "s0", "c1": "s0", "c2": "s1", "c3": "s1", "c4": "s1"}
    school = Institution(
        institution_id="i",
        name="School",
        region="110000000",
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
    )
    return Estate(
        institutions={"i": school},
        sites={s: Site(site_id=s, institution_id="i", name=s) for s in ("s0", "s1")},
        cameras={c: Camera(camera_id=c, site_id=s, url=f"rtsp://{c}/") for c, s in site_of.items()},
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="110000000")},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://g/")},
        enrolments=tuple(Enrolment(camera_id=c, gateway_id="g", stream_key=c) for c in CAMERAS),
        providers={"P": Provider(provider="P"), **providers_of(contracts)},
        channels=channels_of(("s0", "s1")),
        contracts=contracts,
    )


@dataclass
class Toy:
    """An estate that answers sweeps and checks according to what is broken."""

    loop: VirtualLoop
    needs_keys: bool = False
    broken: dict[str, Failure] = field(default_factory=dict)  # camera -> how it fails at its school
    silent: set[str] = field(default_factory=set)  # paths that get nothing although the camera plays
    wary: set[str] = field(default_factory=set)  # cameras that refuse the monitor, and not the gateway
    absent: set[str] = field(default_factory=set)  # paths the gateway does not have
    on_demand: set[str] = field(default_factory=set)  # paths pulled only for a reader, and nobody reads
    gateway_down: bool = False
    counters: dict[str, int] = field(default_factory=dict)
    checks: list[tuple[str, Depth]] = field(default_factory=list)

    async def sweep(self, stream_keys: Sequence[str] | None = None) -> Sweep:
        """Answer like a gateway: counters of broken or silent streams stand still."""
        await asyncio.sleep(0.1)
        complete, asked = stream_keys is None, tuple(stream_keys or ())
        if self.gateway_down:
            return Sweep("g", self.loop.now(), 0.1, {}, complete, asked, Failure.CONNECT_REFUSED)
        samples = {}
        for key in CAMERAS:
            if key not in self.broken and key not in self.silent:
                self.counters[key] = int(self.loop.time() * 1000) + 1
            if key not in self.absent and (complete or key in asked):
                samples[key] = self._sample(key)
        return Sweep("g", self.loop.now(), 0.1, samples, complete, asked)

    def _sample(self, key: str) -> StreamSample:
        if key in self.on_demand:
            return StreamSample(key, counter=0, ready=False, readers=0, on_demand=True, source="rtspSource")
        return StreamSample(key, counter=self.counters.get(key, 0), ready=True)

    async def close(self) -> None:
        """Have nothing to close."""

    async def probe(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Answer like a camera: the way it is broken, or playing."""
        self.checks.append((target.id, options.depth))
        failure = Failure.UNAUTHORIZED if target.id in self.wary else self.broken.get(target.id)
        vanished = failure is Failure.CONNECT_TIMEOUT
        await asyncio.sleep(options.timeout if vanished else 0.5)
        stage = STAGES.get(failure, Stage.DESCRIBE) if failure else None
        plays = failure is None and options.depth is Depth.MEDIA
        return Observation(
            target=target.id,
            side=Side.SITE,
            at=now,
            reached=None,
            failure=failure,
            failed_at=stage,
            key_frame=plays,
            log_ins=int(failure is Failure.UNAUTHORIZED and target.credentials is not None),
            bytes_on_wire=8000,
        )
