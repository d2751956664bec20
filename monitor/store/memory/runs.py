"""When somebody looked: the runs of the one monitor that there is, each with its last heartbeat."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from monitor.store.part import Part
from monitor.store.runs import Recovery, Run

WHOLE = Part()


class Runs:
    """Runs in their order. `go_blind` is told since when nobody looks, and says of how many that is new."""

    def __init__(self, go_blind: Callable[[datetime], int]) -> None:
        self._runs: list[Run] = []
        self._go_blind = go_blind

    def begin(self, source: str, now: datetime) -> Recovery:
        """Open a run. Since the last one's end, or last heartbeat where there was no end, nobody looked."""
        recovery, began = Recovery(), now
        if self._runs:
            last = self._runs[-1]
            streams = self._go_blind(last.until)
            self._close()
            recovery = Recovery(blind_since=last.until, streams=streams, clean=last.ended_at is not None)
            began = max(now, last.until)
        self._runs.append(Run(part=WHOLE, source=source, began_at=began, seen_at=began, ended_at=None))
        return recovery

    def see(self, now: datetime, *, trouble: str | None = None) -> None:
        """Record that the open run was looking until now. `trouble`: the monitor's own; None: as before."""
        if self._open:
            last = self._runs[-1]
            told = last.trouble if trouble is None else trouble
            self._runs[-1] = replace(last, seen_at=max(last.seen_at, now), trouble=told)

    def end(self, now: datetime) -> None:
        """Close the open run: from now on nobody looks."""
        self.see(now)
        if self._open:
            self._close()
            self._go_blind(self._runs[-1].until)

    def latest(self, moment: datetime) -> list[Run]:
        """Return the last run that had begun by a moment, if there was one."""
        return next(([run] for run in reversed(self._runs) if run.began_at <= moment), [])

    def between(self, begin: datetime, end: datetime) -> list[Run]:
        """Return the runs that touch [begin, end), oldest first."""
        return [run for run in self._runs if run.began_at < end and run.until > begin]

    @property
    def _open(self) -> bool:
        return bool(self._runs) and self._runs[-1].ended_at is None

    def _close(self) -> None:
        """End the last run where it was heard of last, if it is open."""
        if self._open:
            self._runs[-1] = replace(self._runs[-1], ended_at=self._runs[-1].seen_at)
