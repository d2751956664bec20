"""What cameras answer, quirk by quirk: our transcripts, and recorded ones where they lie beside us."""

from pathlib import Path
from typing import NamedTuple

import pytest

from probes.wire.digest import Challenge, parse_challenges
from probes.wire.headers import (
    RtpInfo,
    Session,
    Transport,
    parse_public,
    parse_rtp_info,
    parse_session,
    parse_transport,
    resolve_control,
)
from probes.wire.parameter_sets import picture_format
from probes.wire.rtsp import Framer, Response
from probes.wire.sdp import SessionDescription, parameter_sets, parse_sdp

OURS = Path(__file__).parent / "testdata"
RECORDED = Path(__file__).parents[3] / "shared" / "corpus" / "cameras"

REQUEST = "rtsp://192.0.2.77:8554/ask"


def read(path: Path) -> Response:
    """Read a transcript as the one response that it is; a bare description as a response's body."""
    data = path.read_bytes()
    if not data.startswith(b"RTSP/"):
        data = b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data
    (response,) = Framer().feed(data)
    assert isinstance(response, Response)
    return response


def present(folder: Path, table: dict[str, object]) -> list[object]:
    """Give the rows whose transcript is there: all of ours, of the recorded ones those we have."""
    return [
        pytest.param(folder / f"{name}.txt", row, id=name)
        for name, row in table.items()
        if folder is OURS or (folder / f"{name}.txt").exists()
    ]


class Described(NamedTuple):
    """What a description comes to, asked for at REQUEST."""

    codec: str
    setup: str  # path and query to set up the video
    play: str  # path and query to play the session
    size: tuple[int, int]
    fps: float | None  # of the parameter sets
    framerate: float | None  # of the description
    others: tuple[tuple[str, int], ...]  # the other media: codec and clock rate


METADATA = ("VND.ONVIF.METADATA", 90000)
DAHUA_BASE = "/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif/"
HIK = "/Streaming/Channels/101/"
HIK_QUERY = "?transportmode=unicast&profile=Profile_1"

DESCRIBED: dict[str, object] = {
    "describe_base_without_scheme": Described("H265", "/ask/trackID=1", "/ask", (1920, 1080), 25.0, 12.0, ()),
    "describe_query_in_base": Described(
        "H264",
        "/cam/real?channel=2&subtype=0&unicast=true/trackID=0",
        "/cam/real?channel=2&subtype=0&unicast=true/",
        (1920, 1080),
        25.0,
        25.0,
        (("MPEG4-GENERIC", 16000), METADATA),
    ),
    "describe_query_without_slash": Described(
        "H264",
        "/video?channel=1&subtype=1/video",
        "/video?channel=1&subtype=1",
        (704, 576),
        15.0,
        None,
        (("PCMU", 8000),),
    ),
    "describe_absolute_controls": Described(
        "H264",
        "/Streams/101/trackID=1?mode=unicast&profile=One",
        "/Streams/101/?mode=unicast&profile=One",
        (640, 360),
        29.97,
        None,
        (METADATA,),
    ),
    "describe_audio_first": Described(
        "H264",
        "/vod/mp4:clip.mov/trackID=2",
        "/vod/mp4:clip.mov/",
        (704, 576),
        15.0,
        15.0,
        (("MPEG4-GENERIC", 48000),),
    ),
    "describe_late_frame_rate": Described(
        "H264", "/camera/trackID=3", "/camera", (1920, 1080), 25.0, 20.0, (("PCMU", 8000),)
    ),
    "describe_foreign_charset": Described("H264", "/media/video1/video", "/ask", (640, 360), 29.97, None, ()),
    "sdp_bad_third_media": Described(
        "H265", "/ask/track1", "/ask", (640, 360), 15.0, None, (("PCMA", 8000),)
    ),
    "sdp_no_rtpmap": Described("H264", "/ask/track1", "/ask", (1920, 1080), 25.0, None, (("JPEG", 90000),)),
}
DESCRIBED_RECORDED: dict[str, object] = {
    "anjvision_describe": Described("H265", "/ask/trackID=1", "/ask", (1280, 704), None, 5.0, ()),
    "bunny_describe": Described(
        "H264",
        "/vod/mp4:BigBuckBunny_115k.mov/trackID=2",
        "/vod/mp4:BigBuckBunny_115k.mov/",
        (240, 160),
        24.0,
        24.0,
        (("MPEG4-GENERIC", 12000),),
    ),
    "dahua_describe_h264_aac_onvif": Described(
        "H264",
        f"{DAHUA_BASE}trackID=0",
        DAHUA_BASE,
        (704, 480),
        15.0,
        15.0,
        (("MPEG4-GENERIC", 48000), METADATA),
    ),
    "foscam_describe": Described(
        "H264", "/videoMain/track1", "/videoMain/", (1280, 720), None, None, (("PCMU", 8000),)
    ),
    "geovision_sdp": Described("H264", "/media/video1/video", "/ask", (2688, 1520), 30.0, None, (METADATA,)),
    "gw_main_describe": Described(
        "H264",
        "/H264?channel=1&subtype=0&unicast=true&proto=Onvif/video",
        "/H264?channel=1&subtype=0&unicast=true&proto=Onvif",
        (1920, 1080),
        None,
        None,
        (("PCMU", 8000),),
    ),
    "h264dvr_describe": Described(
        "H264", "/camera/trackID=3", "/camera", (1920, 1080), 15.0, 25.0, (("PCMA", 8000),)
    ),
    "hikvision_describe": Described(
        "H264", f"{HIK}trackID=1{HIK_QUERY}", f"{HIK}{HIK_QUERY}", (1920, 1080), 30.0, None, (METADATA,)
    ),
    "reolink_describe": Described(
        "H264",
        "/h264Preview_01_main/trackID=1",
        "/h264Preview_01_main/",
        (2560, 1440),
        None,
        None,
        (("MPEG4-GENERIC", 16000),),
    ),
    "tplink_sdp": Described("H265", "/ask/track1", "/ask", (2560, 1440), 15.0, None, (("PCMA", 8000),)),
}


