"""Texts that a spreadsheet would take for a formula, and the apostrophe that keeps it from doing so.

Whatever begins like a formula gets an apostrophe in front when it is written as CSV, and so does what
begins with apostrophes and then like one. Reading takes one off again: the two undo each other.
"""

import re

FORMULA_STARTS = "=+\\-@\t\r＝＋－＠"  # the last four: full-width forms, which Excel reads alike
_RISKY = re.compile(f"'*[{FORMULA_STARTS}]")
_GUARDED = re.compile(f"'+[{FORMULA_STARTS}]")


def guarded(text: str) -> str:
    """Write a text so that a spreadsheet takes it for one."""
    return f"'{text}" if _RISKY.match(text) else text


def guarded_again(text: str) -> str:
    """Write a text for a cell that is typed as one: only what looks guarded already needs its apostrophe."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    """Take the apostrophe off again."""
    return text[1:] if _GUARDED.match(text) else text
