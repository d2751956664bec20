"""Made-up coded video: NAL units, their packets, and encoded clips by ffmpeg."""

import json
import subprocess
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from probes.wire.access_unit import CODECS, AccessUnit, Collector
from probes.wire.h264 import packetize_h264
from probes.wire.h265 import packetize_h265
from probes.wire.rtp import Packet, pack, parse

PACKETIZERS = {"H264": packetize_h264, "H265": packetize_h265}
IDR = {"H264": b"\x65", "H265": b"\x26\x01"}  # headers of NAL units: IDR, IDR_W_RADL
SLICE = {"H264": b"\x41", "H265": b"\x02\x01"}  # a P slice, TRAIL_R
SEI = {"H264": b"\x06", "H265": b"\x4e\x01"}
AUD = {"H264": b"\x09", "H265": b"\x46\x01"}
SPS = {"H264": b"\x67", "H265": b"\x42\x01"}
PPS = {"H264": b"\x68", "H265": b"\x44\x01"}
FIRST = {"H264": b"\x88", "H265": b"\x80"}  # a slice's first byte: first_mb 0, first_slice_segment
TICK = 3600  # from one picture to the next, 25 a second
LATER = {"H264": b"\x48", "H265": b"\x40"}  # of a slice that is not the first of its picture


def units(codec: str) -> st.SearchStrategy[bytes]:
    """NAL units of any length whose last byte is no zero, as RFC 6184 and 7798 have them."""
    header = st.sampled_from([IDR[codec], SLICE[codec], SEI[codec]])
    return st.builds(lambda head, body: head + body + b"\x80", header, st.binary(max_size=400))


def packets(
    codec: str,
    nals: Iterable[bytes],
    *,
    mtu: int = 200,
    aggregate: bool = False,
    first: int = 0,
    timestamp: int = 0,
) -> list[Packet]:
    """One access unit as parsed packets, numbered from `first`."""
    payloads = PACKETIZERS[codec](nals, mtu=mtu, aggregate=aggregate)
    return [
        parse(pack(payload, sequence=first + at, timestamp=timestamp, ssrc=7, payload_type=96, marker=marker))
        for at, (payload, marker) in enumerate(payloads)
    ]


def frame(codec: str, seed: int, *, key: bool = False, slices: int = 1) -> list[bytes]:
    """The slice NAL units of one picture."""
    header = (IDR if key else SLICE)[codec]
    return [
        header + (FIRST if at == 0 else LATER)[codec] + bytes([seed, at + 1]) * 90 + b"\x80"
        for at in range(slices)
    ]


def stream(codec: str, pictures: list[list[bytes]], *, first: int = 0, mtu: int = 100) -> list[Packet]:
    """Pictures as packets, one after the other."""
    out: list[Packet] = []
    for at, nals in enumerate(pictures):
        out += packets(codec, nals, mtu=mtu, first=first + len(out), timestamp=TICK * at)
    return out


def collected(codec: str, taken: list[Packet]) -> list[AccessUnit]:
    """The access units that packets make."""
    collector = Collector(codec)
    return [unit for packet in taken for unit in collector.take(packet)]


def mark(packet: Packet, *, marker: bool) -> Packet:
    """The same packet with another marker."""
    return msgspec.structs.replace(packet, marker=marker)


def fingerprint(nals: list[bytes]) -> str:
    """SHA-256 over the slices, computed here."""
    return sha256(b"".join(nals)).hexdigest()


def encode(path: Path, options: Sequence[str], *, size: str, rate: str, frames: int = 12) -> bytes:
    """Encode a test picture into an elementary stream of Annex B."""
    source = ("-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}", "-frames:v", str(frames))
    command = ("ffmpeg", "-nostdin", "-y", "-v", "error", *source, "-pix_fmt", "yuv420p", *options, str(path))
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path.read_bytes()


def probe(path: Path) -> dict[str, Any]:
    """What ffprobe says of a file: its stream, and which frames are key frames."""
    command = ("ffprobe", "-v", "error", "-show_streams", "-show_entries", "packet=flags", "-of", "json")
    out = subprocess.run((*command, str(path)), check=True, capture_output=True, timeout=60).stdout
    found: dict[str, Any] = json.loads(out)
    return found


def pictures(codec: str, nals: list[bytes]) -> list[list[bytes]]:
    """Cut a stream into access units: each begins with a first slice, or what leads it."""
    kinds = CODECS[codec]
    out: list[list[bytes]] = []
    leading: list[bytes] = []
    for nal in nals:
        if kinds.type_of(nal[0]) not in kinds.slices:
            leading.append(nal)
        elif nal[kinds.header_bytes] & 0x80:
            out.append([*leading, nal])
            leading = []
        else:
            out[-1].append(nal)
    return out
