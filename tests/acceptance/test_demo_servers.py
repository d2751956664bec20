"""Prometheus and Alertmanager beside the demo: the real programs, with the shipped rules and routes."""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from tests.acceptance.programs import MONITOR, read_url, wait_for

DEMO = (MONITOR, "demo", "--institutions", "2", "--cameras", "6", "--listen", "127.0.0.1:0")
CONFIG = Path(__file__).parents[2] / "config"


@contextmanager
def demo(folder: Path, *options: str, path: str | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a demo; gives it with its first five lines. `path`: where it looks for programs."""
    surroundings = os.environ | ({"PATH": path} if path is not None else {})
    with subprocess.Popen(
        (*DEMO, *options), cwd=folder, env=surroundings, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            yield child, "".join(child.stdout.readline() for _ in range(5))
        finally:
            child.send_signal(signal.SIGINT)
            child.stdout.read()


def address(said: str, name: str) -> str:
    """Find where a program beside the demo can be reached."""
    found = re.search(rf"^{name}: (http://\S+)$", said, re.MULTILINE)
    assert found is not None, said
    return found[1]


def asked(url: str) -> Any:
    """Ask a program for its JSON."""
    return json.loads(read_url(url))


def ways(route: dict[str, Any]) -> tuple[Any, ...]:
    """Reduce a tree of routes to who is told of what; the program adds its defaults to the rest."""
    return route.get("receiver"), route.get("matchers"), [ways(each) for each in route.get("routes", ())]


def closed(url: str) -> bool:
    """Say whether nothing listens there any more."""
    parts = urlsplit(url)
    with socket.socket() as tried:
        return tried.connect_ex((parts.hostname, parts.port)) != 0


def test_both_run_on_what_is_shipped_and_end_with_it(tmp_path: Path) -> None:
    """Prometheus scrapes it and has every shipped rule, Alertmanager the routes; Ctrl-C ends all three."""
    with demo(tmp_path) as (child, said):
        prometheus, alertmanager = address(said, "Prometheus"), address(said, "Alertmanager")
        wait_for(
            lambda: asked(f"{prometheus}/api/v1/targets")["data"]["activeTargets"],
            lambda targets: [target["health"] for target in targets] == ["up"],
        )
        told = asked(f"{prometheus}/api/v1/rules")["data"]["groups"]
        groups = {group["name"]: len(group["rules"]) for group in told}
        shipped = [
            group
            for file in (CONFIG / "prometheus").glob("*.rules.yml")
            for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        ]
        assert groups == {group["name"]: len(group["rules"]) for group in shipped}
        linked = asked(f"{prometheus}/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
        assert [each["url"] for each in linked] == [f"{alertmanager}/api/v2/alerts"]
        running = yaml.safe_load(asked(f"{alertmanager}/api/v2/status")["config"]["original"])
        routes = yaml.safe_load((CONFIG / "alertmanager/alertmanager.yml").read_text(encoding="utf-8"))
        assert ways(running["route"]) == ways(routes["route"])
        assert len(running["inhibit_rules"]) == len(routes["inhibit_rules"])
        assert {tuple(receiver) for receiver in running["receivers"]} == {
            ("name",)
        }  # nothing is sent anywhere
        child.send_signal(signal.SIGINT)
        assert child.wait(20) == 0
        assert closed(prometheus)
        assert closed(alertmanager)


def test_none_outlives_a_demo_that_is_killed(tmp_path: Path) -> None:
    """Even kill -9 leaves no server behind."""
    with demo(tmp_path) as (child, said):
        urls = [address(said, name) for name in ("Prometheus", "Alertmanager")]
        child.kill()
        child.wait(20)
        wait_for(lambda: [closed(url) for url in urls], all)


def test_without_the_programs_it_goes_on_and_says_so(tmp_path: Path) -> None:
    """Where a program is not found the demo tells that, and works all the same."""
    with demo(tmp_path, path=str(tmp_path)) as (child, said):
        assert "Prometheus is not on this machine" in said
        assert "Alertmanager is not on this machine" in said
        metrics = re.search(r"http://\S+/metrics", said)
        assert metrics is not None
        assert "cctv_monitor_build_info{" in read_url(metrics[0])
        assert child.poll() is None


def test_a_program_that_does_not_start_is_no_end(tmp_path: Path) -> None:
    """A program that ends at once is told of, and the demo goes on; one in an unpacked folder is found."""
    programs = tmp_path / "unpacked" / "usr" / "bin"
    programs.mkdir(parents=True)
    (programs / "prometheus").write_text("#!/bin/sh\nexit 1\n")
    (programs / "prometheus").chmod(0o755)
    with demo(tmp_path, "--programs", str(tmp_path / "unpacked"), path="/nowhere") as (child, said):
        assert "Prometheus did not start" in said
        assert "Alertmanager is not on this machine" in said
        assert child.poll() is None
