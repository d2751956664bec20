"""What stands around the cameras, on virtual time: when it is asked, within which bounds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.judge.neighbours import EdgeView, Reach
from monitor.model.estate import Estate, Recorder, RecorderKind
from monitor.run.access import Access
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.devices import SOON, Devices
from monitor.run.edges import Edges
from monitor.run.log_ins import LogIns
from monitor.run.looks import RecorderLook
from monitor.run.meter import SilentMeter
from monitor.run.recorders import Recorders
from monitor.run.streams import Index
from monitor.run.surveyor import Asker, Surveyor
from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target
from probes.failure import Failure, Stage
from probes.onvif.reading import DeviceReading
from probes.recorder.base import InputState, RecorderReading
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.toy import estate

LOGIN = Credentials(host="r", port=80, username="u", password=Secret("p"))


@dataclass
class School:
    """A site with an edge, a recorder and a camera that speaks ONVIF, and what was asked of them."""

    loop: VirtualLoop
    refuses: bool = False  # our log-in
    broken: bool = False  # a mistake of ours in every question
    asked: list[tuple[str, str, float]] = field(default_factory=list)  # kind, id, minute
    offered: list[bool] = field(default_factory=list)  # whether the recorder was offered our log-in
    edges: list[tuple[str, EdgeView]] = field(default_factory=list)
    looks: list[RecorderLook] = field(default_factory=list)
    devices: list[DeviceReading] = field(default_factory=list)

    def note(self, kind: str, ident: str) -> None:
        self.asked.append((kind, ident, self.loop.seconds / 60))
        if self.broken:
            raise ZeroDivisionError

    async def edge(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        self.note("edge", target.url)
        await asyncio.sleep(options.timeout / 2)
        return Observation(target=target.id, side=Side.SITE, at=now, reached=Stage.CONNECT)

    def recorder(self, recorder: Recorder, credentials: Credentials | None, zone: ZoneInfo) -> "School":
        assert zone.key == "Asia/Almaty"
        self.note("recorder", recorder.recorder_id)
        self.offered.append(credentials is not None)
        return self

    async def read(self) -> RecorderReading:
        failure = Failure.UNAUTHORIZED if self.refuses else None
        inputs = {1: InputState.LOST} if failure is None else {}
        log_ins = 1 if self.offered[-1] else 0
        return RecorderReading(
            recorder_id="r",
            at=self.loop.now(),
            reached=None,
            failure=failure,
            inputs=inputs,
            log_ins=log_ins,
            bytes_on_wire=2_000,
        )

    async def close(self) -> None:
        """Have nothing to close."""

    async def device(
        self,
        target: Target,
        *,
        timeout: float,  # noqa: ASYNC109, as the probe has it
        now: datetime,
    ) -> DeviceReading:
        assert timeout > 0
        self.note("onvif", target.url)
        return DeviceReading(device=target.id, at=now, reached=Stage.DESCRIBE, clock_offset=3.0)


def register() -> Estate:
    made = estate()
    cameras = dict(made.cameras)
    cameras["c0"] = replace(cameras["c0"], recorder_id="r", recorder_input=1)
    cameras["c1"] = replace(cameras["c1"], onvif_url="http://c1/onvif")
    recorder = Recorder(recorder_id="r", site_id="s0", kind=RecorderKind.HIKVISION, url="http://r/")
    silent = Recorder(recorder_id="old", site_id="s1", kind=RecorderKind.OTHER)
    sites = made.sites | {"s0": replace(made.sites["s0"], edge="10.0.0.1:443")}
    return replace(made, cameras=cameras, sites=sites, recorders={"r": recorder, "old": silent})


def surveyed(
    story: Callable[[School, Surveyor], Awaitable[None]], given: Estate | None = None, **school: Any
) -> School:
    """Run a surveyor beside a story."""
    loop = VirtualLoop()
    place = School(loop, **school)
    run_virtual(_live(place, given or register(), story), loop)
    return place


async def _live(place: School, given: Estate, story: Callable[[School, Surveyor], Awaitable[None]]) -> None:
    clock, meter = Clock(place.loop.now), SilentMeter()
    budgets, log_ins = Budgets(kbps=256, concurrency=4), LogIns(most=3)
    common: dict[str, Any] = {"budgets": budgets, "clock": clock, "meter": meter}
    askers: list[Asker] = [
        Edges(place.edge, every=300, timeout=10, on_edge=lambda *told: place.edges.append(told), **common),
        Recorders(
            place.recorder,
            every=300,
            log_ins=log_ins,
            on_recorder=lambda _, look: place.looks.append(look),
            **common,
        ),
        Devices(
            place.device,
            every=86_400,
            timeout=10,
            log_ins=log_ins,
            on_device=lambda _, seen: place.devices.append(seen),
            **common,
        ),
    ]
    surveyor = Surveyor(askers, clock=clock, meter=meter)
    surveyor.reset(Index.of(given), Access(recorders={"r": LOGIN}))
    task = asyncio.create_task(surveyor.run())
    try:
        await story(place, surveyor)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def an_hour(_: School, __: Surveyor) -> None:
    await asyncio.sleep(3600)


def test_the_slow_beats() -> None:
    """In an hour an edge and a recorder are asked twelve times each; who has no address is asked nothing."""
    place = surveyed(an_hour)
    kinds = [kind for kind, _, _ in place.asked]
    assert (kinds.count("edge"), kinds.count("recorder")) == (12, 12)
    assert {ident for kind, ident, _ in place.asked if kind != "onvif"} == {"rtsp://10.0.0.1:443", "r"}
    assert {site for site, _ in place.edges} == {"s0"}
    assert all(view.reach is Reach.ANSWERED for _, view in place.edges)
    assert all(look.inputs == {1: InputState.LOST} for look in place.looks)


def test_a_device_is_asked_once_a_day() -> None:
    """Over ONVIF a camera with an address is asked soon after the start, and then once a day."""

    async def two_days(_: School, __: Surveyor) -> None:
        await asyncio.sleep(2 * 86_400)

    place = surveyed(two_days)
    assert [ident for kind, ident, _ in place.asked if kind == "onvif"] == ["http://c1/onvif"] * 3
    assert [seen.clock_offset for seen in place.devices] == [3.0, 3.0, 3.0]


def test_a_device_that_is_new_is_asked_soon() -> None:
    """After a start, and when it enters the register, a camera is asked in a quarter of an hour."""
    new = register()
    cameras = {**new.cameras, "c2": replace(new.cameras["c2"], onvif_url="http://c2/onvif")}

    async def story(place: School, surveyor: Surveyor) -> None:
        await asyncio.sleep(SOON)
        assert [ident for kind, ident, _ in place.asked if kind == "onvif"] == ["http://c1/onvif"]
        surveyor.reset(Index.of(replace(new, cameras=cameras)), Access())
        await asyncio.sleep(SOON)
        asked = [ident for kind, ident, _ in place.asked if kind == "onvif"]
        assert asked == ["http://c1/onvif", "http://c2/onvif"]

    surveyed(story)


@pytest.mark.parametrize(
    ("camera", "asked"),
    [
        pytest.param("c0", {"edge", "recorder"}, id="an input of a recorder"),
        pytest.param("c1", {"edge"}, id="an IP camera"),
        pytest.param("c2", set(), id="at a site without an edge"),
        pytest.param("gone", set(), id="not in the register"),
    ],
)
def test_doubt_asks_at_once(camera: str, asked: set[str]) -> None:
    """A camera in doubt has its site's edge and its recorder asked within a second."""

    async def story(place: School, surveyor: Surveyor) -> None:
        await asyncio.sleep(1)
        del place.asked[:]
        surveyor.doubt([camera])
        await asyncio.sleep(1)

    assert {kind for kind, _, _ in surveyed(story).asked} == asked


def test_a_refused_log_in_is_not_offered_for_ever() -> None:
    """After three refused questions a recorder is asked without our log-in; another one is offered again."""

    async def story(place: School, surveyor: Surveyor) -> None:
        await asyncio.sleep(3600)
        before = len(place.offered)
        surveyor.reset(Index.of(register()), Access(recorders={"r": replace(LOGIN, username="new")}))
        await asyncio.sleep(300)
        assert place.offered[before:] == [True]

    place = surveyed(story, refuses=True)
    assert place.offered[:12] == [True] * 3 + [False] * 9


def test_a_mistake_of_ours_says_nothing_of_the_site() -> None:
    """When our own code fails, nothing is handed on and the next beat asks again."""
    place = surveyed(an_hour, broken=True)
    assert not place.edges
    assert not place.looks
    assert len([kind for kind, _, _ in place.asked if kind == "edge"]) == 12


def test_what_leaves_the_register_is_asked_no_more() -> None:
    """A recorder and an edge that the register does not name any more are left alone."""

    async def story(place: School, surveyor: Surveyor) -> None:
        surveyor.reset(Index.of(estate()), Access())
        del place.asked[:]
        await asyncio.sleep(3600)

    assert not surveyed(story).asked
