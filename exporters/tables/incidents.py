"""Incidents as a list, the heaviest first: what cannot be seen now, since when, and who does what about it.

They are ordered by severity, then by pupils and how long it lasts. What was never connected is a backlog
and stands behind every outage.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from exporters.tables.table import Record, Table
from exporters.terminal.words import Words
from exporters.why.calls import Callers
from exporters.why.steps import SiteContracts, next_step
from exporters.why.subjects import name_of, of_incident, touches
from monitor.law.terms import ContractRules
from monitor.model.incident import Incident, Kind, Severity
from monitor.run.streams import Index

TOLD = (  # for people
    "severity", "scope", "name", "cause", "since", "age", "flapping", "cameras", "pupils", "owner", "call",
    "phone", "next_step", "predecessor",
)  # fmt: skip
ALL = (  # for programs
    "severity", "kind", "incident_id", "scope", "subject", "name", "cause", "since", "closed_at",
    "age_seconds", "flapping", "streams", "cameras", "pupils", "region", "institution_id", "owner", "call",
    "phone", "next_step", "predecessor",
)  # fmt: skip

_WEIGHT = {severity: rank for rank, severity in enumerate(Severity)}
_KIND = {kind: rank for rank, kind in enumerate(Kind)}


def incident_rows(
    incidents: Iterable[Incident],
    index: Index,
    now: datetime,
    day: date,
    rules: ContractRules,
    words: Words,
    region: str | None = None,
    flapping: Collection[str] = (),
) -> list[Record]:
    """Make the rows, heaviest first; `region`: only those of one; `flapping`: ids of those that flap now."""
    callers, contracts = Callers(index, day), SiteContracts(index, day, rules)
    chosen = [each for each in incidents if region is None or touches(each, region, index)]
    chosen.sort(key=lambda each: _weight(each, now))
    return [
        {**_row(each, index, now, callers, contracts, words), "flapping": each.incident_id in flapping}
        for each in chosen
    ]


def incident_table(rows: Sequence[Record], *, whole: bool = False) -> Table:
    """Put the rows under the columns for people, or under all there are."""
    return Table(columns=ALL if whole else TOLD, rows=rows)


def incident_counts(rows: Sequence[Record]) -> dict[str, int]:
    """Count the rows by kind, outages first; those there are none of are 0."""
    counted = Counter(row["kind"] for row in rows)
    return {kind.value: counted[kind] for kind in Kind}


def _weight(incident: Incident, now: datetime) -> tuple[int, int, float, float, str]:
    age = _age(incident, now)
    heavy = -age * (incident.pupils or 0), -age * incident.cameras
    return _KIND[incident.kind], _WEIGHT[incident.severity], *heavy, incident.incident_id


def _age(incident: Incident, now: datetime) -> float:
    """Return for how many seconds it lasts, or lasted."""
    return max(0.0, ((incident.closed_at or now) - incident.opened_at).total_seconds())


def _row(
    incident: Incident,
    index: Index,
    now: datetime,
    callers: Callers,
    contracts: SiteContracts,
    words: Words,
) -> Record:
    at = of_incident(incident, index)
    call = callers.of(incident.owner, at)
    return {
        "severity": incident.severity,
        "kind": incident.kind,
        "incident_id": incident.incident_id,
        "scope": incident.scope,
        "subject": incident.subject,
        "name": name_of(incident, index),
        "cause": incident.cause,
        "since": incident.opened_at,
        "closed_at": incident.closed_at,
        "age": words.ago(incident.opened_at, incident.closed_at or now),
        "age_seconds": int(_age(incident, now)),
        "streams": incident.streams,
        "cameras": incident.cameras,
        "pupils": incident.pupils,
        "region": incident.region,
        "institution_id": incident.institution,
        "owner": incident.owner,
        "call": call.name if call is not None else None,
        "phone": call.phone if call is not None else None,
        "next_step": next_step(incident.cause, at.site_id, contracts, words),
        "predecessor": incident.predecessor,
    }
