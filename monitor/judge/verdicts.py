"""From a confirmed state and the evidence to a verdict with its proof and its reasons."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from monitor.judge.causes import decide, missing
from monitor.judge.evidence import DeviceView, Evidence, SiteLook
from monitor.judge.folding import REGION
from monitor.judge.neighbours import LanView, RecorderView, SiteView
from monitor.model.verdict import Cause, Proof, State, Verdict, Warn
from probes.failure import REFUSED_US

_OF_DEVICE = frozenset({Warn.CLOCK_DRIFT, Warn.IDENTITY_DRIFT})


@cache
def _received(proof: Proof, warnings: tuple[Warn, ...]) -> Verdict:
    return Verdict(state=State.RECEIVING, proof=proof, warnings=warnings)


def receiving(proof: Proof, warnings: tuple[Warn, ...] = (), *, device: DeviceView | None = None) -> Verdict:
    """Say that a stream is received, and what is yet not as it should be, with what the device said."""
    verdict = _received(proof, warnings)
    if device is None or _OF_DEVICE.isdisjoint(warnings):
        return verdict
    return replace(verdict, evidence=(("onvif", device_told(device)),))


def not_received(state: State, evidence: Evidence) -> Verdict:
    """Say that a stream is not received, or not known, and why. All evidence stays with the verdict."""
    rule = decide(state, evidence)
    reasons = [("rule", rule.why), *_told(evidence)]
    if rule.cause is Cause.CANNOT_TELL:
        reasons += [("missing", item) for item in missing(evidence)]
    return Verdict(state=state, cause=rule.cause, evidence=tuple(reasons))


def _told(evidence: Evidence) -> list[tuple[str, str]]:
    """Write down what was seen, from the centre to the camera and on to the papers."""
    told: list[tuple[str, str]] = []
    if evidence.gateway is not None:
        flow = evidence.gateway.flow.value if evidence.gateway.flow is not None else "not looked at"
        told.append(("gateway", flow if evidence.gateway.swept else f"not swept: {evidence.gateway.detail}"))
    if evidence.gateway is not None and evidence.gateway.stopped:
        playing = f", and {evidence.gateway.playing} of its cameras or more play at their schools"
        stands = "every stream of several sites and providers stands still"
        told.append(("gateway", stands + (playing if evidence.gateway.playing else "")))
    if evidence.edge is not None:
        told.append(("edge", f"{evidence.edge.reach.value}{_way(evidence.edge.strained)}"))
    if evidence.recorder is not None:
        told.append(("recorder", _recorder(evidence.recorder)))
    if evidence.camera is not None:
        told.append(("camera", _camera(evidence.camera) + _elsewhere(evidence.elsewhere)))
    if evidence.device is not None:
        told.append(("onvif", device_told(evidence.device)))
    if evidence.site.others:
        told.append(("site", _site(evidence.site)))
    if evidence.lan.others:
        told.append(("lan", _lan(evidence.lan)))
    return told + _told_of_papers(evidence)


def _told_of_papers(evidence: Evidence) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if evidence.provider is not None and evidence.provider.dark + evidence.provider.up:
        near = evidence.provider
        told.append(("provider", f"{near.provider}: {near.dark} other sites went dark too, {near.up} are up"))
    if evidence.provider is not None and evidence.provider.regional:
        near = evidence.provider
        said = f"{near.region_dark} other sites of {near.region_providers} providers went dark too"
        told.append((REGION, f"{said}, {near.region_up} are up"))
    if evidence.contract is not None and evidence.contract.ended_on is not None:
        told.append(("contract", f"ended on {evidence.contract.ended_on.isoformat()}"))
    if evidence.planned is not None:
        until = _moment(evidence.planned.until)
        told.append(("maintenance", f"{evidence.planned.maintenance_id}, until {until}"))
    return told


def device_told(view: DeviceView) -> str:
    """Say what a camera said over ONVIF, and what is odd about it."""
    said = [view.identity] if view.identity else []
    if view.clock_offset is not None:
        said.append(f"clock {view.clock_offset:+.0f} s")
    said += view.profiles
    if view.foreign_host:
        said.append("names a stream on another host, which is not dialled")
    if view.failure is not None:
        said.append(view.failure.value)
    return f"{'; '.join(said) or 'says nothing'}, {_moment(view.at)}"


def _recorder(view: RecorderView) -> str:
    if view.serves:
        state = "answers"
    elif view.alive is None:
        state = "not asked" if view.at is None else "not known"
    else:
        state = "is there and does not serve" if view.alive else "is gone"
    said = f"{view.recorder_id} {state}"
    if view.input is not None:
        said += f", says of the input: {view.input.value}"
    if view.locked:
        said += ", says that our account is locked"
    return f"{said}; of {view.others} other inputs {view.working} work, {view.vanished} are gone"


def _lan(view: LanView) -> str:
    return f"of {view.others} cameras that hang with it {view.working} work, {view.vanished} are gone"


def _way(strained: bool) -> str:
    return ", the way to it loses packets" if strained else ""


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _site(site: SiteView) -> str:
    return (
        f"of {site.others} other cameras {site.receiving} are received, {site.answered} answer, "
        f"{site.refused} refuse, {site.vanished} are gone, {site.unasked} not asked"
    )


def _camera(look: SiteLook) -> str:
    when = _moment(look.at)
    way = _way(look.strained)
    if look.failure is None:
        return f"{'plays' if look.plays else 'answers'} at {when}{way}"
    at = f" at {look.failed_at.value}" if look.failed_at is not None else ""
    return f"{look.failure.value}{at}, {when}{way}{_log_in(look)}"


def _log_in(look: SiteLook) -> str:
    """Say what is known of the password that did not let us in."""
    known = look.log_in
    if known is None or look.failure not in REFUSED_US:
        return ""
    said = ", its password was withheld" if known.withheld else ""
    if known.refusals:
        said += f", refused {known.refusals} times before"
    if known.proved:
        said += ", taken before that"
    return said + (", and the picture arrived all the same" if known.received else "")


def _elsewhere(streams: int) -> str:
    return f", {streams} other streams of it are received" if streams else ""
