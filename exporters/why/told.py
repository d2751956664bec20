"""Explanations as plain values, for programs: the keys of `why --json` and of /api/why."""

from typing import Any

from exporters.terminal.words import Words
from exporters.why.chain import LinkTold
from exporters.why.explain import StreamWhy, Why
from exporters.why.steps import SiteContracts, next_step
from monitor.law.contracts import ChannelStanding
from monitor.store.rows import Interval

Evidence = tuple[tuple[str, str], ...]


def as_dict(why: Why, contracts: SiteContracts, words: Words) -> dict[str, Any]:
    """Give everything that is known; `next_step` in the reader's language, evidence as it was stored."""
    incidents = [incident for incident, _ in why.groups() if incident is not None]
    return {
        "id": why.subject,
        "kind": "camera" if why.is_camera else "institution",
        "name": why.name,
        "looking": why.looking,
        "cameras": why.cameras,
        "incidents": [each.incident_id for each in incidents],
        "streams": [_stream(each, contracts, words) for each in why.streams],
    }


def _stream(each: StreamWhy, contracts: SiteContracts, words: Words) -> dict[str, Any]:
    verdict, stream = each.verdict, each.stream
    step = next_step(verdict.cause, stream.site_id, contracts, words) if verdict.cause is not None else None
    return {
        "stream_id": stream.stream_id,
        "camera_id": stream.camera_id,
        "site_id": stream.site_id,
        "institution_id": stream.institution_id,
        "gateway_id": stream.gateway_id,
        "state": verdict.state,
        "cause": verdict.cause,
        "proof": verdict.proof,
        "warnings": list(verdict.warnings),
        "since": each.since.isoformat() if each.since is not None else None,
        "rule": each.rule,
        "chain": [_link(link) for link in each.chain],
        "evidence": _evidence(each.aside),
        "outside": each.outside,
        "contracts": [_contract(standing) for standing in each.contracts],
        "incident_id": each.incident.incident_id if each.incident is not None else None,
        "incident_flapping": each.incident_flapping,
        "history": [_interval(interval) for interval in each.history],
        "owner": each.owner,
        "call": each.call.as_dict() if each.call is not None else None,
        "next_step": step,
    }


def _link(told: LinkTold) -> dict[str, Any]:
    return {"link": told.link, "state": told.state, "evidence": _evidence(told.evidence)}


def _evidence(evidence: Evidence) -> list[dict[str, str]]:
    return [{"of": name, "seen": seen} for name, seen in evidence]


def _contract(standing: ChannelStanding) -> dict[str, Any]:
    contract, until = standing.contract, standing.covered_until
    return {
        "channel_id": standing.channel.channel_id,
        "status": standing.status,
        "ends_on": until.isoformat() if until is not None else None,
        "provider": contract.provider if contract is not None else None,
    }


def _interval(interval: Interval) -> dict[str, Any]:
    ended = interval.ended_at
    return {
        "state": interval.verdict.state,
        "cause": interval.verdict.cause,
        "began_at": interval.began_at.isoformat(),
        "ended_at": ended.isoformat() if ended is not None else None,
    }
