"""RTSP header fields, and where a control attribute leads: never to another host."""

import contextlib
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import LimitExceeded, WireError
from probes.wire.headers import (
    MAX_URL_CHARACTERS,
    RtpInfo,
    Session,
    Transport,
    parse_public,
    parse_rtp_info,
    parse_session,
    parse_transport,
    resolve_control,
)
from probes.wire.rtsp import encode_request

UDP = Transport(client_port=(5000, 5001))
TCP = Transport(protocol="RTP/AVP/TCP", interleaved=(0, 1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("RTP/AVP/TCP;unicast;interleaved=0-1", TCP, id="interleaved"),
        pytest.param(" rtp/avp/tcp ; UNICAST ; Interleaved = 0 - 1 ;", TCP, id="spaces and cases"),
        pytest.param("RTP/AVP/TCP;interleaved=0-1", TCP, id="unicast is left out"),
        pytest.param("RTP/AVP/TCP;unicast;interleaved=0", TCP, id="one channel stands for two"),
        pytest.param("RTP/AVP/TCP;unicast;interleaved=0-1,RTP/AVP;unicast", TCP, id="the first of two"),
        pytest.param("RTP/AVP;unicast;client_port=5000-5001", UDP, id="ports"),
        pytest.param("RTP/AVP;unicast;client_port=5000-5001;client_port=1-2", UDP, id="a repeated parameter"),
        pytest.param("RTP/AVP;unicast;client_port=5000-5001;server_port=0x1", UDP, id="an unreadable port"),
        pytest.param("RTP/AVP;unicast;client_port=5000-5001;server_port=1-65536", UDP, id="a port too high"),
        pytest.param("RTP/AVP;unicast;client_port=5000-5001;ssrc=nothing", UDP, id="an unreadable ssrc"),
        pytest.param("RTP/AVP;unicast;client_port=5000-5001;ttl=1;;x=y", UDP, id="unknown parameters"),
        pytest.param("RTP/AVP;multicast;ttl=2", Transport(unicast=False), id="multicast"),
        pytest.param("RTP/AVP;unicast;ssrc= 4cAC ", Transport(ssrc=0x4CAC), id="an ssrc with blanks"),
        pytest.param("RTP/AVP;unicast;ssrc=0x1F", Transport(ssrc=0x1F), id="an ssrc with 0x"),
        pytest.param('RTP/AVP;mode="PLAY";source=a', Transport(mode="PLAY", source="a"), id="quoted mode"),
    ],
)
def test_a_transport_is_read(value: str, expected: Transport) -> None:
    """A Transport field is read with every liberty that cameras take."""
    assert parse_transport(value) == expected


@pytest.mark.parametrize(
    "value", ["", ";unicast", "interleaved=0-1", "RTP/AVP/TCP;interleaved=256-257", "X;interleaved=a"]
)
def test_a_transport_that_cannot_be_followed_is_an_error(value: str) -> None:
    """Without a protocol, or with channels that cannot be, there is nothing to go on with."""
    with pytest.raises(WireError):
        parse_transport(value)


PORTS = st.none() | st.tuples(st.integers(0, 65535), st.integers(0, 65535))
CHANNELS = st.none() | st.tuples(st.integers(0, 255), st.integers(0, 255))
WORDS = st.none() | st.from_regex(r"[a-z0-9.]{1,12}", fullmatch=True)


@settings(deadline=None, max_examples=50)
@given(
    st.builds(
        Transport,
        protocol=st.sampled_from(["RTP/AVP", "RTP/AVP/TCP", "RTP/SAVP"]),
        unicast=st.booleans(),
        interleaved=CHANNELS,
        client_port=PORTS,
        server_port=PORTS,
        ssrc=st.none() | st.integers(0, 0xFFFFFFFF),
        mode=WORDS,
        source=WORDS,
        destination=WORDS,
    )
)
def test_a_transport_survives_the_way_there_and_back(transport: Transport) -> None:
    """What is encoded is read back the same."""
    assert parse_transport(transport.encode()) == transport


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("1234", Session("1234", 60), id="no timeout"),
        pytest.param("a-B$.;timeout=30", Session("a-B$.", 30), id="with a timeout"),
        pytest.param("  77 ; Timeout = 90 ", Session("77", 90), id="spaces and cases"),
        pytest.param("77;timeout=0", Session("77", 60), id="a timeout of zero"),
        pytest.param("77;timeout=soon", Session("77", 60), id="an unreadable timeout"),
        pytest.param("77;timeout=99999999999999999999", Session("77", 60), id="a timeout without end"),
        pytest.param("77;x;timeout=5;y=1", Session("77", 5), id="unknown parameters"),
    ],
)
def test_a_session_is_read(value: str, expected: Session) -> None:
    """A Session field gives the identifier, and 60 s where the camera says nothing sensible."""
    assert parse_session(value) == expected
    assert parse_session(expected.encode()) == expected


