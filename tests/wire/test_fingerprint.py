"""The fingerprint of a coded frame, which both ends of a relay must share."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.access_unit import CODECS, Collector, fingerprint_of
from tests.wire.video import (
    AUD,
    FIRST,
    LATER,
    PPS,
    SEI,
    SLICE,
    SPS,
    collected,
    fingerprint,
    frame,
    packets,
    stream,
)

BOTH = pytest.mark.parametrize("codec", ["H264", "H265"])


@BOTH
def test_fingerprint_is_of_the_slices_alone(codec: str) -> None:
    """What a relay may change changes nothing: packets, SEI, delimiters, parameter sets, zeros, numbers."""
    picture = frame(codec, 5, key=True, slices=2)
    sets, sei = [SPS[codec] + b"\x05s\x80", PPS[codec] + b"\x05p\x80"], SEI[codec] + b"\x05hello\x80"
    ways = [
        stream(codec, [picture]),
        stream(codec, [[sei, *picture]]),
        stream(codec, [[AUD[codec] + b"\x10", *sets, sei, *picture]]),
        stream(codec, [[*picture, sei]]),
        stream(codec, [[nal + bytes(3) for nal in picture]]),
        stream(codec, [[picture[0], sei, picture[1]]]),
        stream(codec, [picture], mtu=1400, first=65_535),
        packets(codec, [*sets, *picture], mtu=1400, aggregate=True),
    ]
    for way in ways:
        (unit,) = collected(codec, way)
        assert (unit.complete, unit.key_frame, unit.fingerprint) == (True, True, fingerprint(picture))


@BOTH
def test_fingerprint_is_of_every_slice(codec: str) -> None:
    """One bit, the order or a header more or less makes another fingerprint."""
    one, two = frame(codec, 5, slices=2)
    ways = [[one, two], [one, two[:-2] + b"y\x80"], [one], [one, two, two], [one[:-1] + b"\x81", two]]
    found = [unit.fingerprint for way in ways for unit in collected(codec, stream(codec, [way]))]
    assert len(found) == len(set(found)) == len(ways)


@BOTH
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_fingerprint_however_it_is_packed(codec: str, data: st.DataObject) -> None:
    """Slices with any zeros in them, cut at any place: the collector hashes what fingerprint_of does."""
    body = st.lists(st.sampled_from([b"\0", b"\0\0\0", b"ab", b"c" * 40]), max_size=12).map(b"".join)
    bodies = data.draw(st.lists(body, min_size=1, max_size=4))
    nals = [SLICE[codec] + (LATER if at else FIRST)[codec] + each for at, each in enumerate(bodies)]
    mtu, joined = data.draw(st.integers(16, 120)), data.draw(st.booleans())
    (unit,) = collected(codec, packets(codec, nals, mtu=mtu, aggregate=joined))
    assert unit.fingerprint == fingerprint_of(nals, CODECS[codec])
    assert unit.fingerprint == fingerprint([nal.rstrip(b"\0") for nal in nals])


@BOTH
def test_fingerprints_can_be_off(codec: str) -> None:
    """Without fingerprints a picture is told all the same."""
    collector = Collector(codec, fingerprints=False)
    units = [unit for packet in stream(codec, [frame(codec, 1, key=True)]) for unit in collector.take(packet)]
    assert [(unit.complete, unit.key_frame, unit.fingerprint) for unit in units] == [(True, True, None)]
