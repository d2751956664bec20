"""Tables of open incidents: cause and owner in words, the heaviest first.

What an incident weighs is its pupils times its age. One without an institution or a region is of several: it
is shown whatever institution type or region is chosen.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import table

from exporters.grafana.colours import ATTENTION, LOST, UNKNOWN
from exporters.grafana.page import path
from exporters.grafana.panels import AGE, COUNT, Look
from exporters.grafana.queries import with_region
from exporters.grafana.tables import Column, table_of
from exporters.grafana.words import Words
from monitor.model.incident import Kind, Scope, Severity
from monitor.model.verdict import Cause, Owner

CHOSEN = 'region=~"$region|", owner=~"$owner", cause=~"$cause"'  # what an operator's choices leave
OF_OTHER_TYPES = 'cctv_institution_info{type!~"$type"}'

_HOUR = 3600


def chosen(kind: Kind, only: str = "") -> str:
    """Return the open incidents of a kind that the operator's choices leave."""
    labels = f'kind="{kind.value}", {CHOSEN}{only}'
    return f"cctv_incident_open{{{labels}}} unless on (institution) {OF_OTHER_TYPES}"


def cameras_of(incidents: str) -> str:
    """Sum the cameras that incidents covered when they were opened."""
    return f"sum(cctv_incident_cameras and on (incident) ({incidents}))"


def incident_table(
    words: Words,
    title: str,
    meaning: str,
    incidents: str,
    *,
    left_out: Sequence[str] = (),
) -> table.Panel:
    """List the incidents that a query selects; `left_out`: columns that would say the same in each row."""
    columns = [each for each in _columns(words) if each.source not in left_out]
    return table_of(words, title, meaning, _queries(incidents, words.locale), columns, heaviest="D")


def _queries(incidents: str, locale: str) -> dict[str, str]:
    these = f"on (incident) ({incidents})"
    age = "(time() - cctv_incident_opened_timestamp_seconds)"
    named = (
        f"{age} * on (incident) group_right () ({incidents})"
        " * on (incident) group_left (name, subject) cctv_incident_info"
    )
    return {
        "A": with_region(named, locale),
        "B": f"sum by (incident) (cctv_incident_cameras and {these})",
        "C": f"sum by (incident) (cctv_incident_pupils and {these})",
        "D": f"sum by (incident) (cctv_incident_pupils * on (incident) {age} / {_HOUR} and {these})",
    }


def _columns(words: Words) -> list[Column]:
    severities: dict[str, Look | str] = dict(words.of(Severity))
    for severity, colour in zip(Severity, (LOST, ATTENTION, UNKNOWN), strict=True):
        severities[severity.value] = (words.of(Severity)[severity.value], colour)
    school = (
        f"{path('school', words.locale)}?var-institution=${{__data.fields.institution}}&${{__url_time_range}}"
    )
    return [
        Column(source="severity", heading="Severity", looks=severities, width=110),
        Column(source="name", heading="Name", width=280, link=(words("Open the school's dashboard"), school)),
        Column(source="scope", heading="About", looks=words.of(Scope), width=110),
        Column(source="subject", heading="Id", width=130),
        Column(source="cause", heading="Cause", looks=words.of(Cause), width=330),
        Column(source="owner", heading="Who acts", looks=words.of(Owner), width=180),
        Column(source="A", heading="Lasts", unit=AGE, decimals=0, width=140),
        Column(source="B", heading="Cameras", unit=COUNT, decimals=0, width=90),
        Column(source="C", heading="Pupils and staff", unit=COUNT, decimals=0, width=130),
        Column(source="D", heading="Weight, person-hours", unit=COUNT, decimals=0, width=150),
        Column(source=f"name_{words.locale}", heading="Region", width=180),
        Column(source="institution", heading="Institution", width=130),
    ]
