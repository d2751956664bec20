"""The figures of the scorer by hand-made tables: intervals of Wilson, percentiles, confusion."""

import pytest

from simulator.scoring.confusion import Confusion
from simulator.scoring.naming import Trial
from simulator.scoring.wilson import percentile, ratio, wilson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),  # as in Newcombe, Statistics in Medicine 17 (1998), and every calculator
        (1, 29, 0.0061, 0.1718),
        (15, 148, 0.0624, 0.1605),
        (81, 263, 0.2553, 0.3662),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_the_interval_of_wilson(successes: int, trials: int, low: float, high: float) -> None:
    """Published values of the Wilson score interval without correction for continuity."""
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_nothing_has_no_share() -> None:
    """A share, an interval and a percentile of nothing are None, never 0 and never 1."""
    assert wilson(0, 0) is None
    assert ratio(0, 0) is None
    assert percentile([], 0.5) is None


def test_percentiles_are_values_that_occurred() -> None:
    """The nearest rank: the smallest value that so many do not exceed."""
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.5) == 7
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2


def test_a_cause_with_few_trials_has_no_share() -> None:
    """Below fifty trials the share of a cause is None; over all causes each trial counts."""
    trials = [Trial("camera_off", "camera_off")] * 45 + [Trial("camera_off", "site_dark")] * 5
    confusion = Confusion.of([*trials, *[Trial("site_dark", "site_dark")] * 49])
    assert confusion.accuracy_by_cause(["camera_off", "site_dark", "planned"]) == {
        "camera_off": 0.9,
        "site_dark": None,
        "planned": None,
    }
    assert confusion.accuracy == pytest.approx(94 / 99)


def test_the_matrix_tells_the_commonest_first() -> None:
    """A row has its trials, what was told, most first, and the interval of its right share."""
    confusion = Confusion.of([Trial("a", "b"), Trial("a", "c"), Trial("a", "c"), Trial("a", "a")])
    row = confusion.rows()["a"]
    assert (row["trials"], row["right"], list(row["told"])) == (4, 1, ["c", "a", "b"])
    assert row["wilson_95"] == pytest.approx(wilson(1, 4), abs=1e-6)
