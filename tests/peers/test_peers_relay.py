"""From real cameras through a real relay to verdicts, and the same coded frames at both ends."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from monitor.judge.evidence import LogInView, SiteLook
from monitor.judge.ledger import Ledger
from monitor.judge.outages import GatewayStanding
from monitor.judge.patience import Rules
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
)
from monitor.model.estate import Site as Building
from monitor.model.verdict import Cause, Proof, State, Verdict
from monitor.run.desk import Desk
from monitor.run.streams import Index
from probes import PROBES
from probes.base import CheckOptions, Observation, Side, Target
from probes.centre import CENTRE_SOURCES
from probes.centre.base import CentreSource, GatewayAccess, Sweep
from probes.failure import Failure
from tests.peers.conftest import Site
from tests.peers.ffmpeg import fingerprints_of
from tests.peers.gst import Servers

LOOK = 5.5  # seconds for one look, here and there


def now() -> datetime:
    return datetime.now(UTC)


def relay_at(url: str) -> CentreSource:
    """Make the source that asks the centre's gateway."""
    return CENTRE_SOURCES["relay"](
        GatewayAccess(gateway_id="g", url=url, now=now, timeout=LOOK, probe=PROBES["rtsp"](Side.CENTRE))
    )


async def check(url: str, side: Side, seconds: float) -> Observation:
    """Look at one stream for some seconds."""
    options = CheckOptions(timeout=LOOK + seconds, media_seconds=seconds)
    return await PROBES["rtsp"](side)(Target(id="camera", url=url), options, now=now())


@pytest.mark.parametrize("name", ["h264", "h265"])
async def test_same_frames_at_both_ends(site: Site, centre: Servers, name: str) -> None:
    """What comes out of the relay are the camera's own coded frames, and the format agrees."""
    here, there = await asyncio.gather(
        check(site.url(name), Side.SITE, 4.0), check(centre.url("centre", f"/{name}"), Side.CENTRE, 2.0)
    )
    assert (here.failure, there.failure) == (None, None)
    assert here.video is not None
    assert there.video is not None
    assert (there.video.codec, there.video.width, there.video.height) == (here.video.codec, 320, 240)
    assert len(set(here.fingerprints) & set(there.fingerprints)) >= 15


async def test_ffmpeg_at_the_relay_agrees(site: Site, centre: Servers) -> None:
    """A second client, ffmpeg, finds at the centre the frames that the monitor saw at the camera."""
    here, copied = await asyncio.gather(
        check(site.url("h264"), Side.SITE, 5.0), fingerprints_of(centre.url("centre", "/h264"), "h264", 3.0)
    )
    assert len(set(here.fingerprints) & set(copied)) >= 10


async def test_another_camera_is_not_taken_for_this_one(site: Site, centre: Servers) -> None:
    """Frames of the camera next door, at the same moment, are none of this one's."""
    here, there = await asyncio.gather(
        check(site.url("udp"), Side.SITE, 2.0), check(centre.url("centre", "/h264"), Side.CENTRE, 2.0)
    )
    assert here.fingerprints
    assert there.fingerprints
    assert not set(here.fingerprints) & set(there.fingerprints)


async def test_sweep_of_a_relay(site: Site, centre: Servers) -> None:
    """One sweep tells the streams that come, that do not, and that the gateway does not know."""
    source = relay_at(centre.url("centre", ""))
    sweep = await source.sweep(["h264", "h265", "silent", "hung", "nobody"])
    assert sweep.failure is None
    assert {key: sample.media for key, sample in sweep.samples.items()} == {
        "h264": True,
        "h265": True,
        "silent": False,
        "hung": False,
    }
    assert site.servers.child.poll() is None


async def test_relay_that_is_frozen_was_not_swept(freezing: Servers) -> None:
    """A gateway that takes connections and answers nothing is not swept; its streams are not spoken of."""
    source = relay_at(freezing.url("freezing", ""))
    with freezing.frozen():
        sweep = await source.sweep(["live", "other"])
    assert (sweep.failure, sweep.samples) == (Failure.TIMED_OUT, {})


async def test_relay_that_hangs_on_every_path_was_not_swept(site: Site) -> None:
    """A gateway that answers OPTIONS and then nothing, whatever the path, is not swept."""
    sweep = await relay_at(site.servers.url("hung", "")).sweep(["live", "other"])
    assert (sweep.failure, sweep.samples) == (Failure.TIMED_OUT, {})


