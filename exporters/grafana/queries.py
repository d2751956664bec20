"""Queries as Grafana sends them to Prometheus, and the parts of PromQL that several panels share."""

from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

DATASOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")

ESTATE = 'region=~"$region", type=~"$type"'  # what the variables leave of the institutions


def at_once(expr: str, legend: str = "", ref: str = "A") -> Dataquery:
    """Ask for the present: one value per series."""
    return _query(expr, ref).instant().legend_format(legend or "__auto")


def over_time(expr: str, legend: str, ref: str = "A") -> Dataquery:
    """Ask for the shown stretch of time; `legend` is a text or a `{{label}}`."""
    return _query(expr, ref).range().legend_format(legend)


def as_rows(expr: str, ref: str = "A") -> Dataquery:
    """Ask for the present as a table: a column per label, and the value."""
    return _query(expr, ref).instant().format(PromQueryFormat.TABLE)


def _query(expr: str, ref: str) -> Dataquery:
    return Dataquery().datasource(DATASOURCE).editor_mode(QueryEditorMode.CODE).expr(expr).ref_id(ref)


def cameras(state: str = "", only: str = ESTATE) -> str:
    """Sum cameras of the chosen institutions: those in scope, or of a state ("_receiving", "_unknown")."""
    return f"sum(cctv_institution_cameras{state}{{{only}}})"


def or_none(expr: str, only: str = ESTATE) -> str:
    """Say 0 where a sum finds nothing, yet nothing at all while no monitor answers."""
    return f"{expr} or 0 * {cameras(only=only)}"


def with_region(expr: str, locale: str) -> str:
    """Put the region's name in a language beside its code; what lies in several regions has none."""
    names = f"max by (region, name_{locale}) (cctv_region_info)"
    return f"({expr}) * on (region) group_left (name_{locale}) {names} or on (region) ({expr})"


def recorded(rule: str, by: str) -> str:
    """Return what a rule recorded without the rule's name: in a table that would be one more column."""
    return f"max by ({by}) ({rule})"


def rate_of(counter: str, by: str) -> str:
    """Return how fast a counter grows, by labels."""
    return f"sum by ({by}) (rate({counter}[$__rate_interval]))"


def mean_of(histogram: str, by: str) -> str:
    """Return the mean of a histogram of the last while, by labels; nothing where nothing was measured."""
    return f"{rate_of(f'{histogram}_sum', by)} / ({rate_of(f'{histogram}_count', by)} > 0)"


def most_of(histogram: str, by: str, share: float = 0.95) -> str:
    """Return what so large a share of a histogram's values stayed below; nothing where there were none."""
    labels = f"le, {by}" if by else "le"
    measured = f"{rate_of(f'{histogram}_count', by)} > 0"
    return f"histogram_quantile({share}, {rate_of(f'{histogram}_bucket', labels)}) and ({measured})"
