"""The monitor's counters: what it did, how long that took, how often it failed.

One registry of its own: nothing is shared through the process, so that two monitors, or two tests, never
count into each other.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import exposition as openmetrics

from exporters.prometheus import doings
from exporters.prometheus.text import Family, Form
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
        self._swept: dict[str, datetime | None] = {}  # by gateway: when it last answered
        self._count_probes()
        self._count_sweeps()
        self._count_ourselves()
        self._count_selfchecks()
        self._gauge(doings.BUILD).labels(version, python).set(1)
        ProcessCollector(registry=self.registry)

    def _count_probes(self) -> None:
        self._stages = self._histogram(doings.STAGES, _STAGE)
        self._checks = self._counter(doings.CHECKS)
        self._failures = self._counter(doings.FAILURES)
        self._held_back = self._counter(doings.HELD_BACK)
        self._withheld = self._counter(doings.WITHHELD)
        self._bytes = self._counter(doings.WIRE_BYTES)
        self._budget_waits = self._histogram(doings.BUDGET_WAITS, _LATENESS)
        self._log_ins = self._counter(doings.LOG_INS)
        self._surveys = self._counter(doings.SURVEYS)
        self._survey_failures = self._counter(doings.SURVEY_FAILURES)
        for side in Side:
            self._checks.labels(side.value)
            self._bytes.labels(side.value)

    def _count_sweeps(self) -> None:
        self._sweeps = self._histogram(doings.SWEEPS, _SWEEP)
        self._sweep_failures = self._counter(doings.SWEEP_FAILURES)
        self._last_sweep = self._gauge(doings.LAST_SWEEP)
        self._sweep_interval = self._gauge(doings.SWEEP_INTERVAL)

    def _count_ourselves(self) -> None:
        self._lateness = self._histogram(doings.LATENESS, _LATENESS)
        self._commits = self._histogram(doings.COMMITS, _COMMIT)
        self._commit_failures = self._counter(doings.COMMIT_FAILURES)
        self._transitions = self._counter(doings.TRANSITIONS)
        self._passwords_opened = self._gauge(doings.PASSWORDS_OPENED)
        self._loop_lag = self._histogram(doings.LOOP_LAG, _LAG)
        for state in State:
            self._transitions.labels(state.value)

    def _count_selfchecks(self) -> None:
        self._selfcheck_ok = self._gauge(doings.SELFCHECK_OK)
        self._selfcheck_failures = self._counter(doings.SELFCHECK_FAILURES)
        self._looking = self._counter(doings.LOOKING)
        self._blind = self._gauge(doings.BLIND)
        self._suspect_windows = self._counter(doings.SUSPECT_WINDOWS)
        for check in Check:
            self._selfcheck_failures.labels(check.value)

    def _counter(self, family: Family) -> Counter:
        return Counter(family.name.removesuffix("_total"), family.help, family.labels, registry=self.registry)

    def _gauge(self, family: Family) -> Gauge:
        return Gauge(family.name, family.help, family.labels, registry=self.registry)

    def _histogram(self, family: Family, buckets: Sequence[float]) -> Histogram:
        return Histogram(family.name, family.help, family.labels, registry=self.registry, buckets=buckets)

    def sweep_done(self, sweep: Sweep, *, lateness: float) -> None:
        """A gateway was swept, `lateness` seconds after it was due."""
        before = self._swept.setdefault(sweep.gateway_id, None)
        self._sweeps.labels(sweep.gateway_id).observe(sweep.seconds)
        self._lateness.labels("sweep").observe(lateness)
        if sweep.failure is None:
            self._last_sweep.labels(sweep.gateway_id).set(sweep.at.timestamp())
            if before is not None:
                passed = (sweep.at - before).total_seconds()
                self._sweep_interval.labels(sweep.gateway_id).set(passed)
            self._swept[sweep.gateway_id] = sweep.at
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

    def password_withheld(self) -> None:
        """A camera was asked without its password, which it had refused too often."""
        self._withheld.inc()

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

    def looked(self, seconds: float) -> None:
        """For so long, since it was last told, the monitor looked."""
        self._looking.inc(seconds)

    def sight_is(self, *, blind: bool) -> None:
        """The monitor cannot look, or can again."""
        self._blind.set(blind)

    def window_suspect(self, seconds: float) -> None:  # noqa: ARG002 - how many there are is enough
        """For so long something of our own was in doubt: what failed meanwhile tells nothing."""
        self._suspect_windows.inc()

    def keep_gateways(self, gateway_ids: Collection[str]) -> None:
        """Forget the gateways that left the register: a series that stands still would look alive."""
        for gateway_id in self._swept.keys() - set(gateway_ids):
            del self._swept[gateway_id]
            self._sweeps.remove(gateway_id)
            self._last_sweep.remove(gateway_id)
            self._sweep_interval.remove(gateway_id)
            for reason in Failure:
                self._sweep_failures.remove(gateway_id, reason.value)

    def encode(self, form: Form = Form.TEXT) -> Iterator[bytes]:
        """Encode metric by metric, so that others may work in between, without what ends the form."""
        for family in self.registry.collect():
            single = _Single(_without_created(family))
            if form is Form.OPENMETRICS:
                text: bytes = openmetrics.generate_latest(single)  # type: ignore[no-untyped-call]
                yield text.removesuffix(form.end)
            else:
                yield generate_latest(single)


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
