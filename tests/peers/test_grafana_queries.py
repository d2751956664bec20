"""Every query of every dashboard, asked of a real Prometheus that scrapes a real monitor."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from exporters.grafana.words import LANGUAGES
from tests.acceptance.test_blind_monitor import Canary
from tests.dashboards import queries, read, variables
from tests.peers.as_grafana import as_text, filled_in, offered, one_of, options
from tests.peers.panel_shapes import choices, complaints
from tests.peers.prometheus_server import Prometheus, prometheus
from tests.peers.troubled_estate import ENDING, FAULTS, LAPSED, NEVER, watched

PATIENCE = 50.0  # seconds in which every query must have found what its panel needs
INSTITUTIONS = sorted(f"inst-{site.split('-')[1]}" for site in (LAPSED, ENDING, NEVER))

# The monitor sends nothing itself where `notify` is not configured: another page says what it would tell.
NOTIFIER = """\
# TYPE cctv_notifications_total counter
cctv_notifications_total{notifier="apprise",outcome="sent"} 3
# TYPE cctv_notifications_waiting gauge
cctv_notifications_waiting 1
"""


@contextmanager
def page_of(text: str) -> Iterator[str]:
    """Serve a page of metrics; gives its HOST:PORT."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_query_finds_what_its_panel_needs(tmp_path: Path) -> None:
    """With every sort of trouble in the estate, each query of each panel answers in its panel's shape.

    One number for a big number, a series for a line, every column for a table; each word has its text.
    What is chosen by name at the top is found, and any choice makes a good query.
    """
    size = ("--institutions", "10", "--cameras", "40", "--seed", "3")
    with (
        watched(tmp_path, *size) as estate,
        page_of(NOTIFIER) as notifier,
        prometheus(tmp_path / "prometheus", [estate.address, notifier]) as asked,
    ):
        wait_until(lambda: received(asked) >= 30)
        for fault in FAULTS:
            estate.simulator.tell(fault)
        wait_until(
            lambda: not complaints(asked, INSTITUTIONS, "en"), lambda: complaints(asked, INSTITUTIONS, "en")
        )
        for locale in LANGUAGES:
            assert complaints(asked, INSTITUTIONS, locale) == {}
            assert wrong_choices(asked, locale) == {}


def received(asked: Prometheus) -> float:
    """How many cameras are received, as Prometheus has it."""
    return sum(each.last for each in asked.at_once("sum(cctv_institution_cameras_receiving)"))


def wait_until(good: Callable[[], bool], told: Callable[[], object] = lambda: None) -> None:
    """Look again and again until it is good; fails with what is told then."""
    until = time.monotonic() + PATIENCE
    while not good():
        assert time.monotonic() < until, json.dumps(told(), indent=1, ensure_ascii=False)
        time.sleep(1)


def wrong_choices(asked: Prometheus, locale: str) -> dict[str, str]:
    """Return the variables that offer nothing by name, and ask every query with two of each chosen."""
    found, chosen = {}, choices("")
    for uid, dashboard in read(locale).items():
        for variable in variables(dashboard):
            names = offer(asked, variable)
            if names is None:
                continue
            if not names or not all(names.values()):
                found[f"{uid}: {variable['name']}"] = f"offers {names}"
            elif variable.get("multi") or variable["name"] == "institution":
                chosen[variable["name"]] = one_of(list(names)[: 1 + bool(variable.get("multi"))])
    for query in queries(locale):
        asked.at_once(filled_in(query.expr, chosen))  # Refused when a choice breaks it
    return found


def offer(asked: Prometheus, variable: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what a variable offers, text by value; None when it is no choice of values."""
    if variable["type"] == "custom":
        return offered(variable["query"])
    if variable["type"] != "query":
        return None
    series = re.fullmatch(r"query_result\((.+)\)", variable["query"]["query"])
    assert series is not None
    return options(
        variable["regex"], [as_text(each) for each in asked.at_once(filled_in(series[1], choices("")))]
    )


def test_blind_absent_and_none_are_told_apart(tmp_path: Path) -> None:
    """The banner and the big numbers of a sound estate, of a blind monitor, and of one that is gone.

    Sound: nothing is lost, and 0 is said. Blind: everything is unknown, nothing lost. Gone: no number.
    """
    canary = Canary()
    check = {"canaries": [canary.address], "every_seconds": 1, "timeout_seconds": 0.5}
    size = ("--institutions", "2", "--cameras", "6", "--seed", "3")
    with ExitStack() as monitor:
        estate = monitor.enter_context(watched(tmp_path, *size, settings={"selfcheck": check}))
        with prometheus(tmp_path / "prometheus", [estate.address]) as asked:
            wait_until(lambda: numbers(asked) == ["0", "0", "0", "0"], lambda: numbers(asked))
            canary.fall_silent()
            wait_until(lambda: numbers(asked) == ["1", "0", "6", "0"], lambda: numbers(asked))
            monitor.close()
            wait_until(lambda: numbers(asked) == ["2", "", "", ""], lambda: numbers(asked))
    canary.close()


def numbers(asked: Prometheus) -> list[str]:
    """What the operator's banner, lost, unknown and never connected say; "" where they say nothing."""
    titles = ["Does the monitor look?", "Cameras not received", "Cameras unknown", "Lost: cameras in outages"]
    found = {each.panel["title"]: each for each in queries("en") if each.dashboard == "cctv-operator-en"}
    told = (asked.at_once(filled_in(found[title].expr, choices(""))) for title in titles)
    return [f"{each[0].last:g}" if each else "" for each in told]
