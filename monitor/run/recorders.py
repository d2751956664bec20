"""Asks every recorder that can be asked, read-only, about its inputs and its clock."""

from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from monitor.model.estate import Camera, Recorder
from monitor.run.access import Access
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.log_ins import LogIns
from monitor.run.looks import RecorderLook
from monitor.run.meter import Meter
from monitor.run.streams import Index
from probes.base import Credentials
from probes.failure import REFUSED_US
from probes.recorder.base import RecorderSource

FALLBACK_ZONE = "Asia/Almaty"  # of a region that the register does not have

RecorderOf = Callable[[Recorder, Credentials | None, ZoneInfo], RecorderSource | None]


class Recorders:
    """The asker of recorders. `recorder_of` gives None for a kind that cannot be asked."""

    kind = "recorder"

    def __init__(
        self,
        recorder_of: RecorderOf,
        *,
        every: float,
        budgets: Budgets,
        log_ins: LogIns,
        clock: Clock,
        meter: Meter,
        on_recorder: Callable[[Recorder, RecorderLook], None],
    ) -> None:
        self.every = every
        self._recorder_of = recorder_of
        self._budgets = budgets
        self._log_ins = log_ins
        self._clock = clock
        self._meter = meter
        self._on_recorder = on_recorder
        self._estate = Index.of_nothing().estate
        self._credentials: Mapping[str, Credentials] = {}

    def reset(self, index: Index, access: Access) -> None:
        """Take a new register; a recorder that changed, or has another log-in, is offered it anew."""
        before, after, held = self._estate.recorders, index.estate.recorders, self._credentials
        changed = {
            key
            for key in before
            if before[key] != after.get(key) or held.get(key) != access.recorders.get(key)
        }
        self._log_ins.forget(map(_account, changed))
        self._estate, self._credentials = index.estate, access.recorders

    def subjects(self) -> Iterable[str]:
        """List the recorders with an address."""
        return [each.recorder_id for each in self._estate.recorders.values() if each.url]

    def near(self, camera: Camera) -> str | None:
        """Return the recorder that a camera is an input of."""
        return camera.recorder_id

    async def ask(self, ident: str, lateness: float) -> None:
        """Ask a recorder; after too many refused log-ins without one, which still tells whether it lives."""
        recorder, account = self._estate.recorders[ident], _account(ident)
        offered = self._credentials.get(ident) if self._log_ins.may_try(account) else None
        source = self._recorder_of(recorder, offered, self._zone(recorder.site_id))
        if source is None:
            return
        budget = self._budgets.of(recorder.site_id, self._estate)
        try:
            async with budget.slot(self.kind):
                seen = await source.read()
        finally:
            await source.close()
        budget.spend(seen.bytes_on_wire)
        self._meter.survey_done(
            self.kind, seen.failure, bytes_on_wire=seen.bytes_on_wire, lateness=lateness, log_ins=seen.log_ins
        )
        if seen.log_ins and offered == self._credentials.get(ident):
            self._log_ins.note(account, refused=seen.failure in REFUSED_US, at=self._clock.now())
        if self._estate.recorders.get(ident) == recorder:
            self._on_recorder(recorder, RecorderLook.of(seen))

    def _zone(self, site_id: str) -> ZoneInfo:
        """Return the time zone of a site's region."""
        region = self._estate.regions.get(self._estate.region_of(site_id))
        return ZoneInfo(region.time_zone if region is not None else FALLBACK_ZONE)


def _account(recorder_id: str) -> str:
    return f"recorder:{recorder_id}"
