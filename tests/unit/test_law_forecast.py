"""What will be received if no contract is renewed."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.law.forecast import Group, SiteLoad, forecast
from monitor.model.channels import Channel, Contract, ContractForm, Stage
from tests.agreements import channel, contract, on

TODAY = date(2026, 12, 1)
YEAR = contract("year", (1, 1), (12, 31))
LONGER = contract("longer", (1, 1), (2027, 1, 15))
BRIDGE = contract("bridge", (2027, 1, 1), (2027, 2, 28), form=ContractForm.EXTENSION)
PLANNED = contract("planned", (2027, 1, 1), (2027, 12, 31), Stage.PLANNED)


def load(*contracts: Contract, cameras: int = 10, receiving: int = 8, region: str = "A") -> SiteLoad:
    """Build a site with one channel."""
    return SiteLoad(
        region=region,
        provider=contracts[0].provider if contracts else None,
        cameras=cameras,
        receiving=receiving,
        channels=[(channel(), contracts)],
    )


def two_channels(one: Contract, other: Contract) -> SiteLoad:
    """Build a site with two channels."""
    return replace(load(one), channels=[(channel("a"), [one]), (channel("b"), [other])])


ENDED = replace(load(YEAR), channels=[(channel(needed_until=date(2026, 12, 20)), [YEAR])])
NO_CHANNEL = replace(load(), channels=[])


@pytest.mark.parametrize(
    ("given_load", "changes"),
    [
        pytest.param(load(YEAR), [((12, 1), 10, 8), ((2027, 1, 1), 0, 0)], id="the cliff"),
        pytest.param(load(YEAR, PLANNED), [((12, 1), 10, 8), ((2027, 1, 1), 0, 0)], id="only planned"),
        pytest.param(load(YEAR, BRIDGE), [((12, 1), 10, 8), ((2027, 3, 1), 0, 0)], id="a bridge carries on"),
        pytest.param(load(), [((12, 1), 0, 0)], id="never contracted: not received although it is now"),
        pytest.param(
            two_channels(YEAR, LONGER), [((12, 1), 10, 8), ((2027, 1, 16), 0, 0)], id="the better one"
        ),
        pytest.param(ENDED, [((12, 1), 10, 8), ((12, 21), 0, 8)], id="not needed is not lost"),
        pytest.param(NO_CHANNEL, [((12, 1), 0, 8)], id="no channel is known: nothing is foretold"),
        pytest.param(
            load(contract("next", (12, 10), (2027, 12, 31))),
            [((12, 1), 0, 8), ((12, 10), 10, 8)],
            id="begins later",
        ),
    ],
)
def test_one_site(given_load: SiteLoad, changes: list[tuple[tuple[int, int], int, int]]) -> None:
    """Cameras count on a day as covered and as received by what the contracts of their site say of it."""
    series = forecast([given_load], TODAY, 120)[Group()]
    assert series.cameras == 10
    assert [(rate.day, rate.covered, rate.receiving) for rate in series.changes()] == [
        (on(day), covered, receiving) for day, covered, receiving in changes
    ]


def test_the_cliff_is_named() -> None:
    """The day of the greatest loss is 1 January, with numerator and denominator of its rate."""
    series = forecast([load(YEAR), load(YEAR), load(LONGER)], TODAY, 120)[Group()]
    cliff = series.cliff()
    assert cliff is not None
    assert (cliff.day, cliff.covered, cliff.receiving, cliff.cameras) == (date(2027, 1, 1), 10, 8, 30)
    assert (cliff.rate, cliff.covered_rate) == (8 / 30, 10 / 30)


def test_no_cliff_and_no_rate() -> None:
    """Where nothing is lost no day is named; where nothing is in scope there is no rate."""
    series = forecast([load(YEAR, cameras=0, receiving=0)], TODAY, 10)[Group()]
    assert series.cliff() is None
    assert series.on(TODAY).rate is None
    assert series.on(TODAY).covered_rate is None
    assert not forecast([], TODAY, 10)


def test_groups() -> None:
    """Regions, providers and both add up to everything; a site without a contract has an empty provider."""
    other = replace(YEAR, provider="Q")
    loads = [load(YEAR), load(other), load(other, region="B", cameras=5), load(region="B")]
    found = {key: series.cameras for key, series in forecast(loads, TODAY, 40).items()}
    assert found == {
        Group(): 35,
        Group("", "P"): 10,
        Group("", "Q"): 15,
        Group("A"): 20,
        Group("A", "P"): 10,
        Group("A", "Q"): 10,
        Group("B"): 15,
        Group("B", "Q"): 5,
    }


SPANS = st.tuples(st.integers(-20, 50), st.integers(0, 40), st.sampled_from(Stage))
SITES = st.tuples(
    st.sampled_from("AB"),
    st.sampled_from("PQ"),
    st.integers(0, 9),
    st.lists(st.tuples(st.none() | st.integers(0, 40), st.lists(SPANS, max_size=3)), max_size=2),
)


def drawn(spans: list[tuple[int, int, Stage]]) -> list[Contract]:
    found = []
    for number, (begins, lasts, stage) in enumerate(spans):
        first = TODAY + timedelta(begins)
        made = replace(YEAR, contract_number=str(number), starts_on=first, stage=stage)
        found.append(replace(made, ends_on=first + timedelta(lasts)))
    return found


@given(st.lists(SITES, max_size=5), st.integers(1, 60))
def test_as_if_every_day_were_asked(
    sites: list[tuple[str, str, int, list[tuple[int | None, list[tuple[int, int, Stage]]]]]], days: int
) -> None:
    """The sums are those of asking every site on every day, and each group is the sum of its parts."""
    loads = [
        SiteLoad(
            region=region,
            provider=provider,
            cameras=cameras,
            receiving=cameras // 2,
            channels=[
                (channel(needed_until=TODAY + timedelta(until) if until is not None else None), drawn(spans))
                for until, spans in channels
            ],
        )
        for region, provider, cameras, channels in sites
    ]
    series = forecast(loads, TODAY, days)
    for group, found in series.items():
        within = [each for each in loads if group.region in {"", each.region}]
        within = [each for each in within if group.provider in {"", each.provider}]
        assert found.cameras == sum(each.cameras for each in within)
        for rate in found.rates():
            states = [asked(each, rate.day) for each in within]
            assert rate.covered == sum(
                each.cameras for each, told in zip(within, states, strict=True) if told
            )
            assert rate.receiving == sum(
                each.receiving for each, told in zip(within, states, strict=True) if told is not False
            )


def asked(given_load: SiteLoad, day: date) -> bool | None:
    """Say by the sentences of the law whether a site is covered; None: it needs no channel that day."""
    needed = False
    for each, contracts in given_load.channels:
        begins = min((contract.starts_on for contract in contracts), default=date.min)
        if not begins <= day <= (each.needed_until or date.max):
            continue
        needed = True
        for one in contracts:
            in_force = one.stage in {Stage.SIGNED, Stage.REGISTERED}
            if in_force and one.starts_on <= day <= one.ends_on:
                return True
    return False if needed else None


def test_a_country_is_forecast_at_once() -> None:
    """12,000 sites over 120 days, in 20 regions and with 10 providers, take under a second of CPU time."""
    loads = [
        SiteLoad(
            region=str(n % 20),
            provider=str(n % 10),
            cameras=13,
            receiving=11,
            channels=[(Channel(channel_id=str(n), site_id=str(n)), (YEAR, BRIDGE if n % 3 else PLANNED))],
        )
        for n in range(12_000)
    ]
    begun = time.process_time()
    assert forecast(loads, TODAY, 120)[Group()].on(date(2027, 1, 1)).covered == 13 * 8_000
    assert time.process_time() - begun < 1.0
