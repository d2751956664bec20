"""NAL units cut out of a byte stream."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.wire.nal import split_annex_b

SHORT, LONG = b"\0\0\1", b"\0\0\0\1"


@pytest.mark.parametrize(
    ("data", "nals"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"\x67abc", [], id="no start code"),
        pytest.param(SHORT + b"\x67a", [b"\x67a"], id="one"),
        pytest.param(LONG + b"\x67a" + SHORT + b"\x68b", [b"\x67a", b"\x68b"], id="long and short"),
        pytest.param(b"junk" + SHORT + b"\x67a", [b"\x67a"], id="something before it"),
        pytest.param(LONG + b"\x67a\0\0" + LONG + b"\x68b\0", [b"\x67a", b"\x68b"], id="zeros behind"),
        pytest.param(LONG + SHORT + b"\x67a" + SHORT, [b"\x67a"], id="empty ones"),
        pytest.param(SHORT + b"\x67a\0\0\2b", [b"\x67a\0\0\2b"], id="zeros inside"),
    ],
)
def test_start_codes(data: bytes, nals: list[bytes]) -> None:
    """A unit goes from its start code to the next; the zeros behind it are no part of it."""
    assert split_annex_b(data) == nals


SAFE = st.binary(min_size=1, max_size=30).map(lambda body: body.replace(b"\0", b"\2"))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from([SHORT, LONG]), SAFE)))
def test_whatever_is_joined_is_cut(parts: list[tuple[bytes, bytes]]) -> None:
    """Units behind start codes of both lengths come back."""
    assert split_annex_b(b"".join(code + nal for code, nal in parts)) == [nal for _, nal in parts]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from([b"\0", b"\1", b"\0\0\1", b"a"])).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    """Of any bytes come units that are not empty and hold no start code."""
    assert all(nal and SHORT not in nal for nal in split_annex_b(data))
