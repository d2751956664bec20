"""What a scrape tells of the contracts of each site is what the law says of its best channel."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exporters.prometheus.exposition import Exposition
from exporters.prometheus.terms import channels_by_site, contracts_of, terms_of, told
from monitor.law.load import rules_as_shipped
from monitor.law.rules import Rules
from monitor.law.terms import ContractRules
from monitor.model.channels import Channel, Contract, ContractForm, Stage
from monitor.model.estate import Estate
from monitor.run.board import Board
from monitor.run.streams import Index
from tests import registered
from tests.scrapes import ALMATY, Samples, by, by_two, counters, estate, loaded, scrape

COVER_END = "cctv_site_cover_end_timestamp_seconds"
LAPSE_START = "cctv_site_lapse_start_timestamp_seconds"
WINDOW = tuple(f"cctv_site_bridging_window_{end}_timestamp_seconds" for end in ("start", "end"))
YEAR, NEXT_YEAR = (date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), date(2027, 12, 31))
TENDER = registered.contract("s0", *YEAR, number="tender")
SUCCESSOR = registered.contract("s0", *NEXT_YEAR, number="next")
BRIDGE = replace(
    registered.contract("s0", date(2027, 1, 1), date(2027, 2, 28), number="bridge"),
    form=ContractForm.EXTENSION,
)
AWARDED = replace(TENDER, stage=Stage.AWARDED)
SPARE = Channel(channel_id="spare", site_id="s0")


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ALMATY)


def midnight(day: date) -> float:
    return datetime.combine(day, time(), ALMATY).timestamp()


async def scraped(register: Estate, day: date) -> Samples:
    board, now = loaded(Index.of(register)), noon(day)
    return await scrape(Exposition(board, counters(), baseline=(), zone=ALMATY, now=lambda: now))


def of_site(samples: Samples, name: str) -> list[tuple[str, float]]:
    """Return what is told of the first site: the label of its own, if any, and the value."""
    found = ((dict(labels), value) for labels, value in samples.get(name, {}).items())
    return [
        (labels.get("status") or labels.get("state") or "", value)
        for labels, value in found
        if (labels["institution"], labels["site"], labels["region"]) == ("i0", "s0", "110000000")
    ]


@pytest.mark.parametrize(
    ("contracts", "day", "status", "cover_end", "lapse_start"),
    [
        pytest.param([TENDER], date(2026, 6, 1), "covered", date(2027, 1, 1), None, id="covered"),
        pytest.param([TENDER], date(2026, 12, 1), "at_risk", date(2027, 1, 1), None, id="ends soon"),
        pytest.param([TENDER], date(2026, 12, 31), "at_risk", date(2027, 1, 1), None, id="on its last day"),
        pytest.param([TENDER], date(2027, 3, 5), "lapsed", None, date(2027, 1, 1), id="lapsed"),
        pytest.param(
            [TENDER, SUCCESSOR], date(2026, 12, 1), "covered", date(2028, 1, 1), None, id="followed"
        ),
        pytest.param(
            [TENDER, BRIDGE], date(2027, 3, 5), "lapsed", None, date(2027, 3, 1), id="its bridge ended too"
        ),
        pytest.param([], date(2026, 6, 1), "never_contracted", None, None, id="never contracted"),
        pytest.param(
            [AWARDED], date(2026, 6, 1), "never_contracted", None, None, id="not signed"
        ),
        pytest.param([TENDER], date(2025, 6, 1), "not_needed", None, None, id="not begun"),
    ],
)  # fmt: skip
async def test_how_a_site_stands(
    contracts: list[Contract], day: date, status: str, cover_end: date | None, lapse_start: date | None
) -> None:
    """A site has one status, and the instants that go with it: local midnights."""
    samples = await scraped(estate(2, contracts=contracts), day)
    assert of_site(samples, "cctv_site_contract_status") == [(status, 1)]
    assert of_site(samples, COVER_END) == ([("", midnight(cover_end))] if cover_end else [])
    assert of_site(samples, LAPSE_START) == ([("", midnight(lapse_start))] if lapse_start else [])


@pytest.mark.parametrize(
    ("contracts", "day", "state", "window"),
    [
        pytest.param([TENDER], date(2026, 6, 1), None, None, id="the gap is far"),
        pytest.param([TENDER], date(2026, 12, 1), None, (date(2027, 1, 1), date(2027, 3, 1)), id="in sight"),
        pytest.param(
            [TENDER], date(2027, 1, 5), "eligible_unused", (date(2027, 1, 1), date(2027, 3, 1)), id="open"
        ),
        pytest.param(
            [TENDER, BRIDGE], date(2027, 1, 5), "in_use", (date(2027, 1, 1), date(2027, 3, 1)), id="in use"
        ),
        pytest.param(
            [TENDER], date(2027, 4, 1), "expired_no_award", (date(2027, 1, 1), date(2027, 3, 1)), id="over"
        ),
        pytest.param([TENDER, SUCCESSOR], date(2026, 12, 1), None, None, id="no gap comes"),
    ],
)
async def test_the_bridge_of_a_site(
    contracts: list[Contract], day: date, state: str | None, window: tuple[date, date] | None
) -> None:
    """A bridge has a state while there is a gap; its window is told then, and while cover is at risk."""
    samples = await scraped(estate(2, contracts=contracts), day)
    assert of_site(samples, "cctv_site_bridging_state") == ([(state, 1)] if state else [])
    told_window = [of_site(samples, name) for name in WINDOW]
    assert told_window == ([[("", midnight(end))] for end in window] if window else [[], []])


async def test_a_site_stands_as_its_best_channel() -> None:
    """A spare channel that is covered covers the site, whatever became of the first one."""
    spare = replace(SUCCESSOR, channel_id="spare", contract_number="spare")
    register = estate(2, contracts=[TENDER, spare])
    register = replace(register, channels={**register.channels, "spare": SPARE})
    samples = await scraped(register, date(2027, 3, 5))
    assert of_site(samples, "cctv_site_contract_status") == [("covered", 1)]
    assert of_site(samples, COVER_END) == [("", midnight(date(2028, 1, 1)))]
    assert of_site(samples, LAPSE_START) == []
    assert of_site(samples, "cctv_site_bridging_state") == []


async def test_an_agreement_for_two_channels_of_a_site_is_one_series() -> None:
    """Its expiry is told once, with the later instant where one channel's part ended early."""
    early = replace(TENDER, channel_id="spare", ends_on=date(2026, 9, 30))
    register = estate(2, contracts=[early, TENDER])
    register = replace(register, channels={**register.channels, "spare": SPARE})
    samples = await scraped(register, date(2026, 6, 1))
    assert of_site(samples, "cctv_contract_expiry_timestamp_seconds") == [("", midnight(date(2027, 1, 1)))]


