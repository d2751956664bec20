"""Cameras and a centre that none of us wrote, started once for all tests here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.certificate import certificate
from tests.peers.gst import Servers, h264, h265, relayed, serving

USERNAME, PASSWORD = "monitor", "Zh4zyq:tar"
RELAYED = {"h264": "h264", "h265": "h265", "silent": "h264", "hung": "h264"}  # camera -> codec


@dataclass
class Site:
    """The cameras, one server each, and the fingerprint of the one that speaks TLS."""

    servers: Servers
    fingerprint: str

    def url(self, name: str) -> str:
        """Give a camera's address."""
        return self.servers.url(name, scheme="rtsps" if name == "tls" else "rtsp")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Cameras: two that are well, four with a manner of their own, two that are broken."""
    pem, key, fingerprint = certificate()
    specs: list[dict[str, Any]] = [
        {"name": "h264", "mounts": {"/live": h264("ball"), "/witness": h264("ball")}},
        {"name": "h265", "mounts": {"/live": h265("ball"), "/witness": h265("ball")}},
        {"name": "digest", "mounts": {"/live": h264("smpte")}, "digest": [USERNAME, PASSWORD]},
        {"name": "tls", "mounts": {"/live": h264("snow")}, "pem": (pem + key).decode()},
        {"name": "udp", "mounts": {"/live": h264("ball motion=sweep")}, "udp_only": True},
        {"name": "silent", "mounts": {"/live": h264("ball")}, "silent": True},
        {"name": "hung", "mounts": {"/live": h264("ball")}, "hung": True},
    ]
    with serving(specs) as servers:
        yield Site(servers, fingerprint)


@pytest.fixture(scope="session")
def freezing() -> Iterator[Servers]:
    """One more camera, in a process of its own that a test can stop where it stands."""
    with serving([{"name": "freezing", "mounts": {"/live": h264("smpte75")}}]) as servers:
        yield servers


@pytest.fixture
def centre(site: Site, freezing: Servers) -> Iterator[Servers]:
    """The centre's gateway: relays some of the cameras, each under its own name.

    New for each test, because it remembers: what waited for a dead camera fails 20 s later with 503.
    """
    mounts = {f"/{name}": relayed(site.url(name), codec) for name, codec in RELAYED.items()}
    mounts["/freezing"] = relayed(freezing.url("freezing"))
    with serving([{"name": "centre", "mounts": mounts}]) as servers:
        yield servers
