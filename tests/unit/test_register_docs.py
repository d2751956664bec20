"""The page that explains the sheets, against the table that reads them."""

import re
from pathlib import Path

import pytest

from monitor.register.columns import SHEETS
from monitor.register.headings import LANGUAGES, heading_of
from monitor.register.kinds import Kind
from monitor.register.words import SPELLINGS, spellings_of

PAGE = (Path(__file__).parents[2] / "docs" / "register.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", Kind)
def test_page_names_every_column(kind: Kind) -> None:
    """The page lists the columns of each sheet in their order, and in bold those that must be there."""
    chapter = PAGE.split(f"\n## {kind.value}\n")[1].split("\n## ")[0].split("\n# ")[0]
    told = re.findall(r"^\| (\*\*)?`(\w+)`", chapter, re.MULTILINE)
    assert told == [("**" if cell.required else "", name) for name, cell in SHEETS[kind].cells.items()]


@pytest.mark.parametrize("kind", Kind)
def test_page_shows_how_columns_are_headed(kind: Kind) -> None:
    """The headings that an export writes in each language stand beside the column."""
    chapter = PAGE.split(f"\n## {kind.value}\n")[1].split("\n## ")[0]
    for column in SHEETS[kind].cells:
        headed = " · ".join(heading_of(column, language) for language in LANGUAGES)
        assert re.search(rf"^\| (\*\*)?`{column}`.*\| {re.escape(headed)} \|$", chapter, re.MULTILINE)


def test_page_lists_every_word() -> None:
    """The words of closed lists stand there with everything that is read as one of them."""
    chapter = PAGE.split("\n## Words\n")[1].split("\n# ")[0]
    told = re.findall(r"^\| .* \| `(\w+)` \| (.*) \|$", chapter, re.MULTILINE)
    words = [word for kind in SPELLINGS for word in kind]
    assert told == [
        (word.value, ", ".join(spellings_of(word)[1:]).removeprefix(word.value)) for word in words
    ]
