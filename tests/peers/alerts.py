"""Alerts as the rules of config/prometheus make them, posted as Prometheus does (Alertmanager's API v2)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.peers.servers import Server

Alert = dict[str, Any]
ABAI, ALMATY, AKTOBE = "100000000", "750000000", "150000000"  # the last has no route of its own


def alert(name: str, owner: str, annotations: Mapping[str, str] | None = None, **labels: str) -> Alert:
    """Make an alert that lasts; a label that is empty is none, as for Prometheus.

    It begins now: one that began long ago is sent before the others of its group are there.
    """
    named = {"alertname": name, "owner": owner, "severity": "warning"} | labels
    now = datetime.now(UTC)
    return {
        "labels": {key: value for key, value in named.items() if value},
        "annotations": dict(annotations or {}),
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(hours=1)).isoformat(),
        "generatorURL": "http://prometheus.example/graph",
    }


def incident(
    name: str,
    scope: str,
    cause: str,
    owner: str,
    region: str,
    institution: str = "",
    annotations: Mapping[str, str] | None = None,
    subject: str = "1",
    **labels: str,
) -> Alert:
    """Make the alert of an open incident."""
    own = {
        "scope": scope,
        "cause": cause,
        "region": region,
        "institution": institution,
        "kind": "outage",
        "incident": f"{scope}:{subject}:{region}:{institution}:{cause}:20260101T000320Z",
    }
    return alert(name, owner, annotations, **(own | labels))


def gateway(region: str, subject: str = "gw-1", annotations: Mapping[str, str] | None = None) -> Alert:
    """A gateway that is down."""
    return incident(
        "CctvGatewayDown", "gateway", "gateway_down", "police_it", region, "", annotations, subject,
        severity="critical",
    )  # fmt: skip


def provider(region: str) -> Alert:
    """A provider whose sites went dark together."""
    return incident("CctvProviderOutage", "provider", "provider_outage", "provider", region)


def site(region: str, institution: str, cause: str = "site_dark", owner: str = "provider") -> Alert:
    """A site without picture."""
    return incident("CctvSiteDark", "site", cause, owner, region, institution)


def camera(region: str, institution: str, cause: str = "camera_off", subject: str = "cam-1") -> Alert:
    """A camera without picture."""
    return incident(
        "CctvCameraLost", "camera", cause, "school", region, institution, subject=subject, severity="info"
    )


def lapsed_dark(region: str, institution: str) -> Alert:
    """A site that went dark with its contract."""
    return incident(
        "CctvContractLapsedDark", "site", "contract_lapsed", "education_department", region, institution
    )


def paper(name: str, region: str, institution: str, site_id: str = "", **labels: str) -> Alert:
    """What the papers of a site's channel say."""
    where = {"region": region, "institution": institution, "site": site_id or f"{institution}-1"}
    return alert(name, "education_department", None, **(where | labels))


def blind(part: str = "all") -> Alert:
    """A monitor that cannot look."""
    return incident(
        "CctvMonitorBlind", "monitor", "monitor_blind", "monitor_operator", "",
        incident=f"monitor:{part}:20260101T000320Z", severity="critical",
    )  # fmt: skip


def ended(lasting: Alert) -> Alert:
    """Make of an alert that lasts the one that is over."""
    return lasting | {"endsAt": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}


def anew(made: Alert) -> Alert:
    """Make of an alert that a table holds one that begins now."""
    return alert("", "") | {key: made[key] for key in ("labels", "annotations")}


def post(server: Server, *alerts: Alert) -> None:
    """Post all of them at once."""
    server.ask("POST", "/api/v2/alerts", list(alerts))


def held_back(server: Server) -> set[frozenset[tuple[str, str]]]:
    """Return the labels of the alerts that are inhibited now."""
    return {
        frozenset(each["labels"].items())
        for each in server.ask("GET", "/api/v2/alerts")
        if each["status"]["inhibitedBy"]
    }


def known(lasting: Alert) -> frozenset[tuple[str, str]]:
    """Return the labels by which an alert is known."""
    return frozenset(lasting["labels"].items())
