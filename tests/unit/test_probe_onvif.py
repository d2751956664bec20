"""The ONVIF probe at a make-believe device: clock, log-ins, faults, and what it tells of the device."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from probes.base import Credentials, Secret, Target
from probes.failure import Failure, Stage
from probes.onvif.codec import Codec
from probes.onvif.library import Library
from probes.onvif.operations import OPERATIONS
from probes.onvif.probe import OnvifProbe
from probes.onvif.reading import DeviceReading, Identity, Profile
from simulator.onvif_answers import DEVICE, MEDIA, MEDIA2, Encoder, Make
from simulator.onvif_device import LogInKind, OnvifDevice, OnvifSettings

PASSWORD = "canary-7d1f"
CODEC = Codec()  # reading its WSDLs takes longer than all else here


@asynccontextmanager
async def device(**settings: Any) -> AsyncIterator[OnvifDevice]:
    made = OnvifDevice(OnvifSettings(**({"password": PASSWORD} | settings)))
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


def target(at: OnvifDevice, *, url: str = "", **known: Any) -> Target:
    credentials = Credentials(host="127.0.0.1", port=at.port, username="viewer", password=Secret(PASSWORD))
    return Target(id="cam-1", url=url or at.url, credentials=replace(credentials, **known))


async def look(at: OnvifDevice, asked: Target | None = None) -> DeviceReading:
    return await OnvifProbe(CODEC)(asked or target(at), timeout=5.0, now=datetime.now(UTC))


async def test_whole_look() -> None:
    """A look tells clock, identity, profiles and paths, with one log-in and only questions."""
    async with device() as at:
        now = datetime.now(UTC)
        reading = await OnvifProbe(CODEC)(target(at), timeout=5.0, now=now)
    assert (reading.device, reading.at) == ("cam-1", now)
    assert (reading.reached, reading.failure, reading.failed_at) == (Stage.DESCRIBE, None, None)
    assert reading.clock_offset == pytest.approx(-0.5, abs=0.7)  # a clock of whole seconds
    assert reading.identity == Identity(
        manufacturer="Simulated",
        model="S-1",
        firmware="1.0.0",
        serial="SerialNumber",
        hardware_id="1.0",
        mac="02:00:5e:10:00:01",
        endpoint="urn:uuid:00000000-0000-4000-8000-02005e100001",
    )
    main, sub = reading.profiles
    assert main == Profile(token="main", codec="H264", width=1920, height=1080, fps=25.0, bitrate_kbps=2048)
    assert (sub.token, sub.bitrate_kbps) == ("sub", 512)
    assert reading.stream_path == "/Streaming/Channels/101?profile=main"
    assert reading.snapshot_path == "/snapshot.jpg"
    assert (reading.foreign_host, reading.log_ins) == (False, 1)
    assert reading.bytes_on_wire > 5_000
    assert 0 < reading.seconds < 5
    assert set(at.asked) <= {operation.name for operation in OPERATIONS}


OFFSETS = [0.0, 3600.0, -3600.0, 12.0, -86400.0 * 365]


@pytest.mark.parametrize("offset", OFFSETS)
async def test_clock_offset(offset: float) -> None:
    """A clock that is wrong by seconds or by a year is measured, and a good log-in is good all the same."""
    async with device(clock_offset=offset) as at:
        reading = await look(at)
    assert reading.failure is None
    assert reading.clock_offset == pytest.approx(offset, abs=1.2)
    assert at.bad_log_ins == 0


@pytest.mark.parametrize("offset", [0.0, 3600.0])
@pytest.mark.parametrize("kind", [LogInKind.TOKEN, LogInKind.DIGEST])
async def test_wrong_password(kind: LogInKind, offset: float) -> None:
    """A wrong password is told as that, whatever the clock, after two offers at most."""
    async with device(password="other", log_in=kind, clock_offset=offset) as at:
        reading = await look(at)
    assert (reading.failure, reading.failed_at) == (Failure.UNAUTHORIZED, Stage.DESCRIBE)
    assert reading.reached is Stage.CONNECT
    assert reading.detail == "it refused the log-in"
    assert reading.clock_offset == pytest.approx(offset, abs=1.2)
    assert 1 <= reading.log_ins <= 2
    assert at.bad_log_ins <= 2


@pytest.mark.parametrize("guards_clock", [False, True])
@pytest.mark.parametrize(
    ("kind", "log_ins"), [(LogInKind.TOKEN, 1), (LogInKind.DIGEST, 1), (LogInKind.NONE, 0)]
)
async def test_log_in_kinds(kind: LogInKind, log_ins: int, guards_clock: bool) -> None:
    """Each kind of log-in is found, with one offer, also where the clock is not told without it."""
    async with device(log_in=kind, guards_clock=guards_clock) as at:
        reading = await look(at)
    assert (reading.failure, reading.log_ins, at.bad_log_ins) == (None, log_ins, 0)
    assert reading.clock_offset is not None


async def test_guarded_clock_that_is_wrong() -> None:
    """Where the clock is not told without a log-in and is wrong, one refused offer is the end."""
    async with device(guards_clock=True, clock_offset=3600.0) as at:
        reading = await look(at)
    assert (reading.failure, reading.clock_offset, reading.log_ins) == (Failure.UNAUTHORIZED, None, 1)
    assert at.bad_log_ins == 1


async def test_locked_account() -> None:
    """A right password at a locked account is refused, and is not offered a third time."""
    async with device(locks_after=0) as at:
        reading = await look(at)
    assert reading.failure is Failure.UNAUTHORIZED
    assert at.asked.count("GetDeviceInformation") == 2


async def test_three_looks_do_not_lock() -> None:
    """A look with a wrong password costs one bad log-in at a device that takes tokens."""
    async with device(password="other", locks_after=4) as at:
        for _ in range(3):
            await look(at)
    assert at.bad_log_ins == 3
    assert not at.locked


STRANGERS = [
    ({"host": "127.0.0.2"}, "it asks for a log-in, and the known one belongs to another host or port"),
    ({"port": 1}, "it asks for a log-in, and the known one belongs to another host or port"),
]


@pytest.mark.parametrize("kind", [LogInKind.TOKEN, LogInKind.DIGEST])
@pytest.mark.parametrize(("known", "detail"), STRANGERS)
async def test_bound_credentials(known: dict[str, Any], detail: str, kind: LogInKind) -> None:
    """Credentials for another host or port are not offered in any form."""
    async with device(log_in=kind) as at:
        reading = await look(at, target(at, **known))
    assert (reading.failure, reading.detail, reading.log_ins) == (Failure.UNAUTHORIZED, detail, 0)
    assert at.bad_log_ins == 0


async def test_without_credentials() -> None:
    """Without credentials the clock is still read, and the refusal says that none are known."""
    async with device(clock_offset=60.0) as at:
        reading = await look(at, Target(id="c", url=at.url))
    assert (reading.failure, reading.log_ins) == (Failure.UNAUTHORIZED, 0)
    assert reading.detail == "it asks for a log-in, and none is known"
    assert reading.clock_offset == pytest.approx(60.0, abs=1.2)


async def test_name_that_is_no_text() -> None:
    """A user name that XML cannot hold is no good log-in, and no exception."""
    async with device() as at:
        reading = await look(at, target(at, username="a\x00b"))
    assert reading.failure is Failure.UNAUTHORIZED
    assert reading.detail == "the user name cannot be written in a message"
    assert at.bad_log_ins == 0


H265 = (Encoder(token="T & <main>", codec="H265", width=3840, height=2160, fps=15, kbps=6144),)


@pytest.mark.parametrize("kind", list(LogInKind))
async def test_media2_only(kind: LogInKind) -> None:
    """A Profile T device with H.265 alone is read by Media2, whose messages are signed too."""
    async with device(services=(DEVICE, MEDIA2), encoders=H265, log_in=kind) as at:
        reading = await look(at)
    assert reading.failure is None
    assert reading.profiles == (
        Profile(token="T & <main>", codec="H265", width=3840, height=2160, fps=15.0, bitrate_kbps=6144),
    )
    assert reading.stream_path == "/Streaming/Channels/101?profile=main"
    assert reading.snapshot_path == "/snapshot.jpg"


async def test_media2_first() -> None:
    """Of two media services the newer is asked, and the older one when that has no profiles."""
    async with device(services=(DEVICE, MEDIA, MEDIA2)) as at:
        both = await look(at)
        asked = at.asked.count("GetProfiles")
    async with device(services=(DEVICE, MEDIA, MEDIA2), encoders=()) as at:
        none = await look(at)
    assert (asked, len(both.profiles)) == (1, 2)
    assert (at.asked.count("GetProfiles"), none.profiles, none.stream_path, none.failure) == (
        2,
        (),
        None,
        None,
    )


@pytest.mark.parametrize("status", [200, 400, 401, 500])
async def test_old_devices(status: int) -> None:
    """A device that knows no GetServices is asked for its capabilities, whatever status its fault has."""
    async with device(lists_services=False, fault_status=status) as at:
        reading = await look(at)
    assert reading.failure is None
    assert len(reading.profiles) == 2
    assert "GetCapabilities" in at.asked


UNSUPPORTED = [operation.name for operation in OPERATIONS]


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", UNSUPPORTED)
async def test_unsupported(name: str, status: int) -> None:
    """An operation that a device does not offer is no failure, and all others are asked."""
    async with device(unsupported=frozenset({name}), fault_status=status) as at:
        reading = await look(at)
    assert (reading.failure, reading.reached) == (None, Stage.DESCRIBE)
    if name == "GetSystemDateAndTime":
        assert reading.clock_offset is None
    if name == "GetDeviceInformation":
        assert reading.identity is not None
        assert (reading.identity.model, reading.identity.mac) == (None, "02:00:5e:10:00:01")


@pytest.mark.parametrize("status", [200, 400, 401, 500])
async def test_refusals_with_any_status(status: int) -> None:
    """NotAuthorized is a refusal with whatever HTTP status it comes."""
    async with device(password="other", fault_status=status) as at:
        reading = await look(at)
    assert reading.failure is Failure.UNAUTHORIZED
    assert at.bad_log_ins == 1


async def test_foreign_host() -> None:
    """A host in the device's addresses is noted and never used: paths are asked where we were told to ask."""
    async with device(named_host="192.0.2.77") as at:
        reading = await look(at)
    assert (reading.failure, reading.foreign_host) == (None, True)
    assert reading.stream_path == "/Streaming/Channels/101?profile=main"


