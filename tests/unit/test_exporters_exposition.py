"""A scrape tells the board as it was at one instant, however the board changes meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.country import CODES, NEW_YEAR, country, incidents
from exporters.prometheus.catalogue import FAMILIES
from exporters.prometheus.contracts import expiry
from exporters.prometheus.exposition import Exposition
from exporters.prometheus.forecast import AHEAD
from exporters.prometheus.institutions import BATCH
from exporters.prometheus.meter import Counters
from exporters.prometheus.terms import told
from exporters.prometheus.text import Family
from monitor.model.channels import Contract, Stage
from monitor.model.estate import (
    Estate,
)
from monitor.model.incident import Scope
from monitor.model.verdict import Cause, Proof, State, Verdict, Warn
from monitor.run.board import Board
from monitor.run.counts import UNSEEN
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH, VirtualLoop, run_virtual
from tests import registered
from tests.scrapes import (
    ALMATY,
    NASTY,
    REGIONS,
    Samples,
    by,
    by_two,
    contract,
    estate,
    exposition,
    incident,
    loaded,
    parse,
    scrape,
    transition,
)

RECEIVED = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS)
WARNED = Verdict(state=State.RECEIVING, proof=Proof.MEDIA, warnings=(Warn.CLOCK_DRIFT, Warn.FLAPPING))
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF)
DARK = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK)
BLIND = Verdict(state=State.UNKNOWN, cause=Cause.GATEWAY_DOWN)
SMALL, LARGE = Index.of(estate(3)), Index.of(estate(4))


def assert_tells(samples: Samples, board: Board) -> None:
    """Compare every count of a scrape with the board's."""
    institutions = board.index.estate.institutions
    counts = {key: board.cameras_of(key) for key in institutions}
    assert by(samples, "cctv_institution_cameras", "institution") == {
        key: count.registered for key, count in counts.items()
    }
    assert by(samples, "cctv_institution_cameras_receiving", "institution") == {
        key: count.receiving for key, count in counts.items()
    }
    assert by(samples, "cctv_institution_cameras_unknown", "institution") == {
        key: count.unknown for key, count in counts.items()
    }
    assert set(by(samples, "cctv_institution_info", "name")) == {i.name for i in institutions.values()}
    verdicts = {key: present.verdict for key, present in board.streams.items()}
    streams = [
        (institutions[each.institution_id].region, verdicts.get(key, UNSEEN))
        for key, each in board.index.by_id.items()
    ]
    regions = {institution.region for institution in institutions.values()}
    assert by_two(samples, "cctv_streams_receiving", "region", "proof") == counted(
        regions, Proof, ((r, v.proof) for r, v in streams if v.state is State.RECEIVING)
    )
    assert by_two(samples, "cctv_streams_not_receiving", "region", "cause") == counted(
        regions, Cause, ((r, v.cause) for r, v in streams if v.state is State.NOT_RECEIVING)
    )
    assert by_two(samples, "cctv_streams_unknown", "region", "cause") == counted(
        regions, Cause, ((r, v.cause) for r, v in streams if v.state is State.UNKNOWN)
    )
    assert by_two(samples, "cctv_streams_warned", "region", "warning") == counted(
        regions, Warn, ((r, each) for r, v in streams for each in v.warnings)
    )
    videos = {site_id: board.counts.of_site(site_id) for site_id in board.index.estate.sites}
    assert by(samples, "cctv_site_streams", "site") == {key: v.streams for key, v in videos.items()}
    assert by(samples, "cctv_site_streams_receiving", "site") == {k: v.received for k, v in videos.items()}
    unknown = {key: video.streams - video.received - video.lost for key, video in videos.items()}
    assert by(samples, "cctv_site_streams_unknown", "site") == unknown


def counted(
    regions: Iterable[str], words: Iterable[StrEnum], found: Iterable[tuple[str, StrEnum | None]]
) -> dict[tuple[str, str], float]:
    """Count by region and word; every word of every region has a count."""
    counts = Counter(found)
    return {(region, word.value): counts[region, word] for region in regions for word in words}


