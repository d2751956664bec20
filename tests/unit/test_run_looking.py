"""For how long the monitor looked: all time but that in which it was blind, told when that is certain."""

import pytest

from monitor.run.clock import Clock
from monitor.run.looking import Looking
from monitor.run.meter import SilentMeter
from monitor.run.selfcheck import Blindness
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual

BLIND = Blindness(since=EPOCH, doubtful_since=EPOCH, why="cut off")


class Sight:
    """What a self-check says, as a test likes."""

    def __init__(self) -> None:
        self.in_doubt = False
        self.blindness: Blindness | None = None

    def turn(self, state: str) -> None:
        """See, doubt, or be blind."""
        self.in_doubt, self.blindness = state != "s", BLIND if state == "b" else None


class Told(SilentMeter):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def looked(self, seconds: float) -> None:
        """Add them."""
        self.seconds += seconds


@pytest.mark.parametrize(
    ("states", "seconds"),
    [
        pytest.param("ssss", 4, id="it sees"),
        pytest.param("ssdd", 2, id="it may not: that is open"),
        pytest.param("sdds", 4, id="the doubt was nothing"),
        pytest.param("sddbbs", 2, id="it was blind from the first doubt on"),
        pytest.param("bbbb", 0, id="it is blind"),
    ],
)
def test_time_that_counts(states: str, seconds: float) -> None:
    """Time in doubt counts once it is certain that the monitor saw; of a blind time nothing does."""
    loop, sight, meter = VirtualLoop(), Sight(), Told()

    async def story() -> None:
        looking = Looking(sight, Clock(loop.now), meter)
        for state in states:
            loop.seconds += 1
            sight.turn(state)
            looking.beat()

    run_virtual(story(), loop)
    assert meter.seconds == seconds
