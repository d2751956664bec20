"""Were the losses grouped? How many incidents were opened for how many things that had gone wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.scoring.told import FOR_EVER, Incident
from simulator.scoring.wilson import ratio
from simulator.world.fault import Cause, Fault
from simulator.world.outages import Outage, Span
from simulator.world.places import Places

LATE = 30.0  # seconds after an outage in which a first sign of it can still be dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Incidents opened, the faults that each should open one, and the incidents of no such fault."""

    incidents: int
    root_causes: int
    false_incidents: int

    @property
    def per_root_cause(self) -> float | None:
        """Incidents for each root cause: 1 at best; None where nothing was to be told."""
        return ratio(self.incidents, self.root_causes)


def grouping_of(
    incidents: Sequence[Incident],
    faults: Iterable[Fault],
    outages: Mapping[str, Sequence[Outage]],
    places: Places,
    *,
    shortest: float,
) -> Grouping:
    """Set the incidents against the faults. `shortest`: seconds that a fault must show to be told."""
    shown = _shown(outages)
    roots = {each.number for each in faults if _opens(each) and shown.get(each.number, 0.0) >= shortest}
    spans = {
        camera_id: [span for each in found for span in each.spans if span.fault in roots]
        for camera_id, found in outages.items()
    }
    false = [each for each in incidents if not _is_of_any(each, spans, _cameras(each, places))]
    return Grouping(incidents=len(incidents), root_causes=len(roots), false_incidents=len(false))


def _opens(fault: Fault) -> bool:
    """Say whether people must hear of a fault: not of planned work or one too short to confirm."""
    return not fault.short and fault.cause is not Cause.PLANNED


def _shown(outages: Mapping[str, Sequence[Outage]]) -> dict[int, float]:
    """Say how many seconds each fault was hidden by no stronger one, at the camera that shows it best."""
    longest: dict[int, float] = {}
    for outage in (each for found in outages.values() for each in found):
        for number, seconds in _shown_in(outage).items():
            longest[number] = max(longest.get(number, 0.0), seconds)
    return longest


def _shown_in(outage: Outage) -> dict[int, float]:
    seconds: dict[int, float] = {}
    for phase in outage.phases():
        for span in outage.spans:
            if span.cause is phase.cause and span.starts <= phase.starts and phase.ends <= span.ends:
                seconds[span.fault] = seconds.get(span.fault, 0.0) + phase.ends - phase.starts
    return seconds


def _is_of_any(incident: Incident, spans: Mapping[str, Sequence[Span]], cameras: Iterable[str]) -> bool:
    closed_at = incident.closed_at if incident.closed_at is not None else FOR_EVER
    return any(
        incident.opened_at < span.ends + LATE and span.starts < closed_at
        for camera_id in cameras
        for span in spans.get(camera_id, ())
    )


def _cameras(incident: Incident, places: Places) -> Iterable[str]:
    """List the cameras that an incident may be about."""
    subject, cameras = incident.subject, places.cameras
    match incident.scope:
        case "camera":
            return (subject,)
        case "site":
            return places.of_site.get(subject, ())
        case "gateway":
            return places.of_gateway.get(subject, ())
        case "recorder":
            return (key for key, each in cameras.items() if each.recorder_id == subject)
        case "provider":
            of = places.camera_sites()
            return (
                key
                for key, site in of.items()
                if site.provider == subject and incident.region in {None, site.region}
            )
        case "region":
            return (key for key, site in places.camera_sites().items() if site.region == subject)
        case _:
            return cameras
