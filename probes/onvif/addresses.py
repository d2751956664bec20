"""Addresses that a device gives out. None is ever dialled: of each only the path is used."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from probes.address import masked

MAX_PATH = 256  # characters; ONVIF wants no URI longer than 128 (Media spec §5.15.1)
DEVICE_SERVICE = "/onvif/device_service"  # Core spec §5.1.1

_PATH = re.compile(r"/[\x21\x23-\x3b\x3d\x3f-\x7e]*")  # what may stand in a request line


class Given(NamedTuple):
    """What an address of the device's says."""

    host: str  # lower case; "" when it is no address
    path: str  # with query; "" when it has none that can be asked


def read_address(uri: object) -> Given:
    """Take an address apart. A log-in in it is left out."""
    try:
        parts = urlsplit(str(uri or "").strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return Given("", "")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not host or len(path) > MAX_PATH or _PATH.fullmatch(path) is None:
        return Given(host, "")
    return Given(host, path)


def shown(path: str, password: str | None) -> str | None:
    """Make a path fit to be kept: passwords in it, ours and whatever looks like one, are "***"."""
    for secret in {password, quote(password, safe="")} if password else ():
        path = path.replace(secret, "***")
    return masked(path) or None
