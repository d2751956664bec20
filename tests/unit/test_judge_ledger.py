"""The ledger: sweeps in, changes of confirmed states out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from monitor.judge.ledger import Change, Ledger
from monitor.judge.patience import Rules
from monitor.judge.progress import Flow
from monitor.model.estate import Stream
from monitor.model.verdict import State
from probes.centre.base import StreamSample, Sweep
from probes.failure import Failure

T0 = datetime(2026, 1, 1, tzinfo=UTC)


def stream(key: str, *, on_demand: bool | None = None) -> Stream:
    return Stream(
        stream_id=f"{key}@g",
        camera_id=key,
        site_id="s",
        institution_id="i",
        gateway_id="g",
        stream_key=key,
        on_demand=on_demand,
    )


def sweep(seconds: float, counters: Mapping[str, int], asked: tuple[str, ...] | None = None) -> Sweep:
    samples = {key: StreamSample(key, counter=value, ready=True) for key, value in counters.items()}
    return Sweep("g", T0 + timedelta(seconds=seconds), 0.1, samples, asked is None, asked or ())


def failed(seconds: float) -> Sweep:
    return Sweep("g", T0 + timedelta(seconds=seconds), 0.1, {}, failure=Failure.CONNECT_REFUSED)


def ledger(*keys: str) -> Ledger:
    return Ledger([stream(key) for key in keys], Rules(), at=T0)


def said(changes: list[Change]) -> list[tuple[str, State, float]]:
    return [(c.stream.camera_id, c.standing.state, (c.standing.since - T0).total_seconds()) for c in changes]


def warm(*keys: str) -> Ledger:
    """Bring every stream to RECEIVING by four sweeps that end at 0 s."""
    book = ledger(*keys)
    for index in range(4):
        book.take(sweep(-90 + 30 * index, dict.fromkeys(keys, 100 * (index + 1))))
    assert all(standing.state is State.RECEIVING for standing in book.standings.values())
    return book


def test_receiving_from_the_first_movement() -> None:
    """Two sweeps that show movement make RECEIVING, dated from the first of them."""
    book = ledger("a")
    assert said(book.take(sweep(0, {"a": 5}))) == []
    assert said(book.take(sweep(30, {"a": 9}))) == []
    assert said(book.take(sweep(60, {"a": 14}))) == [("a", State.RECEIVING, 30)]


def test_lost_is_confirmed_by_second_looks() -> None:
    """A flat counter, looked at again after 5 and 15 s, is NOT_RECEIVING from the flat sweep on."""
    book = warm("a", "b")
    assert said(book.take(sweep(30, {"a": 400, "b": 500}))) == []
    assert set(book.unsettled()) == {"a"}
    assert said(book.take(sweep(35, {"a": 400}, asked=("a",)))) == []
    assert said(book.take(sweep(45, {"a": 400}, asked=("a",)))) == [("a", State.NOT_RECEIVING, 30)]
    assert book.unsettled() == {}


@pytest.mark.parametrize("interval", [1, 2, 3, 5])
def test_lost_is_confirmed_at_any_interval(interval: int) -> None:
    """Sweeps closer than the shortest window see a loss too: looks add up until they can show it."""
    book = warm("a")
    looks = range(interval, 30, interval)
    told = [said(book.take(sweep(30 + at, {"a": 401}))) for at in looks if at > 0]
    changes = [each for changes in told for each in changes]
    assert [(key, state) for key, state, _ in changes] == [("a", State.NOT_RECEIVING)]


def test_blip_shorter_than_the_confirmation_changes_nothing() -> None:
    """A stream that moves again at the second look was never lost."""
    book = warm("a")
    book.take(sweep(30, {"a": 400}))
    assert book.take(sweep(35, {"a": 450}, asked=("a",))) == []
    assert book.take(sweep(60, {"a": 550})) == []
    assert book.unsettled() == {}


@pytest.mark.parametrize(
    ("counter", "unsettled"),
    [
        pytest.param(500, set(), id="as always"),
        pytest.param(461, set(), id="a little less"),
        pytest.param(459, {"a"}, id="it may have stopped in the middle"),
        pytest.param(401, {"a"}, id="or at once"),
    ],
)
def test_a_stream_that_slowed_is_looked_at_again(counter: int, unsettled: set[str]) -> None:
    """A stream that grew much less than before is worth a second look, and is not lost for it."""
    book = warm("a")
    assert book.take(sweep(30, {"a": counter})) == []
    assert set(book.unsettled()) == unsettled
    assert book.take(sweep(40, {"a": counter + 40}, asked=("a",))) == []
    assert book.unsettled() == {}


def test_looks_too_close_show_nothing() -> None:
    """A counter that did not move within a second is not a bad reading."""
    book = warm("a")
    for tenth in range(1, 9):
        assert book.take(sweep(tenth / 10, {"a": 400})) == []
    assert book.standings["a"].run is None


def test_gateway_that_fails_makes_unknown_never_down() -> None:
    """Three intervals without an answer turn every stream UNKNOWN, dated from the first failure."""
    keys = [f"k{index}" for index in range(500)]
    book = warm(*keys)
    assert book.take(failed(30)) == []
    assert book.take(failed(60)) == []
    changes = said(book.take(failed(90)))
    assert changes == [(key, State.UNKNOWN, 30) for key in keys]


def test_counter_from_before_a_gap_proves_nothing() -> None:
    """After a long gap the first answer is a first sample again, not movement."""
    book = warm("a")
    for index in range(1, 9):
        book.take(failed(30 * index))
    book.take(sweep(300, {"a": 9_000}))
    assert book.flows["a"] is Flow.FIRST
    assert "a" in book.unsettled()


def test_unknown_paths_and_missing_ones_are_listed() -> None:
    """Paths the register does not know, and enrolled streams the gateway does not know, are both named."""
    book = ledger("a", "b")
    book.take(sweep(0, {"a": 1, "x": 1}))
    assert book.unmatched == {"x"}
    assert [item.stream_key for item in book.missing()] == ["b"]


def test_on_demand_path_nobody_reads_becomes_unknown() -> None:
    """A stream that was received and is now not pulled is UNKNOWN, not lost."""
    book = Ledger([stream("a", on_demand=True)], Rules(), at=T0)
    for index in range(4):
        book.take(sweep(30 * index, {"a": 10 * (index + 1)}))
    changes = [change for index in range(4, 8) for change in book.take(sweep(30 * index, {"a": 40}))]
    assert said(changes) == [("a", State.UNKNOWN, 120)]


def test_reset_keeps_what_is_known() -> None:
    """A register change drops streams that left and keeps the standing of those that stay."""
    book = warm("a", "b")
    book.reset([stream("a"), stream("c")], at=T0)
    assert {key: standing.state for key, standing in book.standings.items()} == {
        "a": State.RECEIVING,
        "c": State.UNKNOWN,
    }


@pytest.mark.parametrize("asked", [("gone",), ("a", "gone")])
def test_second_look_at_a_stream_that_left(asked: tuple[str, ...]) -> None:
    """An answer for a stream that the register dropped meanwhile is ignored."""
    book = warm("a")
    assert book.take(sweep(5, {"gone": 1, "a": 500}, asked=asked)) == []
