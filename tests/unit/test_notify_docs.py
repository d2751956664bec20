"""docs/notify.md and the program say the same."""

from pathlib import Path

from exporters.locale.texts import translations
from exporters.notify.news import What
from exporters.notify.text import MOST_LINES, MOST_WHOLE
from exporters.notify.waits import FIRST, LAST

PAGE = (Path(__file__).parents[2] / "docs" / "notify.md").read_text(encoding="utf-8")


def test_the_page_lists_all_that_is_told() -> None:
    """Each kind of news stands there as its reader sees it, in the order of the list."""
    rows = [line.split("*")[1] for line in PAGE.splitlines() if line.startswith("| *")]
    assert rows == [translations("en").of(what) for what in What]


def test_the_page_has_the_figures() -> None:
    """How much fits into a message and how long a failure waits is as it says."""
    assert (MOST_WHOLE, MOST_LINES, FIRST, LAST) == (10, 40, 10, 15 * 60)
    assert "ten incidents whole, forty more in a line each" in PAGE
    assert "after 10 s, then after twice as long" in PAGE
