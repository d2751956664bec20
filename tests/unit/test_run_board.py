"""The board counts what was committed, however it changed on the way."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.indicators import best
from monitor.law.crossing import SiteVideo
from monitor.model.verdict import Cause, Proof, State, Transition, Verdict, Warn
from monitor.run.board import Board, Present
from monitor.run.counts import UNSEEN
from monitor.run.streams import Index
from simulator.virtual_clock import EPOCH
from tests.toy import estate

INDEX = Index.of(estate())
VERDICTS = st.sampled_from(
    [
        Verdict(state=State.RECEIVING, proof=Proof.PROGRESS),
        Verdict(state=State.RECEIVING, proof=Proof.MEDIA, warnings=(Warn.CLOCK_DRIFT, Warn.FLAPPING)),
        Verdict(state=State.RECEIVING, proof=Proof.PROGRESS, warnings=(Warn.FLAPPING,)),
        Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF),
        Verdict(state=State.UNKNOWN, cause=Cause.GATEWAY_DOWN),
    ]
)
STEPS = st.lists(st.tuples(st.sampled_from(sorted(INDEX.by_id)), VERDICTS), max_size=40)


def transition(stream_id: str, verdict: Verdict, second: int) -> Transition:
    moment = EPOCH + timedelta(seconds=second)
    return Transition(stream_id=stream_id, verdict=verdict, since=moment, decided_at=moment)


def assert_counted(board: Board, last: Mapping[str, Verdict]) -> None:
    """Compare the counts of streams with those of these verdicts; of the others nothing is known."""
    known = {key: last.get(key, UNSEEN) for key in INDEX.by_id}
    region, counts = "110000000", board.counts
    assert +counts.causes == Counter((region, v.state, v.cause) for v in known.values() if v.cause)
    assert +counts.proofs == Counter((region, v.proof) for v in known.values() if v.cause is None)
    assert +counts.warnings == Counter((region, each) for v in known.values() for each in v.warnings)
    assert board.streams_lost() == Counter((v.state, v.cause) for v in known.values() if v.cause)
    for site_id in INDEX.estate.sites:
        states = [
            known[key].state
            for key, stream in INDEX.by_id.items()
            if stream.site_id == site_id and stream.gateway_id is not None
        ]
        assert counts.of_site(site_id) == SiteVideo(
            streams=len(states),
            received=states.count(State.RECEIVING),
            lost=states.count(State.NOT_RECEIVING),
        )


@given(STEPS)
def test_counts_are_those_of_a_recount(steps: list[tuple[str, Verdict]]) -> None:
    """After any transitions the counts are those that counting everything anew gives."""
    board, last = Board(), dict[str, Verdict]()
    board.load(INDEX, {})
    for second, (stream_id, verdict) in enumerate(steps):
        board.apply([transition(stream_id, verdict, second)])
        last[stream_id] = verdict
    states = Counter(
        best(last[s.stream_id].state if s.stream_id in last else State.UNKNOWN for s in streams)
        for streams in INDEX.by_camera.values()
    )
    counted = board.cameras_of("i")
    assert counted.registered == len(INDEX.by_camera)
    assert counted.receiving == states[State.RECEIVING]
    assert counted.not_receiving == states[State.NOT_RECEIVING]
    assert_counted(board, last)


@given(STEPS)
def test_loading_is_as_applying(steps: list[tuple[str, Verdict]]) -> None:
    """A board loaded with the last verdicts is the same as one that saw every transition."""
    walked, loaded = Board(), Board()
    walked.load(INDEX, {})
    walked.apply(transition(stream_id, verdict, 1) for stream_id, verdict in steps)
    moment = EPOCH + timedelta(seconds=1)
    loaded.load(INDEX, {stream_id: Present(verdict, moment) for stream_id, verdict in steps})
    assert loaded.streams == walked.streams
    assert loaded.cameras_of("i") == walked.cameras_of("i")
    assert_counted(loaded, {stream_id: present.verdict for stream_id, present in walked.streams.items()})


@given(STEPS)
def test_no_stream_is_left_out(steps: list[tuple[str, Verdict]]) -> None:
    """Streams by proof and streams by state and cause are all streams, also before their first verdict."""
    board = Board()
    board.load(INDEX, {})
    board.apply(transition(stream_id, verdict, 1) for stream_id, verdict in steps)
    assert (+board.counts.proofs).total() + board.streams_lost().total() == len(INDEX.by_id)


def test_readers_are_told_what_changed() -> None:
    """An institution is named as changed when its counts did, once."""
    board = Board()
    board.load(INDEX, {})
    assert board.take_changed() == {"i"}
    lost = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF)
    board.apply([transition("c0@g", lost, 1)])
    assert board.take_changed() == {"i"}
    board.apply([transition("c0@g", Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK), 2)])
    assert board.take_changed() == set()


def test_a_stream_that_left_is_not_counted() -> None:
    """A transition of a stream that the register no longer has changes nothing."""
    board = Board()
    board.load(INDEX, {})
    board.apply([transition("gone@g", Verdict(state=State.RECEIVING, proof=Proof.PROGRESS), 1)])
    assert board.cameras_of("i").receiving == 0
    assert not board.streams


def test_readers_are_told_which_sites_changed() -> None:
    """A site is named as changed when a stream of its channel has another state, once."""
    board = Board()
    board.load(INDEX, {})
    assert board.counts.take_changed() == {"s0", "s1"}
    lost = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_OFF)
    board.apply([transition("c0@g", lost, 1), transition("c4@", lost, 1)])
    assert board.counts.take_changed() == {"s0"}
    board.apply([transition("c0@g", Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK), 2)])
    assert board.counts.take_changed() == set()
