"""Asks cameras over ONVIF, read-only, on the slowest beat: their clock, who they are, what they offer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.model.estate import Camera
from monitor.model.login import Way, account_of
from monitor.run.access import Access
from monitor.run.budget import Budgets
from monitor.run.clock import Clock
from monitor.run.log_ins import LogIns
from monitor.run.meter import Meter
from monitor.run.streams import Index
from probes.base import Credentials, Target, Trust
from probes.failure import REFUSED_US
from probes.onvif.reading import DeviceReading

SOON = 900.0  # seconds within which a camera is asked that is new to us: what it said is not kept
DEVICE_BYTES = 60_000  # that the questions to one device are expected to take the first time


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
        self.every, self.soon = every, min(every, SOON)
        self._probe = probe  # None: nothing is asked over ONVIF
        self._timeout = timeout
        self._budgets = budgets
        self._log_ins = log_ins
        self._clock = clock
        self._meter = meter
        self._on_device = on_device
        self._asking: set[str] = set()
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
        await self.ask_now(ident, lateness)

    async def ask_now(self, ident: str, lateness: float = 0.0) -> DeviceReading | None:
        """Ask one camera and hand on what it says. None: it has no ONVIF address, or it is being asked.

        LookupError: the register has no such camera.
        """
        camera, probe = self._estate.cameras[ident], self._probe
        if probe is None or camera.onvif_url is None or ident in self._asking:
            return None
        self._asking.add(ident)
        try:
            return await self._ask(camera, camera.onvif_url, probe, lateness)
        finally:
            self._asking.discard(ident)

    async def _ask(self, camera: Camera, url: str, probe: DeviceProbe, lateness: float) -> DeviceReading:
        ident = camera.camera_id
        offered = self._offered(ident)
        trust = Trust(fingerprint=camera.tls_fingerprint) if camera.tls_fingerprint else None
        target = Target(id=ident, url=url, credentials=offered, trust=trust)
        budget = self._budgets.of(camera.site_id, self._estate)
        async with budget.slot(self.kind, DEVICE_BYTES) as spent:
            seen = await probe(target, timeout=self._timeout, now=self._clock.now())
            spent.bytes = seen.bytes_on_wire
        self._meter.survey_done(
            self.kind, seen.failure, bytes_on_wire=seen.bytes_on_wire, lateness=lateness, log_ins=seen.log_ins
        )
        if seen.log_ins and offered == self._credentials.get(ident):
            self._log_ins.note(_account(ident), refused=seen.failure in REFUSED_US, at=self._clock.now())
        if self._estate.cameras.get(ident) == camera:
            self._on_device(camera, seen)
        return seen

    def _offered(self, ident: str) -> Credentials | None:
        """Return the log-in, unless it was refused too often."""
        known = self._credentials.get(ident)
        if known is None or self._log_ins.may_try(_account(ident)):
            return known
        self._meter.password_withheld(Way.ONVIF)
        return None


def _account(camera_id: str) -> str:
    return account_of(Way.ONVIF, camera_id)
