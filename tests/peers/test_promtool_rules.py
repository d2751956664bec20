"""The rules for Prometheus: promtool accepts them, and none of them is untested or unexplained."""

import re
from pathlib import Path

import pytest
import yaml

from monitor.model.verdict import Owner
from tests.promtool_rules import (
    CONFIG,
    HELD,
    PROJECT,
    RULES,
    RUNBOOKS,
    TESTS,
    Rule,
    cases,
    promtool,
    rules,
)
from tests.scrapes import DOCS

ALL = list(rules())
ALERTS = [rule for rule in ALL if rule.alert]
RECORDS = [rule for rule in ALL if not rule.alert]
SEVERITIES = {"critical", "warning", "info"}


def named(rule: Rule) -> str:
    return rule.name


def test_promtool_accepts_the_configuration() -> None:
    """`promtool check config` is content with prometheus.yml, and finds every rule file through it."""
    checked = promtool("check", "config", CONFIG / "prometheus.yml")
    assert checked.returncode == 0, checked.stderr
    assert f"{len(RULES)} rule files found" in checked.stdout


def test_promtool_accepts_what_is_commented_out(tmp_path: Path) -> None:
    """The commented variants of prometheus.yml, TLS and discovered cameras, are good as well."""
    text = (CONFIG / "prometheus.yml").read_text(encoding="utf-8")
    (tmp_path / "monitor-ca.pem").touch()
    whole = tmp_path / "prometheus.yml"
    whole.write_text(re.sub(r"^( *)# ((?: *- | *)[a-z_]+:.*)$", r"\1\2", text, flags=re.MULTILINE), "utf-8")
    read = yaml.safe_load(whole.read_text(encoding="utf-8"))
    assert read["scrape_configs"][0]["basic_auth"]["password_file"]
    assert read["scrape_configs"][1]["http_sd_configs"]
    checked = promtool("check", "config", "--syntax-only", whole)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.name)
def test_promtool_accepts_the_rules(file: Path) -> None:
    """`promtool check rules` is content, its lint included."""
    checked = promtool("check", "rules", "--lint=all", "--lint-fatal", file)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name)
def test_the_rules_do_what_their_tests_say(file: Path) -> None:
    """`promtool test rules` is content with every file of tests/promtool."""
    tested = promtool("test", "rules", file)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("alert", ALERTS, ids=named)
def test_every_alert_is_tested_firing_and_not_firing(alert: Rule) -> None:
    """Each alert has a case in which it fires, with its annotations, and one in which it does not."""
    found = [case["exp_alerts"] for case in cases("alert_rule_test") if case["alertname"] == alert.name]
    firing = [expected for each in found for expected in each]
    assert [] in found
    assert firing
    assert all(set(each["exp_annotations"]) == set(alert.annotations) for each in firing)


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_every_record_is_tested_with_and_without_series(record: Rule) -> None:
    """Each record has a case with the values that it gives, and one in which it gives none."""
    found = [case["exp_samples"] for case in cases("promql_expr_test") if case["expr"] == record.name]
    assert [] in found
    assert any(found)


def test_tests_are_of_rules_that_exist() -> None:
    """No test waits for an alert that nobody could ever see."""
    tested = {case["alertname"] for case in cases("alert_rule_test")}
    assert tested == {alert.name for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=named)
def test_every_alert_says_who_acts_and_where_to_read_on(alert: Rule) -> None:
    """Severity and owner as labels, a summary without values, a description with them, and its runbook."""
    assert "severity" in alert.labels
    assert "owner" in alert.labels or HELD in alert.expr
    assert "{{" not in alert.annotations["summary"]
    assert "{{" in alert.annotations["description"]
    assert alert.annotations["runbook_url"] == f"docs/runbooks/{alert.name}.md"


