"""Who must have what, and has it: a row per institution, and the counts per region, category and measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from exporters.locale.texts import translations
from exporters.tables.regions import region_names
from exporters.tables.table import Record, Share, Table, Value
from monitor.law.compliance import Cameras, Compliance, MeasureShare, compliance, roll_up
from monitor.law.rules import NoRule, Rules
from monitor.law.sources import Wording
from monitor.model.estate import Estate, Institution
from monitor.run.board import Board

_INSTITUTION = ("institution_id", "region", "type", "ownership", "headcount", "category", "unclear", "flags")
_CAMERAS = ("cameras_registered", "cameras_in_scope", "cameras_receiving", "cameras_unknown")
SHARE = (
    *("region", "category", "measure", "numerator", "denominator", "rate", "coverage"),
    *("met", "not_met", "unknown", "undetermined", "not_required"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Every institution's standing on a day, by the measures of the rules of that day."""

    measures: Mapping[str, Wording]  # by code, in the order of the rules
    rows: Sequence[Compliance]
    institutions: Mapping[str, Institution]
    estate: Estate


def judged(board: Board, day: date, rules: Rules, *, looking: bool, region: str | None = None) -> Judged:
    """Judge the institutions of a board, or those of one region; when nobody looks, nothing is received."""
    estate = board.index.estate
    chosen = {k: each for k, each in estate.institutions.items() if region in {None, each.region}}
    registered = dict.fromkeys(chosen, 0)
    for camera in estate.cameras.values():
        institution_id = estate.sites[camera.site_id].institution_id
        if institution_id in registered:
            registered[institution_id] += 1
    rows = [
        compliance(
            each,
            estate.settlements.get(each.settlement) if each.settlement is not None else None,
            _cameras(board, each.institution_id, registered[each.institution_id], looking=looking),
            day,
            rules,
        )
        for each in chosen.values()
    ]
    try:
        measures = {measure.code: measure.name for measure in rules.scheme(day).measures}
    except NoRule:
        measures = {}
    return Judged(measures=measures, rows=rows, institutions=chosen, estate=estate)


def _cameras(board: Board, institution_id: str, registered: int, *, looking: bool) -> Cameras:
    tally = board.cameras_of(institution_id)
    return Cameras(
        registered=registered,
        in_scope=tally.registered,
        receiving=tally.receiving if looking else 0,
        unknown=tally.unknown if looking else tally.registered,
    )


def institution_table(told: Judged, locale: str, *, people: bool = False) -> Table:
    """List the institutions with how they stand to each measure, in the order of their ids.

    For people regions have their names, for programs their codes.
    """
    names = region_names(told.estate, locale) if people else {}
    ordered = sorted(told.rows, key=lambda row: row.institution_id)
    return Table(
        columns=(*_INSTITUTION, *_CAMERAS, *told.measures),
        rows=[
            _row(row, told.institutions[row.institution_id]) | {"region": names.get(row.region, row.region)}
            for row in ordered
        ],
        headings={code: name.said_in(locale) for code, name in told.measures.items()},
    )


def _row(row: Compliance, institution: Institution) -> dict[str, Value]:
    named: dict[str, Value] = {
        "institution_id": row.institution_id,
        "region": row.region,
        "type": institution.type,
        "ownership": institution.ownership,
        "headcount": institution.headcount,
        "category": row.category.name,
        "unclear": row.category.unclear,
        "flags": ", ".join(flag.code for flag in row.category.flags) or None,
        "cameras_registered": row.cameras.registered,
        "cameras_in_scope": row.cameras.in_scope,
        "cameras_receiving": row.cameras.receiving,
        "cameras_unknown": row.cameras.unknown,
    }
    return named | dict(row.standings)


def share_table(told: Judged, locale: str | None = None) -> Table:
    """Count the institutions per region and category, then all of them, measure by measure.

    With a locale regions and measures have their names, for people; without, their codes.
    """
    names = region_names(told.estate, locale) if locale is not None else {}
    shares = [*roll_up(told.rows), *roll_up(told.rows, by_region=False, by_category=False)]
    rows = [_share(share, names, _name(told, share.measure, locale)) for share in shares]
    heads = {"rate": translations(locale).text("column.share_met")} if locale is not None else {}
    return Table(columns=SHARE, rows=rows, headings=heads)


def _name(told: Judged, measure: str, locale: str | None) -> str:
    return told.measures[measure].said_in(locale) if locale is not None else measure


def _share(share: MeasureShare, names: Mapping[str, str], measure: str) -> Record:
    due, known = share.denominator + share.undetermined, share.met + share.not_met
    return {
        "region": names.get(share.region, share.region) if share.region is not None else None,
        "category": share.category,
        "measure": measure,
        "numerator": share.numerator,
        "denominator": share.denominator,
        "rate": Share(share.numerator, share.denominator) if share.denominator else None,
        "coverage": Share(known, due) if due else None,
        "met": share.met,
        "not_met": share.not_met,
        "unknown": share.unknown,
        "undetermined": share.undetermined,
        "not_required": share.not_required,
    }
