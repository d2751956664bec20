"""ONVIF devices that answer as they should not: one word for each, in bounds of time, bytes and log-ins."""

import asyncio
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from probes.base import Target, Trust
from probes.failure import Failure, Stage
from probes.onvif.codec import Codec
from probes.onvif.library import Wsdl
from probes.onvif.operations import PROFILES, Operation
from probes.onvif.probe import OnvifProbe
from probes.onvif.reading import DeviceReading
from probes.wire.soap import read_request
from simulator import onvif_answers as say
from simulator.onvif_answers import DEVICE, MEDIA, MEDIA2, Encoder, Make
from tests.certificate import certificate
from tests.faults.scripted_http import PASSWORD, Answer, Asked, HttpDevice, http_device, reply, saying

PATIENCE = 1.5  # seconds, the deadline of a look here
SPARE = 3.0  # seconds that a busy machine may need beside it; what hangs hangs for good
CODEC = Codec()
TOKEN_REFUSED = say.fault("NotAuthorized", "Sender not Authorized")
ENCODERS = (Encoder(token="main", codec="H264", width=1920, height=1080),)
NOW = "GetSystemDateAndTime"


def good(addresses: Mapping[str, str]) -> dict[str, bytes]:
    """Give what an open device answers, by operation."""
    bodies = {
        NOW: say.date_and_time(datetime.now(UTC)),
        "GetDeviceInformation": say.information(Make()),
        "GetServices": say.services(addresses),
        "GetProfiles": say.profiles(ENCODERS),
        "GetStreamUri": say.uri("GetStreamUri", "rtsp://127.0.0.1/one"),
        "GetSnapshotUri": say.uri("GetSnapshotUri", "http://127.0.0.1/two"),
        "GetNetworkInterfaces": say.interfaces(Make()),
        "GetEndpointReference": say.endpoint(Make()),
    }
    return {name: reply(200, say.message(body)) for name, body in bodies.items()}


def answering(changed: Mapping[str, bytes], addresses: Mapping[str, str] | None = None) -> Answer:
    """Answer well, but for some operations with these bytes as they are."""
    replies = good(addresses or {DEVICE: "http://127.0.0.1/d", MEDIA: "http://127.0.0.1/m"}) | dict(changed)

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(replies[read_request(asked.body).body.name])
        await writer.drain()

    return answer


def answering_by(choose: Callable[[Asked], bytes]) -> Answer:
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(choose(asked))
        await writer.drain()

    return answer


async def look(device: HttpDevice) -> DeviceReading:
    """Look once; proves the deadline, the bounds, and that no password comes out."""
    target = Target(id="c", url=device.url, credentials=device.credentials())
    began = time.monotonic()
    reading = await OnvifProbe(CODEC)(target, timeout=PATIENCE, now=datetime.now(UTC))
    assert time.monotonic() - began < PATIENCE + SPARE
    assert PASSWORD not in msgspec.json.encode(reading).decode()
    assert reading.log_ins <= 2
    assert reading.bytes_on_wire < 2 << 20
    return reading


SOAP = 'xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
BOMB = b'<!DOCTYPE a [<!ENTITY x "x">' + b"".join(
    b'<!ENTITY x%d "&x%s;&x%s;">' % (n, b"%d" % (n - 1) if n else b"", b"") for n in range(30)
)
DOCUMENTS = {
    "empty": (b"", Failure.PROTOCOL_ERROR),
    "no xml": (b"\x00\xff\xfe\x80" * 100, Failure.PROTOCOL_ERROR),
    "html": (b"<html><body>Hello</body></html>", Failure.PROTOCOL_ERROR),
    "bomb": (BOMB + b"]>" + say.message("<a>&x29;</a>"), Failure.PROTOCOL_ERROR),
    "xxe": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + say.message("<tds:a>&x;</tds:a>"),
        Failure.PROTOCOL_ERROR,
    ),
    "remote dtd": (
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">' + say.message("<tds:a/>"),
        Failure.PROTOCOL_ERROR,
    ),
    "utf-7": (
        b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE a+AD4-' + say.message("<a/>")[39:],
        Failure.PROTOCOL_ERROR,
    ),
    "deep": (b"<a>" * 80_000, Failure.OVER_LIMIT),
    "many attributes": (
        b"<a " + b" ".join(b'b%d="1"' % n for n in range(20_000)) + b"/>",
        Failure.OVER_LIMIT,
    ),
    "many elements": (say.message("<a>" + "<b/>" * 50_000 + "</a>"), Failure.OVER_LIMIT),
    "other namespace": (
        b'<e:Envelope xmlns:e="urn:x"><e:Body><a/></e:Body></e:Envelope>',
        Failure.PROTOCOL_ERROR,
    ),
    "no body": (f"<e:Envelope {SOAP}/>".encode(), Failure.PROTOCOL_ERROR),
    "empty body": (say.message(""), Failure.PROTOCOL_ERROR),
    "another answer": (say.message(say.endpoint(Make())), Failure.PROTOCOL_ERROR),
    "same name, other service": (
        say.message(f'<x:{NOW}Response xmlns:x="urn:x"/>'),
        Failure.PROTOCOL_ERROR,
    ),
    "growing namespaces": (
        say.message(
            f'<tds:{NOW}Response xmlns:x="{"n" * 100_000}">'
            + "<tds:b><x:a/></tds:b>" * 5_000
            + f"</tds:{NOW}Response>"
        ),
        Failure.OVER_LIMIT,
    ),
    "fault": (say.fault("InvalidArgVal", "no"), Failure.SERVER_ERROR),
}


