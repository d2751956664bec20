"""/probe: one check of a registered camera, asked for over HTTP, against make-believe cameras."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from exporters.http import probe
from exporters.http.app import make_app
from exporters.http.probe import Check
from exporters.http.probe_text import FAMILIES
from exporters.http.serve import serve
from monitor.judge.evidence import SiteLook
from monitor.model.estate import Camera as Registered
from monitor.model.estate import Estate
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.poller import NotNow, Poller, PollRules
from monitor.run.streams import Index
from probes.base import Credentials, Observation, Secret, Side
from probes.rtsp import RtspProbe
from simulator.camera import Camera, Manner
from simulator.simulation import Simulation
from tests.serving import no_metrics
from tests.simulator.estate_at_work import at_work, credentials, small_estate
from tests.toy import estate as toy_estate

PATH = "/probe?camera=c0"


@asynccontextmanager
async def asking(check: Check) -> AsyncIterator[ClientSession]:
    """Serve /probe and give a session that knows where."""
    app = make_app(metrics=no_metrics, not_ready=list, version="1", check=check)
    async with serve(app, "127.0.0.1", 0) as address, ClientSession(address.url) as session:
        yield session


async def get(session: ClientSession, path: str = PATH, **headers: str) -> tuple[int, str]:
    async with session.get(path, headers=headers) as answer:
        return answer.status, await answer.text()


@dataclass
class School:
    """A poller of one make-believe camera, and what it handed on."""

    camera: Camera
    looks: list[SiteLook] = field(default_factory=list)

    def poller(self, password: str | None = None) -> Poller:
        """Make it, with a password of its own choice."""
        toy = toy_estate()
        known: Credentials = credentials(self.camera)
        if password is not None:
            known = replace(known, password=Secret(password))
        registered = Registered(camera_id="c0", site_id="s0", url=self.camera.url)
        estate = Estate(institutions=toy.institutions, sites=toy.sites, cameras={"c0": registered})
        return Poller(
            index=Index.of(estate),
            credentials={"c0": known},
            rules=PollRules(timeout=4.0, media_seconds=0.2),
            probe=RtspProbe(Side.SITE),
            clock=Clock(),
            meter=SilentMeter(),
            on_look=lambda _, look: self.looks.append(look),
            lost=lambda _: False,
        )


@pytest.fixture
async def school() -> AsyncIterator[School]:
    """One camera that asks for a log-in by Digest."""
    async with at_work(small_estate()) as simulation:
        yield School(_digest(simulation))


def _digest(simulation: Simulation) -> Camera:
    return next(camera for camera in simulation.cameras.values() if camera.plan.auth == "md5")


async def test_a_camera_that_plays(school: School) -> None:
    """A good check answers samples for Prometheus, and is handed on like any other look."""
    async with asking(school.poller().check_now) as session, session.get(PATH) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = await answer.text()
    lines = text.splitlines()
    assert {"probe_success 1", "probe_key_frame 1"} <= set(lines)
    assert any(line.startswith('probe_stage_seconds{stage="describe"} ') for line in lines)
    assert any(line.startswith("probe_duration_seconds 0.") for line in lines)
    assert [look.plays for look in school.looks] == [True]


async def test_it_is_explained_stage_by_stage(school: School) -> None:
    """With debug=true the stages are told in their order, in the reader's language, and no secret is."""
    async with asking(school.poller().check_now) as session:
        _, english = await get(session, f"{PATH}&debug=true")
        _, russian = await get(session, f"{PATH}&debug=true", **{"Accept-Language": "ru"})
    words = [line.split("  ")[0] for line in english.splitlines()]
    assert words[:6] == ["connect", "OPTIONS", "DESCRIBE", "SETUP", "PLAY", "receive video"]
    assert "good: the picture arrives at the monitor from the school" in english
    assert "хорошо: изображение поступает из школы на монитор" in russian
    plan = school.camera.plan
    assert not [word for word in (plan.password, plan.address, "rtsp://") if word in english + russian]


