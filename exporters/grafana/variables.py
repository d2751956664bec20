"""The choices at the top of a dashboard. What metrics call by a code is chosen by its name."""

from collections.abc import Mapping

from grafana_foundation_sdk.builders.dashboard import (
    CustomVariable,
    DatasourceVariable,
    QueryVariable,
    TextBoxVariable,
)
from grafana_foundation_sdk.models.dashboard import (
    VariableHide,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from exporters.grafana.queries import DATASOURCE
from exporters.grafana.words import Words
from monitor.model.estate import InstitutionType
from monitor.model.verdict import Cause, Owner

MONITOR = "http://127.0.0.1:9780"  # where the monitor listens when nobody says otherwise

_RESULT = 3  # Grafana's PromVariableQueryType: the series that a query gives, as text
_ALL = VariableOption(selected=True, text="All", value="$__all")


def datasource(words: Words) -> DatasourceVariable:
    """Which Prometheus is asked."""
    return DatasourceVariable("datasource").label(words("Data source")).type("prometheus")


def regions(words: Words) -> QueryVariable:
    """Any regions, by their names; all at first."""
    return _several(
        _of_series("region", words("Region"), "cctv_region_info", "region", f"name_{words.locale}")
    )


def gateways(words: Words) -> QueryVariable:
    """Any gateways, by id; all at first."""
    series = "cctv_sweep_last_success_timestamp_seconds"
    return _several(_of_series("gateway", words("Gateway"), series, "gateway", "gateway"))


def institution(words: Words) -> QueryVariable:
    """One institution of the chosen regions, by its name."""
    series = 'cctv_institution_info{region=~"$region"}'
    return _of_series("institution", words("Institution"), series, "institution", "name")


def as_of(unit: str) -> QueryVariable:
    """The day of the earliest official figure in a unit, for titles."""
    series = f'cctv_integration_baseline_ratio{{unit="{unit}"}}'
    return _of_series(f"as_of_{unit}", "", series, "as_of", "as_of").hide(VariableHide.HIDE_VARIABLE)


def types(words: Words) -> CustomVariable:
    """Any types of institution."""
    return _closed("type", words("Type of institution"), words.of(InstitutionType))


def owners(words: Words) -> CustomVariable:
    """Any of those who must act."""
    return _closed("owner", words("Who acts"), words.of(Owner))


def causes(words: Words) -> CustomVariable:
    """Any causes."""
    return _closed("cause", words("Cause"), words.of(Cause))


def monitor(words: Words) -> TextBoxVariable:
    """Where the reader's browser finds the monitor itself."""
    return TextBoxVariable("monitor").label(words("Address of the monitor")).default_value(MONITOR)


def _of_series(name: str, label: str, series: str, value: str, text: str) -> QueryVariable:
    """Choose by a label of a metric's series, under the name that another label gives.

    Grafana writes a series as text without escaping quotes: a label ends where the next one begins.
    """
    end = r'"(?=,[a-z_]+="|\})'
    picked = rf'/[{{,]{value}="(?<value>.*?){end}|[{{,]{text}="(?<text>.*?){end}/g'
    if value == text:
        picked = rf'/[{{,]{value}="(?<value>.*?){end}/'
    expr = f"query_result({series})"
    return (
        QueryVariable(name)
        .label(label)
        .datasource(DATASOURCE)
        .query({"query": expr, "qryType": _RESULT, "refId": "PrometheusVariableQueryEditor-VariableQuery"})
        .definition(expr)
        .regex(picked)
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(VariableSort.ALPHABETICAL_CASE_INSENSITIVE_ASC)
    )


def _several(variable: QueryVariable) -> QueryVariable:
    return variable.multi(True).include_all(True).all_value(".*").current(_ALL)


def _closed(name: str, label: str, words: Mapping[str, str]) -> CustomVariable:
    """Choose among the words of a closed list, each shown in the reader's language."""
    pairs = (f"{word} : {value}".replace(",", r"\,") for value, word in words.items())
    options = [VariableOption(selected=False, text=word, value=value) for value, word in words.items()]
    return (
        CustomVariable(name)
        .label(label)
        .values(", ".join(pairs))
        .options(options)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(_ALL)
    )
