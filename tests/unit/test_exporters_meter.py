"""What the monitor did is counted under the names that docs/metrics.md lists."""

import asyncio
import inspect
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from exporters.prometheus import doings
from exporters.prometheus.backlog import BacklogCollector, Limits
from exporters.prometheus.catalogue import FAMILIES
from exporters.prometheus.exposition import Exposition
from exporters.prometheus.meter import Counters
from exporters.prometheus.notifications import NotificationCounters
from exporters.prometheus.page import tables
from exporters.terminal.recent import Recent
from monitor.judge.selfcheck import Check, Finding, Result
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict
from monitor.run.backlog import Backlog
from monitor.run.meter import Meter, SilentMeter
from monitor.run.streams import Index
from monitor.settings.keys import Baseline
from probes.centre.base import Sweep
from probes.failure import Failure, Stage
from simulator.virtual_clock import EPOCH
from tests.scrapes import ALMATY, DOCS, busy, check, counters, estate, full_board, loaded, report_all, sweep

ROW, BAR = re.compile(r"\| `\w+` \|"), re.compile(r"(?<!\\)\|")
OWN = {"le"}  # the label that the format itself puts on a histogram's buckets


def value(meter: Counters, name: str, **labels: str) -> float | None:
    return meter.registry.get_sample_value(name, labels)


def transition(state: State) -> Transition:
    cause = None if state is State.RECEIVING else Cause.CAMERA_OFF
    verdict = Verdict(state=state, cause=cause, proof=Proof.PROGRESS)
    return Transition(stream_id="c@g", verdict=verdict, since=EPOCH, decided_at=EPOCH)


METHODS = sorted(
    name for name, _ in inspect.getmembers(Meter, inspect.isfunction) if not name.startswith("_")
)


@pytest.mark.parametrize("kind", [Counters, Recent, SilentMeter])
@pytest.mark.parametrize("method", METHODS)
def test_counters_are_a_meter(kind: type[Meter], method: str) -> None:
    """Whatever stands for a meter takes each of its reports, in the same words."""
    assert inspect.signature(getattr(kind, method)) == inspect.signature(getattr(Meter, method))


def test_a_meter_that_remembers_hands_every_report_on() -> None:
    """Behind the meter of the board, everything is counted as without it."""
    behind, alone = counters(), counters()
    for meter in (Recent(behind), alone):
        report_all(meter)
    assert [*told(behind)] == [*told(alone)]


def told(meter: Counters) -> Iterator[bytes]:
    """What a meter tells, but for what is the process's own."""
    return (each for each in meter.encode() if b"process_" not in each)


def test_a_check_is_counted_with_its_stages() -> None:
    """A check adds to its side, its bytes, its lateness and the duration of every stage."""
    meter = counters()
    meter.check_done(check(), lateness=2.0)
    assert value(meter, "cctv_probe_checks_total", side="site") == 1
    assert value(meter, "cctv_probe_checks_total", side="centre") == 0
    assert value(meter, "cctv_probe_wire_bytes_total", side="site") == 900
    assert value(meter, "cctv_lateness_seconds_sum", work="check") == 2.0
    assert value(meter, "cctv_probe_stage_duration_seconds_sum", stage="options", side="site") == 0.5
    bucket = "cctv_probe_stage_duration_seconds_bucket"
    assert value(meter, bucket, stage="connect", side="site", le="0.01") == 0
    assert value(meter, bucket, stage="connect", side="site", le="0.03") == 1


@pytest.mark.parametrize(
    ("failed_at", "stage"),
    [pytest.param(Stage.DESCRIBE, "describe", id="named"), pytest.param(None, "unknown", id="not named")],
)
def test_a_failed_check_has_a_reason_and_a_stage(failed_at: Stage | None, stage: str) -> None:
    """A failure is counted under its reason and where it happened."""
    meter = counters()
    meter.check_done(check(Failure.UNAUTHORIZED, failed_at), lateness=0.0)
    assert value(meter, "cctv_probe_failures_total", reason="unauthorized", stage=stage) == 1