async def test_a_site_without_a_channel_has_no_status() -> None:
    """Only a site that needs a channel is told of, and it has exactly one status."""
    register = estate(4, contracts=[TENDER])
    register = replace(register, channels={key: register.channels[key] for key in ("s0", "s2")})
    samples = await scraped(register, date(2026, 6, 1))
    assert set(by_two(samples, "cctv_site_contract_status", "site", "status")) == {
        ("s0", "covered"),
        ("s2", "never_contracted"),
    }


async def test_packs_that_say_nothing_of_the_day_judge_nothing() -> None:
    """Without a rule for the day no status is told; when contracts end is the register's, and told."""
    board, now = loaded(Index.of(estate(2, contracts=[TENDER]))), noon(date(2026, 6, 1))
    metrics = Exposition(board, counters(), baseline=(), zone=ALMATY, now=lambda: now, law=Rules())
    samples = await scrape(metrics)
    assert "cctv_site_contract_status" not in samples
    assert len(samples["cctv_contract_expiry_timestamp_seconds"]) == 1


SPANS = st.sampled_from(
    [YEAR, NEXT_YEAR, (date(2027, 2, 1), date(2027, 2, 28)), (YEAR[0], date(2027, 1, 10))]
)
CONTRACTS = st.builds(
    lambda span, number, form, stage, channel: replace(
        registered.contract(channel, *span, number=number), form=form, stage=stage
    ),
    SPANS,
    st.sampled_from("ab"),
    st.sampled_from(ContractForm),
    st.sampled_from([Stage.SIGNED, Stage.TERMINATED, Stage.AWARDED]),
    st.sampled_from(["s0", "s1", "s2", "spare"]),
)


@settings(max_examples=60)
@given(st.lists(CONTRACTS, max_size=8), st.dates(min_value=date(2026, 11, 1), max_value=date(2027, 4, 1)))
def test_every_site_is_told_as_it_is_judged_alone(contracts: list[Contract], day: date) -> None:
    """Sites whose contracts have the same days are judged once, and that changes nothing of what is told."""
    register, rules = estate(4, contracts=contracts), ContractRules.of(rules_as_shipped(), day)
    register = replace(register, channels={**register.channels, "spare": SPARE})
    samples, alone = asyncio.run(scraped(register, day)), channels_by_site(register)
    statuses = {(key, terms_of(each, day, rules).status.value) for key, each in alone.items()}
    assert set(by_two(samples, "cctv_site_contract_status", "site", "status")) == statuses
    chosen = {(key, c.contract_number) for key, each in alone.items() for c in told(contracts_of(each), day)}
    expiries = by_two(samples, "cctv_contract_expiry_timestamp_seconds", "site", "contract")
    assert set(expiries) == chosen
    ends = {key: end for key, each in alone.items() if (end := terms_of(each, day, rules).cover_ends)}
    assert by(samples, COVER_END, "site") == {key: midnight(end) for key, end in ends.items()}


async def test_the_register_is_followed() -> None:
    """Contracts of another register are told at the next scrape, and those that left it no more."""
    board, now = Board(), noon(date(2026, 6, 1))
    metrics = Exposition(board, counters(), baseline=(), zone=ALMATY, now=lambda: now)
    assert "cctv_site_contract_status" not in await scrape(metrics)
    board.load(Index.of(estate(2, contracts=[TENDER])), {})
    assert of_site(await scrape(metrics), "cctv_site_contract_status") == [("covered", 1)]
    board.load(Index.of(estate(2)), {})
    assert of_site(await scrape(metrics), "cctv_site_contract_status") == [("never_contracted", 1)]
