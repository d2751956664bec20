"""What the rule packs allow, where a command needs one number of them."""

from datetime import date

from monitor.cli.rules import usable_rules
from monitor.law.rules import Figure, NoRule
from monitor.settings import Settings


def longest_exclusion(settings: Settings, day: date) -> int | None:
    """Return how many days one exclusion may last; None: no rule says."""
    try:
        return usable_rules(settings).threshold(Figure.EXCLUSION_DAYS, day).days
    except NoRule:
        return None
