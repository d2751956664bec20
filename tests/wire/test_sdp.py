"""Session descriptions: read liberally, told strictly, and written so that they are read back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import LimitExceeded, WireError
from probes.wire.sdp import (
    MAX_MEDIA,
    Format,
    Media,
    SessionDescription,
    encode_sdp,
    parameter_sets,
    parse_sdp,
)

H264 = Format(payload_type=96, codec="H264", clock_rate=90000)


def video(*attributes: str, line: str = "video 0 RTP/AVP 96") -> Media:
    """Parse one media with attributes."""
    (media,) = parse_sdp(
        "\r\n".join(["v=0", f"m={line}", *(f"a={each}" for each in attributes)]).encode()
    ).media
    return media


@pytest.mark.parametrize(
    ("body", "name", "control", "kinds"),
    [
        pytest.param(b"v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\n", "x", None, ["video"], id="plain"),
        pytest.param(
            b"v=0\ns=x\na=control:*\nm=video 0 RTP/AVP 96", "x", "*", ["video"], id="LF, no last end"
        ),
        pytest.param(b"v=0\rs=x\rm=video 0 RTP/AVP 96\r", "x", None, ["video"], id="CR alone"),
        pytest.param(b"m=video 0 RTP/AVP 96\n", "", None, ["video"], id="the media alone"),
        pytest.param(
            b"\xef\xbb\xbf v=0\n\n s=x\n?\nz\n=\nm=audio 0 RTP/AVP 0\0\0", "x", None, ["audio"], id="junk"
        ),
        pytest.param(b"s=\xc3\xbc\n", "ü", None, [], id="UTF-8"),
        pytest.param(b"s=\xfc\n", "ü", None, [], id="latin-1"),
        pytest.param(b"s=a\nm=audio 0 RTP/AVP 0\ns=b\na=control:t", "a", None, ["audio"], id="levels"),
        pytest.param(
            b"s=a\nm=x\nm=\nm=video\nm=data/x 0 RTP/AVP no\na=control:t", "a", None, [], id="bad media"
        ),
        pytest.param(b"v=0\nA=control:*\na=Control : t ", "", "t", [], id="cases"),
    ],
)
def test_a_description_is_read(body: bytes, name: str, control: str | None, kinds: list[str]) -> None:
    """Lines that make sense count; everything else is passed over."""
    description = parse_sdp(body)
    assert (description.name, description.control) == (name, control)
    assert [media.kind for media in description.media] == kinds


@pytest.mark.parametrize("body", [b"", b"\0", b"<html>\n<body>404</body>", b"no line\nof one", b"\xff" * 50])
def test_what_is_no_description_is_an_error(body: bytes) -> None:
    """A body without a single line of a description is told as such."""
    with pytest.raises(WireError):
        parse_sdp(body)


def test_media_without_end_are_refused() -> None:
    """A description has a bounded number of media."""
    assert len(parse_sdp(b"m=video 0 RTP/AVP 96\n" * MAX_MEDIA).media) == MAX_MEDIA
    with pytest.raises(LimitExceeded):
        parse_sdp(b"m=video 0 RTP/AVP 96\n" * (MAX_MEDIA + 1))


@pytest.mark.parametrize(
    ("attributes", "line", "codec", "clock_rate"),
    [
        pytest.param(["rtpmap:96 H264/90000"], "video 0 RTP/AVP 96", "H264", 90000, id="mapped"),
        pytest.param(
            ["rtpmap:96 h265/90000/1 "], "video 0 RTP/AVP 96", "H265", 90000, id="lower case, channels"
        ),
        pytest.param(["rtpmap: 96  HEVC / 90000"], "video 0 RTP/AVP 96", "H265", 90000, id="another name"),
        pytest.param(["rtpmap:96 H264"], "video 0 RTP/AVP 96", "H264", 0, id="no clock"),
        pytest.param(["rtpmap:8 PCMU/8000"], "audio 0 RTP/AVP 8", "PCMU", 8000, id="a map beats the table"),
        pytest.param([], "audio 0 RTP/AVP 8", "PCMA", 8000, id="the table"),
        pytest.param([], "video 0 RTP/AVP 26", "JPEG", 90000, id="the table, video"),
        pytest.param([], "video 0 RTP/AVP 96", "", 0, id="unexplained"),
        pytest.param(["rtpmap:97 H264/90000"], "video 0 RTP/AVP 96", "", 0, id="another type explained"),
        pytest.param(["rtpmap:97 H264/90000"], "video 0 RTP/AVP", "H264", 90000, id="types forgotten"),
        pytest.param(
            ["fmtp:96 sprop-parameter-sets=Zw=="], "video 0 RTP/AVP 96", "H264", 90000, id="by its sets"
        ),
        pytest.param(
            ["fmtp:96 sprop-sps=QgE="], "video 0 RTP/AVP 96", "H265", 90000, id="by its sets, H.265"
        ),
        pytest.param(["rtpmap:x", "rtpmap:96 H264/90000"], "video 0/2 rtp/avp 96", "H264", 90000, id="junk"),
    ],
)
def test_a_format_tells_its_codec(attributes: list[str], line: str, codec: str, clock_rate: int) -> None:
    """The rtpmap decides, then the static table, then the parameters."""
    media = video(*attributes, line=line)
    assert (media.formats[0].codec, media.formats[0].clock_rate) == (codec, clock_rate)
    assert media.protocol == "RTP/AVP"


def test_the_wanted_codec_is_found_among_several() -> None:
    """A media may offer several formats; the parameters stay with theirs."""
    media = video(
        "rtpmap:97 H265/90000",
        "rtpmap:98 JPEG/90000",
        "fmtp:97 Profile-ID=1; ;x;sprop-vps=a=b",
        "fmtp:97 level-id=93",
        line="video 5000 RTP/AVP 98 97",
    )
    assert media.port == 5000
    assert [each.codec for each in media.formats] == ["JPEG", "H265"]
    found = media.format_of("H264", "H265")
    assert found is not None
    assert found.payload_type == 97
    assert found.fmtp == {"profile-id": "1", "x": "", "sprop-vps": "a=b", "level-id": "93"}
    assert media.format_of("H264") is None


@pytest.mark.parametrize(
    ("attributes", "framerate"),
    [
        pytest.param([], None, id="none"),
        pytest.param(["framerate:25"], 25.0, id="whole"),
        pytest.param(["framerate:29.97"], 29.97, id="broken"),
        pytest.param(["framerate:0S", "framerate:25"], 25.0, id="nonsense first"),
        pytest.param(["x-framerate: 5"], 5.0, id="private"),
        pytest.param(["framerate:0"], None, id="zero"),
        pytest.param(["framerate:9999"], None, id="too many"),
        pytest.param(["framerate:1e3"], None, id="exponent"),
    ],
)
def test_the_announced_frame_rate_is_read(attributes: list[str], framerate: float | None) -> None:
    """The first rate that can be meant counts."""
    assert video(*attributes).framerate == framerate


def test_a_video_that_is_switched_off_is_not_offered() -> None:
    """Audio and inactive video are no video to check; the order of the description stays."""
    body = (
        b"m=audio 0 RTP/AVP 0\nm=video 1 RTP/AVP 96\na=inactive\n"
        b"m=VIDEO 2 RTP/AVP 96\na=recvonly\nm=video 3 X 96"
    )
    assert [media.port for media in parse_sdp(body).videos()] == [2, 3]


@pytest.mark.parametrize(
    ("fmtp", "expected"),
    [
        pytest.param({"sprop-parameter-sets": "Z0IAHg==,aM4G4g=="}, ["6742001e", "68ce06e2"], id="two"),
        pytest.param({"sprop-parameter-sets": "Z0IAHg, aM4G4g"}, ["6742001e", "68ce06e2"], id="no padding"),
        pytest.param({"sprop-parameter-sets": "Z0IAHg====="}, ["6742001e"], id="padding too much"),
        pytest.param({"sprop-parameter-sets": "@@,,Z0IAHg=="}, ["6742001e"], id="one is junk"),
        pytest.param(
            {"sprop-parameter-sets": "AAAAAWdCAB4AAAABaM4G4g=="}, ["6742001e", "68ce06e2"], id="start codes"
        ),
        pytest.param({"sprop-parameter-sets": "Z0IAHgAAAAE="}, ["6742001e"], id="a start code behind"),
        pytest.param(
            {"sprop-pps": "RAE=", "sprop-sps": "QgE=", "sprop-vps": "QAE="},
            ["4001", "4201", "4401"],
            id="H.265",
        ),
        pytest.param({}, [], id="none"),
        pytest.param({"sprop-parameter-sets": "ü"}, [], id="not ASCII"),
    ],
)
def test_announced_parameter_sets_are_decoded(fmtp: dict[str, str], expected: list[str]) -> None:
    """NAL units come out, whatever the camera did to its base64."""
    sets = parameter_sets(Format(payload_type=96, fmtp=fmtp))
    assert [nal.hex() for nal in sets] == expected


WORD = st.from_regex(r"[A-Za-z0-9*/?=&._-]{1,12}", fullmatch=True)
FORMATS = st.builds(
    Format,
    payload_type=st.integers(96, 127),
    codec=st.sampled_from(["H264", "H265", "JPEG", "L16"]),
    clock_rate=st.sampled_from([8000, 90000]),
    fmtp=st.dictionaries(st.sampled_from(["a", "b-c"]), WORD),
)
MEDIA = st.builds(
    Media,
    kind=st.sampled_from(["video", "audio", "application"]),
    port=st.integers(0, 65535),
    formats=st.lists(FORMATS, min_size=1, max_size=3, unique_by=lambda each: each.payload_type).map(tuple),
    control=st.none() | WORD,
    framerate=st.none() | st.sampled_from([12.5, 25.0]),
    direction=st.none() | st.sampled_from(["sendonly", "recvonly", "inactive"]),
)


@settings(deadline=None, max_examples=50)
@given(
    st.builds(
        SessionDescription,
        name=st.text(st.characters(min_codepoint=33, exclude_categories=["C", "Z"]), max_size=10),
        control=st.none() | WORD,
        media=st.lists(MEDIA, max_size=3).map(tuple),
    )
)
def test_a_description_survives_the_way_there_and_back(description: SessionDescription) -> None:
    """What is encoded is parsed to the same value."""
    assert parse_sdp(encode_sdp(description, host="192.0.2.1")) == description


def test_a_line_break_cannot_be_smuggled_in() -> None:
    """Our own values cannot begin another line."""
    with pytest.raises(ValueError, match="line break"):
        encode_sdp(SessionDescription(name="a\nm=video 0 RTP/AVP 96"))


PIECES = st.sampled_from(
    b"v=0|\r\n|\n|m=video 0 RTP/AVP 96|a=rtpmap:96 |H264/90000|a=fmtp:96 |=|:|a=control:|a=framerate:|"
    b"sprop-parameter-sets=|Z0IAHg==|99999999999999999999|\0|\xd9\xa3".split(b"|")
)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=80) | st.lists(PIECES | st.binary(max_size=4), max_size=20).map(b"".join))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Of any bytes only WireError comes back."""
    try:
        description = parse_sdp(body)
    except WireError:
        return
    for media in description.media:
        for each in media.formats:
            assert all(parameter_sets(each))
            assert 0 <= each.payload_type < 128
