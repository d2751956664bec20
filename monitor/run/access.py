"""Names and passwords for the devices of the register, each bound to its device's own host and port."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.model.estate import Estate
from monitor.model.login import Login
from probes.base import Credentials

Logins = Mapping[tuple[str, str], Login]  # by ("camera", "gateway" or "recorder", id)

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Credentials by camera id, by gateway id and by recorder id."""

    cameras: Mapping[str, Credentials] = field(default_factory=dict)
    gateways: Mapping[str, Credentials] = field(default_factory=dict)
    recorders: Mapping[str, Credentials] = field(default_factory=dict)
    onvif: Mapping[str, Credentials] = field(default_factory=dict)  # by camera id

    @classmethod
    def of(cls, estate: Estate, logins: Logins) -> "Access":
        """Bind the logins to what the register says of their devices."""
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
        recorders = {
            key: _bind(login, url, basic=False)
            for (kind, key), login in logins.items()
            if kind == "recorder" and (url := _url_of(estate, key)) is not None
        }
        onvif = {
            key: _bind(login, url, basic=estate.cameras[key].basic_in_clear)
            for (kind, key), login in logins.items()
            if kind == "camera" and key in estate.cameras and (url := estate.cameras[key].onvif_url)
        }
        return cls(cameras=cameras, gateways=gateways, recorders=recorders, onvif=onvif)


class Keyring:
    """The logins as they were last opened. When they cannot be, those from before go on."""

    def __init__(self, read: Callable[[], Awaitable[Logins]], *, errors: tuple[type[Exception], ...]) -> None:
        self._read = read
        self._errors = errors
        self._opened: Logins | None = None
        self.trouble = ""  # why the last try failed, in words without a password

    async def read(self) -> Logins:
        """Open the logins of now. Raises what went wrong while there are none to go on with."""
        try:
            self._opened = await self._read()
        except self._errors as error:
            if self._opened is None:
                raise
            self.trouble = str(error)
        else:
            self.trouble = ""
        return self._opened


def _url_of(estate: Estate, recorder_id: str) -> str | None:
    recorder = estate.recorders.get(recorder_id)
    return recorder.url if recorder is not None else None


def _bind(login: Login, url: str, *, basic: bool) -> Credentials:
    parts = urlsplit(url)
    return Credentials(
        host=parts.hostname or "",
        port=parts.port or PORTS.get(parts.scheme, 0),
        username=login.username,
        password=login.password,
        basic_in_clear=basic,
    )
