"""Every incident that can open, against the alerts: each belongs to exactly one, or to none."""

from itertools import product
from pathlib import Path

import pytest
import yaml

from monitor.model.incident import Kind, Scope, Severity
from monitor.model.verdict import Cause
from tests.promtool_rules import CONFIG, promtool

BY_SCOPE = {
    Scope.MONITOR: "CctvMonitorBlind",
    Scope.GATEWAY: "CctvGatewayDown",
    Scope.PROVIDER: "CctvProviderOutage",
    Scope.REGION: "CctvProviderOutage",
    Scope.SITE: "CctvSiteDark",
    Scope.RECORDER: "CctvSiteDark",
    Scope.CAMERA: "CctvCameraLost",
}
BY_CAUSE = {
    Cause.CONTRACT_LAPSED: "CctvContractLapsedDark",
    Cause.BAD_CREDENTIALS: "CctvCredentialsRefused",
    Cause.LOCKED_OUT: "CctvCredentialsRefused",
}
SEVERITIES = {Severity.CRITICAL: "critical", Severity.MAJOR: "warning", Severity.MINOR: "info"}

Labels = dict[str, str]


def alert_of(scope: Scope, cause: Cause) -> str:
    """Say which alert an incident belongs to."""
    return BY_SCOPE[scope] if scope is Scope.MONITOR else BY_CAUSE.get(cause, BY_SCOPE[scope])


def series(name: str, labels: Labels) -> str:
    return f"{name}{{{','.join(f'{key}={value!r}' for key, value in labels.items())}}}"


def judged(folder: Path, incidents: list[Labels], alerts: list[Labels]) -> None:
    """Let promtool find exactly these alerts for these open incidents."""
    of_monitor = {"job": "cctv-monitor", "instance": "m"}
    test = {
        "interval": "15s",
        "input_series": [
            {"series": series("cctv_incident_open", each | of_monitor), "values": "1x8"} for each in incidents
        ],
        "promql_expr_test": [
            {
                "expr": "ALERTS",
                "eval_time": "1m",
                "exp_samples": [{"labels": series("ALERTS", each), "value": 1} for each in alerts],
            }
        ],
    }
    file = folder / "test.yml"
    rule_files = [str(CONFIG / "incidents.rules.yml")]
    file.write_text(yaml.safe_dump({"rule_files": rule_files, "tests": [test]}), encoding="utf-8")
    done = promtool("test", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr


def incident(scope: Scope, cause: Cause, severity: Severity, kind: Kind) -> Labels:
    return {
        "incident": f"{scope.value}:{cause.value}",
        "scope": scope.value,
        "cause": cause.value,
        "owner": "school",
        "severity": severity.value,
        "region": "750000000",
        "institution": "i-1",
        "kind": kind.value,
    }


@pytest.mark.parametrize("severity", Severity)
def test_every_outage_belongs_to_exactly_one_alert(severity: Severity, tmp_path: Path) -> None:
    """All scopes × all causes: one alert each, with the incident's labels, and its severity translated."""
    told = dict(SEVERITIES)
    pairs = list(product(Scope, Cause))
    incidents = [incident(scope, cause, severity, Kind.OUTAGE) for scope, cause in pairs]
    alerts = [
        each
        | {"alertname": name, "alertstate": "firing"}
        | {"severity": "info" if name == "CctvCameraLost" else told[severity]}
        for (scope, cause), each in zip(pairs, incidents, strict=True)
        for name in (alert_of(scope, cause),)
    ]
    judged(tmp_path, incidents, alerts)


def test_what_was_never_connected_belongs_to_none(tmp_path: Path) -> None:
    """All scopes × all causes of what was never received: no alert."""
    kind = Kind.NEVER_CONNECTED
    judged(tmp_path, [incident(*pair, Severity.CRITICAL, kind) for pair in product(Scope, Cause)], [])