def test_labels_have_the_words_of_the_model() -> None:
    """Alerts that fired in the tests had one of three severities and an owner whom the register knows."""
    fired = [each["exp_labels"] for case in cases("alert_rule_test") for each in case["exp_alerts"]]
    assert {labels["severity"] for labels in fired} == SEVERITIES
    assert {labels["owner"] for labels in fired} <= {owner.value for owner in Owner}


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    """docs/runbooks has one page per alert, headed by its name, and no other."""
    pages = {page.stem: page.read_text(encoding="utf-8") for page in RUNBOOKS.glob("*.md")}
    assert set(pages) == {alert.name for alert in ALERTS}
    assert [name for name, text in pages.items() if not text.startswith(f"# {name}\n")] == []


@pytest.mark.parametrize("rule", ALL, ids=named)
def test_rules_ask_for_metrics_that_the_monitor_has(rule: Rule) -> None:
    """Every metric of an expression or an annotation is in docs/metrics.md, which is held to the code."""
    known = set(re.findall(r"^\| `(\w+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert {re.sub(r"_bucket$", "", metric) for metric in rule.metrics} <= known


def test_runbooks_ask_for_what_there_is() -> None:
    """Every metric and record that a runbook names is one of docs/metrics.md or of the rules."""
    known = set(re.findall(r"^\| `(\w+)`", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    known |= {record.name for record in RECORDS}
    text = "\n".join(page.read_text(encoding="utf-8") for page in RUNBOOKS.glob("*.md"))
    asked = set(re.findall(r"\bcctv_[a-z0-9_]+|\bcctv:[a-z0-9_:]+", text))
    assert {re.sub(r"_bucket$", "", name) for name in asked} <= known


def test_the_queries_of_the_runbooks_are_good(tmp_path: Path) -> None:
    """Every query of a runbook is one that Prometheus can parse."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in sorted(RUNBOOKS.glob("*.md")))
    queries = [
        query
        for block in re.findall(r"```promql\n(.+?)```", text, re.DOTALL)
        for query in re.split(r"\n(?=\S)", block.strip())
    ]
    file = tmp_path / "rules.yml"
    found = [{"record": f"page:query:{number}", "expr": query} for number, query in enumerate(queries)]
    file.write_text(yaml.safe_dump({"groups": [{"name": "pages", "rules": found}]}), encoding="utf-8")
    checked = promtool("check", "rules", file)
    assert queries
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("rule", ALL, ids=named)
def test_rules_build_upon_records_that_exist(rule: Rule) -> None:
    """Every record in an expression is one of ours."""
    assert rule.records <= {record.name for record in RECORDS}


def test_the_baseline_is_the_first_official_figure() -> None:
    """The day in the rules is the earliest of each unit, in the configuration and in the official figures."""
    record = next(rule for rule in RECORDS if rule.name == "cctv:integration_baseline:ratio")
    figures: dict[str, set[str]] = {}
    configured = yaml.safe_load((PROJECT / "config" / "monitor.yaml").read_text(encoding="utf-8"))["baseline"]
    official = yaml.safe_load(
        (PROJECT / "config" / "rules" / "kz-baselines.yaml").read_text(encoding="utf-8")
    )["baselines"]
    for figure in configured + official:
        figures.setdefault(figure["unit"], set()).add(str(figure["as_of"]))
    day = re.findall(r'as_of="([-\d]+)"', record.expr)
    assert {unit: [min(days)] for unit, days in figures.items()} == {"cameras": day, "institutions": day}


def test_the_steps_are_those_of_the_rules_of_the_day() -> None:
    """Steps before a contract ends, and days before a window closes, are the thresholds in the packs."""
    pack = yaml.safe_load((PROJECT / "config" / "rules" / "kz-thresholds.yaml").read_text(encoding="utf-8"))
    thresholds = pack["thresholds"]
    ending = next(rule for rule in ALERTS if rule.name == "CctvContractEnding")
    told = re.findall(r"}}(\d+){{", ending.labels["step"])
    assert sorted(map(int, told)) == sorted(thresholds["at_risk_days"]["value"])
    for name in ("CctvBridgingUnused", "CctvBridgingEnding"):
        rule = next(rule for rule in ALERTS if rule.name == name)
        assert f"< {thresholds['expiring_days']['value'] + 1} * 86400" in rule.expr
