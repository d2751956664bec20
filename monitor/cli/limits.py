"""What the rule packs allow, where a command needs one number of them."""

from datetime import date
from pathlib import Path

from monitor.cli.place import refuse
from monitor.law.load import RulesError, load_rules
from monitor.law.rules import Figure, NoRule, Rules
from monitor.settings import Settings


def rules_for(settings: Settings) -> Rules:
    """Read the rules that the configuration names; ends the program with code 2 when they cannot be used."""
    try:
        return load_rules(Path(settings.rules) if settings.rules is not None else None)
    except RulesError as error:
        refuse("\n".join(map(str, error.mistakes)))


def longest_exclusion(settings: Settings, day: date) -> int | None:
    """Return how many days one exclusion may last; None: no rule says."""
    try:
        return rules_for(settings).threshold(Figure.EXCLUSION_DAYS, day).days
    except NoRule:
        return None
