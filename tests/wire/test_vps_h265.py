"""The video parameter set of H.265: it may be the only one that tells a rate."""

from collections.abc import Sequence

import pytest

from probes.wire.error import WireError
from probes.wire.sps_h265 import parse_vps_rate
from tests.wire.bit_writer import BitWriter
from tests.wire.h265_writer import VPS, tier


def vps(layers: Sequence[tuple[int, int]] = (), *, sets: int = 0, highest: int = 0) -> BitWriter:
    """A video parameter set up to its timing."""
    writer = BitWriter().u(4, 0).u(2, 3).u(6, 0).u(3, len(layers)).flags(1).u(16, 0xFFFF)
    tier(writer, layers).flags(0).ue(4, 2, 0).u(6, highest).ue(sets)
    return writer.u(sets * (highest + 1), 0)


@pytest.mark.parametrize(
    ("writer", "fps"),
    [
        pytest.param(vps().flags(0), None, id="no timing"),
        pytest.param(vps().flags(1).u(32, 1).u(32, 15), 15.0, id="15"),
        pytest.param(vps([(0, 1), (1, 0)]).flags(1).u(32, 1).u(32, 15), 15.0, id="sub-layers"),
        pytest.param(vps(sets=2, highest=3).flags(1).u(32, 2).u(32, 15), 7.5, id="layer sets"),
        pytest.param(vps().flags(1).u(32, 0).u(32, 15), None, id="no unit"),
        pytest.param(vps().flags(1).u(32, 0x06000000).u(32, 0x96000000), 25.0, id="of 32 bits"),
        pytest.param(vps(sets=1023).flags(1).u(32, 1).u(32, 15), 15.0, id="as many layer sets as can be"),
    ],
)
def test_rate_of_the_video_parameter_set(writer: BitWriter, fps: float | None) -> None:
    """A rate may be told there alone."""
    assert parse_vps_rate(writer.flags(0, 0).nal(VPS)) == fps


@pytest.mark.parametrize("writer", [vps(), BitWriter()])
def test_a_video_parameter_set_that_ends_too_early_is_an_error(writer: BitWriter) -> None:
    """What is cut off tells no rate."""
    with pytest.raises(WireError):
        parse_vps_rate(writer.nal(VPS)[:20])


def test_too_many_layer_sets_are_an_error() -> None:
    """More layer sets than the standard allows are refused."""
    with pytest.raises(WireError):
        parse_vps_rate(vps(sets=1024).flags(1).u(32, 1).u(32, 15).nal(VPS))