VERDICTS = st.sampled_from([RECEIVED, WARNED, LOST, DARK, BLIND])
MOVES = st.one_of(
    st.tuples(st.sampled_from(sorted(LARGE.by_id)), VERDICTS), st.sampled_from([SMALL, LARGE]), st.none()
)


@settings(max_examples=60)
@given(st.lists(MOVES, max_size=25))
def test_counts_are_the_boards(moves: list[tuple[str, Verdict] | Index | None]) -> None:
    """After any changes of streams and register, with scrapes in between, a scrape gives its counts."""
    board = Board()
    metrics = exposition(board)

    async def live() -> Samples:
        for move in moves:
            if move is None:
                assert_tells(await scrape(metrics), board)
            elif isinstance(move, Index):
                board.load(move, board.streams)
            else:
                board.apply([transition(*move)])
        return await scrape(metrics)

    assert_tells(asyncio.run(live()), board)


async def test_each_scrape_is_of_one_instant() -> None:
    """While streams change between any two chunks, the chunks of one scrape still agree with each other."""
    board = loaded(Index.of(estate(2600)))
    metrics = exposition(board)
    seen: list[bytes] = []
    async for chunk in metrics.chunks():
        seen.append(chunk)
        fresh = [transition(f"c{len(seen)}-{c}@g", RECEIVED) for c in range(2)]
        board.apply(fresh)
    samples = parse(b"".join(seen))
    registered = by(samples, "cctv_institution_cameras", "institution")
    unknown = by(samples, "cctv_institution_cameras_unknown", "institution")
    assert len(seen) > len(FAMILIES)
    assert sum(registered.values()) == sum(unknown.values()) == 5198
    assert sum(by(samples, "cctv_institution_cameras_receiving", "institution").values()) == 0
    assert sum(samples["cctv_streams_receiving"].values()) == 0
    assert sum(samples["cctv_site_streams_receiving"].values()) == 0


async def test_scrapes_at_once_lose_no_change() -> None:
    """Of several scrapes begun together, during a reload, each gives all the counts."""
    board = loaded(Index.of(estate(3 * BATCH)))
    metrics = exposition(board)
    scrapes = [asyncio.create_task(scrape(metrics)) for _ in range(3)]
    await asyncio.sleep(0)
    board.apply([transition("c5-0@g", LOST)])
    await asyncio.sleep(0)
    board.load(Index.of(estate(2 * BATCH)), board.streams)
    for samples in await asyncio.gather(*scrapes):
        assert_tells(samples, board)


async def test_an_abandoned_scrape_costs_the_next_nothing() -> None:
    """A scrape that is cancelled while it encodes leaves nothing out of the next one."""
    board = loaded(Index.of(estate(5 * BATCH)))
    metrics = exposition(board)
    abandoned = asyncio.create_task(scrape(metrics))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    abandoned.cancel()
    with pytest.raises(asyncio.CancelledError):
        await abandoned
    assert_tells(await scrape(metrics), board)


async def test_the_loop_is_yielded_often() -> None:
    """Others get their turn after every batch of institutions, of contracts, and after every chunk."""
    many = 8 * BATCH
    board = loaded(Index.of(estate(many, contracts=[contract(n) for n in range(many)])))
    chunks = asyncio.create_task(count_chunks(exposition(board)))
    turns = 0
    while not chunks.done():
        await asyncio.sleep(0)
        turns += 1
    assert chunks.result() > len(FAMILIES)
    assert turns >= chunks.result() + 7


async def count_chunks(metrics: Exposition) -> int:
    return len([chunk async for chunk in metrics.chunks()])


def test_lines_are_kept_fresh_between_scrapes() -> None:
    """With keep_fresh at work a scrape finds the changes of a while ago already encoded."""
    board, loop = loaded(SMALL), VirtualLoop()
    metrics = exposition(board)

    async def live() -> Samples:
        keeping = asyncio.create_task(metrics.keep_fresh(5.0))
        await asyncio.sleep(1)
        assert board.take_changed() == set()
        board.apply([transition("c0-0@g", RECEIVED)])
        await asyncio.sleep(5)
        assert board.take_changed() == set()
        keeping.cancel()
        return await scrape(metrics)

    assert_tells(run_virtual(live(), loop), board)