@pytest.mark.parametrize("kind", list(DOCUMENTS))
async def test_documents(kind: str) -> None:
    """A document that is none, or is meant to do harm, is told in a word; nothing more is asked."""
    document, failure = DOCUMENTS[kind]
    async with http_device(answering({NOW: reply(200, document)})) as device:
        reading = await look(device)
    assert (reading.failure, reading.failed_at, reading.reached) == (failure, Stage.DESCRIBE, Stage.CONNECT)
    assert len(device.asked) == 1


ENDLESS = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n" + b"<a>" * 200_000,
]
STATUSES = [
    (reply(302, b"", "Location: http://127.0.0.1:9/"), Failure.REDIRECT_REFUSED),
    (reply(307, b"", "Location: http://127.0.0.1:9/"), Failure.REDIRECT_REFUSED),
    (reply(404, b"gone"), Failure.NOT_FOUND),
    (reply(403, b"no"), Failure.FORBIDDEN),
    (reply(503, b"busy"), Failure.SESSION_LIMIT),
    (reply(500, b"oops"), Failure.SERVER_ERROR),
    (reply(405, b"<html/>"), Failure.PROTOCOL_ERROR),
    (reply(500, say.message(say.information(Make()))), Failure.SERVER_ERROR),
    (b"", Failure.CLOSED_EARLY),
    (b"SSH-2.0-dropbear\r\n", Failure.PROTOCOL_ERROR),
    *[(bytes_, Failure.OVER_LIMIT) for bytes_ in ENDLESS],
]


@pytest.mark.parametrize(("said", "failure"), STATUSES)
async def test_statuses(said: bytes, failure: Failure) -> None:
    """Whatever HTTP says instead of an answer has a name, and no other address is asked."""
    async with http_device(saying(said)) as device:
        reading = await look(device)
    assert reading.failure is failure
    assert len(device.asked) == 1


async def test_silence() -> None:
    """A device that takes the question and says nothing ends at the deadline."""
    async with http_device(saying(hang=True)) as device:
        reading = await look(device)
    assert (reading.failure, reading.failed_at) == (Failure.TIMED_OUT, Stage.DESCRIBE)


async def test_drop_by_drop() -> None:
    """A device that sends a byte now and then has one deadline for the whole look, and keeps what it told."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        operation = read_request(asked.body).body.name
        answers = good({})
        if operation in {NOW, "GetDeviceInformation"}:
            writer.write(answers[operation])
            return
        for byte in answers[operation]:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    async with http_device(answer) as device:
        reading = await look(device)
    assert reading.failure is Failure.TIMED_OUT
    assert reading.clock_offset is not None
    assert reading.identity is not None


async def test_big_answers_in_a_row() -> None:
    """Answers that are each within bounds are too much together."""
    padding = "<tds:p>" + "x" * 250_000 + "</tds:p>"
    big = {
        name: reply(
            200, data.partition(b"\r\n\r\n")[2].replace(b"</e:Body>", padding.encode() + b"</e:Body>")
        )
        for name, data in good({DEVICE: "http://h/d", MEDIA: "http://h/m"}).items()
    }
    async with http_device(answering(big)) as device:
        reading = await look(device)
    assert reading.failure is Failure.OVER_LIMIT
    assert len(device.asked) < 6


async def test_loop_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list of profiles is read in another thread, a short one at once: other checks go on."""
    threads: list[bool] = []
    original = Wsdl.read

    def noting(self: Wsdl, operation: Operation, data: bytes) -> object:
        if operation is PROFILES:
            threads.append(threading.current_thread() is threading.main_thread())
        return original(self, operation, data)

    monkeypatch.setattr(Wsdl, "read", noting)
    for count in (350, 2):
        many = tuple(Encoder(token=f"p{n}", codec="H264", width=1, height=1) for n in range(count))
        answer = answering({"GetProfiles": reply(200, say.message(say.profiles(many)))})
        async with http_device(answer) as device:
            reading = await look(device)
        assert (reading.failure, len(reading.profiles)) == (None, min(count, 64))
    assert threads == [False, True]


