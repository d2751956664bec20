"""Payloads of H.264 (RFC 6184) and H.265 (RFC 7798): whole NAL units out of single, joined and cut ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.access_unit import CODECS, Collector
from probes.wire.depacketizer import Depacketizer
from probes.wire.error import LimitExceeded, WireError
from probes.wire.parameter_sets import picture_format
from probes.wire.rtp import Packet, parse
from probes.wire.sdp import parse_sdp
from tests.wire.video import IDR, PACKETIZERS, packets, units

BOTH = pytest.mark.parametrize("codec", ["H264", "H265"])
MTUS = st.integers(16, 80) | st.integers(16, 1500)  # 16: one byte of an H.265 fragment in a packet


def taken(codec: str, stream: list[Packet]) -> tuple[list[bytes], int]:
    """The NAL units that come out, and how many were dropped."""
    depacketizer = Depacketizer(CODECS[codec])
    nals = [nal for packet in stream for nal in depacketizer.take(packet)]
    return nals, depacketizer.dropped


GOLDEN = [
    pytest.param("H264", ["65aabb"], ["65aabb"], id="single"),
    pytest.param("H264", ["78 0003 67aabb 0002 68cc"], ["67aabb", "68cc"], id="STAP-A"),
    pytest.param("H264", ["7c85aa", "7c05bb", "7c45cc"], ["65aabbcc"], id="FU-A"),
    pytest.param("H264", ["7cc5aa"], ["65aa"], id="FU-A that begins and ends"),
    pytest.param("H264", ["5c81aa", "5c41bb"], ["41aabb"], id="FU-A keeps nal_ref_idc"),
    pytest.param("H265", ["2601aabb"], ["2601aabb"], id="single unit"),
    pytest.param("H265", ["6001 0003 4001aa 0004 4201bbcc"], ["4001aa", "4201bbcc"], id="AP"),
    pytest.param("H265", ["620193aa", "620113bb", "620153cc"], ["2601aabbcc"], id="FU"),
    pytest.param("H264", ["41"], ["41"], id="a header alone"),
    pytest.param(
        "H264", ["78 0001 09 0002 06aa 0003 65bbcc"], ["09", "06aa", "65bbcc"], id="STAP-A of three"
    ),
    pytest.param("H264", ["78"], [], id="STAP-A of none"),
    pytest.param("H264", ["7c85aa", "7c05", "7c45cc"], ["65aacc"], id="FU-A with nothing in the middle"),
    pytest.param("H264", ["41aa", "7c85bb", "7c45cc", "41dd"], ["41aa", "65bbcc", "41dd"], id="all kinds"),
    pytest.param("H265", ["6009 0003 0209aa"], ["0209aa"], id="AP of one"),
    pytest.param("H265", ["630b93aa", "630b53bb"], ["270baabb"], id="FU keeps layer and temporal identity"),
    pytest.param("H264", ["7c85aa", "7c85bb", "7c45cc"], ["65bbcc"], id="FU-A that begins twice"),
    pytest.param(
        "H264", ["7c85aa", "06bb", "7c45cc", "65dd"], ["06bb", "65dd"], id="FU-A with another inside"
    ),
    pytest.param("H264", ["78 0000 0002 68cc"], [], id="STAP-A with an empty unit"),
    pytest.param("H264", ["78 0002 68cc 00"], [], id="STAP-A with a cut size"),
    pytest.param("H265", ["6001 0001 40"], [], id="AP with half a header"),
    pytest.param("H265", ["6201", "2601dd"], ["2601dd"], id="FU without its header"),
    pytest.param("H264", ["7c05bb", "7c45cc", "65dd"], ["65dd"], id="FU-A without its beginning"),
    pytest.param("H264", ["7c85aa", "65dd"], ["65dd"], id="FU-A without its end"),
    pytest.param("H264", ["7c85aa", "7c41bb"], [], id="FU-A that changes its type"),
    pytest.param("H264", ["78 0009 67", "65dd"], ["65dd"], id="STAP-A longer than its packet"),
    pytest.param("H264", ["79 0000 0003 67aabb", "65dd"], ["65dd"], id="STAP-B is not read"),
    pytest.param("H264", ["7c", "", "65dd"], ["65dd"], id="too short to be anything"),
    pytest.param("H265", ["6401aa", "26", "2601dd"], ["2601dd"], id="PACI is not read"),
]


@pytest.mark.parametrize(("codec", "payloads", "nals"), GOLDEN)
def test_structures(codec: str, payloads: list[str], nals: list[str]) -> None:
    """Each structure gives the NAL units that the RFC says, over a wrap too; broken ones give none."""
    head = bytes.fromhex("8060")
    stream = [
        parse(head + (0xFFFF + at & 0xFFFF).to_bytes(2) + bytes(8) + bytes.fromhex(payload.replace(" ", "")))
        for at, payload in enumerate(payloads)
    ]
    assert taken(codec, stream)[0] == [bytes.fromhex(nal) for nal in nals]


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_round_trip(codec: str, data: st.DataObject) -> None:
    """Whatever is cut into packets, of any size and joined or not, comes out as it went in."""
    nals = data.draw(st.lists(units(codec), min_size=1, max_size=8))
    stream = packets(codec, nals, mtu=data.draw(MTUS), aggregate=data.draw(st.booleans()), first=65_530)
    assert taken(codec, stream) == (nals, 0)


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_loss_costs_what_it_hit(codec: str, data: st.DataObject) -> None:
    """Whatever packets are lost: the NAL units that lost none come out whole and in order, and no others."""
    nals = data.draw(st.lists(units(codec), min_size=1, max_size=8))
    sequence, kept, expected = 65_520, list[Packet](), list[bytes]()
    for nal in nals:
        parts = packets(codec, [nal], mtu=60, first=sequence)
        arrived = [part for part in parts if data.draw(st.booleans())]
        sequence += len(parts)
        kept += arrived
        if arrived == parts:
            expected.append(nal)
    assert taken(codec, kept)[0] == expected


@BOTH
@pytest.mark.parametrize("lost", [1, 2, -1])
def test_lost_fragments_are_counted(codec: str, lost: int) -> None:
    """A fragment that is missing costs its NAL unit, once, and nothing of the next."""
    first, second = (IDR[codec] + body * 300 for body in (b"x", b"y"))
    stream = packets(codec, [first], mtu=100)
    behind = packets(codec, [second], mtu=100, first=len(stream))
    del stream[lost]
    assert taken(codec, [*stream, *behind]) == ([second], 1)


@BOTH
def test_late_packets_are_passed_over(codec: str) -> None:
    """A packet that comes again, or after its turn, spoils nothing."""
    nals = [IDR[codec] + b"x" * 500]
    stream = packets(codec, nals, mtu=100)
    twice = [packet for packet in stream for _ in range(2)]
    assert taken(codec, twice)[0] == nals


@BOTH
@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_packets_are_what_the_standard_allows(codec: str, data: st.DataObject) -> None:
    """No packet is longer than the MTU, the last alone has the marker, and no fragment is a whole unit."""
    nals = data.draw(st.lists(units(codec), min_size=1, max_size=8))
    mtu = data.draw(MTUS)
    payloads = PACKETIZERS[codec](nals, mtu=mtu, aggregate=data.draw(st.booleans()))
    assert [marker for _, marker in payloads] == [False] * (len(payloads) - 1) + [True]
    kinds = CODECS[codec]
    for payload, _ in payloads:
        assert len(payload) <= mtu - 12
        if kinds.type_of(payload[0]) == kinds.fragment:
            assert payload[kinds.header_bytes] & 0xC0 != 0xC0


@BOTH
@pytest.mark.parametrize(("nal", "mtu"), [(b"", 1400), (IDR["H264"][:1] * 50, 14), (IDR["H264"][:1] * 50, 0)])
def test_what_cannot_be_cut_is_refused(codec: str, nal: bytes, mtu: int) -> None:
    """An empty NAL unit, and an MTU without room for a fragment, are our own mistakes."""
    with pytest.raises(ValueError, match=r"NAL unit|fragment"):
        PACKETIZERS[codec]([nal], mtu=mtu)


@BOTH
def test_nal_unit_without_end_is_bounded(codec: str) -> None:
    """A fragment that never ends stops at 2 MiB with LimitExceeded."""
    stream = packets(codec, [IDR[codec] + b"x" * 2_200_000], mtu=60_000)
    with pytest.raises(LimitExceeded):
        taken(codec, stream)


@BOTH
@settings(deadline=None, max_examples=200)
@given(payloads=st.lists(st.binary(max_size=60), max_size=8), known=st.booleans())
def test_any_bytes(codec: str, payloads: list[bytes], known: bool) -> None:
    """No payload makes anything but WireError escape, neither of NAL units nor of access units."""
    kinds = b"\x7c\x78\x65\x67" if codec == "H264" else b"\x62\x60\x26\x42"
    depacketizer, collector = Depacketizer(CODECS[codec]), Collector(codec)
    for at, payload in enumerate(payloads):
        first = bytes([kinds[at % len(kinds)]]) if known else b""
        packet = parse(b"\x80\x60" + at.to_bytes(2) + bytes(8) + first + payload)
        try:
            depacketizer.take(packet)
            collector.take(packet)
        except WireError:
            return


@settings(deadline=None, max_examples=200)
@given(body=st.binary(max_size=120), codec=st.sampled_from(["H264", "H265"]))
def test_any_parameter_set(body: bytes, codec: str) -> None:
    """No parameter set makes anything escape: what cannot be read says nothing."""
    header = b"\x67" if codec == "H264" else b"\x42\x01"
    found = picture_format([header + body], codec)
    assert found is None or (found.width > 0 and found.height > 0)


@settings(deadline=None, max_examples=200)
@given(
    lines=st.lists(
        st.sampled_from(
            [b"v=0", b"m=video 0 RTP/AVP 96", b"a=rtpmap:96 H264/90000", b"a=fmtp:96 x=y", b"a=control:"]
        )
        | st.binary(max_size=30),
        max_size=12,
    )
)
def test_any_description(lines: list[bytes]) -> None:
    """No description makes anything but WireError escape."""
    try:
        parse_sdp(b"\r\n".join(lines)).videos()
    except WireError:
        return
