"""Ministry: the rate against the official figures, each unit against its own, and what is about to end."""

from grafana_foundation_sdk.builders import stat, table, timeseries
from grafana_foundation_sdk.models.dashboard import Dashboard

from exporters.grafana import variables
from exporters.grafana.colours import RECEIVING, steps
from exporters.grafana.contracts import bridging_bars, contract_bars
from exporters.grafana.forecast import cliff_table, forecast_lines
from exporters.grafana.page import Page
from exporters.grafana.panels import COUNT, RATIO, against, figures, lines
from exporters.grafana.queries import at_once, over_time, recorded
from exporters.grafana.regions import (
    DISTANCE,
    KNOWN,
    institutions_by_region,
    points,
    rates_by_region,
)
from exporters.grafana.tables import Column, table_of
from exporters.grafana.watch import banner
from exporters.grafana.words import Words
from monitor.model.estate import InstitutionType, Ownership

UNITS = ("cameras", "institutions")
SHARE = "cctv_institution_cameras_receiving / (cctv_institution_cameras > 0)"


def ministry(words: Words) -> Dashboard:
    """Make the ministry's dashboard: the whole country."""
    page = Page(
        words,
        "ministry",
        "The whole country against the official figures: cameras and institutions, never one for the other.",
        since="30d",
        refresh="5m",
    )
    page.choose(variables.datasource(words), *(variables.as_of(unit) for unit in UNITS))
    page.band(3, banner(words))
    page.row("The country")
    _country(page)
    page.row("Over time")
    page.band(10, _trend(words, "cameras"), _trend(words, "institutions"))
    page.row("Regions")
    page.band(12, rates_by_region(words))
    page.band(12, institutions_by_region(words))
    page.row("Types and ownership")
    page.band(9, _by_type(words), _by_ownership(words))
    page.row("Contracts")
    page.band(9, contract_bars(words), bridging_bars(words), forecast_lines(words))
    page.band(10, cliff_table(words))
    return page.build()


def _country(page: Page) -> None:
    words = page.words
    page.band(
        6,
        _rate(
            words,
            "Cameras received",
            "Share of the cameras in scope that is received; unknown counts as not received.",
            "cctv:cameras:ratio",
            "sum(cctv_institution_cameras_receiving)",
            "sum(cctv_institution_cameras)",
        ),
        _of_institutions(words, "Institutions with any camera received", "any", "> bool 0"),
        _of_institutions(words, "Institutions with 80 % of their cameras", "p80", ">= bool 0.8"),
        _of_institutions(words, "Institutions with all their cameras", "all", ">= bool 1"),
    )
    page.band(
        4,
        _distance(words, "cameras", "cctv:cameras:distance_to_baseline"),
        _distance(words, "institutions", "cctv:institutions_any:distance_to_baseline"),
        figures(
            words,
            "Change of the share of cameras",
            "How much the share of cameras received changed over the shown time.",
            at_once("100 * delta(cctv:cameras:ratio[$__range])"),
            unit=points(words),
            decimals=1,
            thresholds=DISTANCE,
        ),
        figures(
            words,
            "Share known",
            "Share of the cameras in scope of which it is known whether they are received.",
            at_once("cctv:cameras:coverage_ratio"),
            unit=RATIO,
            decimals=1,
            thresholds=KNOWN,
        ),
    )


def _rate(words: Words, title: str, meaning: str, rate: str, part: str, whole: str) -> stat.Panel:
    return figures(
        words,
        title,
        meaning,
        at_once(rate, words("Share")),
        at_once(part, words("Numerator"), "B"),
        at_once(whole, words("Denominator"), "C"),
        units={"A": RATIO},
        thresholds=steps(RECEIVING),
    )


def _of_institutions(words: Words, title: str, which: str, enough: str) -> stat.Panel:
    return _rate(
        words,
        title,
        "Of the institutions with cameras in scope.",
        f"cctv:institutions_{which}:ratio",
        f"sum({SHARE} {enough})",
        "sum(cctv_institution_cameras > bool 0)",
    )


_FROM = {
    "cameras": "Cameras: from the official figure of $as_of_cameras",
    "institutions": "Institutions: from the official figure of $as_of_institutions",
}


def _distance(words: Words, unit: str, distance: str) -> stat.Panel:
    return figures(
        words,
        _FROM[unit],
        "Today's share less the official one in the same unit; below 0 the country is behind it.",
        at_once(f"100 * {distance}"),
        unit=points(words),
        decimals=1,
        thresholds=DISTANCE,
    )


_TRENDS = {
    "cameras": (
        "Cameras received, against the official figure for cameras of $as_of_cameras",
        "cctv:cameras:ratio",
    ),
    "institutions": (
        "Institutions with a camera received, against the official figure of $as_of_institutions",
        "cctv:institutions_any:ratio",
    ),
}


def _trend(words: Words, unit: str) -> timeseries.Panel:
    title, ratio = _TRENDS[unit]
    official = f'max by (as_of) (cctv_integration_baseline_ratio{{unit="{unit}"}})'
    panel = lines(
        words,
        title,
        "The share over time. Dashed: every official figure in the same unit, by its day; a later one is "
        "another line and replaces none.",
        over_time(ratio, words("Share received")),
        over_time(official, f"{words('Official figure')}, {{{{as_of}}}}", "B"),
        unit=RATIO,
        most=1,
    )
    return against(panel, "B")


def _by_type(words: Words) -> table.Panel:
    return table_of(
        words,
        "By type of institution",
        "Cameras received of those in scope, and institutions with any camera received.",
        {
            "A": recorded("cctv:cameras:ratio_by_type", "type"),
            "B": "sum by (type) (cctv_institution_cameras_receiving)",
            "C": "sum by (type) (cctv_institution_cameras)",
            "D": recorded("cctv:institutions_any:ratio_by_type", "type"),
            "E": f"sum by (type) ({SHARE} > bool 0)",
            "F": "sum by (type) (cctv_institution_cameras > bool 0)",
        },
        _shares(Column(source="type", heading="Type", looks=words.of(InstitutionType))),
        lightest="A",
    )


def _by_ownership(words: Words) -> table.Panel:
    owned = " * on (institution) group_left (ownership) cctv_institution_info"
    return table_of(
        words,
        "By ownership",
        "Cameras received of those in scope, and institutions with any camera received.",
        {
            "A": recorded("cctv:cameras:ratio_by_ownership", "ownership"),
            "B": f"sum by (ownership) (cctv_institution_cameras_receiving{owned})",
            "C": f"sum by (ownership) (cctv_institution_cameras{owned})",
            "D": recorded("cctv:institutions_any:ratio_by_ownership", "ownership"),
            "E": f"sum by (ownership) (({SHARE} > bool 0){owned})",
            "F": f"sum by (ownership) ((cctv_institution_cameras > bool 0){owned})",
        },
        _shares(Column(source="ownership", heading="Ownership", looks=words.of(Ownership))),
        lightest="A",
    )


def _shares(first: Column) -> list[Column]:
    return [
        first,
        Column(source="A", heading="Share received", unit=RATIO, decimals=1),
        Column(source="B", heading="Received", unit=COUNT),
        Column(source="C", heading="In scope", unit=COUNT),
        Column(source="D", heading="Any camera", unit=RATIO, decimals=1),
        Column(source="E", heading="with any", unit=COUNT),
        Column(source="F", heading="of institutions", unit=COUNT),
    ]
