"""The committed dashboards as Grafana would read them: their panels, queries, variables and links."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "config" / "grafana"
VALUE = "Value"


@dataclass(frozen=True, slots=True)
class Query:
    """One query of one panel, and what Grafana makes of its answer."""

    dashboard: str  # its uid
    panel: dict[str, Any]
    target: dict[str, Any]

    @property
    def name(self) -> str:
        """What a test calls it: "cctv-operator-en: Cameras unknown: A"."""
        return f"{self.dashboard}: {self.panel['title']}: {self.target['refId']}"

    @property
    def expr(self) -> str:
        """The PromQL of it, variables and all."""
        text: str = self.target["expr"]
        return text

    @property
    def instant(self) -> bool:
        """Whether one moment is asked for."""
        return bool(self.target.get("instant"))

    @property
    def value_field(self) -> str:
        """What the column of its value is called in a table."""
        return VALUE if len(self.panel["targets"]) == 1 else f"{VALUE} #{self.target['refId']}"


def read(locale: str) -> dict[str, dict[str, Any]]:
    """Read the dashboards of a language, by uid."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob(f"dashboards/{locale}/*.json")))
    return {dashboard["uid"]: dashboard for dashboard in map(json.loads, texts)}


def shown(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels of a dashboard without the headings of its rows."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(locale: str) -> list[Query]:
    """Return every query of every panel of a language."""
    return [
        Query(uid, panel, target)
        for uid, dashboard in read(locale).items()
        for panel in shown(dashboard)
        for target in panel.get("targets", ())
    ]


def variables(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the variables of a dashboard."""
    found: list[dict[str, Any]] = dashboard["templating"]["list"]
    return found


def columns(panel: dict[str, Any]) -> list[str]:
    """Return the fields that a panel's transformations keep."""
    return [
        name
        for transformation in panel.get("transformations", ())
        if transformation["id"] == "filterFieldsByName"
        for name in transformation["options"]["include"]["names"]
    ]


def overrides(panel: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what is set for single fields of a panel: properties by the field's name."""
    return {
        each["matcher"]["options"]: {prop["id"]: prop["value"] for prop in each["properties"]}
        for each in panel.get("fieldConfig", {}).get("overrides", ())
        if each["matcher"]["id"] == "byName"
    }


def addresses(dashboard: dict[str, Any]) -> Iterator[str]:
    """Give every address that a dashboard leads to."""
    for link in dashboard["links"]:
        yield link["url"]
    for panel in shown(dashboard):
        for properties in overrides(panel).values():
            for link in properties.get("links", ()):
                yield link["url"]
