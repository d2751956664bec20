"""What waits, what it may cost and how big the database is are told as they are at the scrape."""

import asyncio

from prometheus_client import CollectorRegistry

from exporters.prometheus.backlog import BacklogCollector, Limits
from monitor.run.backlog import Backlog
from monitor.run.poller import PollRules
from monitor.store.error import StoreUnavailableError
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual

LIMITS = Limits.of(30.0, PollRules(site_kbps=256, site_concurrency=4, most_bad_log_ins=3))
BUSY = Backlog(
    beat_at=EPOCH,
    transitions=1,
    losses=2,
    checks=3,
    surveys=4,
    sites_at_bytes=5,
    sites_at_connections=6,
    sites_at_log_ins=7,
)


class Measured:
    """A database that grows, and cannot be measured at times."""

    def __init__(self) -> None:
        self.bytes, self.away = 0, False

    async def size(self) -> int:
        """Grow, or refuse."""
        if self.away:
            raise StoreUnavailableError("no connection")
        self.bytes += 1000
        return self.bytes


def registry_of(backlog: Backlog | None, database: Measured) -> tuple[CollectorRegistry, BacklogCollector]:
    registry, collector = CollectorRegistry(), BacklogCollector(lambda: backlog, database.size, LIMITS)
    registry.register(collector)
    return registry, collector


def test_everything_that_waits_is_told() -> None:
    """Each queue and each limit has its own series."""
    registry, _ = registry_of(BUSY, Measured())
    queues = {q: registry.get_sample_value("cctv_queue_length", {"queue": q}) for q in QUEUES}
    assert queues == QUEUES
    limits = {k: registry.get_sample_value("cctv_probe_sites_at_limit", {"limit": k}) for k in AT_LIMIT}
    assert limits == AT_LIMIT
    assert registry.get_sample_value("cctv_heartbeat_last_timestamp_seconds") == EPOCH.timestamp()


QUEUES = {"commit": 1, "evidence": 2, "checks": 3, "surveys": 4}
AT_LIMIT = {"bytes": 5, "connections": 6, "log_ins": 7}


def test_what_is_configured_is_told() -> None:
    """256 kbit/s are 32,000 bytes per second; what is set needs no monitor at work."""
    registry, _ = registry_of(None, Measured())
    asked = {"bytes_per_second": 32_000, "connections": 4, "log_ins": 3}
    limits = {key: registry.get_sample_value("cctv_probe_budget_limit", {"limit": key}) for key in asked}
    assert limits == asked
    assert registry.get_sample_value("cctv_sweep_interval_configured_seconds") == 30
    assert registry.get_sample_value("cctv_heartbeat_last_timestamp_seconds") is None
    assert registry.get_sample_value("cctv_queue_length", {"queue": "commit"}) is None


def test_the_database_is_measured_on_a_slow_beat() -> None:
    """Its size is of the last measurement, and not told while it cannot be measured."""
    database = Measured()
    registry, collector = registry_of(BUSY, database)

    async def story() -> list[float | None]:
        seen: list[float | None] = []
        keeping = asyncio.create_task(collector.keep_measuring())
        for away in (False, False, True, False):
            database.away = away
            await asyncio.sleep(300)
            seen.append(registry.get_sample_value("cctv_database_size_bytes"))
        keeping.cancel()
        return seen

    assert registry.get_sample_value("cctv_database_size_bytes") is None
    assert run_virtual(story(), VirtualLoop()) == [1000, 2000, None, 3000]
