"""The check digit of a BIN, the 12-digit number of a legal entity in Kazakhstan.

A wrong one is a warning: the number is typed by people, and the register's own id is what counts.
"""

_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_NONE = 10  # the remainder that is not a digit: weigh again, then such a number is not issued


def bin_holds(number: str) -> bool:
    """Say whether the last of 12 digits fits the first 11."""
    figures = [int(figure) for figure in number]
    check = _weigh(figures, _FIRST)
    if check == _NONE:
        check = _weigh(figures, _SECOND)
    return check == figures[11]


def _weigh(figures: list[int], weights: tuple[int, ...]) -> int:
    return sum(figure * weight for figure, weight in zip(figures, weights, strict=False)) % 11
