"""The whole of it: the real monitor on virtual time against a world of faults that it does not know."""

import json
import os
import subprocess

import pytest

from monitor.cli.logs import log_to_stderr
from monitor.cli.score_run import Watched, watch
from simulator.scorer import Score, score
from simulator.world.fault import Cause, Fault, Manner
from simulator.world.places import make_places
from simulator.world.schedule import Schedule, draw
from tests.acceptance.programs import MONITOR

KEYS = [
    "seed",
    "camera_days",
    "recall",
    "precision_clean",
    "precision_lossy",
    "false_alarms_per_1000_camera_days",
    "delay_seconds",
    "interval_seconds",
    "cause_accuracy",
    "cause_accuracy_by_cause",
    "camera_blame_rate",
    "incidents",
    "root_causes",
    "incidents_per_root_cause",
    "false_incidents",
    "confusion",
    "digest",
]
COUNTRY = 100_000
MOST_INCIDENTS = 2  # for each root cause, where few faults make one site that cannot be told weigh much
LATEST = 1.1 * 30 + 60  # seconds from a loss to its verdict, for 95 of 100


@pytest.fixture(autouse=True)
def _few_words() -> None:
    """Let the monitor log its errors only, as the command does."""
    log_to_stderr(level="error")


def scored(*, seed: int, cameras: int, hours: float) -> Score:
    """Watch and score."""
    places = make_places(cameras=cameras, seed=seed)
    schedule = draw(places, seed=seed, hours=hours)
    watched = watch(places, schedule)
    return score(places, schedule, watched.told, watched.incidents, seed=seed, interval=30)


def run_command(*arguments: str, hash_seed: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [MONITOR, "score", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
    )


def test_the_same_seed_gives_the_same_digest_in_every_process() -> None:
    """Neither the process nor Python's hash seed has a say in what is told, or in its order."""
    size = ("--seed", "7", "--cameras", "80", "--hours", "2", "--json")
    one, other = (json.loads(run_command(*size, hash_seed=seed).stdout) for seed in (1, 2))
    assert one == other
    assert list(one) == KEYS
    assert set(one["cause_accuracy_by_cause"]) == {cause.value for cause in Cause}
    assert list(one["delay_seconds"]) == ["p50", "p95", "p99"]


def test_hours_are_a_number_however_they_are_written() -> None:
    """Three hours and 3.0 hours are the same schedule."""
    places = make_places(cameras=60, seed=1)
    assert draw(places, seed=1, hours=3) == draw(places, seed=1, hours=3.0)


def test_the_command_tells_people_too() -> None:
    """Without --json stdout holds a table, and progress goes to stderr."""
    done = run_command("--cameras", "20", "--hours", "1")
    assert done.stdout.startswith("seed")
    assert "95 % interval" in done.stdout
    assert "20 cameras" in done.stderr
    assert "100%" in done.stderr


@pytest.mark.parametrize("seed", [1, 2])
def test_a_small_run_meets_its_targets(seed: int) -> None:
    """Sixty cameras for three hours: all is seen, in time, and nothing else is told."""
    figures = scored(seed=seed, cameras=60, hours=3)
    assert figures.recall == 1
    assert (figures.precision_clean, figures.false_alarms) == (1, 0)
    assert figures.precision_lossy in {1, None}  # an estate this small may have no bad link
    assert figures.as_dict()["delay_seconds"]["p95"] <= LATEST
    assert figures.camera_blame_rate == 0
    assert figures.confusion.accuracy is not None
    assert figures.confusion.accuracy >= 0.95
    assert figures.grouping.false_incidents == 0
    assert figures.grouping.per_root_cause is not None
    assert figures.grouping.per_root_cause <= MOST_INCIDENTS


def told_of_a_country_without_its_gateway() -> Watched:
    """Watch a hundred thousand cameras at one gateway, which goes down when all are received."""
    places = make_places(cameras=COUNTRY, seed=1, gateways=1)
    down = Fault(
        number=0,
        cause=Cause.GATEWAY_DOWN,
        subject="gw-1",
        cameras=(),
        starts=40,
        ends=3_600,
        manner=Manner.QUICK,
    )
    return watch(places, Schedule(hours=135 / 3600, midnight=40, faults=(down,)))


def test_a_country_without_its_gateway_is_one_incident() -> None:
    """Exactly one root incident and no camera incident, however many streams hang on it."""
    watched = told_of_a_country_without_its_gateway()
    (incident,) = watched.incidents
    assert (incident.scope, incident.subject, incident.cause) == ("gateway", "gw-1", "gateway_down")
    unknown = {each.stream_id for each in watched.told if each.cause == "gateway_down"}
    assert len(unknown) == COUNTRY
    assert not [each for each in watched.told if each.state == "not_receiving"]