def resolve(control: str | None, response: Response) -> str:
    """Resolve a control attribute of an answer to REQUEST; give what follows the host."""
    url = resolve_control(
        control,
        request_url=REQUEST,
        content_base=response.headers.get("content-base"),
        content_location=response.headers.get("content-location"),
    )
    return url.removeprefix("rtsp://192.0.2.77:8554")


def summarize(description: SessionDescription, response: Response) -> Described:
    """Bring a description to what a check needs of it."""
    video = description.videos()[0]
    chosen = video.format_of("H264", "H265")
    assert chosen is not None
    assert chosen.clock_rate == 90000
    picture = picture_format(parameter_sets(chosen), chosen.codec)
    assert picture is not None
    return Described(
        chosen.codec,
        resolve(video.control, response),
        resolve(description.control, response),
        (picture.width, picture.height),
        picture.fps,
        video.framerate,
        tuple(
            (media.formats[0].codec, media.formats[0].clock_rate)
            for media in description.media
            if media is not video
        ),
    )


@pytest.mark.parametrize(
    ("path", "expected"), [*present(OURS, DESCRIBED), *present(RECORDED, DESCRIBED_RECORDED)]
)
def test_a_description_tells_what_to_set_up(path: Path, expected: Described) -> None:
    """The video, its URL at our own host, its size and rate are found whatever the camera's quirk."""
    response = read(path)
    assert summarize(parse_sdp(response.body), response) == expected


TCP = "RTP/AVP/TCP"
SET_UP: dict[str, object] = {
    "setup_spaces_and_quotes": (
        Session("708001", 60),
        Transport(protocol=TCP, interleaved=(0, 1), ssrc=0x4CACC3D1, mode="play"),
    ),
    "setup_without_timeout": (
        Session("F8A1", 60),
        Transport(protocol=TCP, interleaved=(2, 3), source="192.0.2.11", destination="192.0.2.200"),
    ),
    "setup_datagrams": (
        Session("231001", 120),
        Transport(
            client_port=(18714, 18715), server_port=(40004, 40005), ssrc=0, mode="PLAY", source="127.0.0.1"
        ),
    ),
}
SET_UP_RECORDED: dict[str, object] = {
    "bunny_setup": (Session("1642021126", 60), Transport(protocol=TCP, interleaved=(0, 1))),
    "dahua_setup": (
        Session("634214675641", 60),
        Transport(protocol=TCP, interleaved=(0, 1), ssrc=0x30A98EE7),
    ),
    "gw_main_setup_audio": (
        Session("9a90de54", 60),
        Transport(protocol=TCP, interleaved=(2, 3), source="192.168.1.110", destination="192.168.1.210"),
    ),
    "gw_main_setup_video": (
        Session("9a90de54", 60),
        Transport(protocol=TCP, interleaved=(0, 1), source="192.168.1.110", destination="192.168.1.210"),
    ),
    "h264dvr_setup_audio": (
        Session("231980", 60),
        Transport(
            client_port=(18716, 18717), server_port=(40006, 40007), ssrc=0, mode="PLAY", source="127.0.0.1"
        ),
    ),
    "h264dvr_setup_video": (
        Session("231970", 60),
        Transport(
            client_port=(18714, 18715), server_port=(40004, 40005), ssrc=0, mode="PLAY", source="127.0.0.1"
        ),
    ),
    "hikvision_setup": (
        Session("708345999", 60),
        Transport(protocol=TCP, interleaved=(0, 1), ssrc=0x4CACC3D1, mode="play"),
    ),
    "reolink_setup": (
        Session("F8F8E425", 60),
        Transport(protocol=TCP, interleaved=(0, 1), source="192.168.5.206", destination="192.168.1.210"),
    ),
}


