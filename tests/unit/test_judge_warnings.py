"""What is not as it should be of a stream that is received."""

import pytest

from monitor.judge.warnings import Appearance, Standard, warnings_of
from monitor.model.verdict import Warn

STANDARD = Standard(least_height=720, least_fps=12.5, clock_skew=30.0)
KNOWN = {"serial": "S1", "mac": "aa:bb", "endpoint": "urn:1"}


@pytest.mark.parametrize(
    ("seen", "warnings"),
    [
        pytest.param(Appearance(), (), id="nothing was seen"),
        pytest.param(Appearance(height=720, fps=12.5, clock_offset=-30.0), (), id="at every bound"),
        pytest.param(Appearance(height=719), (Warn.BELOW_STANDARD,), id="too small a picture"),
        pytest.param(Appearance(fps=12.4), (Warn.BELOW_STANDARD,), id="too few pictures"),
        pytest.param(Appearance(clock_offset=30.1), (Warn.CLOCK_DRIFT,), id="its clock is fast"),
        pytest.param(Appearance(clock_offset=-3600.0), (Warn.CLOCK_DRIFT,), id="its clock is slow"),
        pytest.param(Appearance(identity=KNOWN, known_identity=KNOWN), (), id="the same device"),
        pytest.param(
            Appearance(identity=KNOWN | {"serial": "S2"}, known_identity=KNOWN),
            (),
            id="a serial alone is nothing",
        ),
        pytest.param(
            Appearance(identity=KNOWN | {"serial": "S2", "mac": "cc:dd"}, known_identity=KNOWN),
            (Warn.IDENTITY_DRIFT,),
            id="serial and MAC",
        ),
        pytest.param(
            Appearance(identity={"serial": "S2", "mac": "cc:dd"}, known_identity={"endpoint": "urn:1"}),
            (),
            id="nothing to compare",
        ),
        pytest.param(Appearance(identity=KNOWN), (), id="never seen before"),
    ],
)
def test_warnings(seen: Appearance, warnings: tuple[Warn, ...]) -> None:
    """What is beyond a bound of the rules is a warning; what was not seen is none."""
    assert warnings_of(seen, STANDARD) == warnings


def test_what_the_rules_do_not_say_is_not_assessed() -> None:
    """Without a bound nothing is below standard, however poor."""
    assert warnings_of(Appearance(height=1, fps=0.1, clock_offset=1e6), Standard()) == ()


def test_warnings_stand_in_the_order_of_their_list() -> None:
    """Several warnings come in one order, so that equal verdicts are equal."""
    found = warnings_of(Appearance(height=1, clock_offset=99.0), STANDARD, uncovered=True, flapping=True)
    assert found == (Warn.BELOW_STANDARD, Warn.CLOCK_DRIFT, Warn.WORKING_UNCOVERED, Warn.FLAPPING)
