"""Regions side by side: what each receives, with numerator and denominator beside every rate."""

from grafana_foundation_sdk.builders import table

from exporters.grafana.colours import LOST, RECEIVING, UNKNOWN, steps
from exporters.grafana.page import path
from exporters.grafana.panels import COUNT, RATIO
from exporters.grafana.queries import ESTATE, recorded, with_region
from exporters.grafana.tables import Column, table_of
from exporters.grafana.words import Words

DISTANCE = steps(LOST, (0, RECEIVING))  # from an official figure: below it, or not
KNOWN = steps(UNKNOWN, (0.95, RECEIVING))


def region_table(words: Words) -> table.Panel:
    """Count the cameras of each chosen region by state."""
    return table_of(
        words,
        "Cameras by region",
        "Cameras in scope of the chosen institutions, and how many of them are in which state.",
        {
            "A": with_region(_sum("", ESTATE), words.locale),
            "B": _sum("_receiving", ESTATE),
            "C": f"{_sum('', ESTATE)} - {_sum('_receiving', ESTATE)} - {_sum('_unknown', ESTATE)}",
            "D": _sum("_unknown", ESTATE),
            "E": f"{_sum('_receiving', ESTATE)} / ({_sum('', ESTATE)} > 0)",
        },
        [
            *region_columns(words),
            Column(
                source="C", heading="Not received", unit=COUNT, thresholds=steps("transparent", (1, LOST))
            ),
            Column(source="D", heading="Unknown", unit=COUNT, thresholds=steps("transparent", (1, UNKNOWN))),
            Column(source="E", heading="Share received", unit=RATIO, decimals=1),
            Column(source="B", heading="Received", unit=COUNT),
            Column(source="A", heading="In scope", unit=COUNT),
        ],
        heaviest="C",
    )


def rates_by_region(words: Words) -> table.Panel:
    """Set each region's cameras against the official figure for cameras."""
    return table_of(
        words,
        "Cameras received by region, against the official figure for cameras",
        "Unknown counts as not received; the share known is beside it. The change is of the shown time.",
        {
            "A": with_region(recorded("cctv:cameras:ratio_by_region", "region"), words.locale),
            "B": _sum("_receiving"),
            "C": _sum(""),
            "D": "100 * " + recorded("cctv:cameras:distance_to_baseline_by_region", "region"),
            "E": recorded("cctv:cameras:coverage_ratio_by_region", "region"),
            "F": "100 * delta(cctv:cameras:ratio_by_region[$__range])",
        },
        [
            *region_columns(words),
            Column(source="A", heading="Share received", unit=RATIO, decimals=1),
            Column(source="B", heading="Received", unit=COUNT),
            Column(source="C", heading="In scope", unit=COUNT),
            _distance(words),
            Column(source="E", heading="Share known", unit=RATIO, decimals=1, thresholds=KNOWN),
            Column(source="F", heading="Change", unit=points(words), decimals=1),
        ],
        lightest="A",
    )


def institutions_by_region(words: Words) -> table.Panel:
    """Set each region's institutions against the official figure for institutions."""
    share = "cctv_institution_cameras_receiving / (cctv_institution_cameras > 0)"
    return table_of(
        words,
        "Institutions by region, against the official figure for institutions",
        "Institutions with cameras in scope: how many have at least one camera received, at least 80 % of "
        "their cameras, all of them. Only the first is measured against the official figure.",
        {
            "A": with_region(recorded("cctv:institutions_any:ratio_by_region", "region"), words.locale),
            "B": "sum by (region) (cctv_institution_cameras_receiving > bool 0)",
            "C": "sum by (region) (cctv_institution_cameras > bool 0)",
            "D": "100 * " + recorded("cctv:institutions_any:distance_to_baseline_by_region", "region"),
            "E": recorded("cctv:institutions_p80:ratio_by_region", "region"),
            "F": f"sum by (region) ({share} >= bool 0.8)",
            "G": recorded("cctv:institutions_all:ratio_by_region", "region"),
            "H": f"sum by (region) ({share} >= bool 1)",
        },
        [
            *region_columns(words),
            Column(source="A", heading="Any camera", unit=RATIO, decimals=1),
            Column(source="B", heading="with any", unit=COUNT),
            Column(source="C", heading="of institutions", unit=COUNT),
            _distance(words),
            Column(source="E", heading="80 % of cameras", unit=RATIO, decimals=1),
            Column(source="F", heading="with 80 %", unit=COUNT),
            Column(source="G", heading="All cameras", unit=RATIO, decimals=1),
            Column(source="H", heading="with all", unit=COUNT),
        ],
        lightest="A",
    )


def points(words: Words) -> str:
    """Return the unit of a difference of two shares: points, for a per cent of a per cent it is not."""
    return f"suffix: {words('pp')}"


def _distance(words: Words) -> Column:
    unit = points(words)
    return Column(source="D", heading="From the official figure", unit=unit, decimals=1, thresholds=DISTANCE)


def region_columns(words: Words) -> list[Column]:
    """Name the region, which leads to what cannot be seen there, and give its code."""
    there = f"{path('operator', words.locale)}?var-region=${{__data.fields.region}}&${{__url_time_range}}"
    return [
        Column(
            source=f"name_{words.locale}",
            heading="Region",
            width=220,
            link=(words("What cannot be seen there"), there),
        ),
        Column(source="region", heading="KATO code", width=110),
    ]


def _sum(state: str, only: str = "") -> str:
    chosen = f"{{{only}}}" if only else ""
    return f"sum by (region) (cctv_institution_cameras{state}{chosen})"
