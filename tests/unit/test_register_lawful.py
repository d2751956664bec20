"""Contracts against the packs of rules: unknown legal bases are refused, odd days are warned of."""

import pytest

from monitor.law.load import rules_as_shipped
from monitor.law.rules import Rules
from monitor.register.change import Plan, plan
from tests.small_sheets import complaints, read
from tests.toy import estate

HEAD = (
    "customer_bin,contract_number,contract_date,channel_id,provider,starts_on,ends_on,form,legal_basis\n"
    "220440000009,5,{agreed},s0,P,{starts},{ends},extension,{basis}\n"
)


def lay(basis: str, starts: str, ends: str, rules: Rules | None = None) -> Plan:
    text = HEAD.format(agreed=starts, starts=starts, ends=ends, basis=basis)
    files = {"contracts": text, "channels": "channel_id,site_id\ns0,s0\n", "providers": "provider\nP\n"}
    return plan(estate(), read(files), rules=rules if rules is not None else rules_as_shipped())


def test_a_basis_that_no_pack_knows_is_refused() -> None:
    """It is told with row, column and value, and with the codes that there are."""
    made = lay("FOO", "2026-01-01", "2026-02-28")
    (said,) = complaints(made)
    assert said == (
        "contracts.csv:2: legal_basis: 'FOO' is no legal basis that the packs of rules know; write one of "
        "KZ-106VIII-?, KZ-434V-39, KZ-434V-43.18, or leave it empty"
    )
    assert (made.bad[0].value, made.good_rows) == ("FOO", 2)


@pytest.mark.parametrize(
    ("basis", "starts", "ends", "column", "words"),
    [
        pytest.param(
            "KZ-434V-43.18",
            "2027-01-01",
            "2027-02-28",
            "legal_basis",
            "KZ-434V-43.18 holds from 2016-01-01 to 2024-12-31 and not on 2027-01-01",
            id="of the old law",
        ),
        pytest.param(
            "KZ-106VIII-?",
            "2024-01-01",
            "2024-02-28",
            "legal_basis",
            "KZ-106VIII-? holds from 2025-01-01 to now and not on 2024-01-01",
            id="of the law to come",
        ),
        pytest.param(
            "",
            "2026-07-01",
            "2027-06-30",
            "ends_on",
            "the contract runs from 2026-07-01 to 2027-06-30, beyond its fiscal year",
            id="beyond its fiscal year",
        ),
    ],
)
def test_odd_terms_are_warned_of(basis: str, starts: str, ends: str, column: str, words: str) -> None:
    """The row is good, and a warning says what to look at."""
    made = lay(basis, starts, ends)
    (odd,) = made.odd
    assert (made.bad, odd.line, odd.column) == ((), 2, column)
    assert words in str(odd.text)


@pytest.mark.parametrize(
    ("basis", "starts", "rules"),
    [
        pytest.param("KZ-434V-43.18", "2024-01-01", None, id="in its days"),
        pytest.param("", "2026-01-01", None, id="none"),
        pytest.param("FOO", "2026-01-01", Rules(), id="packs that know none"),
    ],
)
def test_what_is_in_order_is_not_spoken_of(basis: str, starts: str, rules: Rules | None) -> None:
    """A basis that holds, none at all, and packs that say nothing of bases."""
    made = lay(basis, starts, starts[:4] + "-02-28", rules)
    assert (made.bad, made.odd) == ((), ())
