"""What waits in the monitor, what it may cost a site, and how big its database is: asked for at each scrape.

Collected by the client library beside what is counted; the database is measured apart, on a slow beat.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

import structlog
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from exporters.prometheus import doings
from exporters.prometheus.text import Family
from monitor.run.backlog import Backlog
from monitor.run.poller import PollRules
from monitor.store.error import StoreError

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EVERY = 300.0  # seconds between two measurements of the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is configured."""

    sweep_interval: float  # seconds
    bytes_per_second: float  # of one site where the register says nothing else, as are the others
    connections: int
    log_ins: int  # refused in a row, until the password is withheld

    @classmethod
    def of(cls, sweep_interval: float, polls: PollRules) -> "Limits":
        """Read them out of the rules of a shift."""
        return cls(
            sweep_interval=sweep_interval,
            bytes_per_second=polls.site_kbps * 1000 / 8,
            connections=polls.site_concurrency,
            log_ins=polls.most_bad_log_ins,
        )


class BacklogCollector(Collector):
    """Collects all that. `backlog` gives None while no shift is at work: then nothing waits."""

    def __init__(
        self, backlog: Callable[[], Backlog | None], size: Callable[[], Awaitable[int]], limits: Limits
    ) -> None:
        self._backlog = backlog
        self._measure = size  # of the database in bytes; raises StoreError
        self._limits = limits
        self._size: int | None = None

    async def keep_measuring(self, every: float = EVERY) -> None:
        """Measure the database every so many seconds, until cancelled."""
        while True:
            try:
                self._size = await self._measure()
            except StoreError as error:
                self._size = None
                log.warning("database_not_measured", error=type(error).__name__)
            await asyncio.sleep(every)

    def collect(self) -> Iterator[Metric]:
        """Give every metric; those without a value have no sample."""
        limits, backlog = self._limits, self._backlog()
        yield _gauge(
            doings.BUDGET_LIMIT,
            {
                "bytes_per_second": limits.bytes_per_second,
                "connections": limits.connections,
                "log_ins": limits.log_ins,
            },
        )
        yield _gauge(doings.SWEEP_INTERVAL_SET, {"": limits.sweep_interval})
        yield _gauge(doings.DATABASE_SIZE, {"": self._size} if self._size is not None else {})
        yield from _waiting(backlog)


def _waiting(backlog: Backlog | None) -> Iterator[Metric]:
    if backlog is None:
        yield from (_gauge(each, {}) for each in (doings.QUEUE, doings.SITES_AT_LIMIT, doings.HEARTBEAT))
        return
    yield _gauge(
        doings.QUEUE,
        {
            "commit": backlog.transitions,
            "evidence": backlog.losses,
            "checks": backlog.checks,
            "surveys": backlog.surveys,
        },
    )
    yield _gauge(
        doings.SITES_AT_LIMIT,
        {
            "bytes": backlog.sites_at_bytes,
            "connections": backlog.sites_at_connections,
            "log_ins": backlog.sites_at_log_ins,
        },
    )
    yield _gauge(doings.HEARTBEAT, {"": backlog.beat_at.timestamp()})


def _gauge(family: Family, values: Mapping[str, float]) -> GaugeMetricFamily:
    """Make a metric of values by its only label; a metric without one has its value under ""."""
    metric = GaugeMetricFamily(family.name, family.help, labels=family.labels)
    for word, value in values.items():
        metric.add_metric((word,) if family.labels else (), value)
    return metric
