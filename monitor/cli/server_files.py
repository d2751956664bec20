"""What Prometheus and Alertmanager are told in the demo: the shipped files, with our addresses."""

from pathlib import Path
from typing import Any

import yaml

SCRAPE_EVERY = "5s"  # the demo's faults last a minute or less


def prometheus_file(shipped: Path, *, monitor: str, alertmanager: str | None) -> str:
    """Write Prometheus' file: the shipped rules, one monitor (HOST:PORT), an Alertmanager if there is one."""
    alerting = [{"static_configs": [{"targets": [alertmanager]}]}] if alertmanager is not None else []
    return yaml.safe_dump(
        {
            "global": {"scrape_interval": SCRAPE_EVERY, "evaluation_interval": SCRAPE_EVERY},
            "rule_files": [str(file) for file in sorted(shipped.glob("*.rules.yml"))],
            "scrape_configs": [
                {"job_name": _job(shipped), "static_configs": [{"targets": [monitor]}]},
            ],
            "alerting": {"alertmanagers": alerting},
        }
    )


def _job(shipped: Path) -> str:
    """Return the name of the shipped scrape job: rules ask for it."""
    document = yaml.safe_load((shipped / "prometheus.yml").read_text(encoding="utf-8"))
    name: str = document["scrape_configs"][0]["job_name"]
    return name


def alertmanager_file(shipped: Path) -> str:
    """Write Alertmanager's file: the shipped routes and inhibitions, with receivers that send nothing."""
    document: dict[str, Any] = yaml.safe_load((shipped / "alertmanager.yml").read_text(encoding="utf-8"))
    document.pop("global", None)
    document.pop("templates", None)
    document["receivers"] = [{"name": receiver["name"]} for receiver in document["receivers"]]
    return yaml.safe_dump(document)
