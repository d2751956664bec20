"""What waits in a running monitor is counted from where it waits, and so is the time in which it looked."""

import asyncio
from dataclasses import dataclass, replace

import pytest

from monitor.model.estate import Recorder, RecorderKind
from monitor.run.backlog import withheld_at
from monitor.run.log_ins import LogIns
from monitor.run.poller import PollRules
from monitor.run.surroundings import ShiftRules
from probes.failure import Failure
from tests.selfchecked import Ear, Ours, ours
from tests.toy import estate


@dataclass
class Looked(Ear):
    """Remembers for how long it was looked, too."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def looked(self, seconds: float) -> None:
        """Add them."""
        self.seconds += seconds


@pytest.mark.parametrize(
    ("accounts", "sites"),
    [
        pytest.param([], set(), id="none"),
        pytest.param(["c0", "c1"], {"s0"}, id="two cameras of a site"),
        pytest.param(["onvif:c2"], {"s1"}, id="a camera over ONVIF"),
        pytest.param(["recorder:r", "recorder:c2"], {"s0"}, id="a recorder"),
        pytest.param(["gone", "onvif:gone", "recorder:gone"], set(), id="what left the register"),
    ],
)
def test_sites_of_withheld_passwords(accounts: list[str], sites: set[str]) -> None:
    """Each account is of a device of the register, and each site counts once."""
    recorder = Recorder(recorder_id="r", site_id="s0", kind=RecorderKind.OTHER)
    assert withheld_at(accounts, replace(estate(), recorders={"r": recorder})) == sites


def test_nothing_waits_before_the_monitor_works() -> None:
    """While no shift is at work there is no backlog to tell of."""

    def nothing(it: Ours) -> None:
        it.start()
        assert it.service.backlog() is None

    async def story(_: Ours) -> None:
        return

    ours(story, first=nothing)


def test_a_monitor_with_nothing_to_do_has_no_backlog() -> None:
    """Everything is counted as 0, beside a heartbeat of a moment ago."""

    async def story(it: Ours) -> None:
        backlog = it.service.backlog()
        assert backlog is not None
        age = (it.loop.now() - backlog.beat_at).total_seconds()
        assert 0 <= age <= 10
        assert backlog == replace(backlog, transitions=0, losses=0, checks=0, surveys=0)
        assert (backlog.sites_at_bytes, backlog.sites_at_connections, backlog.sites_at_log_ins) == (0, 0, 0)

    ours(story)


def test_losses_and_transitions_wait() -> None:
    """A loss waits for its evidence, then for a store that refuses, and for neither afterwards."""

    async def story(it: Ours) -> None:
        it.store.away = True
        it.toy.broken = {"c0": Failure.CONNECT_TIMEOUT}
        seen: list[tuple[int, int]] = []
        for _ in range(160):
            await asyncio.sleep(0.5)
            backlog = it.service.backlog()
            assert backlog is not None
            seen.append((backlog.losses, backlog.transitions))
        assert (1, 0) in seen
        assert (0, 1) in seen
        assert seen[-1][0] == 0
        beat = it.service.backlog()
        it.store.away = False
        await asyncio.sleep(40)
        after = it.service.backlog()
        assert beat is not None
        assert after is not None
        assert (after.losses, after.transitions) == (0, 0)
        assert after.beat_at > beat.beat_at

    def slow(it: Ours) -> None:
        it.rules = ShiftRules(polls=PollRules(timeout=60))  # the look outlasts the patience for evidence

    ours(story, first=slow)


def test_a_withheld_password_is_counted_at_its_site() -> None:
    """A camera that refused its password too often puts its site at the limit of log-ins."""

    async def story(it: Ours) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(LogIns, "withheld", lambda _: ["c0", "c1", "gone"])
            backlog = it.service.backlog()
        assert backlog is not None
        assert backlog.sites_at_log_ins == 1

    ours(story)


def test_blind_time_is_not_looked() -> None:
    """Of ten minutes with three of blindness in them, those three do not count; the rest does."""
    ear = Looked()

    def hear(it: Ours) -> None:
        it.ear = ear

    async def story(it: Ours) -> None:
        before = ear.seconds
        await asyncio.sleep(200)
        it.cut()
        await asyncio.sleep(180)
        it.mend()
        await asyncio.sleep(220)
        assert ear.seconds - before == pytest.approx(420, abs=40)

    ours(story, first=hear)
