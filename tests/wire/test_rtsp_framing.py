"""RTSP messages and interleaved frames: what comes in, in any pieces, and what goes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.wire.error import LimitExceeded, WireError
from probes.wire.rtsp import (
    Framer,
    Headers,
    Interleaved,
    Message,
    Request,
    Response,
    encode_interleaved,
    encode_request,
    encode_response,
)

OK = Response(200, "OK", Headers([("CSeq", "1")]))
MANY = (
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
    b"$\x00\x00\x05RTP/1"
    b"\r\n"
    b"OPTIONS rtsp://127.0.0.1/a RTSP/1.0\r\nCSeq: 7\r\nX: a\r\n\tb\r\n\r\n"
    b"\x07junk$\xffmore"
    b"RTSP/1.0 401 Unauthorized\nWWW-Authenticate: Basic\nWWW-Authenticate: Digest\n\n"
    b"$\x01\x00\x00"
    b"RTSP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nv=0\r\n\r\n$$"
)


def feed_all(data: bytes, *cuts: int) -> tuple[list[Message], Framer]:
    """Feed `data` in pieces cut at `cuts`."""
    framer = Framer()
    messages: list[Message] = []
    for start, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
        messages += framer.feed(data[start:end])
    return messages, framer


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", OK, id="a plain answer"),
        pytest.param(b"RTSP/1.0 200 OK\nCSeq: 1\n\n", OK, id="lines end with LF alone"),
        pytest.param(b"RTSP/1.0 200 OK\nCSeq: 1\n\r\n", OK, id="line ends are mixed"),
        pytest.param(b"RTSP/1.0 200 OK\r\ncseq:1 \r\n\r\n", OK, id="name in lower case, value with a blank"),
        pytest.param(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nnonsense\r\n\r\n", OK, id="a line without colon"),
        pytest.param(b"RTSP/1.0 200\r\n\r\n", Response(200, "", Headers()), id="no reason, no header"),
        pytest.param(
            b"RTSP/1.0 200 OK\r\nContent-Length: 2\r\nContent-length: 2\r\n\r\nab",
            Response(200, "OK", Headers([("Content-Length", "2"), ("Content-Length", "2")]), b"ab"),
            id="the same length said twice",
        ),
        pytest.param(
            b"RTSP/1.0 200 OK\r\nPublic: OPTIONS,\r\n  PLAY\r\n\r\n",
            Response(200, "OK", Headers([("Public", "OPTIONS, PLAY")])),
            id="a folded header",
        ),
        pytest.param(
            b"RTSP/1.0 401 \xd0\xbd\xd0\xb5\xd1\x82\r\n\r\n", Response(401, "нет", Headers()), id="UTF-8"
        ),
        pytest.param(b"RTSP/1.0 401 \xff\r\n\r\n", Response(401, "ÿ", Headers()), id="not UTF-8"),
        pytest.param(
            b"GET_PARAMETER rtsp://h/ RTSP/1.0\r\n\r\n",
            Request("GET_PARAMETER", "rtsp://h/", Headers()),
            id="a request from a server",
        ),
        pytest.param(b"$\x02\x00\x01x", Interleaved(2, b"x"), id="a frame"),
    ],
)
def test_reads(data: bytes, expected: Message) -> None:
    """Each of these is one whole message, and nothing of it is skipped."""
    messages, framer = feed_all(data)
    assert messages == [expected]
    assert (framer.skipped, framer.pending) == (0, 0)


def test_every_split_point() -> None:
    """Wherever the bytes are cut in two, the same messages come out and as many bytes are skipped."""
    whole, framer = feed_all(MANY)
    assert [type(message).__name__ for message in whole] == [
        "Response",
        "Interleaved",
        "Request",
        "Response",
        "Interleaved",
        "Response",
    ]
    assert framer.skipped == len(b"\r\n") + len(b"\x07junk$\xffmore")
    for cut in range(len(MANY) + 1):
        pieces, other = feed_all(MANY, cut)
        assert pieces == whole, cut
        assert other.skipped == framer.skipped, cut
    pieces, other = feed_all(MANY, *range(1, len(MANY)))
    assert (pieces, other.skipped) == (whole, framer.skipped)


def test_headers_have_many_values() -> None:
    """A field may come more than once; its name is found in any case; values are not printed."""
    headers = Headers([("WWW-Authenticate", "Basic"), ("www-authenticate", "Digest"), ("CSeq", "3")])
    assert headers.get_all("Www-Authenticate") == ("Basic", "Digest")
    assert headers.get("cseq") == "3"
    assert headers.get("Session") is None
    assert "CSEQ" in headers
    assert "Digest" not in repr(headers)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(b"RTSP/1.0 200 OK\r\nContent-Length: x\r\n\r\n", WireError, id="not a number"),
        pytest.param(b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n", WireError, id="negative"),
        pytest.param(b"RTSP/1.0 200 OK\r\nContent-Length:\r\n\r\n", WireError, id="empty"),
        pytest.param(
            b"RTSP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", WireError, id="two lengths"
        ),
        pytest.param(
            b"RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\n\r\n", WireError, id="SDP without length"
        ),
        pytest.param(b"RTSP/1.0 200 OK\r\nContent-Length: 131073\r\n\r\n", LimitExceeded, id="long body"),
        pytest.param(
            b"RTSP/1.0 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
            LimitExceeded,
            id="huge number",
        ),
        pytest.param(b"RTSP/1.0 200 OK\r\nX: " + b"a" * 16384, LimitExceeded, id="endless header"),
        pytest.param(b"RTSP/1.0 200 OK\r\n" + b"X: a\r\n" * 4000, LimitExceeded, id="endless headers"),
        pytest.param(b"RTSP/1.0 200 " + b"a" * 16384, LimitExceeded, id="endless first line"),
        pytest.param(b"\x00" * 140000, WireError, id="nothing but junk"),
    ],
)
def test_refuses(data: bytes, error: type[WireError]) -> None:
    """What no reading allows, or goes over a bound, is an error: in one piece, byte by byte, and for good."""
    with pytest.raises(error) as whole:
        feed_all(data)
    assert type(whole.value) is error
    with pytest.raises(error):
        feed_all(data, *range(7, len(data), 7))


def test_an_error_stays() -> None:
    """After an error nothing more is read, however good it looks."""
    framer = Framer()
    with pytest.raises(WireError):
        framer.feed(b"RTSP/1.0 200 OK\r\nContent-Length: x\r\n\r\n")
    with pytest.raises(WireError):
        framer.feed(b"RTSP/1.0 200 OK\r\n\r\n")


def test_messages_before_an_error_are_given_first() -> None:
    """An error does not swallow the messages that were whole before it."""
    framer = Framer()
    bad = b"RTSP/1.0 200 OK\r\nContent-Length: x\r\n\r\n"
    assert framer.feed(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n" + bad) == [OK]
    assert isinstance(framer.error, WireError)
    with pytest.raises(WireError):
        framer.feed(b"")


def test_body_in_single_bytes_is_not_copied_again_and_again() -> None:
    """A long body that comes byte by byte is looked at when it is whole, not at every byte."""
    framer = Framer()
    framer.feed(b"RTSP/1.0 200 OK\r\nContent-Length: 131072\r\n\r\n")
    for _ in range(131071):
        assert framer.feed(b"x") == []
    (message,) = framer.feed(b"x")
    assert isinstance(message, Response)
    assert len(message.body) == 131072


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes(data: bytes, cut: int) -> None:
    """Any bytes give messages, nothing, or WireError; and no byte is lost count of."""
    framer = Framer(max_header=64, max_body=64, max_junk=100)
    try:
        messages = framer.feed(data[:cut]) + framer.feed(data[cut:])
    except WireError:
        return
    framed = sum(4 + len(message.payload) for message in messages if isinstance(message, Interleaved))
    if framer.error is None and len(messages) == sum(isinstance(m, Interleaved) for m in messages):
        assert framed + framer.skipped + framer.pending == len(data)


tokens = st.text("abcdefghijklmnopqrstuvwxyzABCDEF-", min_size=1, max_size=12)
values = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_categories=["Z", "C"]))
pairs = st.lists(st.tuples(tokens.filter(lambda name: name.lower() != "content-length"), values), max_size=5)
messages_strategy = st.one_of(
    st.builds(
        lambda name, tail, fields, body: (
            Request(name, f"rtsp://h/{tail}", Headers(fields), body),
            encode_request(name, f"rtsp://h/{tail}", fields, body),
        ),
        st.sampled_from(["OPTIONS", "PLAY", "X_EXT"]),
        tokens,
        pairs,
        st.binary(max_size=50),
    ),
    st.builds(
        lambda status, reason, fields, body: (
            Response(status, reason, Headers(fields), body),
            encode_response(status, fields, body, reason),
        ),
        st.integers(100, 999),
        tokens,
        pairs,
        st.binary(max_size=50),
    ),
    st.builds(
        lambda channel, payload: (Interleaved(channel, payload), encode_interleaved(channel, payload)),
        st.integers(0, 255),
        st.binary(max_size=50),
    ),
)


@given(st.lists(messages_strategy, min_size=1, max_size=4), st.data())
def test_round_trip(both: list[tuple[Message, bytes]], data: st.DataObject) -> None:
    """What is encoded is read back the same, wherever it is cut."""
    stream = b"".join(encoded for _, encoded in both)
    cut = data.draw(st.integers(0, len(stream)))
    messages, framer = feed_all(stream, cut)
    assert [_without_length(message) for message in messages] == [message for message, _ in both]
    assert (framer.skipped, framer.pending) == (0, 0)


def _without_length(message: Message) -> Message:
    """Take off the Content-Length that encoding added."""
    if isinstance(message, Interleaved):
        return message
    fields = Headers([(name, value) for name, value in message.headers if name != "content-length"])
    if isinstance(message, Request):
        return Request(message.method, message.url, fields, message.body)
    return Response(message.status, message.reason, fields, message.body)


@pytest.mark.parametrize(
    ("method", "url", "header"),
    [
        pytest.param("PLAY", "rtsp://h/a\r\nX: y", ("CSeq", "1"), id="line break in the URL"),
        pytest.param("PLAY", "rtsp://h/a b", ("CSeq", "1"), id="blank in the URL"),
        pytest.param("PLAY", "", ("CSeq", "1"), id="no URL"),
        pytest.param("PLAY X", "rtsp://h/a", ("CSeq", "1"), id="blank in the method"),
        pytest.param("PLAY", "rtsp://h/a", ("Session", "1\r\nX: y"), id="line break in a value"),
        pytest.param("PLAY", "rtsp://h/a", ("Session", "1\nX: y"), id="LF in a value"),
        pytest.param("PLAY", "rtsp://h/a", ("Session", "1\rX: y"), id="CR in a value"),
    ],
)
def test_encoding_refuses_injection(method: str, url: str, header: tuple[str, str]) -> None:
    """Nothing that came from outside can begin another line of ours."""
    with pytest.raises(ValueError, match=r"word|line break"):
        encode_request(method, url, [header])


def test_encoding_bounds() -> None:
    """A frame has at most 65535 bytes and 256 channels; a length is added only when there is a body."""
    assert encode_interleaved(1, b"ab") == b"$\x01\x00\x02ab"
    for channel, payload in ((256, b""), (0, bytes(65536))):
        with pytest.raises(ValueError, match="channel"):
            encode_interleaved(channel, payload)
    assert encode_response(200, [("CSeq", "1")]) == b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
    assert encode_response(404, [], b"ab").endswith(b"Content-Length: 2\r\n\r\nab")
    assert encode_response(200, [("Content-Length", "9")], b"ab").count(b"Content-Length") == 1
