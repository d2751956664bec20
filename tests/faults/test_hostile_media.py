"""Cameras that take the session and send what is no picture, too much, or nothing."""

import asyncio
import socket

import pytest

from probes.conversation import MAX_BYTES
from probes.failure import Failure, Stage
from probes.wire.rtsp import Request, encode_interleaved
from tests.faults.asking import Met, ask, met
from tests.faults.scripted_camera import PPS, SPS, Answer, ScriptedCamera, Session, picture, rtp, setup

AT_MEDIA = (Stage.MEDIA, Stage.PLAY)
WELL: Met = (None, None, Stage.TEARDOWN)


def playing(*packets: bytes, channel: int = 0) -> Answer:
    """Answer PLAY well, then send these packets once."""

    async def answer(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Session", "ABCDEF")])
        session.frames(packets, channel)

    return answer


def flooding(piece: bytes) -> Answer:
    """Answer PLAY well, then send the same bytes for ever, as fast as they are taken."""

    async def answer(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Session", "ABCDEF")])
        while not session.writer.is_closing():
            session.send(piece)
            await session.writer.drain()

    return answer


def granting(transport: str) -> Answer:
    """Answer SETUP with this Transport."""

    async def answer(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Session", "ABCDEF"), ("Transport", transport)])

    return answer


KEY = picture(1, 3000)
SLICES = [rtp(number, 3000 * number, b"\x41\x9a" + b"x" * 1000, marker=True) for number in range(20)]
MEDIA: dict[str, tuple[Answer, Failure]] = {
    "nothing": (playing(), Failure.NO_MEDIA),
    "no key frame": (playing(*SLICES), Failure.NO_KEY_FRAME),
    "a key frame without its end": (playing(*KEY[:-1]), Failure.NO_KEY_FRAME),
    "a key frame with a hole": (
        playing(KEY[0], KEY[1], KEY[2], rtp(9, 3000, KEY[3][12:])),
        Failure.NO_KEY_FRAME,
    ),
    "parameter sets alone": (playing(rtp(1, 0, SPS), rtp(2, 0, PPS, marker=True)), Failure.NO_KEY_FRAME),
    "no RTP": (playing(b"", b"\x00", b"\x80", b"hello", b"\xff" * 2000), Failure.NO_MEDIA),
    "RTP of no payload": (playing(*[rtp(n, n, b"") for n in range(9)]), Failure.NO_KEY_FRAME),
    "on another channel": (playing(*KEY, channel=6), Failure.NO_MEDIA),
    "a flood without a key frame": (
        flooding(b"".join(encode_interleaved(0, packet) for packet in SLICES)),
        Failure.OVER_LIMIT,
    ),
    "a flood on another channel": (flooding(encode_interleaved(9, b"x" * 60_000)), Failure.OVER_LIMIT),
    "junk without end": (flooding(b"\x00" * 60_000), Failure.PROTOCOL_ERROR),
}


@pytest.mark.parametrize("name", MEDIA)
async def test_media_that_is_no_picture(name: str) -> None:
    """What comes instead of a picture is named; however much is sent, little more than the bound is taken."""
    answer, failure = MEDIA[name]
    async with ScriptedCamera({"PLAY": answer}) as camera:
        seen = await ask(camera)
    assert met(seen) == (failure, *AT_MEDIA)
    assert not seen.key_frame
    assert seen.bytes_on_wire < MAX_BYTES + 1_000_000


async def test_bound_of_bytes_with_a_picture() -> None:
    """A camera whose key frame came is good, also when it goes over the bound of bytes afterwards."""
    async with ScriptedCamera({"PLAY": flooding(b"".join(encode_interleaved(0, p) for p in KEY))}) as camera:
        seen = await ask(camera, media_seconds=5.0, timeout=4.0)
    assert (seen.failure, seen.key_frame, seen.reached) == (None, True, Stage.MEDIA)
    assert seen.bytes_on_wire < MAX_BYTES + 1_000_000


@pytest.mark.parametrize(
    ("pauses", "outcome"),
    [
        pytest.param([0.0, 0.7, 0.7], WELL, id="few frames, and they go on"),
        pytest.param([0.0], (Failure.TIMED_OUT, *AT_MEDIA), id="a key frame that was kept, and nothing"),
        pytest.param([0.0, 0.05, 0.05], (Failure.TIMED_OUT, *AT_MEDIA), id="it stops"),
    ],
)
async def test_few_frames_are_a_picture_while_they_go_on(pauses: list[float], outcome: Met) -> None:
    """When time is up, a complete key frame is enough if the next frame is not overdue, and only then."""

    async def slowly(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Session", "ABCDEF")])
        for number, pause in enumerate(pauses):
            await asyncio.sleep(pause)
            session.frames(picture(1 + 4 * number, 180_000 * number))

    async with ScriptedCamera({"PLAY": slowly}) as camera:
        seen = await ask(camera, media_seconds=5.0, timeout=2.0)
    assert met(seen) == outcome
    assert seen.key_frame


@pytest.mark.parametrize(
    ("transport", "outcome"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=4-5", (Failure.NO_MEDIA, Stage.MEDIA, Stage.PLAY)),
        ("RTP/AVP/TCP;unicast;interleaved=900-901", None),
        ("RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001", None),
        ("RTP/AVP;multicast;destination=224.2.0.1;port=3456-3457", None),
        ("\x7f;;;=", None),
        ("RTP/AVP/TCP;unicast;source=203.0.113.7;interleaved=0-1", WELL),
    ],
)
async def test_transports_that_were_not_asked_for(transport: str, outcome: Met | None) -> None:
    """What a camera grants instead of what was asked is refused at SETUP, or heard on its own channel."""
    async with ScriptedCamera({"SETUP": granting(transport)}) as camera:
        seen = await ask(camera)
    if outcome is None:
        assert seen.failed_at is Stage.SETUP
        assert seen.failure in {Failure.TRANSPORT_REFUSED, Failure.PROTOCOL_ERROR}
    else:
        assert met(seen) == outcome


async def refuse_tcp(session: Session, request: Request) -> None:
    """Answer SETUP over TCP with 461, and over UDP well."""
    asked = request.headers.get("transport") or ""
    if "interleaved" in asked:
        session.answer(request, 461)
        return
    client = asked.partition("client_port=")[2]
    granted = f"RTP/AVP;unicast;client_port={client};server_port=6000-6001"
    session.answer(request, fields=[("Session", "ABCDEF"), ("Transport", granted)])


def playing_datagrams(source: str) -> Answer:
    """Answer PLAY well, then send a key frame by UDP from this address."""

    async def answer(session: Session, request: Request) -> None:
        session.answer(request, fields=[("Session", "ABCDEF")])
        ports = session.transport.partition("client_port=")[2]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((source, 0))
            for packet in KEY:
                sender.sendto(packet, ("127.0.0.1", int(ports.partition("-")[0])))

    return answer


@pytest.mark.parametrize(
    ("source", "outcome"),
    [("127.0.0.1", WELL), ("127.0.0.9", (Failure.NO_MEDIA, Stage.MEDIA, Stage.PLAY))],
)
async def test_datagrams_of_strangers_are_not_heard(source: str, outcome: Met) -> None:
    """After 461 the media may come by UDP, from the camera's own address and from no other."""
    answers = {"SETUP": refuse_tcp, "PLAY": playing_datagrams(source)}
    async with ScriptedCamera(answers) as camera:
        seen = await ask(camera)
    assert met(seen) == outcome
    assert seen.transport == "udp"


async def test_media_before_the_answer_to_play_counts() -> None:
    """Some cameras send before they answer PLAY: that is a picture all the same."""

    async def early(session: Session, request: Request) -> None:
        session.frames(KEY)
        await asyncio.sleep(0.05)
        session.answer(request, fields=[("Session", "ABCDEF")])

    async with ScriptedCamera({"SETUP": setup, "PLAY": early}) as camera:
        assert met(await ask(camera)) == WELL
