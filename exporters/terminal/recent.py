"""The last committed transitions, for a board that shows what just happened."""

from collections import deque
from collections.abc import Sequence

from monitor.judge.selfcheck import Finding
from monitor.model.verdict import Transition
from monitor.run.meter import Meter
from probes.base import Observation
from probes.centre.base import Sweep
from probes.failure import Failure


class Recent:
    """A meter that remembers the last transitions and hands everything on to another meter."""

    def __init__(self, meter: Meter, *, most: int = 50) -> None:
        self.count = 0  # of all that were committed
        self._meter = meter
        self._last: deque[Transition] = deque(maxlen=most)

    def last(self, most: int) -> list[Transition]:
        """Return the last transitions, newest first."""
        return list(reversed(self._last))[:most]

    def sweep_done(self, sweep: Sweep, *, lateness: float) -> None:
        """Hand on."""
        self._meter.sweep_done(sweep, lateness=lateness)

    def check_done(self, seen: Observation, *, lateness: float) -> None:
        """Hand on."""
        self._meter.check_done(seen, lateness=lateness)

    def survey_done(
        self,
        subject: str,
        failure: Failure | None,
        *,
        bytes_on_wire: int,
        lateness: float,
        log_ins: int = 0,
    ) -> None:
        """Hand on."""
        self._meter.survey_done(
            subject, failure, bytes_on_wire=bytes_on_wire, lateness=lateness, log_ins=log_ins
        )

    def budget_waited(self, seconds: float) -> None:
        """Hand on."""
        self._meter.budget_waited(seconds)

    def check_held_back(self, reason: str) -> None:
        """Hand on."""
        self._meter.check_held_back(reason)

    def password_withheld(self) -> None:
        """Hand on."""
        self._meter.password_withheld()

    def committed(self, transitions: Sequence[Transition], *, seconds: float) -> None:
        """Remember what the store has, and hand on."""
        self.count += len(transitions)
        self._last.extend(transitions)
        self._meter.committed(transitions, seconds=seconds)

    def commit_failed(self) -> None:
        """Hand on."""
        self._meter.commit_failed()

    def passwords_read(self, *, opened: bool) -> None:
        """Hand on."""
        self._meter.passwords_read(opened=opened)

    def loop_lag(self, seconds: float) -> None:
        """Hand on."""
        self._meter.loop_lag(seconds)

    def selfcheck_done(self, finding: Finding) -> None:
        """Hand on."""
        self._meter.selfcheck_done(finding)

    def looked(self, seconds: float) -> None:
        """Hand on."""
        self._meter.looked(seconds)

    def sight_is(self, *, blind: bool) -> None:
        """Hand on."""
        self._meter.sight_is(blind=blind)

    def window_suspect(self, seconds: float) -> None:
        """Hand on."""
        self._meter.window_suspect(seconds)
