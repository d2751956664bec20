"""A run of bounded length in which every kind of fault comes, drawn by seed: for a score over real sockets.

A site has one fault at a time, and time to be seen well again; a whole gateway comes last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from random import Random

from simulator.estate import Estate
from simulator.faults import SUBJECT, Fault, FaultKind, Subject, subjects_of

WARM_UP = 4.0  # seconds without a fault
LENGTH = (14.0, 16.0)  # a monitor waits for four seconds to see that a stream stands still, and asks twice
SHORT_LENGTH = 0.8  # too short to be confirmed
PAUSE = 9.0  # between two faults of a site
PRELUDE = 8.0  # for which a device refuses log-ins before it locks the account
FEW = 5  # subjects: a kind that has more finds a free one
HARMLESS = frozenset({FaultKind.CAMERA_SLOW, FaultKind.LOG_IN_REFUSED})
BRIEF = (FaultKind.CAMERA_OFF, FaultKind.PATH_MISSING, FaultKind.GATEWAY_SILENT, FaultKind.SITE_CUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something goes wrong, by one fault or by several at once. Times are seconds of the programme."""

    number: int
    faults: tuple[Fault, ...]
    starts: float
    ends: float
    together: bool = False  # one event of a provider, not several of its sites
    short: bool = False

    @property
    def prelude(self) -> Fault | None:
        """What goes before it: a device locks an account that it refused for a while."""
        locked = [each.subject for each in self.faults if each.kind is FaultKind.LOCKED_OUT]
        return Fault(FaultKind.LOG_IN_REFUSED, locked[0]) if locked else None


@dataclass(slots=True, kw_only=True)
class _Drawing:
    """What is drawn so far, and from when on each site is free."""

    rng: Random
    place: Mapping[str, str]  # site by camera, recorder and site
    free: dict[str, float]
    acts: list[Act] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def add(self, faults: tuple[Fault, ...], *, together: bool = False, short: bool = False) -> None:
        """Let faults strike as soon as all their sites are free."""
        sites = [self.place[each.subject] for each in faults]
        lead = PRELUDE if any(each.kind is FaultKind.LOCKED_OUT for each in faults) else 0.0
        starts = max(self.free[site] for site in sites) + lead + self.rng.random()
        ends = starts + (SHORT_LENGTH if short else self.rng.uniform(*LENGTH))
        number = next(self.numbers)
        self.acts.append(
            Act(number=number, faults=faults, starts=starts, ends=ends, together=together, short=short)
        )
        self.free.update(dict.fromkeys(sites, ends + PAUSE))

    def soonest(self, subjects: Sequence[str]) -> str:
        """Choose one of those whose site is free first."""
        soonest = min(self.free[self.place[each]] for each in subjects)
        return self.rng.choice([each for each in subjects if self.free[self.place[each]] == soonest])


def draw(estate: Estate, *, seed: int, today: date, outage: Sequence[str] = ()) -> list[Act]:
    """Draw a programme. `outage`: the sites of a provider that fails once, all together."""
    rng = Random(f"programme {seed}")
    subjects, place = subjects_of(estate, today)
    place = {**place, **{site.site_id: site.site_id for site in estate.sites}}
    drawing = _Drawing(rng=rng, place=place, free={site.site_id: WARM_UP for site in estate.sites})
    if outage:
        drawing.add(tuple(Fault(FaultKind.SITE_CUT, site) for site in outage), together=True)
    kinds = [kind for kind in FaultKind if SUBJECT[kind] is not Subject.GATEWAY and kind not in HARMLESS]
    drawn = [(kind, False) for kind in kinds] + [(kind, True) for kind in BRIEF]
    rng.shuffle(drawn)
    for kind, short in sorted(drawn, key=lambda each: _comes(each[0], len(subjects[each[0]]))):
        if subjects[kind]:
            drawing.add((Fault(kind, drawing.soonest(subjects[kind])),), short=short)
    gateway_id = rng.choice([each.gateway_id for each in estate.gateways])
    drawing.place = {**place, gateway_id: gateway_id}
    drawing.free[gateway_id] = max(drawing.free.values())
    drawing.add((Fault(FaultKind.GATEWAY_DOWN, gateway_id),))
    return sorted(drawing.acts, key=lambda each: each.starts)


def _comes(kind: FaultKind, subjects: int) -> int:
    """Say how early a kind must find its place: what has a prelude first, then what can strike few."""
    return 0 if kind is FaultKind.LOCKED_OUT else min(subjects, FEW)
