"""Monitors of two regions on one database, and what they write."""

from datetime import UTC, datetime, timedelta

from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, Owner, State, Transition, Verdict
from monitor.store.lock import Holder
from monitor.store.store import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AGE = timedelta(seconds=30)
RECEIVED = Verdict(state=State.RECEIVING)
BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)
FAR = NOW + timedelta(days=999)
OF_A, OF_B = "c0-a@g-a", "c0-b@g-b"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def holder(name: str, seconds: float = 0) -> Holder:
    return Holder(host=name, pid=1, started_at=at(seconds))


def turn(stream_id: str, seconds: float, verdict: Verdict = RECEIVED) -> Transition:
    return Transition(stream_id=stream_id, verdict=verdict, since=at(seconds), decided_at=at(seconds))


async def put(store: Store, *turns: Transition, source: str, first: int = 0) -> None:
    await store.commit(turns, source=source, first_sequence=first, now=turns[-1].decided_at)


def incident(key: str, seconds: float) -> Incident:
    return Incident(
        incident_id=key,
        scope=Scope.GATEWAY,
        subject="shared",
        cause=Cause.GATEWAY_DOWN,
        owner=Owner.POLICE_IT,
        opened_at=at(seconds),
    )


async def begin(store: Store, name: str, seconds: float = 0) -> None:
    await store.begin_run(name, at(seconds))
    await store.load_estate(at(seconds))


async def verdicts(url: str, seconds: float) -> dict[str, tuple[Verdict, float]]:
    """Read what everybody reads: verdicts and since when, in seconds."""
    async with Store.open(url) as reader:
        present = await reader.present(at(seconds), max_heartbeat_age=AGE)
        return {
            key: (verdict, (since - NOW).total_seconds())
            for key, (verdict, since) in present.verdicts.items()
        }