@pytest.mark.parametrize("value", ["", ";timeout=60", "two words", "bell\x07"])
def test_a_session_without_an_identifier_is_an_error(value: str) -> None:
    """An identifier that is none, or that would break a request, is refused."""
    with pytest.raises(WireError):
        parse_session(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("", (), id="empty"),
        pytest.param("url=a;seq=1;rtptime=2", (RtpInfo("a", 1, 2),), id="plain"),
        pytest.param('URL = "a" ; Seq = 1', (RtpInfo("a", 1),), id="spaces, cases, quotes"),
        pytest.param(
            "url=a;b;seq=1,url=c,d;rtptime=9", (RtpInfo("a;b", 1), RtpInfo("c,d", None, 9)), id="marks"
        ),
        pytest.param("url=a;seq=65536;rtptime=4294967296", (RtpInfo("a"),), id="numbers too large"),
        pytest.param("seq=1;rtptime=2", (), id="no url"),
    ],
)
def test_rtp_info_is_read(value: str, expected: tuple[RtpInfo, ...]) -> None:
    """Each stream's entry is read; what is no entry is left out."""
    assert parse_rtp_info(value) == expected


def test_methods_are_read_in_any_case_and_spacing() -> None:
    """Public is a set of methods in upper case."""
    assert parse_public(" options,DESCRIBE ,, play teardown") == {"OPTIONS", "DESCRIBE", "PLAY", "TEARDOWN"}


HOST = "rtsp://192.0.2.1:8554"


@pytest.mark.parametrize(
    ("control", "base", "location", "expected"),
    [
        pytest.param("track1", None, None, "/live/track1", id="behind the request"),
        pytest.param("track1", "rtsp://10.0.0.9/b/", "rtsp://10.0.0.9/l/", "/b/track1", id="base first"),
        pytest.param("track1", None, "rtsp://10.0.0.9/l/", "/l/track1", id="then location"),
        pytest.param("track1", "", "  ", "/live/track1", id="both empty"),
        pytest.param("track1", "rtsp:/broken", None, "/live/track1", id="base is no URL"),
        pytest.param("track1", "rtsp:///b/", None, "/live/track1", id="base without a host"),
        pytest.param("track1", "10.0.0.9:554/b/", None, "/live/track1", id="base without a scheme"),
        pytest.param("track1", "/b", None, "/b/track1", id="base is a path"),
        pytest.param("track1", '"rtsp://10.0.0.9/b"', None, "/b/track1", id="base in quotes"),
        pytest.param("track1", "rtsp://10.0.0.9", None, "/track1", id="base without a path"),
        pytest.param("track1", "rtsp://10.0.0.9/b?c=1", None, "/b?c=1/track1", id="behind a query"),
        pytest.param("track1", "rtsp://10.0.0.9/b?c=1/", None, "/b?c=1/track1", id="behind a query's slash"),
        pytest.param("track1", "rtsp://10.0.0.9?c=1", None, "/?c=1/track1", id="a query without a path"),
        pytest.param("?track=1", "rtsp://10.0.0.9/b", None, "/b?track=1", id="a query alone"),
        pytest.param("/track1", "rtsp://10.0.0.9/b/", None, "/b/track1", id="a slash before"),
        pytest.param("/b/track1", "rtsp://10.0.0.9/b/", None, "/b/track1", id="the path said twice"),
        pytest.param("/track1", "rtsp://10.0.0.9/", None, "/track1", id="a slash before, at the root"),
        pytest.param(None, "rtsp://10.0.0.9/b/", None, "/b/", id="none"),
        pytest.param("*", "rtsp://10.0.0.9/b?c=1", None, "/b?c=1", id="the aggregate"),
        pytest.param("*", None, None, "/live", id="the aggregate of the request"),
        pytest.param("rtsp://evil.example:9/x?y=1", None, None, "/x?y=1", id="absolute, another host"),
        pytest.param("RTSPS://u:p@evil.example/x", None, None, "/x", id="absolute, with a log-in"),
        pytest.param("http://evil.example/x", None, None, "/x", id="absolute, another scheme"),
        pytest.param("//evil.example/x", None, None, "/live//evil.example/x", id="a host without a scheme"),
        pytest.param("@evil.example/x", "rtsp://10.0.0.9", None, "/@evil.example/x", id="an at sign"),
        pytest.param("a b\tü\r\nX: 1", None, None, "/live/a%20b%09%C3%BC%0D%0AX:%201", id="not one word"),
        pytest.param("a%20b", None, None, "/live/a%20b", id="already quoted"),
    ],
)  # fmt: skip
def test_a_control_attribute_leads_to_our_own_host(
    control: str | None, base: str | None, location: str | None, expected: str
) -> None:
    """Path and query are the camera's; scheme, host and port stay ours."""
    url = resolve_control(control, request_url=f"{HOST}/live", content_base=base, content_location=location)
    assert url == HOST + expected