async def test_a_camera_that_does_not_play(school: School) -> None:
    """A bad check is an answer all the same: what was met, and where."""
    await school.camera.behave(Manner.OFF)
    async with asking(school.poller().check_now) as session:
        status, text = await get(session, f"{PATH}&debug=true")
    assert status == 200
    assert "bad: The connection was refused (connect)" in text
    assert "probe_success 0" in text.splitlines()
    assert 'probe_failure_info{failure="connect_refused",stage="connect"} 1' in text.splitlines()
    assert [look.refused for look in school.looks] == [True]


async def test_a_refused_password_is_not_offered_for_ever(school: School) -> None:
    """Whoever asks again and again cannot lock the account: after three refusals no log-in is tried."""
    poller = school.poller(password="wrong")
    async with asking(poller.check_now) as session:
        answers = [(await get(session, f"{PATH}&debug=true"))[1] for _ in range(5)]
    assert ["log-ins offered" in text for text in answers] == [True, True, True, False, False]
    assert "wrong" not in "".join(answers)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        pytest.param(
            "", 400, "camera is missing; write /probe?camera=ID with an id of the register", id="none"
        ),
        pytest.param("?camera=", 400, "camera is missing", id="empty"),
        pytest.param("?camera=c9", 404, "no such camera in the register; `register show", id="unknown"),
        pytest.param("?camera=rtsp://10.0.0.1/", 404, "no such camera in the register", id="an address"),
        pytest.param(
            "?camera=c0&target=rtsp://10.0.0.1/", 400, "there is no parameter 'target'", id="target"
        ),
        pytest.param("?camera=c0&url=x", 400, "only cameras of the register are checked, by id", id="url"),
        pytest.param("?camera=c0&module=x", 400, "there is no parameter 'module'", id="module"),
        pytest.param("?camera=c0&camera=c1", 400, "camera is there 2 times; leave one", id="two"),
        pytest.param("?camera=c0&debug=yes", 400, "debug: is neither true nor false", id="debug"),
        pytest.param("?camra=c0", 400, "did you mean camera?", id="misspelt"),
    ],
)
async def test_what_is_refused(query: str, status: int, said: str) -> None:
    """Only a camera of the register is checked; every other wish is refused in one line, nothing dialled."""
    asked: list[str] = []

    async def check(camera_id: str) -> Observation:
        asked.append(camera_id)
        raise LookupError(camera_id)

    async with asking(check) as session:
        answer = await get(session, f"/probe{query}")
    assert (answer[0], said in answer[1], answer[1].count("\n")) == (status, True, 1)
    assert not [key for key in asked if status == 400]


async def test_one_at_a_time(school: School) -> None:
    """While a camera is looked at, a second wish is told to come later."""
    await school.camera.behave(Manner.HUNG)
    poller, begun = school.poller(), asyncio.Event()

    async def check(camera_id: str) -> Observation:
        begun.set()
        return await poller.check_now(camera_id)

    async with asking(check) as session:
        first = asyncio.create_task(get(session))
        await begun.wait()
        status, said = await get(session)
        assert (status, said) == (503, "not now: it is being looked at; ask again\n")
        assert "probe_success 0" in (await first)[1].splitlines()
        assert len(school.looks) == 1


async def test_not_too_many_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a few at once, and after a time, a wish is told to come later; then its place is free."""
    going, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def check(_: str) -> Observation:
        begun.release()
        await going.wait()
        raise NotNow("the register is not loaded")

    async with asking(check) as session:
        held = [asyncio.create_task(get(session)) for _ in range(probe.MOST_AT_ONCE)]
        for _ in held:
            await begun.acquire()
        assert await get(session) == (503, "too many checks at once; ask again\n")
        going.set()
        assert {status for status, _ in await asyncio.gather(*held)} == {503}
        going.clear()
        monkeypatch.setattr(probe, "SECONDS", 0.05)
        assert "the site's budget is used up; ask again" in (await get(session))[1]


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
async def test_only_get_asks_a_camera(method: str) -> None:
    """A check has a cost: nothing but GET makes one."""

    async def check(camera_id: str) -> Observation:
        raise AssertionError(camera_id)

    async with asking(check) as session, session.request(method, PATH) as answer:
        assert answer.status == 405


def test_every_sample_is_documented() -> None:
    """Each metric of /probe has its row in the page, and no other has."""
    page = (Path(__file__).parents[2] / "docs" / "probe.md").read_text(encoding="utf-8")
    told = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `probe_")}
    assert told == {family.name for family in FAMILIES}
