"""The rules that ship for Prometheus, their tests for promtool and their runbooks, as values."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

PROJECT = Path(__file__).parents[1]
CONFIG = PROJECT / "config" / "prometheus"
RULES = sorted(CONFIG.glob("*.rules.yml"))
TESTS = sorted((PROJECT / "tests" / "promtool").glob("*.yml"))
RUNBOOKS = PROJECT / "docs" / "runbooks"
HELD = "cctv:incidents_open:held"  # its series have an `owner` and a `region` of their own
_METRIC = re.compile(r"\bcctv_[a-z0-9_]+")
_RECORD = re.compile(r"\bcctv:[a-z0-9_:]+")


class Rule(NamedTuple):
    """One alert or one record."""

    name: str
    alert: bool
    expr: str
    labels: dict[str, str]
    annotations: dict[str, str]

    @property
    def text(self) -> str:
        """Everything in which a metric can be named."""
        return "\n".join((self.expr, *self.annotations.values()))

    @property
    def metrics(self) -> set[str]:
        """The metrics of the monitor that it asks for."""
        return set(_METRIC.findall(self.text))

    @property
    def records(self) -> set[str]:
        """The records that it builds upon."""
        return set(_RECORD.findall(self.text))


def rules() -> Iterator[Rule]:
    """Read every rule file."""
    for file in RULES:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                name = rule.get("alert") or rule["record"]
                labels, annotations = rule.get("labels", {}), rule.get("annotations", {})
                yield Rule(name, "alert" in rule, rule["expr"], labels, annotations)


def cases(kind: str) -> Iterator[dict[str, Any]]:
    """Read the single expectations of every test file: of "alert_rule_test" or of "promql_expr_test"."""
    for file in TESTS:
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            yield from test.get(kind, ())


def promtool(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Prometheus' own tool."""
    command = ["promtool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
