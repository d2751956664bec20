"""How long a mailbox waits after a message that could not be handed over."""

FIRST, LAST = 10.0, 900.0  # seconds


def wait_after(tries: int, chance: float) -> float:
    """Return the seconds after so many failed tries in a row: twice as long each time, within bounds.

    `chance`, 0 to 1, takes up to half of it away, so that many do not come back at once.
    """
    whole = min(LAST, FIRST * 2.0 ** min(tries - 1, 30))
    return whole * (1 - chance / 2)
