"""Tables: queries side by side, joined by the labels that they share, and what their columns are called.

Each query is asked for the same instant. Grafana's `merge` puts rows together that agree in every column
which all the queries have; so the first query carries the labels that are shown, and the others no more than
the key. What is not a column here is not shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.builders.common import TableSortByFieldState
from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue

from exporters.grafana.colours import by_value
from exporters.grafana.panels import Look, mapping
from exporters.grafana.queries import DATASOURCE, as_rows
from exporters.grafana.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: a label, or the value of a query ("A", "B", …)."""

    source: str
    heading: str  # an English sentence
    unit: str | None = None
    decimals: int | None = None
    looks: Mapping[str, Look | str] | None = None  # values as words
    thresholds: ThresholdsConfig | None = None  # of a value that colours its cell
    width: int | None = None
    link: tuple[str, str] | None = None  # (title, url)

    def field(self, single: bool) -> str:
        """Return what Grafana calls it: with one query, its value has no letter."""
        if len(self.source) > 1:
            return self.source
        return "Value" if single else f"Value #{self.source}"


def table_of(
    words: Words,
    title: str,
    meaning: str,
    queries: Mapping[str, str],
    columns: Sequence[Column],
    *,
    heaviest: str | None = None,
    lightest: str | None = None,
) -> table.Panel:
    """Make a table of queries by letter; sorted by the column whose source is named."""
    single = len(queries) == 1
    fields = [column.field(single) for column in columns]
    panel = (
        table.Panel()
        .title(words(title))
        .description(words(meaning))
        .datasource(DATASOURCE)
        .targets([as_rows(expr, ref) for ref, expr in queries.items()])
        .no_value("")
        .transformations(_side_by_side(fields, single=single))
        .cell_height(common.TableCellHeight.SM)
        .filterable(True)
    )
    for column, field in zip(columns, fields, strict=True):
        panel.override_by_name(field, _properties(words, column))
    if (by := heaviest or lightest) is not None:
        heading = next(words(column.heading) for column in columns if column.source == by)
        panel.sort_by([TableSortByFieldState().display_name(heading).desc(heaviest is not None)])
    return panel


def _side_by_side(fields: Sequence[str], *, single: bool) -> list[DataTransformerConfig]:
    kept = DataTransformerConfig(id_val="filterFieldsByName", options={"include": {"names": list(fields)}})
    places = {field: place for place, field in enumerate(fields)}
    order = {"indexByName": places, "excludeByName": {}, "renameByName": {}}
    merged = [] if single else [DataTransformerConfig(id_val="merge", options={})]
    return [*merged, kept, DataTransformerConfig(id_val="organize", options=order)]


def _properties(words: Words, column: Column) -> list[DynamicConfigValue]:
    given: dict[str, object | None] = {
        "displayName": words(column.heading),
        "unit": column.unit,
        "decimals": column.decimals,
        "mappings": None if column.looks is None else [mapping(column.looks)],
        "custom.width": column.width,
        "links": None if column.link is None else [{"title": column.link[0], "url": column.link[1]}],
    }
    if column.thresholds is not None:
        given["thresholds"] = column.thresholds.build()
        given["color"] = by_value().build()
        given["custom.cellOptions"] = common.TableColoredBackgroundCellOptions(
            mode=common.TableCellBackgroundDisplayMode.BASIC
        )
    elif column.looks is not None and any(isinstance(look, tuple) for look in column.looks.values()):
        given["custom.cellOptions"] = common.TableColoredBackgroundCellOptions(
            mode=common.TableCellBackgroundDisplayMode.BASIC
        )
    return [DynamicConfigValue(name, value) for name, value in given.items() if value is not None]
