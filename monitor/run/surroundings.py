"""What a shift is given: its rules, and everything around it that it works with."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor.judge.patience import Rules
from monitor.law.rules import Rules as Law
from monitor.run.canaries import Canaries, NoCanaries
from monitor.run.clock import Clock
from monitor.run.devices import DeviceProbe
from monitor.run.gateways import SourceOf
from monitor.run.meter import Meter
from monitor.run.poller import PollRules
from monitor.run.recorders import RecorderOf
from monitor.run.records import Records
from monitor.run.selfcheck import CheckRules
from probes.base import Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRules:
    """How the parts are set."""

    patience: Rules = field(default_factory=Rules)
    polls: PollRules = field(default_factory=PollRules)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Almaty"))
    selfcheck: CheckRules = field(default_factory=CheckRules)
    heartbeat_every: float = 10.0  # seconds
    register_every: float = 30.0  # seconds between looks for a changed register
    samples_kept: timedelta = timedelta(days=30)
    law: Law | None = None  # which losses fit the end of a contract; None: the rules shipped
    blind_gap: float = 60.0  # seconds without a heartbeat (a stopped process, a sleeping host) are blind time


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a shift works with."""

    records: Records
    source_of: SourceOf
    probe: Probe  # of cameras
    rules: ShiftRules
    clock: Clock
    meter: Meter
    edge_probe: Probe | None = None  # connects to the edge of a site; None: edges are not asked
    recorder_of: RecorderOf = lambda _recorder, _credentials, _zone: None  # how a recorder is asked
    device_probe: DeviceProbe | None = None  # asks over ONVIF; None: it is not asked
    canaries: Canaries = field(default_factory=NoCanaries)  # by which the monitor tests itself
    part: str = "all"  # of the estate that is looked at
    store_errors: tuple[type[Exception], ...] = (OSError,)  # the same call may succeed later
    read_errors: tuple[type[Exception], ...] = (OSError,)  # everything that reading the store can raise
    key_errors: tuple[type[Exception], ...] = ()  # the passwords cannot be opened with the keys of now
