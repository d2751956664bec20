"""A make-believe ONVIF device on loopback: a clock of its own, log-ins, faults, and a lock on its account."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from aiohttp import web

from probes.wire.digest import Challenge, verify
from probes.wire.error import WireError
from probes.wire.soap import CONTENT_TYPE, Request, UsernameToken, read_request
from simulator import onvif_answers as say
from simulator.onvif_answers import DEVICE, MEDIA, MEDIA2, Encoder, Make

_PATHS = {DEVICE: "/onvif/device_service", MEDIA: "/onvif/media_service", MEDIA2: "/onvif/media2_service"}
_OPEN = {"GetSystemDateAndTime", "GetServices", "GetCapabilities", "GetEndpointReference"}  # PRE_AUTH


class LogInKind(StrEnum):
    """How the device wants to be told who asks."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105, WS-Security UsernameToken with a digest
    DIGEST = "digest"  # HTTP Digest, and nothing in the message


@dataclass(frozen=True, slots=True, kw_only=True)
class OnvifSettings:
    """What the device is like."""

    username: str = "viewer"
    password: str = ""
    log_in: LogInKind = LogInKind.TOKEN
    clock_offset: float = 0.0  # seconds, its clock minus the right one
    tolerance: float = 5.0  # seconds by which a token's Created may be off, as HikVision and Axis have it
    guards_clock: bool = False  # asks for a log-in even for the date and time
    services: tuple[str, ...] = (DEVICE, MEDIA)
    lists_services: bool = True  # False: GetServices is not known yet, GetCapabilities is
    unsupported: frozenset[str] = frozenset()  # names of operations
    fault_status: int = 400  # of HTTP, with a fault
    named_host: str | None = None  # in the addresses it gives out; None: the one it listens at
    locks_after: int | None = None  # bad log-ins
    make: Make = field(default_factory=Make)
    encoders: tuple[Encoder, ...] = (
        Encoder(token="main", codec="H264", width=1920, height=1080),  # noqa: S106
        Encoder(token="sub", codec="H264", width=640, height=360, kbps=512),  # noqa: S106
    )
    stream_path: str = "/Streaming/Channels/101?profile=main"
    snapshot_path: str = "/snapshot.jpg"


class OnvifDevice:
    """The device at work. `asked`: every operation, in order; `bad_log_ins`: how often one was wrong."""

    def __init__(
        self,
        settings: OnvifSettings,
        clock: Callable[[], datetime] | None = None,
        *,
        host: str = "127.0.0.1",
    ) -> None:
        self.settings = settings
        self.host = host
        self.asked: list[str] = []
        self.bad_log_ins = 0
        self.port = 0
        self._clock = clock or (lambda: datetime.now(UTC))
        self._nonces: set[str] = set()
        self._challenge = Challenge(scheme="digest", realm="onvif", nonce="7e1c", qop=("auth",))
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address of its device service."""
        return f"http://{self.host}:{self.port}{_PATHS[DEVICE]}"

    @property
    def locked(self) -> bool:
        """The account is locked: the right password is refused too."""
        return self.settings.locks_after is not None and self.bad_log_ins >= self.settings.locks_after

    async def start(self) -> None:
        """Listen on a port that is free. OSError when the address cannot be bound."""
        application = web.Application(client_max_size=65536)
        application.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, http: web.Request) -> web.Response:
        data = await http.read()
        try:
            request = read_request(data)
        except WireError:
            return _reply(400, say.fault("WellFormed", "not a message"))
        operation = request.body.name
        self.asked.append(operation)
        if self._guarded(operation) and not self._knows(http, request, data):
            return self._refuse()
        if operation in self.settings.unsupported or not self._offers(request.body.namespace, http.path):
            return self._unsupported()
        body = self._say(operation, request.body.namespace)
        return self._unsupported() if body is None else _reply(200, say.message(body))

    def _guarded(self, operation: str) -> bool:
        if self.settings.log_in is LogInKind.NONE:
            return False
        return operation not in _OPEN or (operation == "GetSystemDateAndTime" and self.settings.guards_clock)

    def _knows(self, http: web.Request, request: Request, data: bytes) -> bool:
        """Judge the log-in, and count what was wrong with one that was offered."""
        settings = self.settings
        offered = http.headers.get("Authorization")
        if settings.log_in is LogInKind.TOKEN:
            known, tried = (
                request.token is not None and self._is_good(request.token),
                request.token is not None,
            )
        else:
            tried = offered is not None
            known = offered is not None and verify(
                offered,
                method="POST",
                username=settings.username,
                password=settings.password,
                challenge=self._challenge,
                body=data,
            )
        if tried and not known:
            self.bad_log_ins += 1
        return known and not self.locked

    def _is_good(self, token: UsernameToken) -> bool:
        try:
            created = datetime.fromisoformat(token.created)
        except ValueError:
            return False
        fresh = abs((created - self._now()).total_seconds()) <= self.settings.tolerance
        seen = token.nonce in self._nonces
        self._nonces.add(token.nonce)
        named = token.username == self.settings.username
        return fresh and named and not seen and token.proves(self.settings.password)

    def _refuse(self) -> web.Response:
        if self.settings.log_in is LogInKind.DIGEST:
            refused = web.Response(status=401)
            refused.headers["WWW-Authenticate"] = self._challenge.encode()
            return refused
        return _reply(self.settings.fault_status, say.fault("NotAuthorized", "Sender not Authorized"))

    def _unsupported(self) -> web.Response:
        told = say.fault("ActionNotSupported", "Optional Action Not Implemented", code="Receiver")
        return _reply(self.settings.fault_status, told)

    def _offers(self, namespace: str, path: str) -> bool:
        return namespace in self.settings.services and path == _PATHS[namespace]

    def _say(self, operation: str, namespace: str) -> str | None:
        settings = self.settings
        if namespace == DEVICE:
            return self._say_device(operation)
        old = namespace == MEDIA
        if operation == "GetProfiles":
            return say.profiles(settings.encoders) if old else say.profiles2(settings.encoders)
        host = settings.named_host or self.host
        addresses = {
            "GetStreamUri": f"rtsp://{host}:554{settings.stream_path}",
            "GetSnapshotUri": f"http://{host}{settings.snapshot_path}",
        }
        if operation not in addresses:
            return None
        return (say.uri if old else say.uri2)(operation, addresses[operation])

    def _say_device(self, operation: str) -> str | None:
        settings = self.settings
        host = settings.named_host or f"{self.host}:{self.port}"
        addresses = {service: f"http://{host}{_PATHS[service]}" for service in settings.services}
        answers: dict[str, Callable[[], str]] = {
            "GetSystemDateAndTime": lambda: say.date_and_time(self._now()),
            "GetDeviceInformation": lambda: say.information(settings.make),
            "GetCapabilities": lambda: say.capabilities(addresses),
            "GetNetworkInterfaces": lambda: say.interfaces(settings.make),
            "GetEndpointReference": lambda: say.endpoint(settings.make),
        }
        if settings.lists_services:
            answers["GetServices"] = lambda: say.services(addresses)
        return answers[operation]() if operation in answers else None

    def _now(self) -> datetime:
        return self._clock() + timedelta(seconds=self.settings.clock_offset)


def _reply(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, headers={"Content-Type": CONTENT_TYPE})
