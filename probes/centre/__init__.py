"""Ways to ask the gateways of a centre.

A new way is a file with a class that takes a GatewayAccess and is a CentreSource, and one line here.
The constructor opens nothing and raises ValueError only for what is our own mistake. Every source
passes the same tests: tests/unit/test_centre_contract.py.
"""

from collections.abc import Callable

from probes.centre.base import CentreSource, GatewayAccess
from probes.centre.mediamtx import MediaMtx
from probes.centre.relay import Relay

CENTRE_SOURCES: dict[str, Callable[[GatewayAccess], CentreSource]] = {
    "mediamtx": MediaMtx,
    "relay": Relay,
}
