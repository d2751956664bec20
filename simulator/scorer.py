"""The score of a monitor that watched a make-believe estate: how much it saw, how soon, and how rightly.

It is given what was told and what was done, both as plain values, and knows nothing of how causes are
judged. Nothing that was told may be corrected here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.scoring.confusion import Confusion
from simulator.scoring.grouping import Grouping, grouping_of
from simulator.scoring.matching import Matched, match, one_each
from simulator.scoring.naming import blames, trials_of
from simulator.scoring.told import Episode, Incident, Told, digest, episodes_of
from simulator.scoring.wilson import percentile, ratio
from simulator.world.fault import Cause
from simulator.world.outages import Outage, outages_of
from simulator.world.places import Places
from simulator.world.schedule import Schedule

SHARES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The figures of one run. A share of nothing is None."""

    seed: int
    camera_days: float
    recall: float | None  # of outages of two intervals or longer
    precision_clean: float | None  # of alarms, at sites with a good link
    precision_lossy: float | None  # where 30 % of all packets are lost
    false_alarms: int
    delays: tuple[float, ...]  # seconds from the stop of a stream to the verdict, in ascending order
    interval: float  # seconds
    confusion: Confusion
    camera_blame_rate: float | None
    digest: str
    grouping: Grouping
    missed: tuple[Outage, ...] = ()
    false: tuple[Episode, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the keys of `score --json`."""
        causes = [cause.value for cause in Cause]
        by_cause = self.confusion.accuracy_by_cause(causes)
        return {
            "seed": self.seed,
            "camera_days": round(self.camera_days, 3),
            "recall": _round(self.recall),
            "precision_clean": _round(self.precision_clean),
            "precision_lossy": _round(self.precision_lossy),
            "false_alarms_per_1000_camera_days": _round(1000 * self.false_alarms / self.camera_days),
            "delay_seconds": {key: _round(percentile(self.delays, at)) for key, at in SHARES.items()},
            "interval_seconds": self.interval,
            "cause_accuracy": _round(self.confusion.accuracy),
            "cause_accuracy_by_cause": {cause: _round(share) for cause, share in by_cause.items()},
            "camera_blame_rate": _round(self.camera_blame_rate),
            "incidents": self.grouping.incidents,
            "root_causes": self.grouping.root_causes,
            "incidents_per_root_cause": _round(self.grouping.per_root_cause),
            "false_incidents": self.grouping.false_incidents,
            "confusion": self.confusion.rows(),
            "digest": self.digest,
        }


def score(
    places: Places,
    schedule: Schedule,
    told: Sequence[Told],
    incidents: Sequence[Incident] = (),
    *,
    seed: int,
    interval: float,
) -> Score:
    """Score everything that was told in one run. `interval`: seconds between two sweeps."""
    outages = outages_of(places, schedule.faults)
    matched = one_each(match(outages, episodes_of(told)), places)
    hits = matched.hits
    missed = [each for each in matched.missed if each.ends - each.starts >= 2 * interval]
    blamed = [blame for outage, episode in hits if (blame := blames(outage, episode)) is not None]
    delays = sorted(episode.decided_at - outage.starts for outage, episode in hits)
    trials = (trial for hit in hits for trial in trials_of(*hit, schedule.seconds))
    lossy = {key for key, site in places.camera_sites().items() if site.lossy}
    return Score(
        seed=seed,
        camera_days=len(places.cameras) * schedule.hours / 24,
        recall=ratio(len(hits), len(hits) + len(missed)),
        precision_clean=_precision(matched, places.cameras.keys() - lossy),
        precision_lossy=_precision(matched, lossy),
        false_alarms=len(matched.false),
        delays=tuple(delays),
        interval=interval,
        confusion=Confusion.of(trials),
        camera_blame_rate=ratio(sum(blamed), len(blamed)),
        digest=digest(told),
        grouping=grouping_of(incidents, schedule.faults, outages, places, shortest=2 * interval),
        missed=tuple(missed),
        false=tuple(matched.false),
    )


def _precision(matched: Matched, cameras: Iterable[str]) -> float | None:
    wanted = set(cameras)
    true = sum(outage.camera_id in wanted for outage, _ in matched.hits)
    false = sum(episode.camera_id in wanted for episode in matched.false)
    return ratio(true, true + false)


def _round(figure: float | None) -> float | None:
    return round(figure, 6) if figure is not None else None
