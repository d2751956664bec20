"""What the rule packs allow, where a command needs one number of them."""

from datetime import date

from monitor.law.rules import Figure, NoRule, Rules


def longest_exclusion(rules: Rules, day: date) -> int | None:
    """Return how many days one exclusion may last; None: no rule says."""
    try:
        return rules.threshold(Figure.EXCLUSION_DAYS, day).days
    except NoRule:
        return None
