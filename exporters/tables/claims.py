"""Official figures, and what their own counts make of them: which rule of rounding prints the told percent.

A percent without unit, numerator and denominator cannot be compared with another, so all of them stand in
the row; where the counts are not known, nothing is computed.
"""

from collections.abc import Iterable, Mapping
from math import floor

from exporters.locale.figures import figure_word
from exporters.tables.regions import region_names
from exporters.tables.table import Table, Value
from monitor.law.claims import agreement, half_up, percent_of
from monitor.model.claims import Claim
from monitor.model.estate import Estate

TOLD = (
    *("as_of", "region", "measure", "population", "value", "unit", "numerator", "denominator"),
    *("percent", "agrees"),
)
ALL = (
    *("claim_id", "as_of", "region", "measure", "population", "value", "unit", "numerator", "denominator"),
    *("percent", "percent_truncated", "agrees", "source", "note"),
)


def claim_table(
    estate: Estate, *, measure: str | None = None, region: str | None = None, locale: str | None = None
) -> Table:
    """List the figures of a measure or region, or all, the oldest first.

    With a locale for people: regions have their names, units and populations words of the language. Without
    one every column is there, as the register has it.
    """
    chosen = [
        claim
        for claim in estate.claims.values()
        if measure in {None, claim.measure} and region in {None, claim.region}
    ]
    ordered = sorted(chosen, key=lambda claim: (claim.as_of, claim.claim_id))
    if locale is None:
        return Table(columns=ALL, rows=[_row(claim) for claim in ordered])
    names = region_names(estate, locale)
    return Table(columns=TOLD, rows=[_row(claim) | _told(claim, names, locale) for claim in ordered])


def measures_of(claims: Iterable[Claim]) -> list[str]:
    """List what is counted, in alphabetical order."""
    return sorted({claim.measure for claim in claims})


def _told(claim: Claim, names: Mapping[str, str], locale: str) -> dict[str, Value]:
    return {
        "region": names.get(claim.region, claim.region) if claim.region is not None else None,
        "population": figure_word(claim.population, locale),
        "unit": figure_word(claim.unit, locale),
    }


def _row(claim: Claim) -> dict[str, Value]:
    percent = percent_of(claim)
    return {
        "claim_id": claim.claim_id,
        "as_of": claim.as_of,
        "region": claim.region,
        "measure": claim.measure,
        "population": claim.population,
        "value": int(claim.value) if claim.value.is_integer() else claim.value,
        "unit": claim.unit,
        "numerator": claim.numerator,
        "denominator": claim.denominator,
        "percent": half_up(percent, 1) if percent is not None else None,
        "percent_truncated": floor(percent) if percent is not None else None,
        "agrees": agreement(claim),
        "source": claim.source,
        "note": claim.note,
    }