async def test_always_refusing() -> None:
    """A device that refuses everything is offered two log-ins at most, and asked no more."""
    challenge = 'WWW-Authenticate: Digest realm="r", nonce="{}", stale=true'
    count = iter(range(100))

    async with http_device(answering_by(lambda _: reply(401, b"", challenge.format(next(count))))) as device:
        reading = await look(device)
    assert (reading.failure, reading.log_ins) == (Failure.UNAUTHORIZED, 2)
    assert len(device.asked) == 3


async def test_refused_in_both_ways() -> None:
    """After a refused Digest and a refused token nothing more is offered, and never both in one message."""
    challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'
    async with http_device(answering_by(lambda _: reply(401, TOKEN_REFUSED, challenge))) as device:
        reading = await look(device)
    digests = [one for one in device.asked if "authorization" in one.headers]
    tokens = [one for one in device.asked if b"UsernameToken" in one.body]
    assert (reading.failure, reading.log_ins) == (Failure.UNAUTHORIZED, 2)
    assert (len(digests), len(tokens)) == (1, 1)
    assert not [one for one in digests if one in tokens]


async def test_basic_is_not_answered() -> None:
    """A device that wants the password readably is not told it; a token does not tell it."""
    async with http_device(
        answering_by(lambda _: reply(401, b"", 'WWW-Authenticate: Basic realm="r"'))
    ) as device:
        reading = await look(device)
    assert reading.failure is Failure.UNAUTHORIZED
    assert not device.log_ins
    assert not [one for one in device.asked if PASSWORD.encode() in one.body]


async def test_refused_after_it_was_good() -> None:
    """A log-in that was good and is refused for one question is no bad password."""

    def choose(asked: Asked) -> bytes:
        operation = read_request(asked.body).body.name
        if operation == "GetProfiles" or (operation != NOW and b"UsernameToken" not in asked.body):
            return reply(400, TOKEN_REFUSED)
        return good({DEVICE: "http://h/d", MEDIA: "http://h/m"})[operation]

    async with http_device(answering_by(choose)) as device:
        reading = await look(device)
    assert (reading.failure, reading.log_ins) == (Failure.FORBIDDEN, 1)
    assert reading.identity is not None


async def test_refused_after_a_good_digest() -> None:
    """After a good Digest a refused question is not asked again with another log-in."""
    challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'

    def choose(asked: Asked) -> bytes:
        operation = read_request(asked.body).body.name
        if operation != NOW and "authorization" not in asked.headers:
            return reply(401, b"", challenge)
        if operation == "GetProfiles":
            return reply(400, TOKEN_REFUSED)
        return good({DEVICE: "http://h/d", MEDIA: "http://h/m"})[operation]

    async with http_device(answering_by(choose)) as device:
        reading = await look(device)
    assert (reading.failure, reading.log_ins) == (Failure.FORBIDDEN, 1)
    assert not [one for one in device.asked if b"UsernameToken" in one.body]


async def test_aside_questions_stop() -> None:
    """When two questions beside the matter are refused, a third is not asked."""

    def choose(asked: Asked) -> bytes:
        operation = read_request(asked.body).body.name
        refused = {"GetSnapshotUri", "GetNetworkInterfaces", "GetEndpointReference"}
        if operation in refused or (
            operation == "GetDeviceInformation" and b"UsernameToken" not in asked.body
        ):
            return reply(400, TOKEN_REFUSED)
        return good({DEVICE: "http://h/d", MEDIA: "http://h/m"})[operation]

    async with http_device(answering_by(choose)) as device:
        reading = await look(device)
    assert reading.failure is None
    asked = [read_request(one.body).body.name for one in device.asked]
    assert asked[-2:] == ["GetSnapshotUri", "GetNetworkInterfaces"]


