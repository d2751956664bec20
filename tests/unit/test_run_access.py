"""Passwords are bound to the device that the register names, and to nothing else."""

from dataclasses import replace

import pytest

from monitor.model.login import Login
from monitor.run.access import Access
from probes.base import Secret
from tests.toy import estate

LOGIN = Login(username="u", password=Secret("p"))


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        pytest.param("rtsp://10.0.0.5/live", "10.0.0.5", 554, id="the scheme's own port"),
        pytest.param("rtsps://cam.example/live", "cam.example", 322, id="RTSP over TLS"),
        pytest.param("rtsp://10.0.0.5:8554/live", "10.0.0.5", 8554, id="a port of its own"),
        pytest.param("rtsp://[2001:db8::5]:8554/live", "2001:db8::5", 8554, id="IPv6"),
    ],
)
def test_cameras(url: str, host: str, port: int) -> None:
    """A camera's login goes to the host and port of its URL, Basic in clear only where it is allowed."""
    register = estate()
    camera = replace(register.cameras["c0"], url=url)
    register = replace(register, cameras={"c0": camera})
    access = Access.of(register, {("camera", "c0"): LOGIN, ("camera", "gone"): LOGIN})
    assert set(access.cameras) == {"c0"}
    credentials = access.cameras["c0"]
    assert (credentials.host, credentials.port, credentials.basic_in_clear) == (host, port, False)


def test_gateways() -> None:
    """A gateway's login is kept apart from a camera's, even under the same id."""
    access = Access.of(estate(), {("gateway", "g"): LOGIN, ("camera", "g"): LOGIN})
    assert set(access.gateways) == {"g"}
    assert access.gateways["g"].port == 80
    assert not access.cameras
    assert "p" not in repr(access.gateways["g"].password)
