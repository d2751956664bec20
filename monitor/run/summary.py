"""The present in a few counts: what `status` and the demo tell.

Rates follow the headline rule: received over registered, UNKNOWN counts as not integrated, and coverage
says which share is known. Cameras are set against the official camera figure, institutions against the
institution figure, never across.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.judge.indicators import Tally, tally
from monitor.model.verdict import Cause, State
from monitor.run.board import Board
from monitor.settings.keys import Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """The first official figures: the share of cameras as quoted, of institutions as counted."""

    as_of: date | None = None
    cameras: float | None = None
    institutions: float | None = None
    part: int | None = None  # of institutions
    whole: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give the keys of `status --json`."""
        counted = {"numerator": self.part, "denominator": self.whole, "ratio": self.institutions}
        return {
            "as_of": self.as_of.isoformat() if self.as_of is not None else None,
            "cameras": self.cameras,
            "institutions": counted,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Counts at one moment. `institutions` holds those with a camera; the others are counted apart."""

    as_of: datetime  # UTC
    cameras: Tally
    institutions: Tally
    without_cameras: int
    excluded: int = 0  # cameras that an approved exclusion keeps out of the counts
    by_cause: Mapping[Cause, int]  # streams not received or unknown, most first
    baseline: Official
    looking: bool = True  # False: nobody looks, so that nothing is known

    def as_dict(self) -> dict[str, Any]:
        """Give the keys of `status --json`. A rate of nothing is None, never 0 and never 1."""
        return {
            "as_of": self.as_of.isoformat(),
            "cameras": _counts(self.cameras) | {"excluded": self.excluded},
            "institutions": _counts(self.institutions) | {"without_cameras": self.without_cameras},
            "by_cause": {cause.value: streams for cause, streams in self.by_cause.items()},
            "baseline": self.baseline.as_dict(),
        }


def summarise(
    board: Board, *, as_of: datetime, baseline: Sequence[Baseline] = (), looking: bool = True
) -> Summary:
    """Count the board. `looking`: whether the monitor was at work at `as_of`; else all is UNKNOWN."""
    counted = [board.cameras_of(institution_id) for institution_id in board.index.estate.institutions]
    with_cameras = [cameras for cameras in counted if cameras.registered]
    cameras, institutions = _total(with_cameras), tally(state_of(each) for each in with_cameras)
    by_cause = Counter[Cause]()
    for (_, cause), streams in board.streams_lost().items():
        by_cause[cause] += streams
    if not looking:
        cameras, institutions = Tally(unknown=cameras.registered), Tally(unknown=len(with_cameras))
        by_cause = Counter({Cause.MONITOR_BLIND: len(board.index.by_id)})
    return Summary(
        as_of=as_of,
        cameras=cameras,
        institutions=institutions,
        without_cameras=len(counted) - len(with_cameras),
        excluded=sum(map(board.excluded_of, board.index.estate.institutions)),
        by_cause=dict((+by_cause).most_common()),
        baseline=official(baseline),
        looking=looking,
    )


def state_of(cameras: Tally) -> State:
    """Say whether an institution is received: one camera is enough; one unknown keeps it from being lost."""
    if cameras.receiving:
        return State.RECEIVING
    return State.NOT_RECEIVING if cameras.not_receiving and not cameras.unknown else State.UNKNOWN


def official(baseline: Iterable[Baseline]) -> Official:
    """Pick the earliest figure of each unit: later ones are further points, never a replacement."""
    first: dict[str, Baseline] = {}
    for figure in sorted(baseline, key=lambda figure: figure.as_of):
        first.setdefault(figure.unit, figure)
    cameras, institutions = first.get("cameras"), first.get("institutions")
    days = [figure.as_of for figure in first.values()]
    return Official(
        as_of=min(days) if days else None,
        cameras=cameras.value if cameras is not None else None,
        institutions=institutions.value if institutions is not None else None,
        part=institutions.part if institutions is not None else None,
        whole=institutions.whole if institutions is not None else None,
    )


def _total(tallies: Iterable[Tally]) -> Tally:
    receiving = not_receiving = unknown = 0
    for each in tallies:
        receiving += each.receiving
        not_receiving += each.not_receiving
        unknown += each.unknown
    return Tally(receiving=receiving, not_receiving=not_receiving, unknown=unknown)


def _counts(counted: Tally) -> dict[str, int | float | None]:
    return {
        "registered": counted.registered,
        "receiving": counted.receiving,
        "not_receiving": counted.not_receiving,
        "unknown": counted.unknown,
        "rate": counted.rate,
        "coverage": counted.coverage,
    }