async def test_a_contract_expires_at_midnight_where_the_school_is() -> None:
    """The first instant not covered is local midnight after the last day: 19:00 UTC in Kazakhstan."""
    board = loaded(Index.of(estate(2, contracts=[contract(0)])))
    samples = await scrape(exposition(board))
    expected = datetime(2027, 1, 1, tzinfo=ALMATY)
    assert expected.utcoffset() == timedelta(hours=5)
    assert by(samples, "cctv_contract_expiry_timestamp_seconds", "site") == {"s0": expected.timestamp()}


def test_a_contract_for_ever_expires_on_the_last_day_there_is() -> None:
    """The greatest date has no next day; the contract still has an instant."""
    assert expiry(date.max, ALMATY) == datetime(9999, 12, 31, tzinfo=ALMATY).timestamp()


def dated(number: str, starts_on: date, ends_on: date) -> Contract:
    return registered.contract("s", starts_on, ends_on, number=number)


PAST = dated("past", date(2025, 1, 1), date(2025, 12, 31))
NOW = dated("now", date(2026, 1, 1), date(2026, 12, 31))
NEXT = dated("next", date(2027, 1, 1), date(2027, 12, 31))
AWARDED = replace(NEXT, contract_number="awarded", stage=Stage.AWARDED)
ENTERED = replace(NOW, contract_number="entered", stage=Stage.REGISTERED)
BROKEN_OFF = replace(NOW, contract_number="broken off", stage=Stage.TERMINATED)


@pytest.mark.parametrize(
    ("contracts", "day", "chosen"),
    [
        pytest.param([NOW], date(2026, 6, 1), {"now"}, id="in force"),
        pytest.param([NOW], date(2026, 12, 31), {"now"}, id="on its last day"),
        pytest.param([NOW], date(2027, 1, 1), {"now"}, id="lapsed and not followed"),
        pytest.param([PAST, NOW], date(2026, 6, 1), {"now"}, id="a followed one is history"),
        pytest.param([PAST, NOW], date(2027, 6, 1), {"now"}, id="only the last that ended"),
        pytest.param([NOW, NEXT], date(2026, 6, 1), {"now", "next"}, id="its successor is signed"),
        pytest.param([PAST, NEXT], date(2026, 6, 1), {"past", "next"}, id="in a gap"),
        pytest.param([NEXT], date(2026, 6, 1), {"next"}, id="not begun yet"),
        pytest.param([NOW, AWARDED], date(2026, 6, 1), {"now"}, id="its successor is not signed"),
        pytest.param([PAST, AWARDED], date(2027, 6, 1), {"past"}, id="what is only awarded covers nothing"),
        pytest.param([AWARDED], date(2027, 6, 1), set(), id="nothing was ever concluded"),
        pytest.param([ENTERED], date(2026, 6, 1), {"entered"}, id="registered"),
        pytest.param([BROKEN_OFF], date(2026, 6, 1), {"broken off"}, id="terminated, and not followed"),
        pytest.param([BROKEN_OFF, NOW], date(2026, 6, 1), {"now"}, id="terminated, and another is in force"),
        pytest.param([], date(2026, 6, 1), set(), id="none"),
    ],
)
def test_contracts_that_are_told(contracts: list[Contract], day: date, chosen: set[str]) -> None:
    """Told are concluded contracts that have not ended, and the last that did where none is in force."""
    assert {contract.contract_number for contract in told(contracts, day)} == chosen


async def test_a_terminated_contract_is_never_told_as_lasting() -> None:
    """Whatever end is written, a contract that was terminated has expired by the day one looks."""
    board = loaded(Index.of(estate(2, contracts=[replace(contract(0), stage=Stage.TERMINATED)])))
    moment = datetime(2026, 6, 1, 12, tzinfo=ALMATY)
    counters = Counters(version="1", python="3")
    samples = await scrape(Exposition(board, counters, baseline=(), zone=ALMATY, now=lambda: moment))
    told_at = by(samples, "cctv_contract_expiry_timestamp_seconds", "site")
    assert told_at == {"s0": datetime(2026, 6, 1, tzinfo=ALMATY).timestamp()}


