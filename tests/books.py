"""Workbooks for tests."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import xlsxwriter

CHANNELS = ["Код канала связи", "Ғимарат коды", "Technology"]


@contextmanager
def book(out: io.BytesIO, **options: Any) -> Iterator[Any]:
    """Open a workbook to be filled."""
    with xlsxwriter.Workbook(out, options) as opened:
        yield opened


def workbook() -> bytes:
    """Make a small workbook that is good."""
    out = io.BytesIO()
    with book(out) as opened:
        opened.add_worksheet("s").write_row(0, 0, CHANNELS)
    return out.getvalue()
