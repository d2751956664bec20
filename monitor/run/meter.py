"""What the running monitor reports of itself, to whoever counts it. Metrics live in exporters."""

from collections.abc import Sequence
from typing import Protocol

from monitor.judge.selfcheck import Finding
from monitor.model.verdict import Transition
from probes.base import Observation
from probes.centre.base import Sweep
from probes.failure import Failure


class Meter(Protocol):
    """Counters to be kept. Every method is quick and never raises."""

    def sweep_done(self, sweep: Sweep, *, lateness: float) -> None:
        """A gateway was swept, `lateness` seconds after it was due."""

    def check_done(self, seen: Observation, *, lateness: float) -> None:
        """A camera was asked at its school, `lateness` seconds after it was due."""

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

    def budget_waited(self, seconds: float) -> None:
        """Something that was due waited so long for its site's connections and bytes."""

    def check_held_back(self, reason: str) -> None:
        """A due look at a camera was not made: "own_fault" (a mistake of the monitor's)."""

    def password_withheld(self) -> None:
        """A camera was asked without its password, which it had refused too often."""

    def committed(self, transitions: Sequence[Transition], *, seconds: float) -> None:
        """Transitions were written to the store."""

    def commit_failed(self) -> None:
        """The store refused a write; it will be tried again."""

    def passwords_read(self, *, opened: bool) -> None:
        """The passwords were read; False: they could not be opened, and those from before go on."""

    def loop_lag(self, seconds: float) -> None:
        """How much later than asked the event loop woke us."""

    def selfcheck_done(self, finding: Finding) -> None:
        """The monitor tested one thing of its own."""

    def looked(self, seconds: float) -> None:
        """For so long, since it was last told, the monitor looked."""

    def sight_is(self, *, blind: bool) -> None:
        """The monitor cannot look, or can again."""

    def window_suspect(self, seconds: float) -> None:
        """For so long something of our own was in doubt: what failed meanwhile tells nothing."""


class SilentMeter:
    """Counts nothing."""

    def sweep_done(self, sweep: Sweep, *, lateness: float) -> None:
        """Do nothing."""

    def check_done(self, seen: Observation, *, lateness: float) -> None:
        """Do nothing."""

    def survey_done(
        self,
        subject: str,
        failure: Failure | None,
        *,
        bytes_on_wire: int,
        lateness: float,
        log_ins: int = 0,
    ) -> None:
        """Do nothing."""

    def budget_waited(self, seconds: float) -> None:
        """Do nothing."""

    def check_held_back(self, reason: str) -> None:
        """Do nothing."""

    def password_withheld(self) -> None:
        """Do nothing."""

    def committed(self, transitions: Sequence[Transition], *, seconds: float) -> None:
        """Do nothing."""

    def commit_failed(self) -> None:
        """Do nothing."""

    def passwords_read(self, *, opened: bool) -> None:
        """Do nothing."""

    def loop_lag(self, seconds: float) -> None:
        """Do nothing."""

    def selfcheck_done(self, finding: Finding) -> None:
        """Do nothing."""

    def looked(self, seconds: float) -> None:
        """Do nothing."""

    def sight_is(self, *, blind: bool) -> None:
        """Do nothing."""

    def window_suspect(self, seconds: float) -> None:
        """Do nothing."""
