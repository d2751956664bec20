"""LOOK: how does one thing answer, right now.

A probe makes one attempt inside one deadline and returns an Observation. It never retries, never
judges, never stores, never writes a metric, and never raises for the network's trouble.

PROBES names every kind of probe: one file and one line here. A factory takes the side whose answer it is.
"""

from collections.abc import Callable

from probes.base import Probe, Side
from probes.rtsp import RtspProbe
from probes.tcp import TcpProbe

PROBES: dict[str, Callable[[Side], Probe]] = {
    "rtsp": RtspProbe,
    "tcp": TcpProbe,
}
