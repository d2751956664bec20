"""The judge alone over cameras that never fail: it follows the real ledger, and alarms nobody."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from unittest.mock import MagicMock

import numpy as np
import pytest

from monitor.cli.score_clean import CLEAN, watch_clean
from monitor.cli.score_clean_ledger import Ledgers
from monitor.cli.score_clean_rules import FAR, NEVER, micros
from monitor.judge.ledger import Ledger
from monitor.judge.patience import Rules
from monitor.judge.progress import Reading
from monitor.model.estate import Stream
from monitor.model.verdict import State
from monitor.run.clock import Clock
from monitor.run.sweeper import Sweeper
from probes.centre.base import StreamSample, Sweep
from probes.failure import Failure
from simulator.world.clean import EVERY, SECOND, Counters, Noise
from tests.acceptance.programs import MONITOR

T0 = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Rules()
CAMERAS = 40
KEYS = [f"cam-{number}" for number in range(CAMERAS)]
WILD = Noise(
    still=0.2,
    bursts=600,
    burst_lasts=(1, 90),
    restarts=200,
    restart_lasts=(1, 20),
    swing=0.6,
    lost=0.25,
    lateness=8,
)
STATES = {State.UNKNOWN: 0, State.RECEIVING: 1, State.NOT_RECEIVING: 2}
RUNS = {None: 0, Reading.GOOD: 1, Reading.BAD: 2}


def moment(at: int) -> datetime:
    return T0 + timedelta(microseconds=at)


def number(at: datetime | None, *, none: int) -> int:
    return none if at is None else micros(at - T0)


class Pair:
    """The real ledger and sweeper of one gateway, and their twin, which are given the same sweeps."""

    def __init__(self) -> None:
        streams = [_stream(key) for key in KEYS]
        self.ledger = Ledger(streams, RULES, at=T0)
        self.sweeper = Sweeper(
            gateway_id="gw",
            source=cast("Any", MagicMock()),
            ledger=self.ledger,
            desk=cast("Any", MagicMock()),
            clock=Clock(lambda: T0),
            meter=cast("Any", MagicMock()),
            on_judged=lambda *_: None,
            on_doubt=lambda _: None,
        )
        self.twin = Ledgers(CAMERAS, RULES)
        self.states_seen: set[int] = set()

    def sweep(self, at: int, counters: np.ndarray[Any, np.dtype[np.int64]] | None) -> None:
        """Give both a whole sweep; without counters it failed."""
        every, ats = np.arange(CAMERAS), np.full(CAMERAS, at)
        if counters is None:
            self._hand_on(Sweep("gw", moment(at), 0.3, {}, failure=Failure.CONNECT_TIMEOUT), None)
            self.twin.lose(every, ats)
        else:
            self._hand_on(Sweep("gw", moment(at), 0.3, _samples(every, counters)), None)
            self.twin.sweep(every, counters, ats)
        self._compare()

    def look(self, due: np.ndarray[Any, np.dtype[np.intp]], world: Counters, fails: bool) -> None:
        """Give both the second looks that are due."""
        at = self.twin.again[due]
        if fails:
            for n in due:
                del self.sweeper._again[KEYS[n]]
            self.twin.miss(due)
            return
        counters = world.at(due, at)
        for n, counter, when in zip(due, counters, at, strict=True):
            asked, samples = (KEYS[n],), _samples([n], [counter])
            self._hand_on(Sweep("gw", moment(int(when)), 0.3, samples, False, asked), asked)
        self.twin.look(due, counters, at)
        self._compare()

    def _hand_on(self, sweep: Sweep, due: tuple[str, ...] | None) -> None:
        self.sweeper._hand_on(sweep, None, suspect=False, due=due)

    def _compare(self) -> None:
        them = self.twin.standings
        for n, key in enumerate(KEYS):
            real = self.ledger.standings[key]
            first_at, nothing = (number(at, none=NEVER) for at in (real.first_at, real.nothing_since))
            one = (STATES[real.state], RUNS[real.run], real.count, micros(real.since - T0), first_at, nothing)
            columns = them.state, them.run, them.count, them.since, them.first_at, them.nothing_since
            assert one == tuple(int(column[n]) for column in columns)
            assert number(self.sweeper._again.get(key), none=FAR) == self.twin.again[n]
            self.states_seen.add(one[0])


def _stream(key: str) -> Stream:
    return Stream(
        stream_id=f"gw/{key}",
        camera_id=key,
        site_id=f"site-{key}",
        institution_id=f"inst-{key}",
        gateway_id="gw",
        stream_key=key,
        on_demand=False,
    )


def _samples(which: Any, counters: Any) -> dict[str, StreamSample]:
    return {KEYS[n]: StreamSample(KEYS[n], int(counter)) for n, counter in zip(which, counters, strict=True)}


@pytest.mark.parametrize("seed", range(4))
def test_the_real_ledger_judges_the_same(seed: int) -> None:
    """Wild noise, sweeps out of turn: after each sweep and look all standings and second looks are equal."""
    chance = np.random.default_rng(seed)
    world, pair = Counters(CAMERAS, WILD, chance), Pair()
    at = 0
    for _ in range(240):
        hastened = chance.random() < 0.2
        at += int((chance.uniform(1, 4) if hastened else chance.uniform(22, 38)) * SECOND)
        while (due := np.flatnonzero(pair.twin.again < at)).size:
            pair.look(due, world, chance.random() < WILD.lost)
        fails = chance.random() < WILD.lost
        pair.sweep(at, None if fails else world.at(EVERY, np.full(CAMERAS, at)))
    assert pair.states_seen == {0, 1, 2}
    assert pair.twin.alarms > 0


def test_nothing_is_told_of_cameras_that_never_fail() -> None:
    """3,000 camera-days, of which every look has its share of noise, and not one false alarm."""
    clean = watch_clean(3_000, seed=1)
    assert clean.camera_days >= 3_000
    assert clean.false_alarms == 0
    assert clean.rate <= 0.01


def test_noise_that_is_like_an_outage_is_told() -> None:
    """The count is not empty: bursts as long as the patience, or every tenth look a still one, alarm."""
    for noise in (replace(CLEAN, burst_lasts=(45, 60)), replace(CLEAN, still=0.1), replace(CLEAN, lost=0.3)):
        assert watch_clean(200, seed=1, noise=noise).false_alarms > 0


def test_the_same_seed_gives_the_same_alarms() -> None:
    """Chance is drawn from the seed alone."""
    noise = replace(CLEAN, still=0.03)
    one, other, third = (watch_clean(300, seed=seed, noise=noise).false_alarms for seed in (1, 1, 2))
    assert one == other != third


def test_counters_go_on_after_a_burst_and_begin_anew_after_a_restart() -> None:
    """Without noise they grow by the rate; in a burst they stand; after a restart they are less."""
    quiet = Noise(still=0, bursts=0, restarts=0, swing=0)
    at = [np.full(1, seconds * SECOND) for seconds in (30, 60)]
    one, two = (int(Counters(1, quiet, np.random.default_rng(1)).at(EVERY, each)[0]) for each in at)
    assert two == pytest.approx(2 * one, abs=1)
    for kind in ("bursts", "restarts"):
        noise = replace(quiet, **cast("Any", {kind: 2_000}))
        world = Counters(1, noise, np.random.default_rng(1))
        shown = [int(world.at(EVERY, np.full(1, second * SECOND))[0]) for second in range(1, 600)]
        steps = np.diff(shown)
        assert (steps == 0).any()
        assert (steps < 0).any() == (kind == "restarts")


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_tells_of_clean_cameras_when_asked(as_json: bool) -> None:
    """The key `clean` comes after the others and holds four figures; people get the same four lines."""
    size = ["--cameras", "20", "--hours", "1", "--clean-camera-days", "50"]
    command = [MONITOR, "score", *size, *(["--json"] if as_json else [])]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    names = ["camera_days", "false_alarms", "false_alarms_per_1000_camera_days", "seconds"]
    if as_json:
        figures = json.loads(said)
        assert list(figures)[-1] == "clean"
        assert list(figures["clean"]) == names
        assert (figures["clean"]["camera_days"], figures["clean"]["false_alarms"]) == (50, 0)
    else:
        after = said.split("cameras that never fail\n")[1].splitlines()
        assert [line[:36].strip() for line in after] == [name.replace("_", " ") for name in names]
