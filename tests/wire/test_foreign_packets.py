"""Packets that ffmpeg cut: NAL units, frames and reports come out as ffmpeg put them in."""

import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from probes.wire.access_unit import CODECS, Collector, fingerprint_of
from probes.wire.depacketizer import Depacketizer
from probes.wire.nal import split_annex_b
from probes.wire.rtcp import Goodbye, SenderReport, parse_rtcp
from probes.wire.rtp import Packet, ReceiverStats, parse
from tests.wire.video import encode, pictures

FRAMES, RATE = 6, 25


def receiver() -> socket.socket:
    """A UDP socket on loopback that never waits."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)
    return sock


def drain(sock: socket.socket) -> list[bytes]:
    """Everything that has come."""
    found: list[bytes] = []
    while True:
        try:
            found.append(sock.recv(65536))
        except BlockingIOError:
            return found


def send(path: Path, *, packet_bytes: int) -> tuple[list[bytes], list[bytes]]:
    """Let ffmpeg send a clip; give the RTP and the RTCP packets, all of which wait in the sockets."""
    with receiver() as media, receiver() as control:
        ports = media.getsockname()[1], control.getsockname()[1]
        url = f"rtp://127.0.0.1:{ports[0]}?rtcpport={ports[1]}&pkt_size={packet_bytes}"
        source = ("-framerate", str(RATE), "-i", str(path), "-c", "copy", "-f", "rtp", url)
        command = ("ffmpeg", "-nostdin", "-v", "error", *source)
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return drain(media), drain(control)


X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "3", "-x264-params", "slices=3:aud=1")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params")
X265_SLICES = "log-level=error:keyint=3:bframes=0:slices=3:aud=1:repeat-headers=1"


@pytest.mark.parametrize("packet_bytes", [400, 1400])
@pytest.mark.parametrize(("codec", "options"), [("H264", X264), ("H265", (*X265, X265_SLICES))])
def test_what_ffmpeg_cut(tmp_path: Path, codec: str, options: Sequence[str], packet_bytes: int) -> None:
    """Out of joined and cut packets come the clip's NAL units, frames, key frames and fingerprints."""
    path = tmp_path / ("clip.264" if codec == "H264" else "clip.265")
    nals = split_annex_b(encode(path, options, size="352x288", rate=str(RATE), frames=FRAMES))
    media, control = send(path, packet_bytes=packet_bytes)
    stream = [parse(data) for data in media]

    kinds = CODECS[codec]
    structures = {kinds.type_of(packet.payload[0]) for packet in stream}
    assert {kinds.aggregate, kinds.fragment} <= structures  # else nothing is proved here
    assert put_together(codec, stream) == nals

    collector = Collector(codec)
    units = [unit for packet in stream for unit in collector.take(packet)]
    assert [unit.fingerprint for unit in units] == [
        fingerprint_of(each, kinds) for each in pictures(codec, nals)
    ]
    assert [unit.key_frame for unit in units] == [at % 3 == 0 for at in range(FRAMES)]
    assert set(collector.parameter_sets) == {
        nal for nal in nals if kinds.type_of(nal[0]) in kinds.parameter_sets
    }
    check_reports(stream, control)


def put_together(codec: str, stream: Sequence[Packet]) -> list[bytes]:
    """The NAL units; ffmpeg leaves the first zero of a long start code at the end of the unit before it."""
    depacketizer = Depacketizer(CODECS[codec])
    nals = [nal.rstrip(b"\x00") for packet in stream for nal in depacketizer.take(packet)]
    assert depacketizer.dropped == 0
    return nals


def check_reports(stream: Sequence[Packet], control: Sequence[bytes]) -> None:
    """Nothing was lost, and the sender reports speak of this stream and its clock."""
    stats = ReceiverStats(90000)
    for packet in stream:
        stats.note(packet.sequence, packet.timestamp, 0.0, packet.end)
    assert (stats.expected, stats.lost) == (len(stream), 0)
    reports = [each for data in control for each in parse_rtcp(data)]
    assert reports
    for report in reports:
        assert isinstance(report, SenderReport | Goodbye)
        if isinstance(report, SenderReport):
            assert report.ssrc == stream[0].ssrc
            assert (report.rtptime - stream[0].timestamp) & 0xFFFFFFFF < 60 * 90000
            assert report.unix_seconds is not None