async def test_no_second_host() -> None:
    """Addresses that point elsewhere are not dialled: not a service's, not a stream's, not a snapshot's."""
    async with http_device(saying(reply(200, b""))) as bystander:
        there = bystander.url
        changed = {
            "GetStreamUri": reply(200, say.message(say.uri("GetStreamUri", f"{there}/s"))),
            "GetSnapshotUri": reply(200, say.message(say.uri("GetSnapshotUri", f"{there}/p"))),
        }
        addresses = {DEVICE: f"{there}/d", MEDIA: f"{there}/m", MEDIA2: f"{there}/m2"}
        changed["GetProfiles"] = reply(200, say.message(say.profiles2(ENCODERS)))
        async with http_device(answering(changed, addresses)) as device:
            await look(device)
            paths = {one.path for one in device.asked}
    assert not bystander.asked
    assert "/m2" in paths


ADDRESSES = [
    "http://[::1",
    "http://h:99999999/m",
    "/only/a/path",
    "javascript:alert(1)",
    "http://h/m\r\nX-Injected: 1",
    "http://h/m HTTP/1.1",
    "http://h/" + "m" * 5_000,
    "http://user:secret@h/m",
    "http://\u202eh/\u0434",
]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_service_addresses(address: str) -> None:
    """An address that cannot be asked is not asked; the device service is, and no line is smuggled in."""
    async with http_device(answering({}, {DEVICE: "http://h/d", MEDIA: address})) as device:
        reading = await look(device)
    assert reading.failure is None
    assert not [one for one in device.asked if "x-injected" in one.headers or "secret" in one.path]
    assert all(re.fullmatch(r"/[\x21-\x7e]*", one.path) and len(one.path) <= 256 for one in device.asked)


CLOCKS = [
    ("Year", "20260"),
    ("Month", "13"),
    ("Hour", "-1"),
    ("Second", "x"),
    ("Second", "9" * 5_000),
    ("Day", ""),
]


@pytest.mark.parametrize(("part", "value"), CLOCKS)
async def test_broken_clocks(part: str, value: str, caplog: pytest.LogCaptureFixture) -> None:
    """A date that is none is no clock, no failure, and no line in our log."""
    caplog.set_level(logging.INFO)
    said = re.sub(f"<tt:{part}>[^<]*<", f"<tt:{part}>{value}<", say.date_and_time(datetime.now(UTC)))
    async with http_device(answering({NOW: reply(200, say.message(said))})) as device:
        reading = await look(device)
    assert (reading.failure, reading.clock_offset) == (None, None)
    assert not caplog.records


NUMBERS = ["-1", "0", "1e999", "nan", "9" * 5_000, "\u0661\u0662", "x", ""]


@pytest.mark.parametrize("service", [MEDIA, MEDIA2])
@pytest.mark.parametrize("number", NUMBERS)
async def test_broken_numbers(number: str, service: str) -> None:
    """A width that is no number, or none that can be, is left out."""
    write = say.profiles if service == MEDIA else say.profiles2
    said = write(ENCODERS).replace("<tt:Width>1920<", f"<tt:Width>{number}<")
    address = {DEVICE: "http://h/d", service: "http://h/m"}
    changed = {"GetProfiles": reply(200, say.message(said))}
    if service == MEDIA2:
        changed["GetStreamUri"] = reply(200, say.message(say.uri2("GetStreamUri", "rtsp://h/one")))
    async with http_device(answering(changed, address)) as device:
        reading = await look(device)
    (profile,) = reading.profiles
    assert profile.width in {None, 12}
    assert profile.height == 1080


async def test_tls(tmp_path: Path) -> None:
    """Over TLS a device is asked when its certificate is the pinned one, and else is told nothing."""
    pem, key, fingerprint = certificate()
    (tmp_path / "both.pem").write_bytes(pem + key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "both.pem")
    async with http_device(answering({}), tls) as device:
        known = Target(id="c", url=device.url, trust=Trust(fingerprint=fingerprint))
        good_one = await OnvifProbe(CODEC)(known, timeout=5.0, now=datetime.now(UTC))
        asked = len(device.asked)
        unknown = await look(device)
    assert (good_one.failure, good_one.reached) == (None, Stage.DESCRIBE)
    assert (unknown.failure, unknown.failed_at) == (Failure.TLS_FAILED, Stage.TLS)
    assert unknown.reached is Stage.CONNECT
    assert len(device.asked) == asked