@pytest.mark.parametrize(("path", "expected"), [*present(OURS, SET_UP), *present(RECORDED, SET_UP_RECORDED)])
def test_setup_tells_the_session_and_the_transport(path: Path, expected: tuple[Session, Transport]) -> None:
    """The session with its timeout, and the channels or ports, are what the camera granted."""
    headers = read(path).headers
    session, transport = headers.get("session"), headers.get("transport")
    assert session is not None
    assert transport is not None
    assert (parse_session(session), parse_transport(transport)) == expected


PLAYED: dict[str, object] = {
    "play_relative_urls": (
        RtpInfo("trackID=1", 16852, 1070938629),
        RtpInfo("rtsp://media.example/vod/mp4:clip,1.mov/trackID=2", 1, 0),
        RtpInfo("trackID=4"),
    ),
}
PLAYED_RECORDED: dict[str, object] = {
    "bunny_play": (
        RtpInfo("trackID=1", 1, 0),
        RtpInfo("rtsp://wowzaec2demo.streamlock.net/vod/mp4:BigBuckBunny_115k.mov/trackID=2", 1, 0),
    ),
    "dahua_play": (
        RtpInfo("trackID=0", 47121, 3475222385),
        RtpInfo("trackID=1", 45186, 2234446919),
        RtpInfo("trackID=4", 36583, 816418535),
    ),
    "gw_main_play": (RtpInfo("rtsp://192.168.1.110:5050/H264/video", 271, 1621990950),),
    "h264dvr_play": (),
    "reolink_play": (RtpInfo("trackID=1", 16852, 1070938629), RtpInfo("trackID=2", 39409, 3075976528)),
}


@pytest.mark.parametrize(("path", "expected"), [*present(OURS, PLAYED), *present(RECORDED, PLAYED_RECORDED)])
def test_play_tells_where_the_streams_begin(path: Path, expected: tuple[RtpInfo, ...]) -> None:
    """RTP-Info is read with relative URLs, commas in URLs, unknown fields and missing ones."""
    assert parse_rtp_info(read(path).headers.get("rtp-info") or "") == expected


OLD = Challenge(scheme="digest", realm="Surveillance", nonce="98481030")
CHALLENGED: dict[str, object] = {
    "unauthorized_old_digest": [OLD],
    "unauthorized_many_challenges": [
        Challenge(scheme="basic", realm='cam "7"'),
        Challenge(scheme="digest", realm="cam", nonce="a1", algorithm="MD5", qop=("auth", "auth-int")),
        Challenge(scheme="digest", realm="cam", nonce="a2", algorithm="SHA-256", qop=("auth",), opaque=""),
    ],
}
CHALLENGED_RECORDED: dict[str, object] = {
    "longse_unauthorized": [Challenge(scheme="digest", realm="Surveillance Server", nonce="98481030")],
}


@pytest.mark.parametrize(
    ("path", "expected"), [*present(OURS, CHALLENGED), *present(RECORDED, CHALLENGED_RECORDED)]
)
def test_a_refusal_tells_how_to_log_in(path: Path, expected: list[Challenge]) -> None:
    """All challenges of a 401 are found, in order, over all its header fields."""
    response = read(path)
    assert response.status == 401
    assert parse_challenges(response.headers.get_all("www-authenticate")) == expected


PLAIN: dict[str, object] = {"options_with_session": "1", "teardown_without_session": "8"}
PLAIN_RECORDED: dict[str, object] = {"dahua_options": "5", "reolink_teardown": "7"}


@pytest.mark.parametrize(("path", "cseq"), [*present(OURS, PLAIN), *present(RECORDED, PLAIN_RECORDED)])
def test_a_plain_answer_is_read(path: Path, cseq: str) -> None:
    """Answers with a session too many or without one are read; Public, where given, lists PLAY."""
    response = read(path)
    public = response.headers.get("public")
    assert response.headers.get("cseq") == cseq
    assert public is None or {"OPTIONS", "DESCRIBE", "PLAY"} <= parse_public(public)


def test_every_transcript_is_in_a_table() -> None:
    """No transcript of ours lies about unread."""
    tables = [DESCRIBED, SET_UP, PLAYED, CHALLENGED, PLAIN]
    assert {path.stem for path in OURS.glob("*.txt")} == {name for table in tables for name in table}
