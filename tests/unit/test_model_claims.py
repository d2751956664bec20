"""The official figures in config/register/claims.csv: whole rows, each fit to be compared."""

import csv
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from monitor.law.load import load_rules
from monitor.model.claims import Claim
from monitor.model.regions import known_regions

FILE = Path(__file__).parents[2] / "config" / "register" / "claims.csv"


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def claim_of(row: dict[str, str]) -> Claim:
    numerator, denominator = row["numerator"], row["denominator"]
    return Claim(
        claim_id=row["claim_id"],
        measure=row["measure"],
        value=float(row["value"]),
        unit=row["unit"],
        population=row["population"],
        as_of=date.fromisoformat(row["as_of"]),
        source=row["source"],
        numerator=int(numerator) if numerator else None,
        denominator=int(denominator) if denominator else None,
        region=row["region"] or None,
        note=row["note"] or None,
    )


CLAIMS = {claim.claim_id: claim for claim in map(claim_of, rows())}


def test_the_columns_are_those_of_a_claim() -> None:
    """Every row has every column and no more, and its own id."""
    names = [column.name for column in fields(Claim)]
    assert all(list(row) == names and None not in row.values() for row in rows())
    assert len(rows()) == len(CLAIMS)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_says_what_is_needed_to_compare_it(claim: Claim) -> None:
    """Unit, population, day and source stand there, no blanks around texts, a region by its code."""
    for text in (claim.measure, claim.unit, claim.population, claim.source, claim.note or "-"):
        assert text
        assert text == text.strip()
    assert date(2020, 1, 1) < claim.as_of < date(2027, 1, 1)
    assert claim.region is None or claim.region in known_regions()
    assert (claim.numerator is None) == (claim.denominator is None)


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.denominator], ids=lambda c: c.claim_id)
def test_counts_and_values_agree(claim: Claim) -> None:
    """A percentage is its counts without the fraction, as it was printed; a count is its numerator."""
    assert claim.numerator is not None
    assert claim.denominator is not None
    assert 0 < claim.numerator <= claim.denominator
    whole_percent = 100 * claim.numerator // claim.denominator
    assert claim.value == (whole_percent if claim.unit == "percent" else claim.numerator)


def test_the_most_quoted_figure_is_of_institutions() -> None:
    """62 % is told of cameras and counted in institutions; both rows are there and agree with the rules."""
    quoted, counted = CLAIMS["2023-connected-cameras"], CLAIMS["2023-connected-institutions"]
    assert (quoted.value, quoted.population, quoted.numerator) == (62, "cameras", None)
    assert (counted.value, counted.numerator, counted.denominator) == (62, 4360, 6936)
    baselines = {figure.unit: figure for figure in load_rules().baselines}
    assert baselines["cameras"].ratio == quoted.value / 100
    assert (baselines["institutions"].part, baselines["institutions"].whole) == (4360, 6936)
    assert all(figure.as_of == quoted.as_of for figure in baselines.values())


def test_sums_that_were_told_add_up() -> None:
    """Schools by internet speed are all that have internet; analogue and digital cameras are all cameras."""
    value = {key: claim.value for key, claim in CLAIMS.items()}
    assert value["2023-itu-met"] + value["2023-itu-not-met"] == value["2023-internet"]
    assert value["2024-zhambyl-analogue"] + value["2024-zhambyl-digital"] == value["2024-zhambyl-cameras"]


def test_what_does_not_fit_says_so() -> None:
    """A misprint, and figures that contradict each other, carry a note."""
    for key in ("2023-guard-cities", "2023-connected-all", "2025-zhambyl-cameras", "2025-connected-interior"):
        assert CLAIMS[key].note
    assert "typo" in (CLAIMS["2023-guard-cities"].note or "")
