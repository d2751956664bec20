"""From a cut cable to a message: simulator, monitor, Prometheus and Alertmanager with what is shipped.

Only waits are shortened, and receivers are led to a webhook.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.acceptance.programs import (
    Simulator,
    answer,
    events,
    import_all,
    import_register,
    monitor,
    running,
    simulating,
    wait_for,
)
from tests.peers.servers import Server, alertmanager, prometheus
from tests.peers.shipped_alertmanager import with_posts_to
from tests.peers.sinks import Post, Sink, webhook

RULES = Path(__file__).parents[2] / "config" / "prometheus"
CONFIG = ("--config", "monitor.yaml")
EVERY = "1s"  # between two scrapes, and two evaluations
AGAIN = "--rules.alert.resend-delay=2s"  # in earnest a minute: so long a new Alertmanager knows nothing
WRITTEN = "--data.maintenance-interval=1s"  # between two writings of what it told; in earnest a minute


@dataclass
class Office:
    """The devices, the monitor's folder, the two servers, and what was sent."""

    folder: Path
    simulator: Simulator
    sink: Sink[Post]
    config: Path
    server: Server
    watching: Server
    ending: ExitStack = field(repr=False)

    def lost(self) -> dict[str, str]:
        """Why each camera is not received."""
        streams = answer("status", *CONFIG, "--streams", folder=self.folder)["streams"]
        return {each["camera_id"]: each["cause"] for each in streams}

    def sites(self) -> list[str]:
        """The sites of which every camera is received."""
        cameras = (self.folder / "cameras.csv").read_text(encoding="utf-8").splitlines()
        names = cameras[0].split(",")
        rows = [dict(zip(names, line.split(","), strict=False)) for line in cameras[1:]]
        dark = {row["site_id"] for row in rows if row["camera_id"] in self.lost()}
        return sorted({row["site_id"] for row in rows} - dark)

    def told(self, incident: str) -> list[tuple[str, str]]:
        """To whom it was sent that an incident began or ended, in order; incidents by how their id begins."""
        return [
            (post.path.strip("/"), each["status"])
            for post in self.sink.kept
            for each in post.told["alerts"]
            if each["labels"].get("incident", "").startswith(incident)
        ]

    def wait(self, incident: str, count: int) -> list[tuple[str, str]]:
        """Wait until so much was sent of an incident."""
        return wait_for(lambda: self.told(incident), lambda sent: len(sent) >= count)

    def alerts(self) -> list[str]:
        """The incidents that Prometheus alerts of."""
        found = self.watching.ask("GET", "/api/v1/alerts")["data"]["alerts"]
        return [each["labels"]["incident"] for each in found if "incident" in each["labels"]]

    def wait_until_written(self) -> None:
        """Wait until Alertmanager wrote down, from the first to the last byte, what it told until now."""
        kept = self.folder / "alertmanager" / "nflog"
        for _ in range(2):
            seen = kept.stat().st_mtime_ns if kept.exists() else 0
            wait_for(lambda: kept.stat().st_mtime_ns if kept.exists() else 0, partial(int.__lt__, seen))

    def restart(self, port: int) -> None:
        """Start Alertmanager again where it was, with what it had kept."""
        self.server = self.ending.enter_context(alertmanager(self.folder, self.config, WRITTEN, port=port))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Twelve cameras at four schools, everything imported and received, and everybody at work."""
    with ExitStack() as stack:
        arguments = ("--institutions", "4", "--cameras", "11", "--seed", "7")
        simulator = stack.enter_context(simulating(tmp_path, *arguments))
        import_all(tmp_path)
        stack.enter_context(running(tmp_path))
        sink = stack.enter_context(webhook())
        config = with_posts_to(tmp_path, sink)
        server = stack.enter_context(alertmanager(tmp_path, config, WRITTEN))
        (serving,) = wait_for(lambda: events(tmp_path, "serving"), bool)
        scraping = scraped(tmp_path, urlsplit(serving["url"]).netloc, server.address)
        watching = stack.enter_context(prometheus(tmp_path, scraping, AGAIN))
        office = Office(tmp_path, simulator, sink, config, server, watching, stack)
        wait_for(lambda: answer("status", *CONFIG, folder=tmp_path), all_received)
        yield office


def all_received(status: dict[str, dict[str, int]]) -> bool:
    return status["cameras"]["receiving"] == status["cameras"]["registered"]


def scraped(folder: Path, monitor_address: str, alertmanager_address: str) -> Path:
    """Write a configuration for Prometheus with the shipped rules, quicker."""
    rules = folder / "rules"
    rules.mkdir()
    for each in RULES.glob("*.rules.yml"):
        text = re.sub(r"(?m)^( +interval:) .*$", rf"\1 {EVERY}", each.read_text(encoding="utf-8"))
        (rules / each.name).write_text(text, encoding="utf-8")
    static = [{"static_configs": [{"targets": [alertmanager_address]}]}]
    job = {"job_name": "cctv-monitor", "static_configs": [{"targets": [monitor_address]}]}
    config = {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [f"{rules}/*.rules.yml"],
        "alerting": {"alertmanagers": static},
        "scrape_configs": [job],
    }
    file = folder / "prometheus.yml"
    file.write_text(json.dumps(config), encoding="utf-8")
    return file


def test_a_gateway_cut_is_one_message_and_its_end_is_one(office: Office) -> None:
    """Police IT is told once that a gateway is down, and once that it is back; nobody is told of a site."""
    gateway = next(iter(office.simulator.places["gateways"]))
    office.simulator.tell(f"gateway_down {gateway}")
    ((receiver, status),) = office.wait(f"gateway:{gateway}", 1)
    assert receiver.startswith("police_it")
    assert status == "firing"
    assert annotations(office, gateway).keys() >= {"name", "cameras", "pupils", "opened", "description"}
    office.simulator.tell(f"clear gateway_down {gateway}")
    sent = office.wait(f"gateway:{gateway}", 2)
    assert sent == [(receiver, "firing"), (receiver, "resolved")]
    wait_for(lambda: answer("status", *CONFIG, folder=office.folder), all_received)
    assert {incident for incident in incidents_sent(office) if not incident.startswith("gateway:")} == set()


def annotations(office: Office, gateway: str) -> dict[str, str]:
    """What the message said of a gateway; an annotation without a value is none."""
    sent = [each for post in office.sink.kept for each in post.told["alerts"]]
    (found,) = (each for each in sent if each["labels"].get("incident", "").startswith(f"gateway:{gateway}"))
    return {key: value for key, value in found["annotations"].items() if value}


def incidents_sent(office: Office) -> set[str]:
    """All incidents that were told to anybody."""
    return {
        each["labels"]["incident"]
        for post in office.sink.kept
        for each in post.told["alerts"]
        if "incident" in each["labels"]
    }


def test_a_lapsed_contract_reaches_the_payer(office: Office) -> None:
    """A site that goes dark with its contract is told to the payer of its channel, and to nobody else."""
    site = office.sites()[0]
    office.simulator.tell(f"contract_lapsed {site}")
    import_register(office.folder)
    ((receiver, status),) = office.wait(f"site:{site}:contract_lapsed", 1)
    assert receiver.startswith("education_department")
    assert status == "firing"
    office.simulator.tell(f"clear contract_lapsed {site}")
    assert office.wait(f"site:{site}:contract_lapsed", 2)[1] == (receiver, "resolved")
    assert all(to.startswith("education_department") for to, _ in office.told(f"site:{site}"))


def test_planned_work_is_not_told_and_hides_no_recovery(office: Office) -> None:
    """A loss within planned work is not told; the end of a loss that began before is told all the same."""
    before, within = office.sites()[:2]
    office.simulator.tell(f"site_cut {before}")
    office.wait(f"site:{before}", 1)
    for site in (before, within):
        plan(office, site)
    wait_for(lambda: events(office.folder, "register_loaded"), lambda loads: len(loads) >= 2)
    office.simulator.tell(f"site_cut {within}")
    wait_for(office.lost, lambda causes: "planned" in causes.values())
    office.simulator.tell(f"clear site_cut {before}")
    assert office.wait(f"site:{before}", 2)[1][1] == "resolved"
    assert not office.told(f"site:{within}")


def plan(office: Office, site: str) -> None:
    """Announce work at a site, from now on."""
    ends = (datetime.now().astimezone() + timedelta(hours=2)).isoformat(timespec="minutes")
    options = ("--site", site, "--ends", ends, "--approver", "Office", "--reason", "New switch")
    done = monitor("maintenance", "add", *options, *CONFIG, folder=office.folder)
    assert done.returncode == 0, done.stderr


def test_an_alertmanager_that_was_killed_loses_nothing(office: Office) -> None:
    """What began, and what ended, while Alertmanager was dead is told when it is back."""
    first, second = office.sites()[:2]
    office.simulator.tell(f"site_cut {first}")
    office.wait(f"site:{first}", 1)
    office.wait_until_written()
    port = office.server.port
    office.server.kill()
    office.simulator.tell(f"site_cut {second}")
    office.simulator.tell(f"clear site_cut {first}")
    wait_for(office.alerts, only(second))
    office.restart(port)
    assert office.wait(f"site:{second}", 1)[0][1] == "firing"
    wait_for(lambda: office.told(f"site:{first}"), lambda sent: "resolved" in {status for _, status in sent})


def only(site: str) -> Callable[[list[str]], bool]:
    """Say whether one site alone has an incident."""

    def good(incidents: list[str]) -> bool:
        return bool(incidents) and all(each.startswith(f"site:{site}:") for each in incidents)

    return good
