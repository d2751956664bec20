"""zeep and onvif-zeep as a codec: what we need of their insides, and that they do nothing beside."""

import asyncio
import base64
import hashlib
import logging
import os
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

from probes.base import Secret
from probes.onvif.codec import Codec, Token
from probes.onvif.library import Library
from probes.onvif.operations import (
    CAPABILITIES,
    DATE_AND_TIME,
    ENDPOINT,
    INFORMATION,
    INTERFACES,
    OPERATIONS,
    PROFILES,
    SERVICES,
    SNAPSHOT,
    STREAM,
    Operation,
    Service,
)
from probes.wire.error import WireError

NOW = datetime(2026, 11, 24, 8, 30, 15, 900_000, tzinfo=UTC)
TOKEN = Token(username="viewer", password=Secret("canary-9f3"), now=NOW, offset=3600.0)
ENVELOPE = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:trt="http://www.onvif.org/ver10/media/wsdl"'
    ' xmlns:tt="http://www.onvif.org/ver10/schema"><e:Body>{}</e:Body></e:Envelope>'
)


def reply(body: str) -> bytes:
    return ENVELOPE.format(body).encode()


WRITTEN = [
    (DATE_AND_TIME, {}, "GetSystemDateAndTime"),
    (SERVICES, {}, "IncludeCapability>false<"),
    (CAPABILITIES, {}, "Category>All<"),
    (STREAM, {"ProfileToken": "main & <sub>"}, "ProfileToken>main &amp; &lt;sub&gt;<"),
    (STREAM, {"ProfileToken": "p"}, ">RTP-Unicast<"),
    (SNAPSHOT, {"ProfileToken": "p"}, "GetSnapshotUri"),
]


@pytest.mark.parametrize(("operation", "values", "expected"), WRITTEN)
async def test_writes(operation: Operation, values: dict[str, object], expected: str) -> None:
    """A question is one SOAP 1.2 message in UTF-8 that says what was asked, and nothing of who asks."""
    text = (await Codec().write(operation, values, None)).decode()
    assert expected in text
    assert "http://www.w3.org/2003/05/soap-envelope" in text
    assert "Security" not in text


async def test_token() -> None:
    """The log-in is Base64(SHA-1(nonce + created + password)), created by the device's clock, in Zulu."""
    text = (await Codec().write(INFORMATION, {}, TOKEN)).decode()
    found = {name: re.search(f"{name}[^>]*>([^<]+)<", text) for name in ("Nonce", "Created", "Password")}
    nonce, created, digest = (match[1] if match else "" for match in found.values())
    assert created == "2026-11-24T09:30:15Z"
    expected = hashlib.sha1(base64.b64decode(nonce) + created.encode() + b"canary-9f3").digest()  # noqa: S324
    assert base64.b64decode(digest) == expected
    assert "#PasswordDigest" in text
    assert "canary" not in text


async def test_nonces_differ() -> None:
    """No nonce is used twice: devices refuse a message that they saw before."""
    codec = Codec()
    texts = [(await codec.write(INFORMATION, {}, TOKEN)).decode() for _ in range(3)]
    assert len({match[1] for text in texts if (match := re.search("Nonce[^>]*>([^<]+)<", text))}) == 3


async def test_signs_templates() -> None:
    """A template of ours gets the same log-in as a message of the library's."""
    text = (await Codec().sign(reply("<tt:Own/>"), TOKEN)).decode()
    assert "2026-11-24T09:30:15Z" in text
    assert "Own" in text


async def test_reads_information() -> None:
    """What a device says in another order, or leaves out, is read all the same."""
    answer = await Codec().read(
        INFORMATION,
        reply(
            "<tds:GetDeviceInformationResponse><tds:Model>M</tds:Model><tds:Vendor>?</tds:Vendor>"
            "<tds:Manufacturer>A</tds:Manufacturer></tds:GetDeviceInformationResponse>"
        ),
    )
    assert (answer.Manufacturer, answer.Model, answer.SerialNumber) == ("A", "M", None)


PROFILE = (
    '<trt:Profiles token="p1"><tt:Name>n</tt:Name><tt:VideoEncoderConfiguration token="v">'
    "<tt:Encoding>H265</tt:Encoding>"
    "<tt:Resolution><tt:Width>1920</tt:Width><tt:Height>x</tt:Height></tt:Resolution>"
    "<tt:RateControl><tt:BitrateLimit>2048</tt:BitrateLimit></tt:RateControl>"
    "</tt:VideoEncoderConfiguration></trt:Profiles>"
)


