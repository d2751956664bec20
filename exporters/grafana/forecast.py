"""What is about to end: how many cameras stay covered if nothing is renewed."""

from grafana_foundation_sdk.builders import table, trend
from grafana_foundation_sdk.builders.common import VizLegendOptions
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue

from exporters.grafana.colours import ATTENTION, RECEIVING, steps
from exporters.grafana.panels import COUNT, DAY
from exporters.grafana.queries import DATASOURCE, as_rows, with_region
from exporters.grafana.regions import region_columns
from exporters.grafana.tables import Column, table_of
from exporters.grafana.words import Words


def forecast_lines(words: Words) -> trend.Panel:
    """Show the days ahead as numbers on the axis: 0, 7, 14 … 180."""
    series = {
        "A": ("sum by (days) (cctv_forecast_cameras_covered)", "Covered by a contract", ATTENTION),
        "B": ("sum by (days) (cctv_forecast_cameras_receiving)", "Received", RECEIVING),
    }
    panel = (
        trend.Panel()
        .title(words("If nothing is renewed: cameras, by days from today"))
        .description(
            words("How many cameras keep a contract, and how many of those received now keep theirs.")
        )
        .datasource(DATASOURCE)
        .targets([as_rows(expr, ref) for ref, (expr, _, _) in series.items()])
        .transformations(_by_day())
        .x_field("days")
        .override_by_name("days", [DynamicConfigValue("displayName", words("Days from today"))])
        .unit(COUNT)
        .min(0)
        .line_width(2)
        .line_interpolation(common.LineInterpolation.STEP_AFTER)
        .legend(VizLegendOptions().show_legend(True).display_mode(common.LegendDisplayMode.LIST))
    )
    for ref, (_, name, colour) in series.items():
        look = {"mode": "fixed", "fixedColor": colour}
        panel.override_by_name(
            f"Value #{ref}",
            [DynamicConfigValue("displayName", words(name)), DynamicConfigValue("color", look)],
        )
    return panel


def _by_day() -> list[DataTransformerConfig]:
    number = {"conversions": [{"targetField": "days", "destinationType": "number"}], "fields": {}}
    kept = {"include": {"names": ["days", "Value #A", "Value #B"]}}
    return [
        DataTransformerConfig(id_val="merge", options={}),
        DataTransformerConfig(id_val="filterFieldsByName", options=kept),
        DataTransformerConfig(id_val="convertFieldType", options=number),
        DataTransformerConfig(id_val="sortBy", options={"fields": {}, "sort": [{"field": "days"}]}),
    ]


def cliff_table(words: Words) -> table.Panel:
    """Say for each region on which day most covered cameras are lost."""
    return table_of(
        words,
        "The steepest day of each region",
        "If no contract is renewed: the day on which most covered cameras lose their cover, and how many. "
        "A region in which nothing ends has no row.",
        {
            "A": with_region("1000 * max by (region) (cctv_forecast_cliff_timestamp_seconds)", words.locale),
            "B": "sum by (region) (cctv_forecast_cliff_cameras)",
            "C": 'sum by (region) (cctv_forecast_cameras_covered{days="0"})',
        },
        [
            *region_columns(words),
            Column(source="A", heading="Day", unit=DAY),
            Column(source="B", heading="Cameras that lose cover", unit=COUNT, thresholds=steps(ATTENTION)),
            Column(source="C", heading="Covered now", unit=COUNT),
        ],
        lightest="A",
    )
