"""From a confirmed state and the evidence to a verdict with its proof and its reasons."""

from datetime import datetime
from functools import cache

from monitor.judge.causes import decide, missing
from monitor.judge.evidence import Evidence, SiteLook, SiteView
from monitor.model.verdict import Cause, Proof, State, Verdict, Warn


@cache
def receiving(proof: Proof, *, uncovered: bool) -> Verdict:
    """Say that a stream is received; `uncovered`: its site's channel has no contract today."""
    warnings = (Warn.WORKING_UNCOVERED,) if uncovered else ()
    return Verdict(state=State.RECEIVING, proof=proof, warnings=warnings)


def not_received(state: State, evidence: Evidence) -> Verdict:
    """Say that a stream is not received, or not known, and why. All evidence stays with the verdict."""
    rule = decide(state, evidence)
    reasons = [("rule", rule.why), *_told(evidence)]
    if rule.cause is Cause.CANNOT_TELL:
        reasons += [("missing", item) for item in missing(evidence)]
    return Verdict(state=state, cause=rule.cause, evidence=tuple(reasons))


def _told(evidence: Evidence) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if evidence.gateway is not None:
        flow = evidence.gateway.flow.value if evidence.gateway.flow is not None else "not looked at"
        told.append(("gateway", flow if evidence.gateway.swept else f"not swept: {evidence.gateway.detail}"))
    if evidence.camera is not None:
        told.append(("camera", _camera(evidence.camera)))
    if evidence.site.others:
        told.append(("site", _site(evidence.site)))
    if evidence.contract is not None and evidence.contract.ended_on is not None:
        told.append(("contract", f"ended on {evidence.contract.ended_on.isoformat()}"))
    if evidence.planned is not None:
        told.append(
            ("maintenance", f"{evidence.planned.maintenance_id}, until {_moment(evidence.planned.until)}")
        )
    return told


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _site(site: SiteView) -> str:
    return (
        f"of {site.others} other cameras {site.receiving} are received, {site.answered} answer, "
        f"{site.refused} refuse, {site.vanished} are gone, {site.unasked} not asked"
    )


def _camera(look: SiteLook) -> str:
    when = _moment(look.at)
    if look.failure is None:
        return f"{'plays' if look.plays else 'answers'} at {when}"
    at = f" at {look.failed_at.value}" if look.failed_at is not None else ""
    return f"{look.failure.value}{at}, {when}"
