"""The inputs of a recorder as its answers name them, whoever made it."""

MAX_INPUTS = 512  # the biggest recorders have 256

# By the number of the input, from 1: whether it brings video; None: it was named, and nothing is clear.
Inputs = dict[int, bool | None]


def input_number(written: str, *, first: int) -> int | None:
    """Read the number of an input that counts from `first`; None for what is no such number."""
    if not (written.isascii() and written.isdecimal() and len(written) <= 4):
        return None
    number = int(written) + 1 - first
    return number if 0 < number <= MAX_INPUTS else None


def merge(inputs: Inputs, number: int, state: bool | None) -> None:
    """Add what is said of an input; when it was said otherwise before, nothing is clear.

    An input of a hybrid recorder may stand in both of its lists, in one of them without a word.
    """
    known = inputs.get(number)
    inputs[number] = state if known is None else known if state is None or state is known else None
