"""The faults of one run, drawn by seed. The monitor never sees this.

A fifth of the faults overlap another one on the same camera, a tenth is too short to be confirmed, and the
others leave each camera time to be seen well again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from math import exp, log
from random import Random

from simulator.world.fault import DARK, UNKNOWN_STATES, Cause, Fault, Manner
from simulator.world.places import Places
from simulator.world.subjects import Subjects

FAULTS_PER_CAMERA_HOUR = 0.03
FEWEST = 20
OVERLAPPING, SHORT = 0.20, 0.10  # shares of all faults
WARM_UP = 300.0  # seconds without a fault at the beginning
LAST_START = 400.0  # seconds before the end
LENGTH = (60.0, 7_200.0)  # seconds, by their logarithm; from two intervals on
WIDE_LENGTH = (240.0, 2_400.0)  # of those that take a gateway's or a provider's cameras along
SHORT_LENGTH = (5.0, 28.0)  # with the time until its gateway has it back still below the confirmation
SHORTER_LENGTH = (2.0, 6.0)  # of what a gateway's list shows at once: three looks in 15 seconds confirm it
STORM_LENGTH = 92.0  # seconds from the first reboot to the last camera's return
APART = 420.0  # seconds between two faults of one camera that do not overlap
WINDOW = 600.0  # seconds by which planned work is announced around the work itself
LOCK_PRELUDE = 660.0  # seconds in which a device refuses the monitor before it locks it out
LONG_ENOUGH = 600.0  # seconds: a fault that another one can be laid over
TRIES = 60

WEIGHTS: dict[Cause, float] = {
    Cause.MONITOR_BLIND: 0.3,
    Cause.GATEWAY_DOWN: 0.3,
    Cause.PROVIDER_OUTAGE: 0.6,
    Cause.CONTRACT_LAPSED: 4.0,
    Cause.SITE_DARK: 6.0,
    Cause.PLANNED: 3.0,
    Cause.CHANNEL_DEGRADED: 5.0,
    Cause.RECORDER_DOWN: 5.0,
    Cause.LAN_FAULT: 6.0,
    Cause.NOT_ENROLLED: 7.0,
    Cause.GATEWAY_SILENT: 7.0,
    Cause.PLACEHOLDER: 7.0,
    Cause.RECORDER_INPUT_LOST: 7.0,
    Cause.CAMERA_OFF: 7.0,
    Cause.CAMERA_HUNG: 7.0,
    Cause.NO_MEDIA: 7.0,
    Cause.BAD_CREDENTIALS: 7.0,
    Cause.LOCKED_OUT: 7.0,
    Cause.SESSION_LIMIT: 7.0,
}
WIDE = frozenset({*UNKNOWN_STATES, Cause.PROVIDER_OUTAGE})
SEEN_AT_ONCE = frozenset({Cause.NOT_ENROLLED, Cause.PLACEHOLDER})  # no counter has to stand still for it
NEVER_SHORT = frozenset({Cause.PLANNED, Cause.CONTRACT_LAPSED, Cause.LOCKED_OUT})
NEVER_OVERLAPS = frozenset({*WIDE, Cause.PLANNED, Cause.CONTRACT_LAPSED, Cause.LOCKED_OUT})
_FACES: dict[Cause, tuple[Manner, ...]] = {
    Cause.SITE_DARK: (Manner.PLAIN, Manner.POWER, Manner.QUICK),
    Cause.PROVIDER_OUTAGE: (Manner.PLAIN, Manner.QUICK),
    Cause.CAMERA_OFF: (Manner.PLAIN, Manner.PLAIN, Manner.REFUSING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A maintenance window of one site, announced before the run."""

    site_id: str
    starts: float
    ends: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """All faults of a run in the order of their beginnings, and what was announced."""

    hours: float
    midnight: float  # second of the run in which 1 January begins, local time
    faults: tuple[Fault, ...]
    windows: tuple[Window, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the run is."""
        return self.hours * 3600


def draw(places: Places, *, seed: int, hours: float) -> Schedule:
    """Draw the faults of a run of so many hours."""
    drawing = _Drawing(
        places=places,
        rng=Random(f"schedule {seed} {len(places.cameras)} {hours:g}"),
        seconds=hours * 3600,
        subjects=Subjects(places),
    )
    drawing.draw()
    faults = sorted(drawing.faults, key=lambda each: (each.starts, each.number))
    return Schedule(
        hours=hours, midnight=drawing.midnight, faults=tuple(faults), windows=tuple(_windows(faults))
    )


def _windows(faults: Iterable[Fault]) -> Iterator[Window]:
    for fault in faults:
        if fault.cause is Cause.PLANNED:
            yield Window(site_id=fault.subject, starts=fault.starts - WINDOW, ends=fault.ends + WINDOW)


@dataclass(slots=True, kw_only=True)
class _Drawing:
    """What is drawn so far."""

    places: Places
    rng: Random
    seconds: float
    subjects: Subjects
    faults: list[Fault] = field(default_factory=list)
    busy: dict[str, list[tuple[float, float]]] = field(default_factory=dict)  # by camera

    @property
    def midnight(self) -> float:
        """A third of the run is still the old year."""
        return self.seconds / 3

    def draw(self) -> None:
        """Draw wide faults first, while there is room, then short ones, then single ones and overlaps."""
        count = max(FEWEST, round(FAULTS_PER_CAMERA_HOUR * len(self.places.cameras) * self.seconds / 3600))
        causes = self._causes(count)
        pairs, short = round(count * OVERLAPPING / 2), round(count * SHORT)
        wide = [cause for cause in causes if cause in WIDE]
        rest = [cause for cause in causes if cause not in WIDE]
        for cause in wide:
            self._place(cause, short=False)
        brief = [cause for cause in rest if cause not in NEVER_SHORT][:short]
        for cause in brief:
            rest.remove(cause)
            self._place(cause, short=True)
        laid_over = [cause for cause in rest if cause not in NEVER_OVERLAPS][:pairs]
        for cause in laid_over:
            rest.remove(cause)
        for cause in rest:
            self._place(cause, short=False)
        for cause in laid_over:
            self._lay_over(cause)

    def _causes(self, count: int) -> list[Cause]:
        """Give each cause its share of `count`, as far as it can strike anything here, in a drawn order."""
        possible = [cause for cause in WEIGHTS if self.subjects.of[cause]]
        total = sum(WEIGHTS[cause] for cause in possible)
        shares = {cause: WEIGHTS[cause] / total * count for cause in possible}
        found = [cause for cause, share in shares.items() for _ in range(max(1, round(share)))]
        self.rng.shuffle(found)
        return found

    def _place(self, cause: Cause, *, short: bool) -> None:
        """Find a subject and a time at which none of its cameras has another fault; else leave it out."""
        subjects = sorted(self.subjects.of[cause])
        for _ in range(TRIES):
            subject = self.rng.choice(subjects)
            fault = self._fault(cause, subject, self._beginning(cause), short=short)
            if fault is not None and self._is_free(fault):
                self._add(fault)
                return

    def _lay_over(self, cause: Cause) -> None:
        """Put a fault upon one that is there: it begins within it, and ends when it ends."""
        for _ in range(TRIES):
            below = self.rng.choice(self.faults)
            near = self.subjects.near(cause, below.cameras) if self._can_lie_below(below, cause) else []
            if not near:
                continue
            starts = self.rng.uniform(below.starts + 30, below.starts + below.long * 0.7)
            fault = self._fault(cause, self.rng.choice(sorted(near)), starts, short=False)
            if fault is not None and self._is_free(fault, but=below):
                self.faults[self.faults.index(below)] = replace(below, overlaps=True)
                self._add(replace(fault, overlaps=True))
                return

    def _can_lie_below(self, below: Fault, cause: Cause) -> bool:
        plain = not (below.short or below.overlaps) and below.cause not in NEVER_OVERLAPS
        return plain and below.cause is not cause and below.long >= LONG_ENOUGH

    def _beginning(self, cause: Cause) -> float:
        earliest = self.midnight if cause is Cause.CONTRACT_LAPSED else WARM_UP
        if cause is Cause.LOCKED_OUT:
            earliest = max(earliest, LOCK_PRELUDE)
        if cause is Cause.PLANNED:
            earliest = max(earliest, WARM_UP + WINDOW)
        return self.rng.uniform(earliest, self.seconds - LAST_START)

    def _fault(self, cause: Cause, subject: str, starts: float, *, short: bool) -> Fault | None:
        if starts > self.seconds - LAST_START:
            return None
        manner = self.rng.choice(_FACES.get(cause, (Manner.PLAIN, Manner.PLAIN, Manner.QUICK)))
        length = exp(self.rng.uniform(*map(log, _length(cause, short=short))))
        if short and cause is Cause.SITE_DARK:
            manner = self.rng.choice((Manner.STORM, Manner.STORM, Manner.PLAIN))
            length = STORM_LENGTH if manner is Manner.STORM else length
        return Fault(
            number=len(self.faults),
            cause=cause,
            subject=subject,
            cameras=self.subjects.of[cause][subject],
            starts=starts,
            ends=starts + length,
            manner=manner,
            short=short,
        )

    def _needs(self, fault: Fault) -> tuple[float, float]:
        """Say for how long a fault wants its cameras for itself."""
        before = {Cause.LOCKED_OUT: LOCK_PRELUDE, Cause.PLANNED: WINDOW}.get(fault.cause, 0.0)
        after = WINDOW if fault.cause is Cause.PLANNED else 150.0 if fault.cause in DARK else 0.0
        return fault.starts - before - APART, fault.ends + after + APART

    def _is_free(self, fault: Fault, *, but: Fault | None = None) -> bool:
        starts, ends = self._needs(fault)
        mine = self._needs(but) if but is not None else None
        return all(
            ends <= low or high <= starts or (low, high) == mine
            for camera in fault.cameras
            for low, high in self.busy.get(camera, ())
        )

    def _add(self, fault: Fault) -> None:
        self.faults.append(fault)
        needs = self._needs(fault)
        for camera in fault.cameras:
            self.busy.setdefault(camera, []).append(needs)


def _length(cause: Cause, *, short: bool) -> tuple[float, float]:
    """Say how long a fault lasts at least and at most."""
    if short:
        return SHORTER_LENGTH if cause in SEEN_AT_ONCE else SHORT_LENGTH
    return WIDE_LENGTH if cause in WIDE else LENGTH
