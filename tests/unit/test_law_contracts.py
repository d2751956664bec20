"""Which contract covers a day."""

from datetime import date

import pytest

from monitor.law.contracts import cover
from monitor.model.estate import Contract


def contract(number: str, starts: tuple[int, int], ends: tuple[int, int]) -> Contract:
    """Build a contract of 2026 from (month, day) pairs."""
    return Contract(
        contract_number=number,
        site_id="s",
        provider="p",
        starts_on=date(2026, *starts),
        ends_on=date(2026, *ends),
    )


SPRING = contract("spring", (1, 1), (3, 31))
AUTUMN = contract("autumn", (9, 1), (12, 31))
BRIDGE = contract("bridge", (3, 15), (5, 14))


@pytest.mark.parametrize(
    ("contracts", "day", "covered", "named"),
    [
        pytest.param([], (2, 1), None, None, id="never contracted is not lapsed"),
        pytest.param([AUTUMN], (2, 1), None, None, id="not begun yet is not lapsed either"),
        pytest.param([SPRING], (1, 1), True, "spring", id="the first day counts"),
        pytest.param([SPRING], (3, 31), True, "spring", id="the last day counts"),
        pytest.param([SPRING], (4, 1), False, "spring", id="the day after does not"),
        pytest.param([SPRING, AUTUMN], (6, 1), False, "spring", id="a gap between two"),
        pytest.param([SPRING, BRIDGE], (4, 1), True, "bridge", id="an overlap carries on"),
        pytest.param([BRIDGE, SPRING, AUTUMN], (9, 1), True, "autumn", id="order does not matter"),
    ],
)
def test_cover(
    contracts: list[Contract], day: tuple[int, int], covered: bool | None, named: str | None
) -> None:
    """A day is covered when any contract holds it; else the last one that ended is named."""
    found = cover(contracts, date(2026, *day))
    assert found.covered is covered
    assert (found.contract.contract_number if found.contract else None) == named
