"""The monitor's counters: what it did, how long that took, how often it failed.

One registry of its own: nothing is shared through the process, so that two monitors, or two tests, never
count into each other.
"""

from collections.abc import Collection, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric

from monitor.judge.selfcheck import Check, Finding, Result
from monitor.model.verdict import State, Transition
from probes.base import Observation, Side
from probes.centre.base import Sweep
from probes.failure import Failure

# Bounds are about a factor of three apart: enough to place a quantile, few enough to be cheap.
_STAGE = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_SWEEP = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_LATENESS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_COMMIT = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_LAG = (0.003, 0.01, 0.03, 0.05, 0.1, 0.3, 1.0, 3.0)


class Counters:
    """Counts what a running monitor reports of itself. Fulfils `monitor.run.meter.Meter`."""

    def __init__(self, *, version: str, python: str) -> None:
        self.registry = CollectorRegistry()
        self._swept: set[str] = set()
        self._count_probes()
        self._count_sweeps()
        self._count_ourselves()
        self._count_selfchecks()
        build = Gauge(
            "cctv_monitor_build_info",
            "Always 1: the versions of the monitor and of its Python.",
            ("version", "python"),
            registry=self.registry,
        )
        build.labels(version, python).set(1)
        ProcessCollector(registry=self.registry)

    def _count_probes(self) -> None:
        self._stages = Histogram(
            "cctv_probe_stage_duration_seconds",
            "Time that one stage of a check took, completed or broken off.",
            ("stage", "side"),
            buckets=_STAGE,
            registry=self.registry,
        )
        self._checks = Counter(
            "cctv_probe_checks", "Checks of one stream that were made.", ("side",), registry=self.registry
        )
        self._failures = Counter(
            "cctv_probe_failures",
            "Checks of one stream that stopped early, by reason and by the stage in which they did.",
            ("reason", "stage"),
            registry=self.registry,
        )
        self._held_back = Counter(
            "cctv_probe_checks_held_back",
            "Checks that were due and not made, by reason.",
            ("reason",),
            registry=self.registry,
        )
        self._withheld = Counter(
            "cctv_probe_passwords_withheld",
            "Questions asked without the known password, which was refused too often, by what was asked.",
            ("subject",),
            registry=self.registry,
        )
        self._bytes = Counter(
            "cctv_probe_wire_bytes",
            "Bytes that checks sent and received.",
            ("side",),
            registry=self.registry,
        )
        self._budget_waits = Histogram(
            "cctv_probe_budget_wait_seconds",
            "How long a question that was due waited for its site's connections and bytes.",
            buckets=_LATENESS,
            registry=self.registry,
        )
        self._log_ins = Counter(
            "cctv_probe_log_ins",
            "Times that a name and password were offered, by what it was offered to.",
            ("subject",),
            registry=self.registry,
        )
        self._surveys = Counter(
            "cctv_probe_surveys",
            "Questions to what stands around the cameras of a school: its edge, its recorders.",
            ("subject",),
            registry=self.registry,
        )
        self._survey_failures = Counter(
            "cctv_probe_survey_failures",
            "Questions to edges and recorders that were not answered, by reason.",
            ("subject", "reason"),
            registry=self.registry,
        )
        for side in Side:
            self._checks.labels(side.value)
            self._bytes.labels(side.value)

    def _count_sweeps(self) -> None:
        self._sweeps = Histogram(
            "cctv_sweep_duration_seconds",
            "Time that one look at all streams of a gateway took, failed ones included.",
            ("gateway",),
            buckets=_SWEEP,
            registry=self.registry,
        )
        self._sweep_failures = Counter(
            "cctv_sweep_failures",
            "Sweeps of a gateway that failed, by reason.",
            ("gateway", "reason"),
            registry=self.registry,
        )
        self._last_sweep = Gauge(
            "cctv_sweep_last_success_timestamp_seconds",
            "When a gateway last answered a sweep.",
            ("gateway",),
            registry=self.registry,
        )

    def _count_ourselves(self) -> None:
        self._lateness = Histogram(
            "cctv_lateness_seconds",
            "How much later than due a sweep or a check was begun.",
            ("work",),
            buckets=_LATENESS,
            registry=self.registry,
        )
        self._commits = Histogram(
            "cctv_commit_duration_seconds",
            "Time from the first attempt to write transitions until the store had them.",
            buckets=_COMMIT,
            registry=self.registry,
        )
        self._commit_failures = Counter(
            "cctv_commit_failures", "Writes that the store refused.", registry=self.registry
        )
        self._transitions = Counter(
            "cctv_transitions",
            "Committed changes of a stream's verdict, by its new state.",
            ("state",),
            registry=self.registry,
        )
        self._passwords_opened = Gauge(
            "cctv_passwords_opened",
            "1 when the imported passwords could be opened, 0 when the monitor goes on with older ones.",
            registry=self.registry,
        )
        self._loop_lag = Histogram(
            "cctv_loop_lag_seconds",
            "How much later than asked the event loop woke a sleeper.",
            buckets=_LAG,
            registry=self.registry,
        )
        for state in State:
            self._transitions.labels(state.value)

    def _count_selfchecks(self) -> None:
        self._selfcheck_ok = Gauge(
            "cctv_selfcheck_ok",
            "1 when the last test of the monitor's own network, clock, disk, database or loop was good.",
            ("check",),
            registry=self.registry,
        )
        self._selfcheck_failures = Counter(
            "cctv_selfcheck_failures",
            "Tests of the monitor's own that failed.",
            ("check",),
            registry=self.registry,
        )
        self._blind = Gauge(
            "cctv_monitor_blind",
            "1 while the monitor cannot look, and every stream is unknown for it.",
            registry=self.registry,
        )
        self._suspect_windows = Counter(
            "cctv_suspect_windows",
            "Stretches of time in which what failed may have failed for the monitor's own trouble.",
            registry=self.registry,
        )
        for check in Check:
            self._selfcheck_failures.labels(check.value)

    def sweep_done(self, sweep: Sweep, *, lateness: float) -> None:
        """A gateway was swept, `lateness` seconds after it was due."""
        self._swept.add(sweep.gateway_id)
        self._sweeps.labels(sweep.gateway_id).observe(sweep.seconds)
        self._lateness.labels("sweep").observe(lateness)
        if sweep.failure is None:
            self._last_sweep.labels(sweep.gateway_id).set(sweep.at.timestamp())
        else:
            self._sweep_failures.labels(sweep.gateway_id, sweep.failure.value).inc()

    def check_done(self, seen: Observation, *, lateness: float) -> None:
        """A camera was asked at its school, `lateness` seconds after it was due."""
        side = seen.side.value
        self._checks.labels(side).inc()
        self._bytes.labels(side).inc(seen.bytes_on_wire)
        self._lateness.labels("check").observe(lateness)
        self._log_ins.labels("camera").inc(seen.log_ins)
        for stage in seen.stages:
            self._stages.labels(stage.name.value, side).observe(stage.seconds)
        if seen.failure is not None:
            failed_at = seen.failed_at.value if seen.failed_at is not None else "unknown"
            self._failures.labels(seen.failure.value, failed_at).inc()

    def survey_done(
        self,
        subject: str,
        failure: Failure | None,
        *,
        bytes_on_wire: int,
        lateness: float,
        log_ins: int = 0,
    ) -> None:
        """An "edge" or a "recorder" was asked, `lateness` seconds after it was due."""
        self._surveys.labels(subject).inc()
        self._bytes.labels(Side.SITE.value).inc(bytes_on_wire)
        self._lateness.labels("survey").observe(lateness)
        self._log_ins.labels(subject).inc(log_ins)
        if failure is not None:
            self._survey_failures.labels(subject, failure.value).inc()

    def budget_waited(self, seconds: float) -> None:
        """Something that was due waited so long for its site's connections and bytes."""
        self._budget_waits.observe(seconds)

    def check_held_back(self, reason: str) -> None:
        """A due look at a camera was not made: "own_fault" (a mistake of the monitor's)."""
        self._held_back.labels(reason).inc()

    def password_withheld(self, subject: str) -> None:
        """A "camera", a "recorder" or a camera over "onvif" was asked without its password."""
        self._withheld.labels(subject).inc()

    def committed(self, transitions: Sequence[Transition], *, seconds: float) -> None:
        """Transitions were written to the store."""
        self._commits.observe(seconds)
        for state in State:
            self._transitions.labels(state.value).inc(sum(t.verdict.state is state for t in transitions))

    def commit_failed(self) -> None:
        """The store refused a write; it will be tried again."""
        self._commit_failures.inc()

    def passwords_read(self, *, opened: bool) -> None:
        """The passwords were read; False: they could not be opened, and those from before go on."""
        self._passwords_opened.set(opened)

    def loop_lag(self, seconds: float) -> None:
        """How much later than asked the event loop woke us."""
        self._loop_lag.observe(seconds)

    def selfcheck_done(self, finding: Finding) -> None:
        """The monitor tested one thing of its own."""
        if finding.result is not Result.UNTOLD:
            self._selfcheck_ok.labels(finding.check.value).set(not finding.failed)
        if finding.failed:
            self._selfcheck_failures.labels(finding.check.value).inc()

    def sight_is(self, *, blind: bool) -> None:
        """The monitor cannot look, or can again."""
        self._blind.set(blind)

    def window_suspect(self, seconds: float) -> None:  # noqa: ARG002 - how many there are is enough
        """For so long something of our own was in doubt: what failed meanwhile tells nothing."""
        self._suspect_windows.inc()

    def keep_gateways(self, gateway_ids: Collection[str]) -> None:
        """Forget the gateways that left the register: a series that stands still would look alive."""
        for gateway_id in self._swept - set(gateway_ids):
            self._sweeps.remove(gateway_id)
            self._last_sweep.remove(gateway_id)
            for reason in Failure:
                self._sweep_failures.remove(gateway_id, reason.value)
        self._swept &= set(gateway_ids)

    def encode(self) -> Iterator[bytes]:
        """Encode metric by metric, so that others may work in between."""
        for family in self.registry.collect():
            yield generate_latest(_Single(_without_created(family)))


class _Single:
    """A collector of one metric."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        yield self._family


def _without_created(family: Metric) -> Metric:
    """Leave out the `_created` samples: in the text format each would be a metric of its own."""
    family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
    return family
