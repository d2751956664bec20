"""How cameras are asked at their schools: bounded, in turn, and never with a password refused too often."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from monitor.judge.evidence import SiteLook
from monitor.model.estate import Camera, Estate, Site
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.poller import WAITING_FACTOR, Poller, PollRules
from monitor.run.streams import Index
from probes.base import CheckOptions, Credentials, Observation, Secret, Side, Target
from probes.failure import Failure, Stage
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.toy import estate


@dataclass
class Country:
    """Cameras that all take a second to answer, and count who asks."""

    failure: Failure | None = None
    asking: int = 0
    most_asking: int = 0
    asked: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)  # passwords
    looks: dict[str, SiteLook] = field(default_factory=dict)

    async def probe(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Answer after a second."""
        assert options.timeout > 1
        self.asking += 1
        self.most_asking = max(self.most_asking, self.asking)
        await asyncio.sleep(1)
        self.asking -= 1
        self.asked.append(target.id)
        if target.credentials is not None:
            self.offered.append(target.credentials.password.value)
        refused = self.failure is Failure.UNAUTHORIZED and target.credentials is not None
        return Observation(
            target=target.id,
            side=Side.SITE,
            at=now,
            reached=Stage.OPTIONS,
            failure=self.failure,
            failed_at=Stage.DESCRIBE if self.failure else None,
            log_ins=1 if refused else 0,
        )


class Mistaken(Country):
    """Raises for one camera what no probe may raise."""

    async def probe(self, target: Target, options: CheckOptions, *, now: datetime) -> Observation:
        """Answer as a country does, but for one camera."""
        if target.id == "c0-0":
            raise ZeroDivisionError
        return await super().probe(target, options, now=now)


class Held(SilentMeter):
    """Counts what was held back."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.withheld = 0

    def password_withheld(self, subject: str) -> None:
        """Count it."""
        assert subject == "camera"
        self.withheld += 1

    def check_held_back(self, reason: str) -> None:
        """Take the reason down."""
        self.reasons.append(reason)


def big(sites: int, cameras_each: int) -> Estate:
    """Build an estate with so many sites and cameras."""
    small = estate()
    cameras = {
        f"c{site}-{number}": Camera(camera_id=f"c{site}-{number}", site_id=f"s{site}", url="rtsp://x/")
        for site in range(sites)
        for number in range(cameras_each)
    }
    return Estate(
        institutions=small.institutions,
        sites={f"s{n}": Site(site_id=f"s{n}", institution_id="i", name=f"{n}") for n in range(sites)},
        cameras=cameras,
    )


def poller_of(
    country: Country, register: Estate, loop: VirtualLoop, rules: PollRules, meter: SilentMeter
) -> Poller:
    credentials = {
        key: Credentials(host="x", port=554, username="u", password=Secret("p")) for key in register.cameras
    }
    return Poller(
        index=Index.of(register),
        credentials=credentials,
        rules=rules,
        probe=country.probe,
        clock=Clock(loop.now),
        meter=meter,
        on_look=lambda camera, look: country.looks.__setitem__(camera.camera_id, look),
        lost=lambda _: False,
    )


def test_a_country_in_doubt_is_asked_in_turn() -> None:
    """When every camera is in doubt at once, all are asked, and never more at a time than the rules say."""
    loop, country, register = VirtualLoop(), Country(), big(sites=500, cameras_each=4)
    rules = PollRules(light_every=1e6, whole_every=1e6, concurrency=50)
    poller = poller_of(country, register, loop, rules, SilentMeter())

    async def story() -> int:
        task = asyncio.create_task(poller.run())
        await asyncio.sleep(0.1)
        poller.doubt(register.cameras)
        most_tasks = 0
        for _ in range(50):
            await asyncio.sleep(1)
            most_tasks = max(most_tasks, len(asyncio.all_tasks()))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return most_tasks

    most_tasks = run_virtual(story(), loop)
    assert set(country.asked) == set(register.cameras)
    assert country.most_asking == 50
    assert most_tasks <= 50 * WAITING_FACTOR + 5


def test_a_site_is_asked_by_few_at_a_time() -> None:
    """However many of a site's cameras are in doubt, so many connections to it are open, and no more."""
    loop, country, register = VirtualLoop(), Country(), big(sites=1, cameras_each=40)
    rules = PollRules(light_every=1e6, whole_every=1e6, site_concurrency=3)
    poller = poller_of(country, register, loop, rules, SilentMeter())

    async def story() -> None:
        task = asyncio.create_task(poller.run())
        await asyncio.sleep(0.1)
        poller.doubt(register.cameras)
        await asyncio.sleep(60)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtual(story(), loop)
    assert len(country.asked) == 40
    assert country.most_asking == 3


def test_a_refused_password_is_not_offered_for_ever() -> None:
    """After three refused checks a camera is asked without its password, until there is a new one."""
    loop, country, register = VirtualLoop(), Country(Failure.UNAUTHORIZED), big(sites=1, cameras_each=1)
    meter = Held()
    poller = poller_of(country, register, loop, PollRules(light_every=10, whole_every=1e6), meter)

    async def story() -> None:
        task = asyncio.create_task(poller.run())
        await asyncio.sleep(100)
        assert country.offered == ["p"] * 3
        assert (len(country.asked), meter.withheld) >= (9, 6)
        fresh = Credentials(host="x", port=554, username="u", password=Secret("new"))
        poller.reset(poller.index, {"c0-0": fresh})
        await asyncio.sleep(15)
        assert country.offered == [*["p"] * 3, "new"]
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtual(story(), loop)


def test_a_look_that_we_break_says_nothing_of_the_camera() -> None:
    """A mistake of our own in a look is counted as such; the camera keeps its last look, the others go on."""
    loop, country, register, meter = VirtualLoop(), Mistaken(), big(sites=2, cameras_each=1), Held()
    poller = poller_of(country, register, loop, PollRules(light_every=10, whole_every=1e6), meter)

    async def story() -> None:
        task = asyncio.create_task(poller.run())
        await asyncio.sleep(25)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtual(story(), loop)
    assert set(country.looks) == {"c1-0"}
    assert set(meter.reasons) == {"own_fault"}
