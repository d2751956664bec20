"""Debian's Prometheus over our rules: what fires, stays over a restart of the monitor, and resolves."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.peers.servers import Server, prometheus
from tests.promtool_rules import CONFIG

PATIENCE = 30.0  # seconds for something that takes one to three
OPENED = datetime(2026, 11, 24, 9, 56, 48, tzinfo=UTC).timestamp()
DARK, CLOSES = "site:s-1:site_dark:20261124T095648Z", "site:s-2:site_dark:20261124T095648Z"

KNOWS = 'cctv_selfcheck_ok{check="loop"} 1\n'
_SITE = (
    'scope="site",cause="site_dark",owner="provider",severity="major",region="750000000",'
    'institution="i-1",kind="outage"'
)
_AT_RISK = 'institution="i-9",site="s-9",region="750000000"'

Alerts = dict[str, dict[str, Any]]  # by what they are about


def opened(incident: str) -> str:
    return (
        f'cctv_incident_open{{incident="{incident}",{_SITE}}} 1\n'
        f'cctv_incident_info{{incident="{incident}",subject="s-1",name="№ 7 «Сынақ»",predecessor=""}} 1\n'
        f'cctv_incident_cameras{{incident="{incident}"}} 40\n'
        f'cctv_incident_pupils{{incident="{incident}"}} 1200\n'
        f'cctv_incident_opened_timestamp_seconds{{incident="{incident}"}} {OPENED}\n'
    )


def papers(status: str, days: float) -> str:
    end = time.time() + days * 86400
    return (
        f'cctv_site_contract_status{{{_AT_RISK},status="{status}"}} 1\n'
        f"cctv_site_cover_end_timestamp_seconds{{{_AT_RISK}}} {end}\n"
    )


class Monitor:
    """Something that is scraped: it says what it was told to say, or nothing at all."""

    def __init__(self) -> None:
        self.says: str | None = ""
        self.scrapes = 0

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Answer on loopback until the block ends; gives the port."""
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                monitor.scrapes += 1
                said = (monitor.says or "").encode()
                self.send_response(503 if monitor.says is None else 200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing on stderr."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
            answering = threading.Thread(target=listening.serve_forever)
            answering.start()
            try:
                yield listening.server_port
            finally:
                listening.shutdown()
                answering.join(PATIENCE)

    def until_scraped(self, times: int = 3) -> None:
        """Wait until it was asked so often."""
        enough = self.scrapes + times
        until(lambda: self.scrapes >= enough)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def shipped(folder: Path, scraped: int) -> Path:
    """Write our configuration into a folder: a beat of a second, another port, nobody to alert."""
    for file in CONFIG.iterdir():
        text = file.read_text(encoding="utf-8").replace("127.0.0.1:9780", f"127.0.0.1:{scraped}")
        text = re.sub(r"((?:_|\b)interval|scrape_timeout): \d+[sm]", r"\1: 1s", text)
        text = re.sub(r"\nalerting:\n(?: .*\n)+", "\n", text)
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder / "prometheus.yml"


def firing(server: Server) -> Alerts:
    """Ask which of the two alerts of this test fire, by their incident or site."""
    found = server.ask("GET", "/api/v1/alerts")["data"]["alerts"]
    wanted = [each for each in found if each["labels"]["alertname"] in {"CctvSiteDark", "CctvContractEnding"}]
    return {each["labels"].get("incident") or each["labels"]["site"]: each for each in wanted}


def test_alerts_fire_outlive_a_restart_and_resolve(tmp_path: Path) -> None:
    """An incident and a contract: told with their facts, the same after a restart, over when over."""
    monitor = Monitor()
    monitor.says = KNOWS + opened(DARK) + opened(CLOSES) + papers("at_risk", 12.5)
    with monitor.serving() as scraped, prometheus(tmp_path, shipped(tmp_path, scraped)) as server:
        until(lambda: len(firing(server)) == 3)
        groups = server.ask("GET", "/api/v1/rules")["data"]["groups"]
        assert [rule for group in groups for rule in group["rules"] if rule.get("lastError")] == []
        told = firing(server)
        labels, annotations = told[DARK]["labels"], told[DARK]["annotations"]
        assert (labels["severity"], labels["owner"], labels["scope"]) == ("warning", "provider", "site")
        assert {key: annotations[key] for key in ("name", "cameras", "pupils", "opened")} == {
            "name": "№ 7 «Сынақ»",
            "cameras": "40",
            "pupils": "1200",
            "opened": "2026-11-24T14:56:48+05:00",
        }
        facts = "since 2026-11-24 14:56 (UTC+5); cameras: 40; № 7 «Сынақ»; pupils: 1200"
        assert facts in annotations["description"]
        assert (told["s-9"]["labels"]["step"], told["s-9"]["labels"]["severity"]) == ("14", "warning")

        monitor.says = None  # it ends ...
        monitor.until_scraped()
        monitor.says = ""  # ... is up again, and has not read yet what was open ...
        monitor.until_scraped()
        kept = firing(server)
        monitor.says = KNOWS + opened(DARK) + papers("covered", 400)  # ... and now it has
        until(lambda: set(firing(server)) == {DARK})
        assert {key: (each["labels"], each["activeAt"]) for key, each in kept.items()} == {
            key: (each["labels"], each["activeAt"]) for key, each in told.items()
        }
        assert firing(server)[DARK]["activeAt"] == told[DARK]["activeAt"]

        monitor.says = KNOWS
        until(lambda: firing(server) == {})
