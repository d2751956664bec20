"""What will be received on each coming day if no contract is renewed: the cliff, before it comes.

Only days on which a contract or a need begins or ends are looked at, per site, and the differences are
summed up once per group. Cameras in scope and cameras received are those of the day from which one looks.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate, pairwise

from monitor.law.coverage import Need, Run, day_after, need_of, runs_of
from monitor.model.channels import Channel, Contract


class SiteState(StrEnum):
    """What the contracts of a site say of a day."""

    COVERED = "covered"  # a channel that it needs is
    UNCOVERED = "uncovered"  # it needs channels, and none is
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLoad:
    """A site as the forecast sees it: what it carries, and under which channels."""

    region: str
    provider: str | None  # None: no contract ever was in force
    cameras: int  # in scope
    receiving: int  # of them, now
    channels: Sequence[tuple[Channel, Sequence[Contract]]]  # each with its own contracts


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Whose rate it is; an empty place stands for all."""

    region: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The cameras of a group on one day."""

    day: date
    cameras: int  # in scope
    covered: int  # of sites that are covered: what is received when everything covered works
    receiving: int  # received now, and not of a site that is uncovered on the day

    @property
    def rate(self) -> float | None:
        """The share that is received; None where nothing is in scope."""
        return self.receiving / self.cameras if self.cameras else None

    @property
    def covered_rate(self) -> float | None:
        """The share that is covered; None where nothing is in scope."""
        return self.covered / self.cameras if self.cameras else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The rates of one group, day by day."""

    group: Group
    first: date
    cameras: int
    covered: tuple[int, ...]
    receiving: tuple[int, ...]

    def on(self, day: date) -> Rate:
        """Return the rate on a day of the forecast."""
        at = (day - self.first).days
        return Rate(day=day, cameras=self.cameras, covered=self.covered[at], receiving=self.receiving[at])

    def rates(self) -> list[Rate]:
        """List every day."""
        return [self.on(self.first + timedelta(at)) for at in range(len(self.covered))]

    def changes(self) -> list[Rate]:
        """List the first day and every day that differs from the one before it."""
        rates = self.rates()
        return rates[:1] + [
            now
            for before, now in pairwise(rates)
            if (before.covered, before.receiving) != (now.covered, now.receiving)
        ]

    def cliff(self) -> Rate | None:
        """Return the day on which most covered cameras are lost; None: on no day any is."""
        drops = [
            (before.covered - now.covered, now)
            for before, now in zip(self.rates(), self.rates()[1:], strict=False)
        ]
        worst = max(drops, key=lambda drop: drop[0], default=None)
        return worst[1] if worst is not None and worst[0] > 0 else None


def forecast(loads: Iterable[SiteLoad], first: date, days: int) -> dict[Group, Series]:
    """Forecast `days` days from `first` for everything, each region, each provider, and each in each.

    A camera counts as received on a day when it is received now and its site is not uncovered that day;
    a site that needs no channel is neither covered nor uncovered.
    """
    ahead = Forecast(first, days)
    for load in loads:
        ahead.add(load)
    return ahead.series()


class Forecast:
    """A forecast of so many days from `first` that is made site by site."""

    def __init__(self, first: date, days: int) -> None:
        self._first = first
        self._days = min(days, (date.max - first).days + 1)
        self._sums: dict[Group, _Sum] = defaultdict(lambda: _Sum(self._days))

    def add(self, load: SiteLoad) -> None:
        """Take a site into account: in everything, in its region, with its provider, and in both."""
        steps = list(_steps(load, self._first, self._days))
        provider = load.provider or ""
        groups = {Group(), Group(load.region), Group("", provider), Group(load.region, provider)}
        for group in groups:
            self._sums[group].add(load, steps)

    def series(self) -> dict[Group, Series]:
        """Sum up the days of every group."""
        return {group: self._sums[group].series(group, self._first) for group in sorted(self._sums)}


def site_state(spans: Iterable[tuple[Need, Sequence[Run]]], day: date) -> SiteState:
    """Say whether a site is covered on a day, by when its channels are needed and covered."""
    state = SiteState.NOT_NEEDED
    for need, runs in spans:
        if need.holds(day):
            if any(run.holds(day) for run in runs):
                return SiteState.COVERED
            state = SiteState.UNCOVERED
    return state


class _Sum:
    """The differences of one group from day to day."""

    def __init__(self, days: int) -> None:
        self.cameras = 0
        self.covered, self.receiving = [0] * days, [0] * days

    def add(self, load: SiteLoad, steps: Iterable[tuple[int, int, int]]) -> None:
        self.cameras += load.cameras
        for at, covered, receiving in steps:
            self.covered[at] += covered
            self.receiving[at] += receiving

    def series(self, group: Group, first: date) -> Series:
        return Series(
            group=group,
            first=first,
            cameras=self.cameras,
            covered=tuple(accumulate(self.covered)),
            receiving=tuple(accumulate(self.receiving)),
        )


def _steps(load: SiteLoad, first: date, days: int) -> Iterable[tuple[int, int, int]]:
    """Yield the days, counted from `first`, on which a site changes, with the difference in cameras."""
    spans = [(need_of(channel, contracts), runs_of(contracts, first)) for channel, contracts in load.channels]
    covered = receiving = 0
    for at in _turns(spans, first, days):
        state = site_state(spans, first + timedelta(at))
        now_covered = load.cameras if state is SiteState.COVERED else 0
        now_receiving = 0 if state is SiteState.UNCOVERED else load.receiving
        if (now_covered, now_receiving) != (covered, receiving):
            yield at, now_covered - covered, now_receiving - receiving
        covered, receiving = now_covered, now_receiving


def _turns(spans: Iterable[tuple[Need, Sequence[Run]]], first: date, days: int) -> list[int]:
    turns = {first}
    for need, runs in spans:
        if need.first is not None:
            turns.add(need.first)
        if need.last is not None:
            turns.add(day_after(need.last))
        for run in runs:
            turns.update((run.first, day_after(run.last)))
    counted = ((day - first).days for day in turns)
    return sorted(at for at in counted if 0 <= at < days)
