"""Asks cameras over ONVIF, read-only, on the slowest beat: their clock, who they are, what they offer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.model.estate import Camera
from monitor.run.access import Access
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.log_ins import LogIns
from monitor.run.meter import Meter
from monitor.run.streams import Index
from probes.base import Credentials, Target, Trust
from probes.failure import REFUSED_US
from probes.onvif.reading import DeviceReading


class DeviceProbe(Protocol):
    """One look at one device over ONVIF."""

    def __call__(self, target: Target, *, timeout: float, now: datetime) -> Awaitable[DeviceReading]:
        """Ask once. Never raises for the device's trouble."""
        ...


class Devices:
    """The asker of cameras that the register has an ONVIF address of."""

    kind = "onvif"

    def __init__(
        self,
        probe: DeviceProbe | None,
        *,
        every: float,
        timeout: float,
        budgets: Budgets,
        log_ins: LogIns,
        clock: Clock,
        meter: Meter,
        on_device: Callable[[Camera, DeviceReading], None],
    ) -> None:
        self.every = every
        self._probe = probe  # None: nothing is asked over ONVIF
        self._timeout = timeout
        self._budgets = budgets
        self._log_ins = log_ins
        self._clock = clock
        self._meter = meter
        self._on_device = on_device
        self._estate = Index.of_nothing().estate
        self._credentials: Mapping[str, Credentials] = {}

    def reset(self, index: Index, access: Access) -> None:
        """Take a new register; a camera that changed, or has another log-in, is offered it anew."""
        before, after, held = self._estate.cameras, index.estate.cameras, self._credentials
        changed = {
            key for key in held if before.get(key) != after.get(key) or held[key] != access.onvif.get(key)
        }
        self._log_ins.forget(map(_account, changed))
        self._estate, self._credentials = index.estate, access.onvif

    def subjects(self) -> Iterable[str]:
        """List the cameras with an ONVIF address."""
        if self._probe is None:
            return []
        return [each.camera_id for each in self._estate.cameras.values() if each.onvif_url]

    def near(self, camera: Camera) -> str | None:
        """Return nobody: no cause is decided by what ONVIF says."""
        del camera
        return None

    async def ask(self, ident: str, lateness: float) -> None:
        """Ask one camera; after too many refused log-ins without one, which still tells its clock."""
        camera, probe, account = self._estate.cameras[ident], self._probe, _account(ident)
        if probe is None or camera.onvif_url is None:
            return
        offered = self._credentials.get(ident) if self._log_ins.may_try(account) else None
        trust = Trust(fingerprint=camera.tls_fingerprint) if camera.tls_fingerprint else None
        target = Target(id=ident, url=camera.onvif_url, credentials=offered, trust=trust)
        budget = self._budgets.of(camera.site_id, self._estate)
        async with budget.slot(self.kind):
            seen = await probe(target, timeout=self._timeout, now=self._clock.now())
        budget.spend(seen.bytes_on_wire)
        self._meter.survey_done(
            self.kind, seen.failure, bytes_on_wire=seen.bytes_on_wire, lateness=lateness, log_ins=seen.log_ins
        )
        if seen.log_ins and offered == self._credentials.get(ident):
            self._log_ins.note(account, refused=seen.failure in REFUSED_US, at=self._clock.now())
        if self._estate.cameras.get(ident) == camera:
            self._on_device(camera, seen)


def _account(camera_id: str) -> str:
    return f"onvif:{camera_id}"