PATHS = [
    ("/live?user=admin&password=abc12345&channel=1", "/live?user=admin&password=***&channel=1"),
    (f"/live/{PASSWORD}/ch1", "/live/***/ch1"),
    ("/plain", "/plain"),
    ("/a b", None),
    ("/" + "x" * 300, None),
]


@pytest.mark.parametrize(("path", "kept"), PATHS)
async def test_paths(path: str, kept: str | None) -> None:
    """Of a stream's address the path is kept, with passwords masked, when it is one that can be asked."""
    async with device(stream_path=path) as at:
        reading = await look(at)
    assert (reading.stream_path, reading.failure) == (kept, None)


async def test_texts_are_cut() -> None:
    """What a device says of itself is kept printable, in 64 characters, and never repeats the password."""
    make = Make(
        manufacturer="A\tB\u202e" + "c" * 200, model=f"x{PASSWORD}", serial=" ", mac="00:00:00:00:00:00"
    )
    async with device(make=make) as at:
        identity = (await look(at)).identity
    assert identity is not None
    assert identity.manufacturer == "A B " + "c" * 60
    assert (identity.model, identity.serial, identity.mac) == (None, None, None)


@pytest.mark.parametrize("path", ["", "/", "/onvif/device_service"])
async def test_default_path(path: str) -> None:
    """A URL without a path means the usual one of the device service."""
    async with device() as at:
        reading = await look(at, target(at, url=f"http://127.0.0.1:{at.port}{path}"))
    assert reading.failure is None