def test_a_sweep_that_failed_is_no_success() -> None:
    """A failed sweep takes time and counts as failed; only an answered one moves the last success."""
    meter = counters()
    meter.sweep_done(sweep(), lateness=0.0)
    later = Sweep("g", EPOCH + timedelta(seconds=30), 0.25, {}, failure=Failure.CONNECT_REFUSED)
    meter.sweep_done(later, lateness=0.0)
    assert value(meter, "cctv_sweep_duration_seconds_count", gateway="g") == 2
    assert value(meter, "cctv_sweep_failures_total", gateway="g", reason="connect_refused") == 1
    last = value(meter, "cctv_sweep_last_success_timestamp_seconds", gateway="g")
    assert last == EPOCH.timestamp()


async def test_a_gateway_that_left_is_not_told() -> None:
    """A scrape forgets what was counted of gateways that the register no longer has."""
    meter = counters()
    meter.sweep_done(sweep("g"), lateness=0.0)
    meter.sweep_done(sweep("gone", Failure.TIMED_OUT), lateness=0.0)
    metrics = Exposition(loaded(Index.of(estate(3))), meter, baseline=(), zone=ALMATY, now=lambda: EPOCH)
    text = b"".join([chunk async for chunk in metrics.chunks()])
    assert b'cctv_sweep_duration_seconds_count{gateway="g"} 1.0' in text
    assert b"gone" not in text


def test_commits_are_counted_by_state() -> None:
    """Committed transitions add to their new state; refused writes are counted apart."""
    meter = counters()
    meter.committed([transition(s) for s in (State.RECEIVING, State.UNKNOWN, State.UNKNOWN)], seconds=0.5)
    meter.commit_failed()
    assert value(meter, "cctv_transitions_total", state="unknown") == 2
    assert value(meter, "cctv_transitions_total", state="receiving") == 1
    assert value(meter, "cctv_transitions_total", state="not_receiving") == 0
    assert value(meter, "cctv_commit_duration_seconds_sum") == 0.5
    assert value(meter, "cctv_commit_failures_total") == 1


@pytest.mark.parametrize(
    ("result", "shown", "failed"), [(Result.OK, 1, 0), (Result.FAILED, 0, 1), (Result.UNTOLD, None, 0)]
)
def test_a_test_of_ourselves_is_told(result: Result, shown: float | None, failed: float) -> None:
    """The last result is shown, failures are counted; what could not be tested has no series."""
    meter = counters()
    meter.selfcheck_done(Finding(check=Check.DISK, result=result, at=EPOCH))
    assert value(meter, "cctv_selfcheck_ok", check="disk") == shown
    assert value(meter, "cctv_selfcheck_failures_total", check="disk") == failed
    assert value(meter, "cctv_selfcheck_failures_total", check="network") == 0


def test_blindness_and_doubt_are_told() -> None:
    """Whether the monitor is blind is shown from the start; every suspect window is counted."""
    meter = counters()
    shown = [value(meter, "cctv_monitor_blind")]
    for blind in (True, False):
        meter.sight_is(blind=blind)
        meter.window_suspect(2.0)
        shown.append(value(meter, "cctv_monitor_blind"))
    assert shown == [0, 1, 0]
    assert value(meter, "cctv_suspect_windows_total") == 2


def test_messages_are_counted_where_people_are_told() -> None:
    """Sent and failed messages are counted, what waits is summed over addresses; elsewhere there are none."""
    meter = counters()
    assert b"cctv_notifications" not in b"".join(meter.encode())
    told = NotificationCounters(meter.registry, ("apprise",))
    told.notified("apprise", sent=True)
    for mailbox, news in (("a#1", 3), ("a#2", 2), ("a#1", 1)):
        told.waiting(mailbox, news)
    assert value(meter, "cctv_notifications_total", notifier="apprise", outcome="sent") == 1
    assert value(meter, "cctv_notifications_total", notifier="apprise", outcome="failed") == 0
    assert value(meter, "cctv_notifications_waiting") == 3


