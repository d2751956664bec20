"""What goes wrong in a make-believe estate: by command, or by a seeded plan.

A fault is a kind and whom it strikes. What each does on the sockets is in fault_effects.py; what a monitor
ought to say of it is in truth.py.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from simulator.estate import Estate


class FaultKind(StrEnum):
    """The closed list. Each strikes one camera, recorder, site or gateway (see SUBJECT)."""

    CAMERA_OFF = "camera_off"  # its address refuses connections
    CAMERA_GONE = "camera_gone"  # its address swallows connections
    CAMERA_HUNG = "camera_hung"  # takes connections, answers nothing
    NO_MEDIA = "no_media"  # answers PLAY, sends nothing
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a fault's name: the register's password is old
    LOG_IN_REFUSED = "log_in_refused"  # the same, while the gateway keeps the session that it has
    LOCKED_OUT = "locked_out"  # forbids everything, once a log-in was refused
    SESSION_LIMIT = "session_limit"  # serves nobody more
    INPUT_LOST = "input_lost"  # the recorder says that this input has no picture
    CAMERA_SLOW = "camera_slow"  # answers late, yet in time
    RECORDER_DOWN = "recorder_down"  # it is gone, with all its inputs
    SWITCH_FAILED = "switch_failed"  # every camera of the site that is no input is gone
    SITE_CUT = "site_cut"  # the edge, the recorder and every camera of the site are gone
    CONTRACT_LAPSED = "contract_lapsed"  # the same, and the channel's contract ended yesterday
    GATEWAY_DOWN = "gateway_down"  # its API and its RTSP side refuse connections
    GATEWAY_SILENT = "gateway_silent"  # the camera plays and its path stands still
    PATH_MISSING = "path_missing"  # the gateway does not know the stream
    PLACEHOLDER = "placeholder"  # the gateway plays a filler of its own


class Subject(StrEnum):
    """What a fault can strike."""

    CAMERA = "camera"
    RECORDER = "recorder"
    SITE = "site"
    GATEWAY = "gateway"


SUBJECT: dict[FaultKind, Subject] = {
    FaultKind.CAMERA_OFF: Subject.CAMERA,
    FaultKind.CAMERA_GONE: Subject.CAMERA,
    FaultKind.CAMERA_HUNG: Subject.CAMERA,
    FaultKind.NO_MEDIA: Subject.CAMERA,
    FaultKind.WRONG_PASSWORD: Subject.CAMERA,
    FaultKind.LOG_IN_REFUSED: Subject.CAMERA,
    FaultKind.LOCKED_OUT: Subject.CAMERA,
    FaultKind.SESSION_LIMIT: Subject.CAMERA,
    FaultKind.INPUT_LOST: Subject.CAMERA,
    FaultKind.CAMERA_SLOW: Subject.CAMERA,
    FaultKind.RECORDER_DOWN: Subject.RECORDER,
    FaultKind.SWITCH_FAILED: Subject.SITE,
    FaultKind.SITE_CUT: Subject.SITE,
    FaultKind.CONTRACT_LAPSED: Subject.SITE,
    FaultKind.GATEWAY_DOWN: Subject.GATEWAY,
    FaultKind.GATEWAY_SILENT: Subject.CAMERA,
    FaultKind.PATH_MISSING: Subject.CAMERA,
    FaultKind.PLACEHOLDER: Subject.CAMERA,
}


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing gone wrong: `subject` is the id of a camera, recorder, site or gateway."""

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
    FaultKind.LOG_IN_REFUSED: 2,
    FaultKind.LOCKED_OUT: 4,
    FaultKind.SESSION_LIMIT: 8,
    FaultKind.INPUT_LOST: 8,
    FaultKind.CAMERA_SLOW: 3,
    FaultKind.RECORDER_DOWN: 8,
    FaultKind.SWITCH_FAILED: 8,
    FaultKind.SITE_CUT: 12,
    FaultKind.CONTRACT_LAPSED: 8,
    FaultKind.GATEWAY_DOWN: 3,
    FaultKind.GATEWAY_SILENT: 12,
    FaultKind.PATH_MISSING: 6,
    FaultKind.PLACEHOLDER: 6,
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


def subjects_of(estate: Estate, today: date) -> tuple[Mapping[FaultKind, Sequence[str]], Mapping[str, str]]:
    """Say whom each kind of fault can strike, and at which site each camera and recorder is."""
    found = _Subjects(estate, today)
    return found.of, found.place


class _Subjects:
    """Whom each kind of fault can strike, and at which site each camera and recorder is."""

    def __init__(self, estate: Estate, today: date) -> None:
        self.place = {camera.camera_id: camera.site_id for camera in estate.cameras}
        at_site = Counter(self.place.values())
        wired = [each.camera_id for each in estate.cameras if each.recorder_id is None]
        at_switch = Counter(self.place[each] for each in wired)
        pulled = [each.camera_id for each in estate.streams if each.known and not each.on_demand]
        lapsed = [
            each.site_id for each in estate.contracts if each.ends_on < today and each.site_id in at_site
        ]
        self.of: dict[FaultKind, Sequence[str]] = dict.fromkeys(FaultKind, wired)
        self.of |= {
            FaultKind.CAMERA_GONE: [
                each for each in wired if at_site[self.place[each]] > 1
            ],  # else: the site
            FaultKind.INPUT_LOST: [each.camera_id for each in estate.cameras if each.recorder_id is not None],
            FaultKind.RECORDER_DOWN: [each.recorder_id for each in estate.recorders],
            FaultKind.SWITCH_FAILED: [site for site, cameras in at_switch.items() if cameras > 1],
            FaultKind.SITE_CUT: [site for site in at_site if site not in lapsed],
            FaultKind.CONTRACT_LAPSED: lapsed,
            FaultKind.GATEWAY_DOWN: [each.gateway_id for each in estate.gateways],
            FaultKind.GATEWAY_SILENT: pulled,
            FaultKind.PATH_MISSING: pulled,
            FaultKind.PLACEHOLDER: pulled,
        }
        self.place |= {each.recorder_id: each.site_id for each in estate.recorders}
