"""WS-Discovery as devices write it: what is read out of it, what is refused, and that no bytes do harm."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probes.wire.error import LimitExceeded, WireError
from probes.wire.onvif_scopes import MAX_VALUE, Described, describe
from probes.wire.ws_discovery import (
    MAX_DATAGRAM,
    MAX_MATCHES,
    MAX_URI,
    MAX_WORDS,
    Action,
    Answer,
    DeviceType,
    Match,
    encode_probe,
    parse_answer,
    uuid_of,
)
from probes.wire.xml import parse_xml

TESTDATA = Path(__file__).parent / "testdata" / "discovery"
OURS = "0a6dc791-2be6-4991-9af1-454778a1917a"
ASKED = frozenset({OURS})


def golden(name: str) -> bytes:
    return (TESTDATA / name).read_bytes()


def answer(matches: str, *, relates_to: str = OURS) -> bytes:
    return (
        f"<Envelope><Header><RelatesTo>uuid:{relates_to}</RelatesTo></Header>"
        f"<Body><ProbeMatches>{matches}</ProbeMatches></Body></Envelope>"
    ).encode()


def match(inside: str = "", endpoint: str = "urn:uuid:" + OURS) -> str:
    address = f"<EndpointReference><Address>{endpoint}</Address></EndpointReference>"
    return f"<ProbeMatch>{address}{inside}</ProbeMatch>"


@pytest.mark.parametrize(
    ("name", "action", "matches"),
    [
        pytest.param(
            "gsoap_recorder.xml",
            Action.PROBE_MATCHES,
            [
                Match(
                    endpoint="urn:uuid:a0000001-0000-4000-8000-4419b6000001",
                    types=("NetworkVideoTransmitter", "Device"),
                    scopes=(
                        "onvif://www.onvif.org/type/video_encoder",
                        "onvif://www.onvif.org/name/%D0%9A%D0%BE%D1%80%D0%B8%D0%B4%D0%BE%D1%80%202",
                        "onvif://www.onvif.org/hardware/NVR-16",
                        "onvif://www.onvif.org/location/city/Almaty",
                        "onvif://www.onvif.org/location/country/KZ",
                        "onvif://www.onvif.org/MAC/44:19:B6:00:00:01",
                    ),
                    xaddrs=(
                        "http://192.168.1.64/onvif/device_service",
                        "http://[fe80::4619:b6ff:fe00:1]/onvif/device_service",
                    ),
                    metadata_version=10,
                )
            ],
            id="an id in capitals, two addresses",
        ),
        pytest.param(
            "default_namespace.xml",
            Action.PROBE_MATCHES,
            [
                Match(
                    endpoint="urn:uuid:a0000002-0000-4000-8000-000000000002",
                    types=("Device",),
                    scopes=("onvif://www.onvif.org/name/IPC", "onvif://www.onvif.org/macaddr/4419B6000002"),
                    xaddrs=("http://10.0.0.2:8899/onvif/device_service",),
                )
            ],
            id="the namespaces of version 1.1, blank lines, no prefixes",
        ),
        pytest.param(
            "two_devices.xml",
            Action.PROBE_MATCHES,
            [
                Match(endpoint="http://192.168.1.10/onvif", types=("Device",)),
                Match(
                    endpoint="urn:uuid:a0000003-0000-4000-8000-000000000003",
                    xaddrs=("http://192.168.1.11/onvif/device_service",),
                    metadata_version=1,
                ),
            ],
            id="no UUID, no number, log-ins and other schemes",
        ),
        pytest.param(
            "hello.xml",
            Action.HELLO,
            [
                Match(
                    endpoint="urn:uuid:a0000004-0000-4000-8000-000000000004",
                    types=("NetworkVideoTransmitter",),
                    xaddrs=("http://192.168.1.12/onvif/device_service",),
                    metadata_version=0,
                )
            ],
            id="hello",
        ),
    ],
)
def test_answers(name: str, action: Action, matches: list[Match]) -> None:
    """What a device tells of itself is read, however its firmware writes it."""
    assert parse_answer(golden(name), ASKED) == Answer(action=action, matches=tuple(matches))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(golden("not_ours.xml"), "no question of ours", id="another's question"),
        pytest.param(answer(match(), relates_to=""), "no question of ours", id="to nothing"),
        pytest.param(golden("fault.xml"), "refuses the question", id="fault"),
        pytest.param(golden("no_endpoint.xml"), "without an endpoint", id="no endpoint"),
        pytest.param(golden("doctype.xml"), "document type", id="entities"),
        pytest.param(b"<a/>", "not a SOAP envelope", id="no envelope"),
        pytest.param(b"", "not XML", id="nothing"),
        pytest.param(answer(match(endpoint="u" * (MAX_URI + 1))), "without an endpoint", id="a long id"),
    ],
)
def test_what_is_refused(data: bytes, said: str) -> None:
    """What answers no question of ours, or names no device, is an error of the wire."""
    with pytest.raises(WireError, match=said):
        parse_answer(data, ASKED)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(answer(match() * (MAX_MATCHES + 1)), id="matches"),
        pytest.param(
            answer(match(f"<Scopes>{' '.join(map(str, range(MAX_WORDS + 1)))}</Scopes>")), id="scopes"
        ),
        pytest.param(b" " * (MAX_DATAGRAM + 1), id="bytes"),
    ],
)
def test_bounds(data: bytes) -> None:
    """More than the named bounds is refused as such."""
    with pytest.raises(LimitExceeded):
        parse_answer(data, ASKED)


def test_as_much_as_is_allowed() -> None:
    """At the bounds an answer is read."""
    found = parse_answer(answer(match() * MAX_MATCHES), ASKED)
    assert found is not None
    assert len(found.matches) == MAX_MATCHES


@pytest.mark.parametrize("wanted", DeviceType)
def test_a_probe(wanted: DeviceType) -> None:
    """A Probe names one type and our id, and is no answer to anybody."""
    sent = encode_probe(OURS, wanted)
    root = parse_xml(sent)
    assert uuid_of(root.text_of("Header", "MessageID")) == OURS
    assert root.text_of("Body", "Probe", "Types") == f"dp0:{wanted}"
    assert parse_answer(sent, ASKED) is None
    assert parse_answer(golden("bye.xml"), ASKED) is None


def test_the_bytes_of_a_probe() -> None:
    """The bytes are those that devices are known to answer to."""
    assert encode_probe(OURS, DeviceType.DEVICE) == golden("probe_device.xml").rstrip(b"\n")


@given(st.binary(max_size=2000) | st.text(max_size=500).map(str.encode))
@example(b"\xff\xfe")
def test_any_bytes(data: bytes) -> None:
    """Whatever comes is an answer, none, or an error of the wire."""
    try:
        parse_answer(data, ASKED)
    except WireError:
        return


@given(st.data())
def test_any_damage(data: st.DataObject) -> None:
    """A damaged answer is an answer, none, or an error of the wire, and never shows a log-in."""
    whole = bytearray(golden(data.draw(st.sampled_from(["gsoap_recorder.xml", "two_devices.xml"]))))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = parse_answer(bytes(whole), ASKED)
    except WireError:
        return
    assert found is None or all("@" not in url.split("/")[2] for each in found.matches for url in each.xaddrs)


ONVIF = "onvif://www.onvif.org/"


@pytest.mark.parametrize(
    ("scopes", "described"),
    [
        pytest.param(
            [f"{ONVIF}name/Hall%20camera", f"{ONVIF}name/second", f"{ONVIF}hardware/X-1/"],
            Described(name="Hall camera", hardware="X-1"),
            id="the first name, percent-encoding, a slash at the end",
        ),
        pytest.param([f"{ONVIF}name/%D0%97%D0%B0%D0%BB"], Described(name="Зал"), id="Cyrillic"),
        pytest.param([f"{ONVIF}name/a%1b[2Jb%0a"], Described(name="a\ufffd[2Jb"), id="a terminal's orders"),
        pytest.param([f"{ONVIF}name/%FF"], Described(name="\ufffd"), id="no UTF-8"),
        pytest.param([f"{ONVIF}name/{'n' * 500}"], Described(name="n" * MAX_VALUE), id="long"),
        pytest.param(
            [f"{ONVIF}location/city/Almaty", f"{ONVIF}location/building/2"],
            Described(location="city/Almaty, building/2"),
            id="places side by side",
        ),
        pytest.param([f"{ONVIF}MAC/44-19-b6-00-00-01"], Described(mac="44:19:b6:00:00:01"), id="MAC"),
        pytest.param([f"{ONVIF}macaddr/44"], Described(), id="no MAC"),
        pytest.param(
            ["http://www.onvif.org/name/x", f"{ONVIF}name/", f"{ONVIF}name", "ldap:///ou=x"],
            Described(),
            id="other scopes",
        ),
    ],
)
def test_scopes(scopes: list[str], described: Described) -> None:
    """Scopes give the name, the model, the place and the MAC, fit to be shown."""
    assert describe(scopes) == described


@given(st.lists(st.text(max_size=80).map(lambda text: f"{ONVIF}name/{text}"), max_size=5))
def test_any_scope(scopes: list[str]) -> None:
    """Whatever a device calls itself is printable and short."""
    name = describe(scopes).name or ""
    assert name.isprintable()
    assert len(name) <= MAX_VALUE