def test_two_monitors_do_not_count_into_each_other() -> None:
    """Each meter has a registry of its own."""
    one, other = counters(), counters()
    one.commit_failed()
    assert value(other, "cctv_commit_failures_total") == 0
    assert value(other, "cctv_monitor_build_info", version="1.2.3", python="3.11.7") == 1


def test_the_interval_is_that_between_answered_sweeps() -> None:
    """The effective interval is told from the second answered sweep on; failed ones do not end it."""
    meter = counters()
    meter.sweep_done(sweep(), lateness=0.0)
    assert value(meter, "cctv_sweep_interval_seconds", gateway="g") is None
    failed = Sweep("g", EPOCH + timedelta(seconds=30), 0.25, {}, failure=Failure.TIMED_OUT)
    meter.sweep_done(failed, lateness=0.0)
    meter.sweep_done(Sweep("g", EPOCH + timedelta(seconds=61), 0.25, {}), lateness=0.0)
    assert value(meter, "cctv_sweep_interval_seconds", gateway="g") == 61
    meter.keep_gateways([])
    assert value(meter, "cctv_sweep_interval_seconds", gateway="g") is None


async def test_the_page_is_made_from_what_a_scrape_tells() -> None:
    """docs/metrics.md has each metric's name, type, unit, labels and help exactly as a scrape tells them."""
    page = DOCS.read_text(encoding="utf-8")
    for heading, table in tables().items():
        assert f"## {heading}\n" in page
        assert table in page, f"make the table of {heading!r} anew: python -m exporters.prometheus.page"
    text = await full_text()
    lines = text.splitlines()
    kinds = dict(line.split(" ")[2:4] for line in lines if line.startswith("# TYPE "))
    helps = dict(line.split(" ", 3)[2:4] for line in lines if line.startswith("# HELP "))
    found = [line.strip("|") for line in page.splitlines() if ROW.match(line)]
    rows = [[cell.strip() for cell in BAR.split(line)] for line in found]
    assert {row[0].strip("`"): row[1] for row in rows} == kinds
    assert {row[0].strip("`"): row[4].replace("\\|", "|") for row in rows} == helps
    assert len(rows) == len(kinds)


async def test_samples_have_the_labels_of_their_family() -> None:
    """Every sample of a full scrape has the labels that the page lists, in that order for what we encode."""
    declared = {family.name: family.labels for family in (*FAMILIES, *doings.FAMILIES)}
    families = list(text_string_to_metric_families(await full_text()))
    for family in families:
        name = family.name + ("_total" if family.type == "counter" else "")
        for sample in family.samples:
            assert set(sample.labels) - OWN == set(declared.get(name, ()))
        assert family.samples, f"{name} is not in the full scrape"


async def full_text() -> str:
    """Scrape a monitor of which every metric has a sample."""
    meter = busy()
    limits = Limits(sweep_interval=30, bytes_per_second=32_000, connections=4, log_ins=3)
    collector = BacklogCollector(lambda: Backlog(beat_at=EPOCH), size_of_a_database, limits)
    meter.registry.register(collector)
    NotificationCounters(meter.registry, ("apprise",))
    baseline = (Baseline(unit="cameras", as_of=date(2023, 3, 7), ratio=0.62),)
    metrics = Exposition(full_board(), meter, baseline=baseline, zone=ALMATY, now=lambda: EPOCH)
    works = [asyncio.create_task(each) for each in (metrics.keep_fresh(), collector.keep_measuring())]
    await asyncio.sleep(0.1)
    for work in works:
        work.cancel()
    return b"".join([chunk async for chunk in metrics.chunks()]).decode()


async def size_of_a_database() -> int:
    return 4096
