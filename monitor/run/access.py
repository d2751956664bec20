"""Names and passwords for the devices of the register, each bound to its device's own host and port."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.model.estate import Estate
from monitor.model.login import Login
from probes.base import Credentials

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Credentials by camera id and by gateway id."""

    cameras: Mapping[str, Credentials] = field(default_factory=dict)
    gateways: Mapping[str, Credentials] = field(default_factory=dict)

    @classmethod
    def of(cls, estate: Estate, logins: Mapping[tuple[str, str], Login]) -> "Access":
        """Bind the logins, keyed by ("camera" or "gateway", id), to what the register says of the device."""
        cameras = {
            key: _bind(login, estate.cameras[key].url, basic=estate.cameras[key].basic_in_clear)
            for (kind, key), login in logins.items()
            if kind == "camera" and key in estate.cameras
        }
        gateways = {
            key: _bind(login, estate.gateways[key].url, basic=True)
            for (kind, key), login in logins.items()
            if kind == "gateway" and key in estate.gateways
        }
        return cls(cameras=cameras, gateways=gateways)


def _bind(login: Login, url: str, *, basic: bool) -> Credentials:
    parts = urlsplit(url)
    return Credentials(
        host=parts.hostname or "",
        port=parts.port or PORTS.get(parts.scheme, 0),
        username=login.username,
        password=login.password,
        basic_in_clear=basic,
    )