@pytest.mark.parametrize(
    ("request_url", "expected"),
    [
        pytest.param("rtsp://admin:secret@192.0.2.1/live", "rtsp://192.0.2.1/live/t", id="a log-in"),
        pytest.param("rtsps://cam.example:322/", "rtsps://cam.example:322/t", id="TLS"),
        pytest.param("rtsp://[2001:db8::1]:554/a", "rtsp://[2001:db8::1]:554/a/t", id="IPv6"),
        pytest.param("rtsp://192.0.2.1", "rtsp://192.0.2.1/t", id="no path"),
    ],
)
def test_the_request_gives_scheme_host_and_port_and_no_log_in(request_url: str, expected: str) -> None:
    """Whatever the target's URL looks like, its authority is kept and its credentials are not."""
    assert resolve_control("t", request_url=request_url, content_base=None, content_location=None) == expected


def test_a_request_url_that_is_none_is_our_own_mistake() -> None:
    """The caller's URL is not the camera's fault."""
    with pytest.raises(ValueError, match="scheme"):
        resolve_control("t", request_url="192.0.2.1/live", content_base=None, content_location=None)


def test_an_endless_url_is_refused() -> None:
    """A control attribute cannot make requests grow without bound."""
    with pytest.raises(LimitExceeded):
        resolve_control(
            "t" * MAX_URL_CHARACTERS, request_url=f"{HOST}/", content_base=None, content_location=None
        )


HOSTILE = st.text(max_size=60) | st.text("rtsp:/?@*;,= \r\n\t.%[]ab", max_size=30)


@settings(deadline=None, max_examples=300)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_leads_elsewhere(control: str, base: str, location: str) -> None:
    """Whatever a camera writes: the request stays one word and goes to the host that we chose."""
    url = resolve_control(control, request_url=f"{HOST}/live", content_base=base, content_location=location)
    assert re.fullmatch(r"rtsp://192\.0\.2\.1:8554(/[\x21-\x7e]*)?", url)
    assert urlsplit(url.replace("[", "").replace("]", "")).hostname == "192.0.2.1"
    assert encode_request("SETUP", url, []).startswith(b"SETUP rtsp://192.0.2.1:8554")


@settings(deadline=None, max_examples=200)
@given(HOSTILE | st.from_regex(r"[a-zA-Z0-9/;=\-, .\"]*", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Of any text only WireError comes back, and a session's identifier can be sent again."""
    parse_public(text)
    parse_rtp_info(text)
    with contextlib.suppress(WireError):
        parse_transport(text).encode()
    try:
        session = parse_session(text)
    except WireError:
        return
    encode_request("PLAY", HOST, [("Session", session.id)])
