"""Bits: fields and Exp-Golomb codes come out of a NAL unit's payload as they were written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.bits import MAX_BYTES, Bits
from probes.wire.error import WireError
from tests.wire.bit_writer import BitWriter, escape


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        ("1", 0),
        ("010", 1),
        ("011", 2),
        ("00100", 3),
        ("00111", 6),
        ("0001000", 7),
        ("0" * 32 + "1" * 33, 2**33 - 2),
    ],
)
def test_unsigned_codes(bits: str, value: int) -> None:
    """The codes of ITU-T H.264, table 9-2, have their values."""
    data = int(bits.ljust(72, "0"), 2).to_bytes(9)
    assert Bits(data).unsigned() == value


@pytest.mark.parametrize(("code", "value"), [(0, 0), (1, 1), (2, -1), (3, 2), (4, -2), (5, 3), (6, -3)])
def test_signed_codes(code: int, value: int) -> None:
    """The codes of ITU-T H.264, table 9-3, have their values."""
    assert Bits(BitWriter().ue(code).plain()).signed() == value


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(st.just("u"), st.integers(0, 0xFFFFFFFF))
        | st.tuples(st.just("ue"), st.integers(0, 2**32 - 2))
        | st.tuples(st.just("se"), st.integers(-(2**31) + 1, 2**31)),
        max_size=30,
    )
)
def test_what_is_written_is_read(fields: list[tuple[str, int]]) -> None:
    """Any row of fields and codes comes back, through the emulation prevention too."""
    writer = BitWriter()
    for kind, value in fields:
        if kind == "u":
            writer.u(32, value)
        elif kind == "ue":
            writer.ue(value)
        else:
            writer.se(value)
    bits = Bits(writer.nal(b""))
    read = {"u": lambda: bits.read(32), "ue": bits.unsigned, "se": bits.signed}
    assert [read[kind]() for kind, _ in fields] == [value for _, value in fields]


@pytest.mark.parametrize(
    "payload",
    [
        b"\0\0\0",
        b"\0\0\1",
        b"\0\0\3",
        b"\0\0\0\0\0\0",
        b"\0\0\3\0\0\3",
        b"\0\0\3\3",
        b"\1\0\0\2\0\0\3\1",
        b"\0\0\4",
    ],
)
def test_emulation_prevention_is_taken_out(payload: bytes) -> None:
    """The bytes that were put in against false start codes are no part of what is read."""
    sent = escape(payload)
    assert b"\0\0\1" not in sent
    assert Bits(sent).read(8 * len(payload)) == int.from_bytes(payload)


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00", id="zeros to the end"),
        pytest.param(b"\x01", id="a code without its rest"),
        pytest.param(b"\x00" * 4 + b"\x40" + b"\xff" * 8, id="33 zeros"),
        pytest.param(b"\x00" * 100, id="zeros without end"),
    ],
)
def test_a_code_that_cannot_be_is_an_error(payload: bytes) -> None:
    """What ends too early or is longer than any value is refused."""
    with pytest.raises(WireError):
        Bits(payload).unsigned()


def test_no_payload_is_read_without_end() -> None:
    """Behind MAX_BYTES there is nothing."""
    bits = Bits(b"\xff" * (MAX_BYTES + 1))
    bits.skip(8 * MAX_BYTES)
    with pytest.raises(WireError):
        bits.flag()
