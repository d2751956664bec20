"""RTCP: sender reports and goodbyes among whatever else a compound packet holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.error import WireError
from probes.wire.rtcp import (
    Goodbye,
    SenderReport,
    is_rtcp,
    pack_goodbye,
    pack_sender_report,
    parse_rtcp,
)
from probes.wire.rtp import pack

REPORT = SenderReport(ssrc=7, ntp=0xED_01_52_80_80000000, rtptime=90000, packets=10, octets=4000)
SR = bytes.fromhex("80c80006 00000007 ed015280 80000000 00015f90 0000000a 00000fa0".replace(" ", ""))
BLOCK = bytes.fromhex("0000000800000000000003e80000000000000000 00000000".replace(" ", ""))
SR_WITH_BLOCK = b"\x81\xc8\x00\x0c" + SR[4:] + BLOCK
RR = bytes.fromhex("80c9000100000007")
SDES = bytes.fromhex("81ca0003 00000007 01026361 00000000".replace(" ", ""))
APP = bytes.fromhex("80cc0002 00000007 74657374".replace(" ", ""))
BYE = bytes.fromhex("81cb000100000007")
BYE_WITH_REASON = bytes.fromhex("81cb0003 00000007 06746561 72656400".replace(" ", ""))
GONE = Goodbye(ssrcs=(7,))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(SR, [REPORT], id="a report"),
        pytest.param(SR_WITH_BLOCK, [REPORT], id="with a report block"),
        pytest.param(SR[:3] + b"\x07" + SR[4:] + b"more", [REPORT], id="with an extension"),
        pytest.param(SR + SDES, [REPORT], id="a report and a name"),
        pytest.param(RR + SDES + BYE, [GONE], id="a receiver's report, a name, a goodbye"),
        pytest.param(SR + SDES + APP + BYE_WITH_REASON, [REPORT, GONE], id="all of them"),
        pytest.param(b"\x82\xcb\x00\x02" + BYE[4:] + b"\0\0\0\x08", [Goodbye(ssrcs=(7, 8))], id="two leave"),
        pytest.param(b"\x80\xcb\x00\x00", [Goodbye(ssrcs=())], id="nobody leaves"),
        pytest.param(RR + b"\xa1\xcb\x00\x02" + BYE[4:] + b"\0\0\0\x04", [GONE], id="padding at the end"),
        pytest.param(SR + SR, [REPORT, REPORT], id="two reports"),
    ],
)
def test_a_compound_packet_is_taken_apart(data: bytes, expected: list[SenderReport | Goodbye]) -> None:
    """Reports and goodbyes are found, in order; what means nothing here is passed over."""
    assert parse_rtcp(data) == expected


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x80\xc8", id="cut header"),
        pytest.param(b"\x00\xc8\x00\x00", id="version 0"),
        pytest.param(b"\xc0\xc8\x00\x00", id="version 3"),
        pytest.param(b"\x80\xca\x00\x01", id="longer than the packet"),
        pytest.param(b"\x80\xc8\x00\x01abcd", id="a report too short"),
        pytest.param(b"\x82\xcb\x00\x01abcd", id="a goodbye too short"),
        pytest.param(SR + b"\0", id="a byte too many"),
        pytest.param(SR + b"\0\0\0\0", id="zeros behind"),
    ],
)
def test_what_is_no_report_is_an_error(data: bytes) -> None:
    """RTCP whose parts do not fit is refused."""
    with pytest.raises(WireError):
        parse_rtcp(data)


def test_every_cut() -> None:
    """A compound packet that was cut gives what stands before the cut if that is whole, else an error."""
    parts = [SR_WITH_BLOCK, SDES, BYE_WITH_REASON]
    whole = b"".join(parts)
    ends = {0: 0, len(parts[0]): 1, len(parts[0] + parts[1]): 1}
    for end in range(len(whole)):
        if end in ends:
            assert len(parse_rtcp(whole[:end])) == ends[end]
        else:
            with pytest.raises(WireError):
                parse_rtcp(whole[:end])


@pytest.mark.parametrize(
    ("ntp", "unix"),
    [
        pytest.param(0, None, id="no clock"),
        pytest.param(2_208_988_800 << 32, 0.0, id="1970"),
        pytest.param(3_976_300_800 << 32 | 1 << 31, 1_767_312_000.5, id="with its fraction"),
        pytest.param(0xFFFFFFFF << 32, 2_085_978_495.0, id="the last second of the first era"),
        pytest.param(1 << 32, 2_085_978_497.0, id="the next era, after 2036"),
    ],
)
def test_a_report_tells_the_senders_clock(ntp: int, unix: float | None) -> None:
    """NTP seconds become Unix seconds; zero is no clock; small ones belong to the era after 2036."""
    report = SenderReport(ssrc=1, ntp=ntp, rtptime=0, packets=0, octets=0)
    assert report.unix_seconds == unix


def test_reports_are_written_as_the_standard_has_them() -> None:
    """What is packed is, byte by byte, the packet of RFC 3550 §6.4.1 and §6.6."""
    assert pack_sender_report(REPORT) == SR
    assert pack_goodbye(GONE) == BYE


WORD = st.integers(0, 0xFFFFFFFF)
REPORTS = st.builds(
    SenderReport, ssrc=WORD, ntp=st.integers(0, 2**64 - 1), rtptime=WORD, packets=WORD, octets=WORD
)
GOODBYES = st.builds(Goodbye, ssrcs=st.lists(WORD, max_size=31).map(tuple))


@settings(deadline=None, max_examples=100)
@given(st.lists(REPORTS | GOODBYES, max_size=5))
def test_the_way_there_and_back(sent: list[SenderReport | Goodbye]) -> None:
    """What is packed, also one behind the other, is parsed to the same."""
    data = b"".join(
        pack_sender_report(each) if isinstance(each, SenderReport) else pack_goodbye(each) for each in sent
    )
    assert parse_rtcp(data) == sent


def test_counters_wrap_around() -> None:
    """A sender that sent more than 32 bits can count goes on from zero."""
    sent = SenderReport(ssrc=7, ntp=1, rtptime=2**32 + 1, packets=2**32 + 2, octets=2**33 + 3)
    assert parse_rtcp(pack_sender_report(sent)) == [
        SenderReport(ssrc=7, ntp=1, rtptime=1, packets=2, octets=3)
    ]


MEDIA = pack(b"x", payload_type=96, sequence=1, timestamp=1, ssrc=1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(SR, True, id="a report"),
        pytest.param(RR, True, id="a receiver's report"),
        pytest.param(BYE, True, id="a goodbye"),
        pytest.param(memoryview(SR), True, id="without a copy"),
        pytest.param(b"\x80\xc0\x00\x00", True, id="the lowest kind"),
        pytest.param(b"\x80\xdf\x00\x00", True, id="the highest"),
        pytest.param(b"\x80\xbf\x00\x00", False, id="below it"),
        pytest.param(b"\x80\xe0\x00\x00", False, id="above it: RTP of type 96 with a marker"),
        pytest.param(MEDIA, False, id="RTP"),
        pytest.param(b"\x80\xe0" + MEDIA[2:], False, id="RTP with a marker"),
        pytest.param(b"\x00\xc8\x00\x00", False, id="another version"),
        pytest.param(b"\x80\xc8", False, id="too short"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_reports_are_told_from_media(data: bytes | memoryview, expected: bool) -> None:
    """RTCP that comes where RTP was expected is recognised (RFC 5761 §4)."""
    assert is_rtcp(data) is expected


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=60) | st.binary(max_size=30).map(lambda tail: SR + tail))
def test_any_bytes_are_reports_or_an_error(data: bytes) -> None:
    """Of any bytes only WireError comes back."""
    is_rtcp(data)
    try:
        found = parse_rtcp(data)
    except WireError:
        return
    assert all(isinstance(each, SenderReport | Goodbye) for each in found)
