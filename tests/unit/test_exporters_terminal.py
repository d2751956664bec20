"""What the terminal says of single streams."""

import pytest

from exporters.locale.texts import LOCALES, translations
from exporters.terminal.lists import lost_lines, lost_streams
from exporters.terminal.words import Words
from monitor.run.board import Board
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH
from tests.scrapes import ALMATY, estate, loaded


@pytest.mark.parametrize(
    ("cameras", "said"), [(0, "No camera is registered."), (3, "Every camera is received.")]
)
def test_no_stream_is_lost(cameras: int, said: str) -> None:
    """When no stream is lost, that is good news only if there is a camera."""
    assert lost_lines([], Words(translations("en"), ALMATY), cameras=cameras) == [said]


@pytest.mark.parametrize("locale", LOCALES)
def test_an_empty_register_says_so(locale: str) -> None:
    """An empty register and one that nobody looked at are told apart, in every language."""
    words, full = Words(translations(locale), ALMATY), loaded(Index.of(estate(2)))
    nothing = lost_streams(Board(), looking=True, seen_at=EPOCH)
    assert lost_lines(nothing, words, cameras=0) == [words.text("lost.no_cameras")]
    lost = lost_streams(full, looking=False, seen_at=EPOCH)
    assert len(lost_lines(lost, words, cameras=2)) == 3
