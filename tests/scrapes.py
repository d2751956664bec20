"""A made-up estate of any size, its metrics, and what a parser reads out of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client.parser import text_string_to_metric_families

from exporters.prometheus.exposition import Exposition
from exporters.prometheus.meter import Counters
from monitor.judge.selfcheck import Check, Finding, Result
from monitor.model.channels import Contract
from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Enrolment,
    Estate,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, Owner, State, Transition, Verdict
from monitor.run.board import Board
from monitor.run.meter import Meter
from monitor.run.streams import Index
from monitor.settings.keys import Baseline
from probes.base import Observation, Side, StageTime
from probes.centre.base import Sweep
from probes.failure import Failure, Stage
from simulator.virtual_clock import EPOCH
from tests import registered

DOCS = Path(__file__).parents[1] / "docs" / "metrics.md"
ALMATY = ZoneInfo("Asia/Almaty")
REGIONS = ("110000000", "350000000")  # of every other institution; the centre is in a third one
NASTY = 'a"b\\c\nd{e="f"} ,№ 7 «Сынақ»\r\u2028'

Samples = dict[str, dict[tuple[tuple[str, str], ...], float]]


def estate(institutions: int, cameras: int = 2, contracts: Iterable[Contract] = ()) -> Estate:
    """Build so many institutions with a site and cameras each, the last one without cameras."""
    numbers = range(institutions)
    pairs = [(n, c) for n in numbers[:-1] for c in range(cameras)]
    return Estate(
        institutions={
            f"i{n}": Institution(
                institution_id=f"i{n}",
                name=f"{n} {NASTY}",
                region=REGIONS[n % 2],
                type=InstitutionType.SCHOOL,
                ownership=Ownership.PUBLIC,
                headcount=600 if n % 2 == 0 else None,
            )
            for n in numbers
        },
        sites={f"s{n}": Site(site_id=f"s{n}", institution_id=f"i{n}", name="") for n in numbers},
        cameras={
            f"c{n}-{c}": Camera(camera_id=f"c{n}-{c}", site_id=f"s{n}", url="rtsp://c/") for n, c in pairs
        },
        centres={"o": Centre(centre_id="o", name="OCC", kind=CentreKind.OCC, region="750000000")},
        gateways={"g": Gateway(gateway_id="g", centre_id="o", kind="mediamtx", url="http://g/")},
        enrolments=tuple(
            Enrolment(camera_id=f"c{n}-{c}", gateway_id="g", stream_key=f"{n}/{c}") for n, c in pairs
        ),
        channels=registered.channels_of(f"s{n}" for n in numbers),
        contracts=tuple(contracts),
    )


def full_board() -> Board:
    """Fill a board of which everything that can be told is told, at EPOCH: the turn of 2025 to 2026."""
    ended, ends = date(2025, 12, 31), date(2026, 3, 31)
    board = loaded(
        Index.of(
            estate(
                5,
                contracts=[
                    registered.contract("s0", date(2025, 1, 1), ended),
                    registered.contract("s1", date(2025, 1, 1), ends),
                ],
            )
        )
    )
    board.apply((), [replace(incident("s0", Scope.SITE), pupils=600)])
    board.unmatched = {"g": (1, 2)}
    return board


def transition(stream_id: str, verdict: Verdict) -> Transition:
    return Transition(stream_id=stream_id, verdict=verdict, since=EPOCH, decided_at=EPOCH)


def exposition(board: Board, *, now: datetime = EPOCH) -> Exposition:
    baseline = (Baseline(unit="institutions", as_of=date(2023, 3, 7), part=4360, whole=6936),)
    counters = Counters(version="1.2.3", python="3.11")
    return Exposition(board, counters, baseline=baseline, zone=ALMATY, now=lambda: now)


def loaded(index: Index) -> Board:
    board = Board()
    board.load(index, {})
    return board


async def scrape(metrics: Exposition) -> Samples:
    return parse(b"".join([chunk async for chunk in metrics.chunks()]))


def parse(text: bytes) -> Samples:
    samples: Samples = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            key = tuple(sorted(sample.labels.items()))
            assert key not in samples.setdefault(sample.name, {}), (sample.name, key)
            samples[sample.name][key] = sample.value
    return samples


def by(samples: Samples, name: str, label: str) -> dict[str, float]:
    return {dict(key)[label]: value for key, value in samples.get(name, {}).items()}


def by_two(samples: Samples, name: str, first: str, second: str) -> dict[tuple[str, str], float]:
    found = ((dict(key), value) for key, value in samples.get(name, {}).items())
    return {(labels[first], labels[second]): value for labels, value in found}


def contract(site: int, ends_on: date = date(2026, 12, 31), number: str = "7/2026") -> Contract:
    return registered.contract(f"s{site}", date(2026, 1, 1), ends_on, number=number)


def incident(subject: str, scope: Scope, cause: Cause = Cause.SITE_DARK) -> Incident:
    return Incident(
        incident_id=f"{scope.value}:{subject}",
        scope=scope,
        subject=subject,
        cause=cause,
        owner=Owner.PROVIDER,
        opened_at=EPOCH,
        streams=40,
    )


def counters() -> Counters:
    return Counters(version="1.2.3", python="3.11.7")


def sweep(gateway_id: str = "g", failure: Failure | None = None) -> Sweep:
    return Sweep(gateway_id, EPOCH, 0.25, {}, failure=failure)


def check(failure: Failure | None = None, failed_at: Stage | None = None) -> Observation:
    return Observation(
        target="c",
        side=Side.SITE,
        at=EPOCH,
        reached=Stage.CONNECT,
        failure=failure,
        failed_at=failed_at,
        stages=(StageTime(name=Stage.CONNECT, seconds=0.02), StageTime(name=Stage.OPTIONS, seconds=0.5)),
        bytes_on_wire=900,
    )


def busy() -> Counters:
    """Have every metric counted at least once."""
    meter = counters()
    report_all(meter)
    return meter


def report_all(meter: Meter) -> None:
    """Make every report that a meter takes."""
    meter.sweep_done(sweep(), lateness=0.1)
    meter.sweep_done(sweep(failure=Failure.TIMED_OUT), lateness=0.1)
    meter.sweep_done(sweep(), lateness=0.1)
    meter.check_done(check(Failure.UNAUTHORIZED, Stage.DESCRIBE), lateness=2.0)
    meter.survey_done("recorder", Failure.UNAUTHORIZED, bytes_on_wire=900, lateness=0.5, log_ins=1)
    meter.budget_waited(1.5)
    meter.check_held_back("own_fault")
    meter.password_withheld()
    meter.committed(
        [transition("c0-0@g", Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND))], seconds=0.004
    )
    meter.commit_failed()
    meter.passwords_read(opened=True)
    meter.loop_lag(0.001)
    meter.selfcheck_done(Finding(check=Check.NETWORK, result=Result.FAILED, at=EPOCH))
    meter.selfcheck_done(Finding(check=Check.DISK, result=Result.UNTOLD, at=EPOCH))
    meter.looked(0.25)
    meter.sight_is(blind=True)
    meter.window_suspect(1.5)