async def test_nobody_there() -> None:
    """A closed port is a refused connection, and nothing was reached."""
    async with device() as at:
        asked = target(at)
    reading = await OnvifProbe(CODEC)(asked, timeout=2.0, now=datetime.now(UTC))
    assert (reading.failure, reading.failed_at) == (Failure.CONNECT_REFUSED, Stage.CONNECT)
    assert reading.reached is Stage.RESOLVE
    assert reading.clock_offset is None


async def test_no_password_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    """The password is in no reading, no log line and no text of the values that carry it."""
    caplog.set_level(logging.DEBUG)
    for settings in ({}, {"password": "other"}, {"log_in": LogInKind.DIGEST}, {"services": (DEVICE, MEDIA2)}):
        async with device(**settings) as at:
            reading = await look(at)
        assert PASSWORD not in msgspec.json.encode(reading).decode()
        assert PASSWORD not in repr(reading) + repr(target(at))
    assert PASSWORD not in caplog.text


async def test_shared_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two probes with forty devices at once share two clients of zeep."""
    made: list[object] = []
    original = Library.read_wsdl

    def counting(self: Library, service: Any) -> Any:
        made.append(service)
        return original(self, service)

    monkeypatch.setattr(Library, "read_wsdl", counting)
    codec = Codec()
    probes = OnvifProbe(codec), OnvifProbe(codec)
    async with device(locks_after=1) as at:
        readings = await asyncio.gather(
            *(probes[n % 2](target(at), timeout=20.0, now=datetime.now(UTC)) for n in range(40))
        )
    assert [reading.failure for reading in readings] == [None] * 40
    assert len(made) == 2


async def test_our_clock_is_passed_in() -> None:
    """The offset is measured against the clock that the caller hands in."""
    async with device(tolerance=3.0) as at:
        ahead = datetime.now(UTC) + timedelta(hours=5)
        reading = await OnvifProbe(CODEC)(target(at), timeout=5.0, now=ahead)
    assert reading.failure is None
    assert reading.clock_offset == pytest.approx(-5 * 3600, abs=1.2)
