"""Access units: whole or not, key frame or not, and the fingerprint that both ends of a relay must share."""

from hashlib import sha256

import pytest

from probes.wire.access_unit import AccessUnit, Collector
from probes.wire.rtp import Packet
from tests.wire.video import FIRST, IDR, LATER, SEI, SLICE, packets

BOTH = pytest.mark.parametrize("codec", ["H264", "H265"])
TICK = 3600


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


def fingerprint(nals: list[bytes]) -> str:
    """SHA-256 over the slices, computed here."""
    return sha256(b"".join(nals)).hexdigest()


@BOTH
@pytest.mark.parametrize("slices", [1, 3])
def test_frames_are_told_whole(codec: str, slices: int) -> None:
    """Each picture is one access unit, the first a key frame, with the hash over its slices."""
    pictures = [frame(codec, seed, key=seed == 1, slices=slices) for seed in (1, 2, 3)]
    units = collected(codec, stream(codec, pictures))
    assert [unit.key_frame for unit in units] == [True, False, False]
    assert all(unit.complete for unit in units)
    assert [unit.fingerprint for unit in units] == [fingerprint(nals) for nals in pictures]
    assert [unit.timestamp for unit in units] == [0, TICK, 2 * TICK]


@BOTH
def test_fingerprint_is_of_the_slices_alone(codec: str) -> None:
    """What a relay may change changes nothing: packet sizes, SEI, the number of the first packet."""
    picture = frame(codec, 5, key=True)
    ways = [
        stream(codec, [picture]),
        stream(codec, [[SEI[codec] + b"\x05hello\x80", *picture]]),
        stream(codec, [picture], mtu=1400, first=65_535),
    ]
    assert {unit.fingerprint for way in ways for unit in collected(codec, way)} == {fingerprint(picture)}


@BOTH
@pytest.mark.parametrize("lost", [0, 1, -1])
def test_frame_with_a_hole_is_no_key_frame(codec: str, lost: int) -> None:
    """A picture that lost its first, a middle or its last packet is incomplete, and has no fingerprint."""
    pictures = [frame(codec, 1, key=True), frame(codec, 2), frame(codec, 3)]
    taken = stream(codec, pictures)
    broken = [packet for packet in taken if packet.timestamp == 0]
    taken.remove(broken[lost])
    units = collected(codec, taken)
    first = [unit for unit in units if unit.timestamp == 0]
    assert not any(unit.complete or unit.key_frame or unit.fingerprint for unit in first)
    assert [unit.fingerprint for unit in units[-1:]] == [fingerprint(pictures[2])]


@BOTH
def test_frames_without_markers(codec: str) -> None:
    """Without any marker a picture ends where the next timestamp begins."""
    pictures = [frame(codec, seed, key=seed == 1) for seed in (1, 2, 3)]
    bare = [_unmarked(packet) for packet in stream(codec, pictures)]
    assert [unit.fingerprint for unit in collected(codec, bare)] == [
        fingerprint(nals) for nals in pictures[:2]
    ]


def _unmarked(packet: Packet) -> Packet:
    return Packet(
        False,
        packet.payload_type,
        packet.sequence,
        packet.timestamp,
        packet.ssrc,
        packet.data,
        packet.start,
        packet.end,
    )


@BOTH
def test_watching_from_the_middle(codec: str) -> None:
    """Who comes in the middle of a picture does not take the rest of it for a whole one."""
    pictures = [frame(codec, 1, key=True), frame(codec, 2)]
    units = collected(codec, stream(codec, pictures)[1:])
    assert [unit.complete for unit in units] == [False, True]


@pytest.mark.parametrize(
    ("codec", "kind", "key"),
    [
        ("H264", 5, True),
        ("H264", 1, False),
        *[("H265", kind, True) for kind in range(16, 22)],
        ("H265", 0, False),
        ("H265", 1, False),
        ("H265", 9, False),
    ],
)
def test_which_slices_make_a_key_frame(codec: str, kind: int, key: bool) -> None:
    """Decoding begins at an IDR slice of H.264, and at the IRAP types 16 to 21 of H.265 (BLA, IDR, CRA)."""
    header = bytes([0x60 | kind]) if codec == "H264" else bytes([kind << 1, 1])
    nal = header + FIRST[codec] + b"x" * 50 + b"\x80"
    assert [unit.key_frame for unit in collected(codec, stream(codec, [[nal]]))] == [key]


@BOTH
def test_fingerprints_can_be_off(codec: str) -> None:
    """Without fingerprints a picture is told all the same."""
    collector = Collector(codec, fingerprints=False)
    units = [unit for packet in stream(codec, [frame(codec, 1, key=True)]) for unit in collector.take(packet)]
    assert [(unit.complete, unit.key_frame, unit.fingerprint) for unit in units] == [(True, True, None)]
