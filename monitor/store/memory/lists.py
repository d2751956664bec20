"""Incidents, what does not match between the register and the gateways, and raw samples."""

from bisect import bisect_left, insort
from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from monitor.model.incident import Incident
from monitor.model.login import Refusals
from monitor.model.sample import Sample
from monitor.store import samples
from monitor.store.lists import Pairs, Unmatched
from monitor.store.types import in_utc

Dated = TypeVar("Dated", Incident, Refusals, Sample)
AT, OPENED_AT = attrgetter("at"), attrgetter("opened_at", "incident_id")


def dated_in_utc(value: Dated) -> Dated:
    """Return a value with its moments in UTC. Raises ValueError when one has no zone."""
    moments: dict[str, Any] = {
        field.name: in_utc(moment)
        for field in fields(value)
        if isinstance(moment := getattr(value, field.name), datetime)
    }
    return replace(value, **moments)


class Incidents:
    """Every incident that was told, by its id."""

    def __init__(self) -> None:
        self._by_id: dict[str, Incident] = {}

    def put(self, incidents: Sequence[Incident]) -> tuple[list[Incident], list[str]]:
        """Write incidents as they are now: new ones begin, known ones can only be closed.

        Returns the new ones, and the ids of those that were closed.
        """
        fresh, closed = list[Incident](), list[str]()
        for incident in {each.incident_id: each for each in incidents}.values():
            held = self._by_id.get(incident.incident_id)
            if held is None:
                self._by_id[incident.incident_id] = incident
                fresh.append(incident)
            elif incident.closed_at is not None:
                self._by_id[incident.incident_id] = replace(held, closed_at=incident.closed_at)
                closed.append(incident.incident_id)
        return fresh, closed

    def of(self, incident_id: str) -> Incident:
        """Return one of them as it is now."""
        return self._by_id[incident_id]

    def open(self) -> list[Incident]:
        """Return those that are not closed, oldest first."""
        return sorted((each for each in self._by_id.values() if each.closed_at is None), key=OPENED_AT)

    def between(self, begin: datetime, end: datetime) -> list[Incident]:
        """Return those that touch [begin, end), oldest first."""
        touching = (
            each
            for each in self._by_id.values()
            if each.opened_at < end and (each.closed_at is None or each.closed_at > begin)
        )
        return sorted(touching, key=_oldest_first)


def _oldest_first(incident: Incident) -> tuple[datetime, bool, datetime, str]:
    """Order by the beginning; of one loss an incident comes before the one that revises its cause."""
    closed_at = incident.closed_at
    return incident.opened_at, closed_at is None, closed_at or incident.opened_at, incident.incident_id


class Strays:
    """By gateway, paths without a stream and enrolled stream keys without a path."""

    def __init__(self) -> None:
        self._since: dict[str, dict[tuple[str, bool], datetime]] = {}

    def put(self, gateway_id: str, wanted: Pairs, now: datetime) -> None:
        """Replace the list of a gateway; what stays in it keeps its `since`."""
        held = self._since.get(gateway_id, {})
        self._since[gateway_id] = {pair: held.get(pair, now) for pair in wanted}

    def all(self) -> list[Unmatched]:
        """Return what does not match, by gateway: first paths, then keys."""
        found = (
            Unmatched(gateway_id=gateway_id, stream_key=key, missing=missing, since=since)
            for gateway_id, pairs in self._since.items()
            for (key, missing), since in pairs.items()
        )
        return sorted(found, key=attrgetter("gateway_id", "missing", "stream_key"))


class Samples:
    """The numbers of sweeps, oldest first."""

    def __init__(self) -> None:
        self._kept: list[Sample] = []

    def put(self, taken: Collection[Sample]) -> None:
        """Add samples; nearly always they are the newest."""
        for sample in taken:
            insort(self._kept, sample, key=AT)

    def between(self, gateway_id: str, begin: datetime, end: datetime) -> list[Sample]:
        """Return a gateway's samples of [begin, end), oldest first."""
        first, last = (bisect_left(self._kept, moment, key=AT) for moment in (begin, end))
        return [sample for sample in self._kept[first:last] if sample.gateway_id == gateway_id]

    def forget(self, before: datetime) -> int:
        """Drop some of those older than that; returns how many, 0 when none are left."""
        old = min(bisect_left(self._kept, before, key=AT), samples.MOST_FORGOTTEN)
        del self._kept[:old]
        return old
