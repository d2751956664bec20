"""The page about incidents, against the rules that decide causes."""

import re
from pathlib import Path

from exporters.locale.texts import translations
from exporters.why.chain import FAULTS
from monitor.judge.causes import OWNERS, RULES
from monitor.judge.folding import CRITICAL_PUPILS, MAJOR_PUPILS

PAGE = (Path(__file__).parents[2] / "docs" / "incidents.md").read_text(encoding="utf-8")
ENGLISH = translations("en")


def test_the_page_has_every_rule_in_its_order() -> None:
    """The table of causes is the table of rules: cause, what decides it, who acts, where the fault is."""
    chapter = PAGE.split("\n## Causes\n")[1]
    told = re.findall(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", chapter, re.MULTILINE)
    links = {cause: ENGLISH.of(link) if link is not None else "—" for cause, link in FAULTS.items()}
    assert told == [
        (rule.cause.value, rule.why, ENGLISH.of(OWNERS[rule.cause]), links[rule.cause]) for rule in RULES
    ]


def test_the_page_names_what_no_rule_decides() -> None:
    """Causes without a rule are named below the table."""
    last = PAGE.strip().splitlines()[-1]
    decided = {rule.cause for rule in RULES}
    assert re.findall(r"`(\w+)`", last) == [cause.value for cause in OWNERS if cause not in decided]


def test_the_page_weighs_as_the_code_does() -> None:
    """The bounds of severity on the page are those that hold."""
    assert f"for {CRITICAL_PUPILS} pupils and more" in PAGE
    assert f"for {MAJOR_PUPILS} pupils and more" in PAGE
