"""Access units: whole or not, key frame or not, however the camera cuts and marks them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.access_unit import (
    MAX_PARAMETER_SET_BYTES,
    MAX_PARAMETER_SETS,
    MAX_UNIT_BYTES,
    Collector,
)
from probes.wire.error import LimitExceeded
from probes.wire.rtp import Packet, pack, parse
from tests.wire.video import (
    FIRST,
    SEI,
    SLICE,
    SPS,
    TICK,
    collected,
    fingerprint,
    frame,
    mark,
    packets,
    stream,
)

BOTH = pytest.mark.parametrize("codec", ["H264", "H265"])


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
    bare = [mark(packet, marker=False) for packet in stream(codec, pictures)]
    assert [unit.fingerprint for unit in collected(codec, bare)] == [
        fingerprint(nals) for nals in pictures[:2]
    ]


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
        ("H265", 22, False),
        ("H265", 23, False),
    ],
)
def test_which_slices_make_a_key_frame(codec: str, kind: int, key: bool) -> None:
    """Decoding begins at an IDR slice of H.264, and at the types 16 to 21 of H.265 (BLA, IDR, CRA)."""
    header = bytes([0x60 | kind]) if codec == "H264" else bytes([kind << 1, 1])
    nal = header + FIRST[codec] + b"x" * 50 + b"\x80"
    assert [unit.key_frame for unit in collected(codec, stream(codec, [[nal]]))] == [key]


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_loss_costs_the_pictures_it_hit(codec: str, data: st.DataObject) -> None:
    """Whatever packets are lost: the pictures that lost none are whole, and no others."""
    pictures = [
        frame(codec, seed, key=data.draw(st.booleans()), slices=data.draw(st.integers(1, 3)))
        for seed in range(data.draw(st.integers(1, 6)))
    ]
    sent = stream(codec, pictures, first=65_530)
    kept = [packet for packet in sent if data.draw(st.integers(0, 3))]
    lost = {packet.timestamp for packet in sent if packet not in kept}
    whole = [unit for unit in collected(codec, kept) if unit.complete]
    expected = [(TICK * at, fingerprint(nals)) for at, nals in enumerate(pictures) if TICK * at not in lost]
    assert [(unit.timestamp, unit.fingerprint) for unit in whole] == expected


@BOTH
def test_packets_that_come_twice_or_late(codec: str) -> None:
    """What comes again, or after its turn, changes nothing; what it was missed for stays incomplete."""
    pictures = [frame(codec, seed, key=seed == 1) for seed in (1, 2, 3)]
    sent = stream(codec, pictures)
    expected = collected(codec, sent)
    assert collected(codec, [packet for packet in sent for _ in range(2)]) == expected
    late = [*sent[:1], sent[2], sent[1], *sent[3:]]
    assert [unit.complete for unit in collected(codec, late)] == [False, True, True]


@BOTH
def test_a_marker_on_every_slice(codec: str) -> None:
    """Some cameras mark every slice: the first picture is told too early, all others as they are."""
    pictures = [frame(codec, seed, slices=3) for seed in range(4)]
    taken: list[Packet] = []
    for at, nals in enumerate(pictures):
        for nal in nals:
            taken += packets(codec, [nal], mtu=100, first=len(taken), timestamp=TICK * at)
    assert [unit.fingerprint for unit in collected(codec, taken)] == [
        fingerprint(pictures[0][:1]),
        *(fingerprint(nals) for nals in pictures[1:3]),
    ]


@BOTH
def test_a_marker_on_parameter_sets(codec: str) -> None:
    """A marker on what is no slice ends nothing."""
    picture = frame(codec, 1, key=True)
    taken = stream(codec, [[SPS[codec] + b"\x05\x80", SEI[codec] + b"\x05\x80", *picture]])
    marked = [mark(taken[0], marker=True), mark(taken[1], marker=True), *taken[2:]]
    assert collected(codec, marked) == collected(codec, taken)


@BOTH
def test_a_clock_that_stands_still(codec: str) -> None:
    """With one timestamp for all, markers tell the pictures apart."""
    pictures = [frame(codec, seed, key=seed == 0, slices=2) for seed in range(3)]
    taken: list[Packet] = []
    for nals in pictures:
        taken += packets(codec, nals, mtu=100, first=len(taken), timestamp=9)
    units = collected(codec, taken)
    assert [unit.fingerprint for unit in units] == [fingerprint(nals) for nals in pictures]
    assert [unit.key_frame for unit in units] == [True, False, False]


@BOTH
def test_another_source(codec: str) -> None:
    """When another source begins, what the old one left open is incomplete; its numbers mean nothing."""
    old, new = stream(codec, [frame(codec, 1, key=True)]), stream(codec, [frame(codec, 2, key=True)])
    other = [
        parse(
            pack(
                each.payload, payload_type=96, sequence=each.sequence, timestamp=0, ssrc=8, marker=each.marker
            )
        )
        for each in new
    ]
    units = collected(codec, [*old[:-1], *other])
    assert [unit.complete for unit in units] == [False, True]


@pytest.mark.parametrize(
    ("codec", "bad"),
    [
        pytest.param("H264", b"\x7f\x7f\x7f", id="reserved"),
        pytest.param("H264", b"\x7d\x85", id="FU-B"),
        pytest.param("H264", b"\x78\0\x09\x01", id="STAP-A longer than its packet"),
        pytest.param("H265", b"\x7f\x7f\x7f", id="reserved"),
        pytest.param("H265", b"\x26", id="half a header"),
        pytest.param("H265", b"\x60\x01\0\x09\x01", id="AP longer than its packet"),
    ],
)
def test_a_malformed_packet(codec: str, bad: bytes) -> None:
    """A packet that cannot be read spoils its picture, is counted, and costs no other picture."""
    taken = stream(codec, [frame(codec, 1, key=True), frame(codec, 2)])
    taken[0] = parse(pack(bad, payload_type=96, sequence=0, timestamp=0, ssrc=7))
    collector = Collector(codec)
    units = [unit for packet in taken for unit in collector.take(packet)]
    assert [unit.complete for unit in units] == [False, True]
    assert collector.malformed == 1


def test_partitions_of_h264() -> None:
    """Data partitions are parts of a picture that partition A opens."""
    nals = [bytes([0x40 | kind]) + b"\x88" * 50 for kind in (2, 3, 4)]
    (unit,) = collected("H264", stream("H264", [nals]))
    assert (unit.complete, unit.fingerprint) == (True, fingerprint(nals))
    (headless,) = collected("H264", stream("H264", [nals[1:]]))
    assert not headless.complete


@BOTH
def test_a_picture_without_end_is_bounded(codec: str) -> None:
    """A picture that never ends stops at 2 MiB with LimitExceeded."""
    slices = [SLICE[codec] + FIRST[codec] + b"x" * 60_000] * (MAX_UNIT_BYTES // 60_000 + 1)
    with pytest.raises(LimitExceeded):
        collected(codec, [mark(each, marker=False) for each in packets(codec, slices, mtu=65_000)])


@BOTH
@pytest.mark.parametrize("mtu", [40, 1400], ids=["fragments", "whole"])
@pytest.mark.parametrize("aggregate", [False, True])
def test_parameter_sets_are_kept(codec: str, mtu: int, aggregate: bool) -> None:
    """Parameter sets that come in band are kept in order, each once, also when a fragment carries them."""
    sets = [SPS[codec] + body * 30 + b"\x80" for body in (b"a", b"b")]
    picture = frame(codec, 1, key=True)
    taken = packets(codec, [*sets, sets[0], *picture], mtu=mtu, aggregate=aggregate)
    collector = Collector(codec)
    units = [unit for packet in taken for unit in collector.take(packet)]
    assert list(collector.parameter_sets) == sets
    assert [unit.fingerprint for unit in units] == [fingerprint(picture)]


@BOTH
@pytest.mark.parametrize("lost", [0, 1, -1])
def test_parameter_sets_with_a_hole_are_not_kept(codec: str, lost: int) -> None:
    """A parameter set that lost a fragment is dropped; the picture behind it stays whole."""
    nals = [SPS[codec] + b"a" * 100 + b"\x80", SEI[codec] + b"b"]
    taken = packets(codec, nals, mtu=40)
    del taken[lost if lost >= 0 else -2]
    taken += packets(codec, frame(codec, 1), first=taken[-1].sequence + 1)
    collector = Collector(codec)
    units = [unit for packet in taken for unit in collector.take(packet)]
    assert not collector.parameter_sets
    assert [unit.complete for unit in units] == [True]


@BOTH
def test_parameter_sets_are_bounded(codec: str) -> None:
    """Neither their number nor their size grows without end."""
    many = [SPS[codec] + number.to_bytes(2) + b"\x80" for number in range(2 * MAX_PARAMETER_SETS)]
    huge = SPS[codec] + b"x" * MAX_PARAMETER_SET_BYTES
    collector = Collector(codec)
    for packet in packets(codec, [huge, *many, huge], mtu=500):
        collector.take(packet)
    assert list(collector.parameter_sets) == many[:MAX_PARAMETER_SETS]
