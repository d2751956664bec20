"""Verdicts and incidents as rows, and rows as verdicts and incidents."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from monitor.model.incident import Incident, Scope, Severity
from monitor.model.verdict import Cause, Owner, Proof, State, Verdict, Warn
from monitor.store.tables import intervals

VERDICT = (
    intervals.c.state,
    intervals.c.cause,
    intervals.c.proof,
    intervals.c.warnings,
    intervals.c.evidence,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A verdict held of a stream from `began_at` up to `ended_at`; None: it holds now."""

    stream_id: str
    verdict: Verdict
    began_at: datetime
    ended_at: datetime | None


class VerdictRows:
    """Turns verdicts into columns and back; equal ones are made once, for most of a large set are alike."""

    def __init__(self) -> None:
        self._columns: dict[Verdict, Mapping[str, str | None]] = {}
        self._verdicts: dict[tuple[str, ...], Verdict] = {}

    def columns(self, verdict: Verdict) -> Mapping[str, str | None]:
        """Return the values of the columns in VERDICT."""
        known = self._columns.get(verdict)
        if known is None:
            known = self._columns[verdict] = {
                "state": verdict.state.value,
                "cause": verdict.cause.value if verdict.cause is not None else None,
                "proof": verdict.proof.value,
                "warnings": ",".join(warning.value for warning in verdict.warnings),
                "evidence": json.dumps(verdict.evidence, ensure_ascii=False, separators=(",", ":")),
            }
        return known

    def verdict(self, columns: tuple[Any, ...]) -> Verdict:
        """Return the verdict of a row's columns, in the order of VERDICT."""
        known = self._verdicts.get(columns)
        if known is None:
            state, cause, proof, warnings, evidence = columns
            known = self._verdicts[columns] = Verdict(
                state=State(state),
                cause=Cause(cause) if cause is not None else None,
                proof=Proof(proof),
                warnings=tuple(Warn(warning) for warning in warnings.split(",") if warning),
                evidence=tuple((looked, seen) for looked, seen in json.loads(evidence)),
            )
        return known


def incident_columns(incident: Incident) -> dict[str, Any]:
    """Return the row of an incident."""
    return {
        "incident_id": incident.incident_id,
        "scope": incident.scope.value,
        "subject": incident.subject,
        "cause": incident.cause.value,
        "owner": incident.owner.value,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "streams": incident.streams,
        "severity": incident.severity.value,
        "region": incident.region,
        "institution": incident.institution,
        "cameras": incident.cameras,
        "pupils": incident.pupils,
        "predecessor": incident.predecessor,
        "lost": incident.lost,
    }


def incident_of(row: Row[Any]) -> Incident:
    """Return the incident of a row."""
    return Incident(
        incident_id=row.incident_id,
        scope=Scope(row.scope),
        subject=row.subject,
        cause=Cause(row.cause),
        owner=Owner(row.owner),
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        streams=row.streams,
        severity=Severity(row.severity),
        region=row.region,
        institution=row.institution,
        cameras=row.cameras,
        pupils=row.pupils,
        predecessor=row.predecessor,
        lost=row.lost,
    )