async def test_relay_that_is_asked_for_a_stuck_stream_alone(centre: Servers) -> None:
    """A stream that does not come is lost, also when nothing else is asked for: the gateway is well."""
    sweep = await relay_at(centre.url("centre", "")).sweep(["hung"])
    assert sweep.failure is None
    assert sweep.samples["hung"].media is False


# Verdicts


Told = tuple[State, Cause | None, Proof]
LIVE: Told = (State.RECEIVING, None, Proof.MEDIA)
MOST_SWEEPS = 12


def _told(verdict: Verdict) -> Told:
    return verdict.state, verdict.cause, verdict.proof


class Monitored:
    """The judge over the cameras of one building, their relay, and nothing in between."""

    def __init__(self, site: Site, freezing: Servers, centre: Servers) -> None:
        self.urls = {name: site.url(name) for name in ("h264", "silent", "hung")}
        self.urls["freezing"] = freezing.url("freezing")
        estate = _estate(self.urls, centre.url("centre", ""))
        self.index = Index.of(estate)
        quick = Rules(ask_again=(0.1, 0.2))  # the looks here follow each other at once
        self.ledger = Ledger(self.index.by_gateway["g"], quick, at=now())
        self.desk = Desk(self.index, zone=ZoneInfo("Asia/Almaty"), patience=timedelta(seconds=25))
        self.desk.ledgers["g"] = self.ledger
        self.desk.gateways["g"] = GatewayStanding(gateway_id="g")
        self.desk.proofs["g"] = Proof.MEDIA
        self.source = relay_at(centre.url("centre", ""))

    async def see(self, wanted: Mapping[str, Told]) -> None:
        """Sweep the centre, with a look at every camera beside each sweep, until it says what is wanted.

        How many sweeps that takes is for patience, and for how slowly a busy machine starts a stream.
        """
        for _ in range(MOST_SWEEPS):
            sweep, _ = await asyncio.gather(self._sweep(), self._poll())
            self.desk.take(self.ledger.take(sweep), now())
            self.desk.overdue(now() + timedelta(minutes=1))
            if self._seen(wanted) == wanted:
                return
        assert self._seen(wanted) == wanted

    def _seen(self, names: Iterable[str]) -> dict[str, Told | None]:
        found = {name: self.desk.decided.get(f"{name}@g") for name in names}
        return {name: _told(each[0]) if each is not None else None for name, each in found.items()}

    async def _sweep(self) -> Sweep:
        sweep = await self.source.sweep(tuple(self.ledger.streams))
        return msgspec.structs.replace(sweep, complete=True)

    async def _poll(self) -> None:
        looks = await asyncio.gather(*(check(url, Side.SITE, 1.0) for url in self.urls.values()))
        for name, seen in zip(self.urls, looks, strict=True):
            self.desk.looks.put(name, SiteLook.of(seen, log_in=LogInView()))


def _estate(urls: dict[str, str], gateway: str) -> Estate:
    school = Institution(
        institution_id="i",
        name="School 0",
        region="110000000",
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
    )
    return Estate(
        institutions={"i": school},
        sites={"s": Building(site_id="s", institution_id="i", name="Main")},
        cameras={name: Camera(camera_id=name, site_id="s", url=url) for name, url in urls.items()},
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="110000000")},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="relay", url=gateway)},
        enrolments=tuple(Enrolment(camera_id=name, gateway_id="g", stream_key=name) for name in urls),
    )


async def test_verdicts_on_real_video(site: Site, freezing: Servers, centre: Servers) -> None:
    """Live is RECEIVING by media; silent, hung and frozen cameras are not, each for its own cause."""
    monitored = Monitored(site, freezing, centre)
    await monitored.see(
        {
            "h264": LIVE,
            "freezing": LIVE,
            "silent": (State.NOT_RECEIVING, Cause.NO_MEDIA, Proof.NONE),
            "hung": (State.NOT_RECEIVING, Cause.CAMERA_HUNG, Proof.NONE),
        }
    )
    with freezing.frozen():
        frozen = (State.NOT_RECEIVING, Cause.CAMERA_HUNG, Proof.NONE)
        await monitored.see({"freezing": frozen, "h264": LIVE})
    await monitored.see({"freezing": LIVE, "h264": LIVE})
