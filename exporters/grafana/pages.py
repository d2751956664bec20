"""All dashboards in all languages, as the files that Grafana reads."""

import json
from collections.abc import Callable, Mapping

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from exporters.grafana.itself import monitor
from exporters.grafana.ministry import ministry
from exporters.grafana.operators import operator
from exporters.grafana.police_it import police_it
from exporters.grafana.school import school
from exporters.grafana.words import LANGUAGES, Words

PAGES: Mapping[str, Callable[[Words], Dashboard]] = {
    "operator": operator,
    "school": school,
    "police-it": police_it,
    "ministry": ministry,
    "monitor": monitor,
}


def files() -> dict[str, str]:
    """Return the text of every dashboard by its path: "dashboards/ru/operator.json"."""
    return {
        f"dashboards/{locale}/{name}.json": _text(page(Words(locale)))
        for locale in LANGUAGES
        for name, page in PAGES.items()
    }


def _text(made: Dashboard) -> str:
    plain = json.loads(json.dumps(made, cls=JSONEncoder))
    for link in plain["links"]:
        del link["placement"]  # the SDK knows one only, and that would hide the links in a menu
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
