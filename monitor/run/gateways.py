"""The sweepers of all gateways: one task each, started, kept and stopped as the register says."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.judge.ledger import Change, Ledger
from monitor.judge.patience import Rules
from monitor.judge.selfcheck import Worth
from monitor.model.estate import Gateway
from monitor.model.incident import Incident
from monitor.model.sample import Sample
from monitor.model.verdict import Proof
from monitor.run.clock import Clock
from monitor.run.desk import Desk
from monitor.run.meter import Meter
from monitor.run.streams import Index
from monitor.run.sweeper import Sweeper
from probes.base import Credentials
from probes.centre.base import CentreSource

SourceOf = Callable[[Gateway, Credentials | None], CentreSource]
PROOFS = {"relay": Proof.MEDIA}  # what a kind of gateway's answers prove; counters prove progress


@dataclass(frozen=True, slots=True)
class _AtWork:
    gateway: Gateway
    credentials: Credentials | None
    sweeper: Sweeper
    task: "asyncio.Task[None]"


class Gateways:
    """Every gateway of the register has one sweeper at work."""

    def __init__(
        self,
        *,
        source_of: SourceOf,
        rules: Rules,
        desk: Desk,
        clock: Clock,
        meter: Meter,
        on_judged: Callable[[str, Sequence[Change], Incident | None], None],
        on_doubt: Callable[[Iterable[str]], None],
        on_gone: Callable[[Incident], None],
        on_sampled: Callable[[Sample], None] = lambda _: None,
        worth: Callable[[datetime], Worth] = lambda _: Worth.ALL,
    ) -> None:
        self._source_of = source_of
        self._rules = rules
        self._desk = desk
        self._clock = clock
        self._meter = meter
        self._on_judged = on_judged
        self._on_doubt = on_doubt
        self._on_sampled = on_sampled
        self._worth = worth
        self._on_gone = on_gone  # a gateway left or changed, and with it its open incident
        self._at_work: dict[str, _AtWork] = {}

    async def reset(
        self, index: Index, credentials: Mapping[str, Credentials], tasks: asyncio.TaskGroup
    ) -> None:
        """Follow the register: stop sweepers whose gateway left or changed, start new ones in `tasks`."""
        wanted = index.estate.gateways
        for gateway_id, work in list(self._at_work.items()):
            if (wanted.get(gateway_id), credentials.get(gateway_id)) != (work.gateway, work.credentials):
                await self._stop(gateway_id)
                self._forget(gateway_id)
        for gateway_id, gateway in wanted.items():
            streams = index.by_gateway[gateway_id]
            if gateway_id in self._at_work:
                self._at_work[gateway_id].sweeper.ledger.reset(streams, at=self._clock.now())
            else:
                ledger = Ledger(streams, self._rules, at=self._clock.now())
                self._start(gateway, credentials.get(gateway_id), ledger, tasks)

    async def close(self) -> None:
        """Stop every sweeper and give back its connections."""
        for gateway_id in list(self._at_work):
            await self._stop(gateway_id)

    def hasten(self) -> None:
        """Sweep every gateway at once."""
        for work in self._at_work.values():
            work.sweeper.hasten()

    def untried(self) -> list[str]:
        """Name the gateways that no sweep was tried of yet."""
        return [gateway_id for gateway_id, work in self._at_work.items() if not work.sweeper.tried]

    def _start(
        self, gateway: Gateway, credentials: Credentials | None, ledger: Ledger, tasks: asyncio.TaskGroup
    ) -> None:
        self._desk.proofs[gateway.gateway_id] = PROOFS.get(gateway.kind, Proof.PROGRESS)
        sweeper = Sweeper(
            gateway_id=gateway.gateway_id,
            source=self._source_of(gateway, credentials),
            ledger=ledger,
            desk=self._desk,
            clock=self._clock,
            meter=self._meter,
            on_judged=self._on_judged,
            on_doubt=self._on_doubt,
            on_sampled=self._on_sampled,
            worth=self._worth,
        )
        task = tasks.create_task(sweeper.run(), name=f"sweep {gateway.gateway_id}")
        self._at_work[gateway.gateway_id] = _AtWork(gateway, credentials, sweeper, task)

    async def _stop(self, gateway_id: str) -> None:
        work = self._at_work.pop(gateway_id)
        work.task.cancel()
        await asyncio.wait([work.task])
        await work.sweeper.source.close()

    def _forget(self, gateway_id: str) -> None:
        standing = self._desk.forget(gateway_id)
        if standing is not None and standing.incident is not None:
            self._on_gone(replace(standing.incident, closed_at=self._clock.now()))