async def test_reads_profiles() -> None:
    """Profiles are read with a codec that ver10 does not know, and with a number that is none."""
    codec = Codec()
    (profile,) = await codec.read(
        PROFILES, reply(f"<trt:GetProfilesResponse>{PROFILE}</trt:GetProfilesResponse>")
    )
    encoder = profile.VideoEncoderConfiguration
    assert (profile.token, encoder.Encoding, encoder.Resolution.Width) == ("p1", "H265", 1920)
    assert encoder.Resolution.Height is None
    assert encoder.RateControl.BitrateLimit == 2048
    many = f"<trt:GetProfilesResponse>{PROFILE * 100}</trt:GetProfilesResponse>"
    assert len(await codec.read(PROFILES, reply(many))) == 100  # long enough to be read in a thread


async def test_reads_lists() -> None:
    """What holds a list is a list, also of one; what holds one value is that value."""
    codec = Codec()
    (service,) = await codec.read(
        SERVICES,
        reply(
            "<tds:GetServicesResponse><tds:Service><tds:Namespace>n</tds:Namespace><tds:XAddr>x</tds:XAddr>"
            "</tds:Service></tds:GetServicesResponse>"
        ),
    )
    assert (service.Namespace, service.XAddr) == ("n", "x")
    (interface,) = await codec.read(
        INTERFACES,
        reply(
            '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="e"><tt:Enabled>true</tt:Enabled>'
            "<tt:Info><tt:HwAddress>aa</tt:HwAddress></tt:Info></tds:NetworkInterfaces>"
            "</tds:GetNetworkInterfacesResponse>"
        ),
    )
    assert interface.Info.HwAddress == "aa"
    endpoint = await codec.read(
        ENDPOINT,
        reply(
            "<tds:GetEndpointReferenceResponse><tds:GUID>urn:uuid:1</tds:GUID></tds:GetEndpointReferenceResponse>"
        ),
    )
    assert endpoint.GUID == "urn:uuid:1"


@pytest.mark.parametrize("data", [b"", b"<", reply(""), b"<a/>", b"\xff\xfe"])
async def test_unreadable(data: bytes) -> None:
    """What the library stumbles over is a WireError that repeats nothing of it."""
    with pytest.raises(WireError, match=r"^the answer to GetDeviceInformation cannot be read$"):
        await Codec().read(INFORMATION, data)


def test_only_questions() -> None:
    """Every operation that can be sent only reads: its name begins with Get."""
    assert all(operation.name.startswith("Get") for operation in OPERATIONS)


@pytest.mark.parametrize("name", ["SetSystemDateAndTime", "SystemReboot", "CreateUsers", "GetUsers"])
async def test_nothing_else(name: str) -> None:
    """An operation that is not in the table is refused, even when the WSDL has it."""
    with pytest.raises(ValueError, match="not one of the questions"):
        await Codec().write(Operation(Service.DEVICE, name), {}, None)


async def test_one_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many messages at once read each WSDL once, and not in the event loop."""
    read: list[tuple[Service, str]] = []
    original = Library.read_wsdl

    def counting(self: Library, service: Service) -> object:
        read.append((service, threading.current_thread().name))
        return original(self, service)

    monkeypatch.setattr(Library, "read_wsdl", counting)
    codec = Codec()
    await asyncio.gather(*(codec.write(INFORMATION, {}, None) for _ in range(8)))
    await asyncio.gather(*(codec.write(PROFILES, {}, None) for _ in range(8)))
    assert [service for service, _ in read] == [Service.DEVICE, Service.MEDIA]
    assert threading.main_thread().name not in {name for _, name in read}


QUIET = """
import asyncio, logging, os, sys
root = logging.getLogger()
before = dict(os.environ), list(root.handlers), root.level, logging.getLogger("zeep.client").level
opened = []
watched = ("open", "socket.connect")
sys.addaudithook(lambda name, args: opened.append((name, args)) if name in watched else None)
from probes.onvif.codec import Codec
from probes.onvif.operations import INFORMATION, PROFILES
async def main():
    codec = Codec()
    await codec.write(INFORMATION, {}, None)
    await codec.write(PROFILES, {}, None)
asyncio.run(main())
after = dict(os.environ), list(root.handlers), root.level, logging.getLogger("zeep.client").level
assert before == after, (before, after)
writes = [args for name, args in opened if name == "open" and args[2] & (os.O_WRONLY | os.O_RDWR)]
assert not writes, writes
assert not [name for name, args in opened if name == "socket.connect"]
"""


def test_quiet(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Loading the libraries changes neither environment nor logging, writes no file and calls nobody."""
    home = tmp_path_factory.mktemp("home")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "http_proxy": "http://proxy.example:3128",
        "https_proxy": "http://proxy.example:3128",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", QUIET],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(home.iterdir())


async def test_mute(caplog: pytest.LogCaptureFixture) -> None:
    """A device's broken values do not fill our log with the library's tracebacks."""
    with caplog.at_level(logging.DEBUG):
        await Codec().read(PROFILES, reply(f"<trt:GetProfilesResponse>{PROFILE}</trt:GetProfilesResponse>"))
    assert not caplog.records