async def test_contracts_follow_the_local_day() -> None:
    """A followed contract is told on its last local day, and not after it."""
    moment = [datetime(2026, 12, 31, 18, 59, tzinfo=ZoneInfo("UTC"))]
    contracts = [contract(0), dated("8/2027", date(2027, 1, 1), date(2027, 12, 31))]
    board = loaded(Index.of(estate(2, contracts=[contracts[0], on_site(contracts[1], "s0")])))
    counters = Counters(version="1", python="3")
    metrics = Exposition(board, counters, baseline=(), zone=ALMATY, now=lambda: moment[0])
    name = "cctv_contract_expiry_timestamp_seconds"
    assert set(by(await scrape(metrics), name, "contract")) == {"7/2026", "8/2027"}
    moment[0] += timedelta(minutes=1)
    assert set(by(await scrape(metrics), name, "contract")) == {"8/2027"}


def on_site(given_contract: Contract, site_id: str) -> Contract:
    return replace(given_contract, channel_id=site_id)


async def test_the_baseline_is_told_as_it_was_counted() -> None:
    """The institutions' figure is 4,360 of 6,936, not a rounded one, with its day."""
    samples = await scrape(exposition(Board()))
    labels = (("as_of", "2023-03-07"), ("unit", "institutions"))
    assert samples["cctv_integration_baseline_ratio"] == {labels: 4360 / 6936}


@pytest.mark.parametrize(
    ("told", "labels"),
    [
        pytest.param({"region": "110000000", "institution": "i0"}, ("110000000", "i0"), id="one school's"),
        pytest.param({"region": "110000000"}, ("110000000", ""), id="of several schools"),
        pytest.param({}, ("", ""), id="of several regions"),
    ],
)
async def test_an_incident_says_where_it_is(told: dict[str, Any], labels: tuple[str, str]) -> None:
    """An open incident has one series with its place, weight and kind, and others that join on its id."""
    board = loaded(SMALL)
    board.apply((), [replace(incident("s0", Scope.SITE), cameras=38, pupils=600, lost=False, **told)])
    samples = await scrape(exposition(board))
    (found,) = samples["cctv_incident_open"]
    region, institution = labels
    assert dict(found) == {
        "incident": "site:s0",
        "scope": "site",
        "cause": "site_dark",
        "owner": "provider",
        "severity": "critical",
        "region": region,
        "institution": institution,
        "kind": "never_connected",
    }
    key = (("incident", "site:s0"),)
    assert samples["cctv_incident_streams"] == {key: 40}
    assert samples["cctv_incident_cameras"] == {key: 38}
    assert samples["cctv_incident_pupils"] == {key: 600}
    assert samples["cctv_incident_opened_timestamp_seconds"] == {key: EPOCH.timestamp()}


@pytest.mark.parametrize(
    ("scope", "subject", "name"),
    [
        pytest.param(Scope.CAMERA, "c0-0", f"0 {NASTY}", id="a camera is called by its school"),
        pytest.param(Scope.SITE, "s1", f"1 {NASTY}", id="so is a site"),
        pytest.param(Scope.GATEWAY, "g", "OCC, g", id="a gateway by its centre"),
        pytest.param(Scope.PROVIDER, "Қазтел", "Қазтел", id="a provider by its name"),
        pytest.param(Scope.REGION, "110000000", "Акмолинская область", id="a region in our language"),
        pytest.param(Scope.MONITOR, "all", "all", id="the monitor by its part"),
        pytest.param(Scope.SITE, "gone", "gone", id="what left the register by its id"),
    ],
)
async def test_an_incident_has_a_name(scope: Scope, subject: str, name: str) -> None:
    """What an incident is about is told by its id, by what people call it, and by what it revises."""
    board = loaded(SMALL)
    board.apply((), [replace(incident(subject, scope), predecessor="before")])
    counters = Counters(version="1", python="3")
    metrics = Exposition(board, counters, baseline=(), zone=ALMATY, now=lambda: EPOCH, locale="ru")
    ((told, _),) = (await scrape(metrics))["cctv_incident_info"].items()
    expected = {"incident": f"{scope.value}:{subject}", "subject": subject, "name": name}
    assert dict(told) == expected | {"predecessor": "before"}


