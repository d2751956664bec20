"""What a monitor told, as plain values, and the runs of it in which a stream was not received."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

RECEIVING, NOT_RECEIVING, UNKNOWN = "receiving", "not_receiving", "unknown"
MONITOR_BLIND, CANNOT_TELL = "monitor_blind", "cannot_tell"
FOR_EVER = float("inf")


@dataclass(frozen=True, slots=True)
class Told:
    """One committed change of one stream's verdict. Times are seconds from the start of the run."""

    stream_id: str  # "<camera>@<gateway>"
    state: str
    cause: str | None  # None exactly when receiving
    since: float  # back-dated
    decided_at: float

    @property
    def camera_id(self) -> str:
        """Return whose stream it is."""
        return self.stream_id.partition("@")[0]

    @property
    def line(self) -> str:
        """Write it down in full, for the digest."""
        return f"{self.stream_id} {self.state} {self.cause} {self.since:.6f} {self.decided_at:.6f}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident as it was last told."""

    incident_id: str
    scope: str
    subject: str
    cause: str
    opened_at: float
    closed_at: float | None = None
    region: str | None = None


@dataclass(slots=True, kw_only=True)
class Episode:
    """A run of verdicts that a stream is not received, or not known, until it was told received again."""

    camera_id: str
    since: float
    decided_at: float
    ends: float = FOR_EVER
    tellings: list[Told] = field(default_factory=list)

    @property
    def named(self) -> Told:
        """Return the first verdict that names a cause; the last one when none does."""
        return next((each for each in self.tellings if each.cause != CANNOT_TELL), self.tellings[-1])

    def in_force(self, t: float) -> Told:
        """Return the verdict that held at `t`."""
        held = [each for each in self.tellings if each.decided_at <= t]
        return held[-1] if held else self.tellings[0]


def digest(told: Iterable[Told]) -> str:
    """Return the SHA-256 of everything told, in its order."""
    hashed = sha256()
    for each in told:
        hashed.update(each.line.encode())
    return hashed.hexdigest()


def episodes_of(told: Sequence[Told]) -> dict[str, list[Episode]]:
    """Sort what was told into episodes by camera.

    What is said before anybody looked (unknown, for nobody looked) alarms nobody, and begins none.
    """
    found: dict[str, list[Episode]] = {}
    looked_at: set[str] = set()
    for each in told:
        mine = found.setdefault(each.camera_id, [])
        unseen = each.state == UNKNOWN and each.cause == MONITOR_BLIND and each.camera_id not in looked_at
        if not unseen:
            looked_at.add(each.camera_id)
        still = mine[-1] if mine and mine[-1].ends == FOR_EVER else None
        if each.state == RECEIVING:
            if still is not None:
                still.ends = each.since
        elif still is not None:
            still.tellings.append(each)
        elif not unseen:
            mine.append(_begun(each))
    return found


def _begun(told: Told) -> Episode:
    return Episode(camera_id=told.camera_id, since=told.since, decided_at=told.decided_at, tellings=[told])
