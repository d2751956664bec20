"""What goes wrong in a make-believe estate: by command, or by a seeded plan.

A fault is a kind and whom it strikes. What each does on the sockets is in fault_effects.py; what a monitor
ought to say of it is in truth.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from simulator.estate import Estate


class FaultKind(StrEnum):
    """The closed list. Each strikes one camera, one site or one gateway (see SUBJECT)."""

    CAMERA_OFF = "camera_off"  # its address refuses connections
    CAMERA_GONE = "camera_gone"  # its address swallows connections
    CAMERA_HUNG = "camera_hung"  # takes connections, answers nothing
    NO_MEDIA = "no_media"  # answers PLAY, sends nothing
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a fault's name: the register's password is old
    CAMERA_SLOW = "camera_slow"  # answers late, yet in time
    SITE_CUT = "site_cut"  # every camera of the site is gone
    CONTRACT_LAPSED = "contract_lapsed"  # the same, and the channel's contract ended yesterday
    GATEWAY_DOWN = "gateway_down"  # its API and its RTSP side refuse connections
    GATEWAY_SILENT = "gateway_silent"  # the camera plays and its path stands still
    PATH_MISSING = "path_missing"  # the gateway does not know the stream


class Subject(StrEnum):
    """What a fault can strike."""

    CAMERA = "camera"
    SITE = "site"
    GATEWAY = "gateway"


SUBJECT: dict[FaultKind, Subject] = {
    FaultKind.CAMERA_OFF: Subject.CAMERA,
    FaultKind.CAMERA_GONE: Subject.CAMERA,
    FaultKind.CAMERA_HUNG: Subject.CAMERA,
    FaultKind.NO_MEDIA: Subject.CAMERA,
    FaultKind.WRONG_PASSWORD: Subject.CAMERA,
    FaultKind.CAMERA_SLOW: Subject.CAMERA,
    FaultKind.SITE_CUT: Subject.SITE,
    FaultKind.CONTRACT_LAPSED: Subject.SITE,
    FaultKind.GATEWAY_DOWN: Subject.GATEWAY,
    FaultKind.GATEWAY_SILENT: Subject.CAMERA,
    FaultKind.PATH_MISSING: Subject.CAMERA,
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing gone wrong: `subject` is a camera id, a site id or a gateway id."""

    kind: FaultKind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A fault that comes and goes, in seconds from the start of its plan."""

    fault: Fault
    starts: float
    ends: float


WEIGHTS: dict[FaultKind, int] = {
    FaultKind.CAMERA_OFF: 20,
    FaultKind.CAMERA_GONE: 4,
    FaultKind.CAMERA_HUNG: 12,
    FaultKind.NO_MEDIA: 12,
    FaultKind.WRONG_PASSWORD: 10,
    FaultKind.CAMERA_SLOW: 3,
    FaultKind.SITE_CUT: 12,
    FaultKind.CONTRACT_LAPSED: 8,
    FaultKind.GATEWAY_DOWN: 3,
    FaultKind.GATEWAY_SILENT: 12,
    FaultKind.PATH_MISSING: 6,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPlan:
    """Faults that come and go for ever, the same for the same estate and seed.

    At most one fault at a time touches a site, so that the right verdict is never in doubt; a gateway
    goes down whatever its sites do. `gap`: seconds between two beginnings on average. `length`: shortest
    and longest time that one lasts, in seconds.
    """

    estate: Estate
    seed: int
    today: date  # contracts that ended before it are those that lapse
    gap: float = 5.0
    length: tuple[float, float] = (20.0, 60.0)

    def episodes(self) -> Iterator[Episode]:
        """Every episode in the order in which they begin, without end."""
        rng = Random(f"faults {self.seed}")
        subjects = _Subjects(self.estate, self.today)
        busy: dict[str, float] = {}
        now = 0.0
        kinds = [kind for kind in WEIGHTS if subjects.of[kind]]
        weights = [WEIGHTS[kind] for kind in kinds]
        while kinds:
            now += rng.expovariate(1 / self.gap)
            kind = rng.choices(kinds, weights=weights)[0]
            fault = Fault(kind, rng.choice(subjects.of[kind]))
            ends = now + rng.uniform(*self.length)
            place = subjects.place.get(fault.subject, fault.subject)
            if busy.get(place, 0.0) <= now:
                busy[place] = ends
                yield Episode(fault=fault, starts=now, ends=ends)


class _Subjects:
    """Whom each kind of fault can strike, and at which site each camera is."""

    def __init__(self, estate: Estate, today: date) -> None:
        self.place = {camera.camera_id: camera.site_id for camera in estate.cameras}
        at_site: dict[str, list[str]] = {}
        for camera in estate.cameras:
            at_site.setdefault(camera.site_id, []).append(camera.camera_id)
        cameras = list(self.place)
        has_others = [camera for camera in cameras if len(at_site[self.place[camera]]) > 1]
        pulled = [each.camera_id for each in estate.streams if each.known and not each.on_demand]
        lapsed = [
            each.site_id for each in estate.contracts if each.ends_on < today and each.site_id in at_site
        ]
        self.of: dict[FaultKind, Sequence[str]] = dict.fromkeys(FaultKind, cameras)
        self.of |= {
            FaultKind.CAMERA_GONE: has_others,  # alone at its site it would look like the site
            FaultKind.SITE_CUT: [site for site in at_site if site not in lapsed],
            FaultKind.CONTRACT_LAPSED: lapsed,
            FaultKind.GATEWAY_DOWN: [each.gateway_id for each in estate.gateways],
            FaultKind.GATEWAY_SILENT: pulled,
            FaultKind.PATH_MISSING: pulled,
        }