async def test_an_incidents_name_is_frozen() -> None:
    """A school that is renamed does not change what an open incident is called."""
    board = loaded(SMALL)
    metrics = exposition(board)
    board.apply((), [incident("s0", Scope.SITE)])
    before = (await scrape(metrics))["cctv_incident_info"]
    school = replace(SMALL.estate.institutions["i0"], name="renamed")
    renamed = replace(SMALL.estate, institutions={**SMALL.estate.institutions, "i0": school})
    board.load(Index.of(renamed), {})
    assert (await scrape(metrics))["cctv_incident_info"] == before


async def test_regions_have_names() -> None:
    """Every region of an institution or a centre has its names in three languages."""
    samples = await scrape(exposition(loaded(SMALL)))
    names = by(samples, "cctv_region_info", "region")
    assert set(names) == {*REGIONS, "750000000"}
    kazakh = by_two(samples, "cctv_region_info", "region", "name_kk")
    assert ("750000000", "Алматы қаласы") in kazakh


async def test_heads_that_nobody_counted_are_not_told() -> None:
    """An institution has a series of its pupils and staff when somebody counted them."""
    samples = await scrape(exposition(loaded(SMALL)))
    assert by(samples, "cctv_institution_headcount", "institution") == {"i0": 600, "i2": 600}


@pytest.mark.parametrize("day", [NEW_YEAR - timedelta(days=1), NEW_YEAR], ids=["at risk", "lapsed"])
async def test_the_series_of_a_country_are_bounded(day: datetime) -> None:
    """10,000 institutions, a tenth with an incident, no contract renewed: never above 200,000 series."""
    board = loaded(Index.of(country()))
    board.apply((), incidents())
    metrics = exposition(board, now=day)
    series = sum([chunk.count(b"\n") - chunk.count(b"# ") async for chunk in metrics.chunks()])
    forecast = len(CODES) * (1 + 2 * len(AHEAD) + 2)  # made beside the scrapes
    assert 150_000 < series + forecast <= 200_000


async def test_pupils_that_nobody_counted_are_not_told() -> None:
    """An incident at a school without a headcount has no series of pupils: never 0."""
    board = loaded(SMALL)
    board.apply((), [incident("s0", Scope.SITE)])
    assert "cctv_incident_pupils" not in await scrape(exposition(board))


async def test_an_incidents_labels_are_frozen() -> None:
    """A register that changes does not change the labels of an open incident; closing ends its series."""
    board = loaded(SMALL)
    metrics = exposition(board)
    board.apply((), [incident("s0", Scope.SITE)])
    before = (await scrape(metrics))["cctv_incident_open"]
    board.load(Index.of(Estate()), {})
    assert (await scrape(metrics))["cctv_incident_open"] == before
    board.incidents.clear()
    assert "cctv_incident_open" not in await scrape(metrics)


async def test_unmatched_lists_are_counted_per_gateway() -> None:
    """Both lists of a gateway have a count; a gateway that left the register has none."""
    board = loaded(SMALL)
    board.unmatched = {"g": (3, 5), "gone": (1, 1)}
    samples = await scrape(exposition(board))
    assert by(samples, "cctv_gateway_paths_unmatched", "gateway") == {"g": 3}
    assert by(samples, "cctv_gateway_streams_unmatched", "gateway") == {"g": 5}


@given(st.lists(st.text(), min_size=3, max_size=3))
def test_any_text_is_a_label(values: list[str]) -> None:
    """What is written into labels is what a parser reads out of them, whatever it is."""
    family = Family("m", "gauge", "h", ("a", "b", "c"))
    line = family.sample((values[0], values[1], values[2]), 0.1)
    assert line.count(b"\n") == 1
    assert parse(family.head + line) == {"m": {(("a", values[0]), ("b", values[1]), ("c", values[2])): 0.1}}


def test_a_label_too_few_is_our_mistake() -> None:
    """A sample with another number of labels than its family is refused."""
    with pytest.raises(TypeError):
        Family("m", "gauge", "h", ("a", "b")).sample(("x",), 1)


def test_a_lone_surrogate_does_not_break_the_text() -> None:
    """What UTF-8 cannot carry is replaced; the line stands."""
    assert Family("m", "gauge", "h", ("a",)).sample(("x\udc80",), 1) == b'm{a="x?"} 1\n'
