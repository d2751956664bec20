"""When the monitor's own trouble makes it blind, and which of its answers that trouble spoils.

A failure of ours must never become a failure of a school. So what failed while something of ours was in
doubt tells nothing, and once the doubt is confirmed nothing tells anything. Pure: moments are passed in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KEPT = timedelta(minutes=10)  # longer than any exchange may take


class Check(StrEnum):
    """What the monitor tests of itself."""

    NETWORK = "network"
    CLOCK = "clock"
    DISK = "disk"
    DATABASE = "database"
    LOOP = "loop"


class Result(StrEnum):
    """What one test came to."""

    OK = "ok"
    FAILED = "failed"
    UNTOLD = "untold"  # there was nothing to test with


class Worth(StrEnum):
    """What an answer is worth, by our own state while it was asked for."""

    ALL = "all"
    GOOD = "good"  # what succeeded did; what failed may have failed for us
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One test of ourselves."""

    check: Check
    result: Result
    at: datetime  # UTC, when the test began; of what is derived, when the trouble did
    detail: str = ""
    blinds: bool = False  # while it lasts, nothing that is asked tells anything

    @property
    def failed(self) -> bool:
        """It found trouble."""
        return self.result is Result.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class SightRules:
    """How many findings in a row make us blind, and seeing again."""

    failed_to_blind: int = 3
    good_to_see: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the findings of one check, one after the other, say of whether we see."""

    blind: bool = False
    since: datetime | None = None  # the first of the findings that made us blind, or may do so
    failed: int = 0  # in a row
    good: int = 0  # in a row, while blind
    good_since: datetime | None = None  # the first of these
    good_at: datetime | None = None  # the last finding without trouble
    detail: str = ""  # of the last trouble

    @property
    def doubtful_since(self) -> datetime | None:
        """From when on we may not see: just after the last test that was good. None: we see."""
        return None if self.since is None else self.good_at or self.since


def follow(sight: Sight, finding: Finding, rules: SightRules) -> Sight:
    """Take one finding into account. One that could not tell neither counts in a run nor breaks it."""
    if finding.result is Result.UNTOLD:
        return sight
    if finding.blinds:
        return _failed(sight, finding, rules)
    if not sight.blind:
        return Sight(good_at=finding.at)
    good, good_since = sight.good + 1, sight.good_since or finding.at
    if good >= rules.good_to_see:
        return Sight(good_at=finding.at, good_since=good_since)
    return Sight(
        blind=True,
        since=sight.since,
        good=good,
        good_since=good_since,
        good_at=sight.good_at,
        detail=sight.detail,
    )


def _failed(sight: Sight, finding: Finding, rules: SightRules) -> Sight:
    count = sight.failed + 1
    return Sight(
        blind=sight.blind or count >= rules.failed_to_blind,
        since=sight.since or finding.at,
        failed=count,
        good_at=sight.good_at,
        detail=finding.detail,
    )


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which something of ours was in doubt, both ends included."""

    begin: datetime
    end: datetime

    def touches(self, began: datetime, ended: datetime) -> bool:
        """Say whether an exchange was under way in it."""
        return began <= self.end and self.begin <= ended


class SuspectWindows:
    """The windows of lately, as far as an exchange that is still under way may have met one."""

    def __init__(self) -> None:
        self._windows: list[Window] = []

    def add(self, begin: datetime, end: datetime) -> bool:
        """Add a window; returns whether it is a new one, and not the last one found once more."""
        self._windows = [each for each in self._windows if end - each.end < KEPT]
        last = self._windows[-1] if self._windows else None
        if last is not None and last.touches(begin, end):
            self._windows[-1] = Window(min(last.begin, begin), max(last.end, end))
            return False
        self._windows.append(Window(begin, end))
        return True

    def touch(self, began: datetime, ended: datetime) -> bool:
        """Say whether an exchange met any of them."""
        return any(each.touches(began, ended) for each in self._windows)
