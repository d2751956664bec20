"""The page that explains the sheets, against the table that reads them."""

import re
from pathlib import Path

import pytest

from monitor.register.columns import SHEETS
from monitor.register.kinds import Kind

PAGE = (Path(__file__).parents[2] / "docs" / "register.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", Kind)
def test_page_names_every_column(kind: Kind) -> None:
    """The page lists the columns of each sheet in their order, and in bold those that must be there."""
    chapter = PAGE.split(f"\n## {kind.value}\n")[1].split("\n## ")[0].split("\n# ")[0]
    told = re.findall(r"^\| (\*\*)?`(\w+)`", chapter, re.MULTILINE)
    assert told == [("**" if cell.required else "", name) for name, cell in SHEETS[kind].cells.items()]
