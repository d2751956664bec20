"""A real Prometheus on loopback that scrapes what a test serves, with the project's own rules."""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.peers import servers

RULES = Path(__file__).parents[2] / "config" / "prometheus"
PATIENCE = 30.0  # seconds; far more than a start takes
EVERY = "1s"  # between two scrapes, and between two evaluations of the rules


class Refused(AssertionError):
    """Prometheus did not take a query: what it said of it."""


@dataclass(frozen=True, slots=True)
class Series:
    """Labels, and values by second: one for the present, several for a stretch of time."""

    labels: Mapping[str, str]
    values: Sequence[tuple[float, float]]

    @property
    def last(self) -> float:
        """The newest value."""
        return self.values[-1][1]


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A server that answers."""

    port: int

    def at_once(self, expr: str) -> list[Series]:
        """Ask for the present. Refused when it is no query."""
        found = self._ask("query", {"query": expr})
        return [Series(each["metric"], [_pair(each["value"])]) for each in found]

    def over_time(self, expr: str, *, seconds: int) -> list[Series]:
        """Ask for the last seconds, one value each."""
        end = time.time()
        asked = {"query": expr, "start": end - seconds, "end": end, "step": 1}
        found = self._ask("query_range", asked)
        return [Series(each["metric"], [_pair(pair) for pair in each["values"]]) for each in found]

    def _ask(self, what: str, asked: Mapping[str, object]) -> list[dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            head = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"/api/v1/{what}", urlencode(asked), head)
            told = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if told["status"] != "success":
            raise Refused(f"{told['error']}: {asked['query']}")
        found: list[dict[str, Any]] = told["data"]["result"]
        return found


@contextmanager
def prometheus(folder: Path, targets: Sequence[str]) -> Iterator[Prometheus]:
    """Let a Prometheus scrape some HOST:PORTs every second until the block ends."""
    folder.mkdir()
    for rules in RULES.glob("*.rules.yml"):
        text = re.sub(r"(?m)^( +interval:) .*$", rf"\1 {EVERY}", rules.read_text(encoding="utf-8"))
        (folder / rules.name).write_text(text, encoding="utf-8")
    config = {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(folder / "*.rules.yml")],
        "scrape_configs": [{"job_name": "cctv-monitor", "static_configs": [{"targets": list(targets)}]}],
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
    with servers.prometheus(folder, folder / "prometheus.yml") as server:
        yield Prometheus(server.port)


def _pair(told: Sequence[Any]) -> tuple[float, float]:
    return float(told[0]), float(told[1])
