"""A real Prometheus finds the cameras of an institution by http_sd, and checks them one by one."""

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from exporters.http.app import make_app
from exporters.http.serve import serve
from monitor.model.estate import Camera, Estate, Institution, InstitutionType, Ownership, Site
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.poller import Poller, PollRules
from monitor.run.streams import Index
from probes.base import Side
from probes.rtsp import RtspProbe
from simulator.camera import Manner
from simulator.simulation import Simulation
from tests.peers.asked_prometheus import prometheus
from tests.scrapes import loaded
from tests.serving import no_metrics
from tests.simulator.estate_at_work import at_work, credentials, small_estate


def registered(simulation: Simulation) -> Estate:
    """Give the register of a simulation's cameras."""
    cameras = simulation.cameras.items()
    sites = {camera.plan.site_id for _, camera in cameras}
    school = Institution(
        institution_id="i",
        name="School",
        region="110000000",
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
    )
    return Estate(
        institutions={"i": school},
        sites={key: Site(site_id=key, institution_id="i", name=key) for key in sites},
        cameras={
            key: Camera(camera_id=key, site_id=camera.plan.site_id, url=camera.url) for key, camera in cameras
        },
    )


def poller(simulation: Simulation, index: Index) -> Poller:
    """Make what checks these cameras."""
    return Poller(
        index=index,
        credentials={key: credentials(camera) for key, camera in simulation.cameras.items()},
        rules=PollRules(timeout=4.0, media_seconds=0.0),
        probe=RtspProbe(Side.SITE),
        clock=Clock(),
        meter=SilentMeter(),
        on_look=lambda _camera_id, _look: None,
        lost=lambda _camera_id: False,
    )


async def test_discovered_and_checked(tmp_path: Path) -> None:
    """Each camera of the institution has its own series, the dark one as well, and they say which it is."""
    async with at_work(small_estate()) as simulation:
        index = Index.of(registered(simulation))
        dark, *lit = sorted(simulation.cameras)
        await simulation.cameras[dark].behave(Manner.OFF)
        app = make_app(
            metrics=no_metrics,
            not_ready=list,
            version="1",
            board=loaded(index),
            check=poller(simulation, index).check_now,
        )
        async with serve(app, "127.0.0.1", 0) as address:
            job = {
                "job_name": "cameras",
                "scrape_interval": "5s",
                "scrape_timeout": "5s",
                "http_sd_configs": [
                    {"url": f"{address.url}/sd/cameras?institution=i", "refresh_interval": "1s"}
                ],
            }
            async with prometheus(tmp_path, [job]) as server:
                await server.until("count(probe_success)", lambda count: count == 4)
                told = {
                    dict(labels)["camera"]: value
                    for labels, value in (await server.query("probe_success")).items()
                }
                assert told == {dark: 0.0, **dict.fromkeys(lit, 1.0)}
                assert await server.value(f'probe_failure_info{{camera="{dark}"}}') == 1
                labels = [dict(labels) for labels in await server.query("probe_duration_seconds")]
    site_of = {key: camera.plan.site_id for key, camera in simulation.cameras.items()}
    assert Counter(each["site"] for each in labels) == Counter(site_of.values())
    assert {(each["institution"], each["region"], each["instance"]) for each in labels} == {
        ("i", "110000000", urlsplit(address.url).netloc)
    }
