"""What becomes of everything that is known when the monitor goes blind, and when it sees again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

import structlog

from monitor.judge.causes import OWNERS
from monitor.judge.evidence import SiteLook
from monitor.model.estate import Camera
from monitor.model.incident import Incident, Scope, Severity
from monitor.model.sample import Sample
from monitor.model.verdict import Cause
from monitor.run.desk import Desk
from monitor.run.folder import Folder
from monitor.run.selfcheck import Blindness, SelfCheck
from monitor.run.surroundings import Surroundings

log: structlog.stdlib.BoundLogger = structlog.get_logger()

A_FEW = 5  # cameras of as many sites that are looked at when every gateway fails


class Eyes:
    """Between the self-check and the desk: one incident, and nothing known until fresh answers are there."""

    def __init__(
        self,
        around: Surroundings,
        desk: Desk,
        folder: Folder,
        *,
        beat_age: Callable[[], float],
        doubt: Callable[[Iterable[str]], None],
        hasten: Callable[[], None],
    ) -> None:
        self._around = around
        self._desk = desk
        self._folder = folder
        self._doubt = doubt  # look at these cameras at once
        self._hasten = hasten  # sweep every gateway at once
        self._incident: Incident | None = None
        self.check = SelfCheck(
            canaries=around.canaries,
            rules=around.rules.selfcheck,
            clock=around.clock,
            meter=around.meter,
            beat_age=beat_age,
            gateways=lambda: desk.index.estate.gateways,
            on_blind=self._went_blind,
            on_seeing=self._sees_again,
            on_unsure=self._look_around,
        )
        desk.looks.worth = self.check.worth

    def resume(self, incident: Incident) -> None:
        """Go on from a blindness that was told before a restart."""
        self._incident = incident
        self.check.resume(incident.opened_at)
        self._desk.stay_blind("not known to see yet")

    def swept(self, sample: Sample) -> None:
        """Hear of a whole sweep, whatever it is worth."""
        self.check.hearsay.note_gateway(sample.gateway_id, sample.at, answered=sample.failure is None)

    def looked(self, camera: Camera, look: SiteLook) -> None:
        """Hear of a look; one that we may have spoiled is made again if anything depends on it."""
        self.check.hearsay.note_site(camera.site_id, look.at, answered=look.tells and not look.vanished)
        spoiled = look.tells and self._desk.looks.since(camera.camera_id, look.at) is None
        if spoiled and self.check.blindness is None and not self._desk.flowing(camera.camera_id):
            self._doubt([camera.camera_id])

    def _went_blind(self, blindness: Blindness) -> None:
        now, index = self._around.clock.now(), self._desk.index
        log.warning("went_blind", since=blindness.since.isoformat(), why=blindness.why)
        self._desk.looks.forget_since(blindness.doubtful_since)
        told = self._desk.go_blind(blindness.since, now, why=blindness.why)
        incident = Incident(
            incident_id=f"monitor:{self._around.part}:{blindness.since.strftime('%Y%m%dT%H%M%SZ')}",
            scope=Scope.MONITOR,
            subject=self._around.part,
            cause=Cause.MONITOR_BLIND,
            owner=OWNERS[Cause.MONITOR_BLIND],
            opened_at=blindness.since,
            streams=len(index.by_id),
            severity=Severity.CRITICAL,
        )
        self._incident = self._folder.weighed(incident)
        self._folder.tell(told, self._incident)

    def _sees_again(self, since: datetime) -> None:
        log.warning("sees_again", since=since.isoformat())
        incident, self._incident = self._incident, None
        if incident is not None:
            incident = replace(incident, closed_at=max(since, incident.opened_at))
        self._folder.tell(self._desk.see_again(self._around.clock.now()), incident)
        self._hasten()

    def _look_around(self) -> None:
        """Look at a few schools: when nothing at all answers, it is rather us than all of them."""
        cameras = self._desk.index.cameras_of_site.values()
        self._doubt([few[0] for few, _ in zip(cameras, range(A_FEW), strict=False)])
