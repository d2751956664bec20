"""The panels that show numbers, bars and lines. Each has a title and says what it means.

`names` gives series that are called by a word of a closed list their text and their colour.
"""

from collections.abc import Mapping, Sequence

from grafana_foundation_sdk.builders import bargauge, stat, statetimeline, text, timeseries
from grafana_foundation_sdk.builders.common import (
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue, ValueMap, ValueMappingResult
from grafana_foundation_sdk.models.text import TextMode

from exporters.grafana.colours import ATTENTION, UNKNOWN, by_value, in_turn, steps
from exporters.grafana.queries import DATASOURCE
from exporters.grafana.words import Words

COUNT, RATIO, SECONDS, BYTES, BYTES_PER_SECOND = "locale", "percentunit", "s", "bytes", "Bps"
PER_SECOND, AGE, DAY = "ops", "dtdhms", "dateTimeAsLocal"

Look = tuple[str, str]  # (text, colour)


def mapping(looks: Mapping[str, Look | str]) -> ValueMap:
    """Show values as words, each with a colour where one is given."""
    results = {}
    for number, (value, look) in enumerate(looks.items()):
        word, colour = look if isinstance(look, tuple) else (look, None)
        results[value] = ValueMappingResult(text=word, color=colour, index=number)
    return ValueMap(options=results)


def figures(
    words: Words,
    title: str,
    meaning: str,
    *queries: Dataquery,
    unit: str = COUNT,
    thresholds: ThresholdsConfig | None = None,
    units: Mapping[str, str] | None = None,
    looks: Mapping[str, Look | str] | None = None,
    decimals: int = 0,
) -> stat.Panel:
    """Show one big number per query; `units` differ by query; grey where nobody answers."""
    panel = (
        stat.Panel()
        .title(words(title))
        .description(words(meaning))
        .datasource(DATASOURCE)
        .targets(list(queries))
        .unit(unit)
        .decimals(decimals)
        .no_value(words("No monitor answers"))
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .color_mode(common.BigValueColorMode.BACKGROUND_SOLID)
        .graph_mode(common.BigValueGraphMode.NONE)
        .text_mode(
            common.BigValueTextMode.VALUE_AND_NAME if len(queries) > 1 else common.BigValueTextMode.VALUE
        )
        .color_scheme(by_value())
        .thresholds(thresholds or steps(UNKNOWN))
    )
    if looks is not None:
        panel.mappings([mapping(looks)])
    for ref, other in (units or {}).items():
        panel.override_by_query(ref, [DynamicConfigValue("unit", other), DynamicConfigValue("decimals", 1)])
    return panel


def lines(
    words: Words,
    title: str,
    meaning: str,
    *queries: Dataquery,
    unit: str = COUNT,
    names: Mapping[str, Look | str] | None = None,
    stacked: bool = False,
    most: float | None = None,
) -> timeseries.Panel:
    """Show series over time, with their last and greatest values in the legend."""
    legend = (
        VizLegendOptions()
        .show_legend(True)
        .display_mode(common.LegendDisplayMode.TABLE)
        .placement(common.LegendPlacement.BOTTOM)
        .calcs(["lastNotNull", "max"])
    )
    panel = (
        timeseries.Panel()
        .title(words(title))
        .description(words(meaning))
        .datasource(DATASOURCE)
        .targets(list(queries))
        .unit(unit)
        .min(0)
        .line_width(2)
        .fill_opacity(70 if stacked else 0)
        .show_points(common.VisibilityMode.AUTO)
        .legend(legend)
        .tooltip(VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING))
    )
    if stacked:
        panel.stacking(StackingConfig().mode(common.StackingMode.NORMAL).group("A"))
    if most is not None:
        panel.max(most)
    for name, properties in _named(names):
        panel.override_by_name(name, properties)
    return panel


def against(panel: timeseries.Panel, ref: str) -> timeseries.Panel:
    """Draw one query's series as the line that the others are measured against: dashed, orange."""
    dash = {"fill": "dash", "dash": [10, 10]}
    return panel.override_by_query(ref, [DynamicConfigValue("custom.lineStyle", dash), _colour(ATTENTION)])


def bars(
    words: Words,
    title: str,
    meaning: str,
    query: Dataquery,
    *,
    names: Mapping[str, Look | str],
    unit: str = COUNT,
) -> bargauge.Panel:
    """Show one bar per word of a closed list."""
    panel = (
        bargauge.Panel()
        .title(words(title))
        .description(words(meaning))
        .datasource(DATASOURCE)
        .targets([query])
        .unit(unit)
        .min(0)
        .no_value(words("Nothing to show"))
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .orientation(common.VizOrientation.HORIZONTAL)
        .display_mode(common.BarGaugeDisplayMode.BASIC)
        .name_placement(common.BarGaugeNamePlacement.LEFT)
    )
    for name, properties in _named(names):
        panel.override_by_name(name, properties)
    return panel


def states(
    words: Words, title: str, meaning: str, *queries: Dataquery, looks: Mapping[str, Look | str]
) -> statetimeline.Panel:
    """Show what held when: a band per series, its colours and words from `looks`."""
    return (
        statetimeline.Panel()
        .title(words(title))
        .description(words(meaning))
        .datasource(DATASOURCE)
        .targets(list(queries))
        .mappings([mapping(looks)])
        .color_scheme(by_value())
        .thresholds(steps(UNKNOWN))
        .merge_values(True)
        .show_value(common.VisibilityMode.AUTO)
        .row_height(0.8)
        .legend(VizLegendOptions().show_legend(True).display_mode(common.LegendDisplayMode.LIST))
    )


def note(words: Words, title: str, meaning: str, content: str) -> text.Panel:
    """Say something in Markdown; it asks nothing of Prometheus."""
    return (
        text.Panel().title(words(title)).description(words(meaning)).mode(TextMode.MARKDOWN).content(content)
    )


def plain(names: Mapping[str, str]) -> dict[str, Look | str]:
    """Give the words of a closed list colours in turn."""
    return {name: (names[name], colour) for name, colour in in_turn(names).items()}


def _named(names: Mapping[str, Look | str] | None) -> Sequence[tuple[str, list[DynamicConfigValue]]]:
    chosen = []
    for name, look in (names or {}).items():
        word, colour = look if isinstance(look, tuple) else (look, None)
        properties = [DynamicConfigValue("displayName", word)]
        chosen.append((name, properties if colour is None else [*properties, _colour(colour)]))
    return chosen


def _colour(colour: str) -> DynamicConfigValue:
    return DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
