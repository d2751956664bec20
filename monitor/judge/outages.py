"""One gateway's own state: the root event of everything behind it.

A gateway that cannot be swept makes all its streams UNKNOWN; that is one event, at any size.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.judge.causes import OWNERS
from monitor.judge.patience import Rules
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayStanding:
    """Whether a gateway answers, and the open incident when it has not for long enough."""

    gateway_id: str
    failing_since: datetime | None = None
    incident: Incident | None = None
    planned: bool = False  # confirmed not to answer, in planned work: that opens no incident

    @property
    def swept(self) -> bool:
        """False once the gateway is confirmed not to answer."""
        return self.incident is None and not self.planned


def follow(
    standing: GatewayStanding,
    *,
    answered: bool,
    at: datetime,
    streams: int,
    rules: Rules,
    planned: bool = False,
) -> tuple[GatewayStanding, Incident | None]:
    """Take one whole sweep into account; returns an incident when one was opened or closed by it.

    `planned`: it stopped answering in a maintenance window that still lasts. That stops the opening of an
    incident, never its closing; what outlasts the window is told then.
    """
    if answered:
        closed = standing.incident and replace(standing.incident, closed_at=at)
        return GatewayStanding(gateway_id=standing.gateway_id), closed
    since = standing.failing_since or at
    if standing.incident is not None or at - since < rules.blind_after:
        return replace(standing, failing_since=since), None
    if planned:
        return replace(standing, failing_since=since, planned=True), None
    opened = Incident(
        incident_id=f"gateway:{standing.gateway_id}:{since.strftime('%Y%m%dT%H%M%SZ')}",
        scope=Scope.GATEWAY,
        subject=standing.gateway_id,
        cause=Cause.GATEWAY_DOWN,
        owner=OWNERS[Cause.GATEWAY_DOWN],
        opened_at=since,
        streams=streams,
    )
    return GatewayStanding(gateway_id=standing.gateway_id, failing_since=since, incident=opened), opened
