"""The store's history: intervals, replays, blind times, coverage, lists; on real databases and in memory."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, Owner, Proof, State, Transition, Verdict, Warn
from monitor.run.records import Records
from monitor.store.lock import Holder
from monitor.store.rows import Interval
from tests.keepers import Keepers, Kept, Opened

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
FAR = BEGAN + timedelta(days=3650)
RECEIVED = Verdict(state=State.RECEIVING, proof=Proof.PROGRESS, warnings=(Warn.CLOCK_DRIFT, Warn.FLAPPING))
LOST = Verdict(
    state=State.NOT_RECEIVING,
    cause=Cause.SITE_DARK,
    evidence=(("rule", "site_dark"), ("провайдер", 'he said "no", twice')),
)
HUNG = Verdict(state=State.NOT_RECEIVING, cause=Cause.CAMERA_HUNG)
UNKNOWN = Verdict(state=State.UNKNOWN, cause=Cause.GATEWAY_DOWN)
BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def turn(verdict: Verdict, seconds: float, stream_id: str = "c@g") -> Transition:
    return Transition(stream_id=stream_id, verdict=verdict, since=at(seconds), decided_at=at(seconds + 5))


def holder() -> Holder:
    return Holder.of_this_process(BEGAN)


async def history(store: Opened, stream_id: str | None = "c@g") -> list[tuple[Verdict, float, float | None]]:
    """Return intervals as verdict and seconds from BEGAN."""
    return [
        (
            interval.verdict,
            (interval.began_at - BEGAN).total_seconds(),
            (interval.ended_at - BEGAN).total_seconds() if interval.ended_at else None,
        )
        for interval in await store.intervals(stream_id, BEGAN - timedelta(days=1), FAR)
    ]


@pytest.fixture
async def store(kept: Kept) -> AsyncIterator[Opened]:
    async with kept.open(holder()) as opened:
        await opened.begin_run("run", BEGAN)
        yield opened


async def put(store: Opened, *transitions: Transition, first: int = 0, source: str = "run") -> None:
    await store.commit(transitions, source=source, first_sequence=first, now=transitions[-1].decided_at)


def test_the_store_is_what_the_running_monitor_needs() -> None:
    """Store and its twin have every method of Records, as the type checker reads them."""

    def _needs(store: Opened) -> Records:
        return store

    assert _needs.__doc__ is None


async def test_a_transition_ends_what_held(store: Opened) -> None:
    """Each interval ends exactly where the next begins, with verdict and evidence as they were."""
    await put(store, turn(UNKNOWN, 0), turn(RECEIVED, 30))
    await put(store, turn(LOST, 90), first=2)
    assert await history(store) == [(UNKNOWN, 0, 30), (RECEIVED, 30, 90), (LOST, 90, None)]
    assert await store.open_verdicts() == {"c@g": (LOST, at(90))}


@pytest.mark.parametrize(
    ("second", "third", "wanted"),
    [
        pytest.param(30, 60, [(UNKNOWN, 10, 30), (RECEIVED, 30, 60), (LOST, 60, None)], id="in order"),
        pytest.param(
            30, 20, [(UNKNOWN, 10, 30), (RECEIVED, 30, 30), (LOST, 30, None)], id="dated too far back"
        ),
        pytest.param(5, 60, [(UNKNOWN, 10, 10), (RECEIVED, 10, 60), (LOST, 60, None)], id="before the first"),
        pytest.param(10, 10, [(UNKNOWN, 10, 10), (RECEIVED, 10, 10), (LOST, 10, None)], id="all at once"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
async def test_back_dating_never_reaches_into_what_was_told(
    store: Opened, second: float, third: float, wanted: object, *, together: bool
) -> None:
    """A beginning before the open interval's own is cut to it, within one commit and across commits."""
    transitions = [turn(UNKNOWN, 10), turn(RECEIVED, second), turn(LOST, third)]
    if together:
        await put(store, *transitions)
    else:
        for sequence, transition in enumerate(transitions):
            await put(store, transition, first=sequence)
    assert await history(store) == wanted


async def test_a_repeated_write_counts_once(store: Opened) -> None:
    """The same (source, sequence) again changes nothing; what was queued behind it is written."""
    first = [turn(UNKNOWN, 0), turn(RECEIVED, 30)]
    await put(store, *first)
    await put(store, *first)
    await put(store, *first, turn(LOST, 60))
    assert await history(store) == [(UNKNOWN, 0, 30), (RECEIVED, 30, 60), (LOST, 60, None)]
    assert await store.next_sequence("run") == 3
    assert await store.next_sequence("another") == 0


async def test_streams_that_left_end_and_may_come_back(store: Opened) -> None:
    """A closed stream has no verdict; when it returns, its history has a gap and no overlap."""
    await put(store, turn(RECEIVED, 0), turn(RECEIVED, 0, "d@g"))
    await store.close_streams(["c@g", "never-seen@g"], at(60))
    assert (await store.open_verdicts()).keys() == {"d@g"}
    await put(store, turn(UNKNOWN, 100), first=2)
    await store.close_streams(["c@g"], at(90))
    assert await history(store) == [(RECEIVED, 0, 60), (UNKNOWN, 100, 100)]
    await put(store, turn(LOST, 20), first=3)
    assert await history(store) == [(RECEIVED, 0, 60), (UNKNOWN, 100, 100), (LOST, 100, None)]


async def test_a_clean_end_makes_every_stream_unseen(kept: Kept) -> None:
    """After end_run nobody looks: every verdict ends, and the coverage too; a start adds no second gap."""
    async with kept.open(holder()) as store:
        await store.begin_run("one", BEGAN)
        await put(store, turn(RECEIVED, 0), turn(BLIND, 0, "new@g"), source="one")
        await store.end_run(at(60))
        assert await history(store) == [(RECEIVED, 0, 60), (BLIND, 60, None)]
        assert await history(store, "new@g") == [(BLIND, 0, None)]
    async with kept.open(holder()) as store:
        recovery = await store.begin_run("two", at(100))
        assert (recovery.blind_since, recovery.streams, recovery.clean) == (at(60), 0, True)
        await put(store, turn(RECEIVED, 110), source="two")
        assert await history(store) == [(RECEIVED, 0, 60), (BLIND, 60, 110), (RECEIVED, 110, None)]
        assert await store.coverage(BEGAN, FAR) == [(at(0), at(60)), (at(100), at(115))]


async def test_after_a_crash_nobody_looked_since_the_last_heartbeat(kept: Kept) -> None:
    """A run without an end is ended where it was last heard of; every stream is unseen from there."""
    async with kept.open(holder()) as store:
        await store.begin_run("one", BEGAN)
        await put(store, turn(RECEIVED, 0), turn(LOST, 10, "d@g"), source="one")
        await store.heartbeat(at(50))
    async with kept.open(holder()) as store:
        recovery = await store.begin_run("two", at(3600))
        assert (recovery.blind_since, recovery.streams, recovery.clean) == (at(50), 2, False)
        assert await history(store) == [(RECEIVED, 0, 50), (BLIND, 50, None)]
        assert await history(store, "d@g") == [(LOST, 10, 50), (BLIND, 50, None)]
        assert await store.coverage(BEGAN, FAR) == [(at(0), at(50)), (at(3600), at(3600))]
        assert await store.coverage(at(50), at(3600)) == []


async def test_a_commit_is_a_sign_of_life(kept: Kept) -> None:
    """What was committed after the last heartbeat stays: the blind time begins after it."""
    async with kept.open(holder()) as store:
        await store.begin_run("one", BEGAN)
        await store.heartbeat(at(10))
        await put(store, turn(RECEIVED, 15), source="one")  # decided at 20
    async with kept.open(holder()) as store:
        await store.begin_run("two", at(100))
        assert await history(store) == [(RECEIVED, 15, 20), (BLIND, 20, None)]


async def test_a_second_shift_of_one_process_is_a_run_too(store: Opened) -> None:
    """A process that stood still opens a new run, and was blind since its own last heartbeat."""
    await put(store, turn(RECEIVED, 0))
    await store.heartbeat(at(30))
    await store.begin_run("run#2", at(500))
    assert await history(store) == [(RECEIVED, 0, 30), (BLIND, 30, None)]


async def test_a_clock_that_stepped_back_turns_nothing_around(store: Opened) -> None:
    """Whatever the clock says, no interval ends before it began and no run before it was seen."""
    await put(store, turn(RECEIVED, 100))
    await store.heartbeat(at(10))
    await put(store, turn(LOST, 20), first=1)
    await store.end_run(at(30))
    assert await history(store) == [(RECEIVED, 100, 100), (LOST, 100, 105), (BLIND, 105, None)]
    await store.begin_run("again", at(40))
    assert await store.coverage(BEGAN, FAR) == [(at(0), at(105)), (at(105), at(105))]


async def test_the_present_says_whether_somebody_looks(store: Opened) -> None:
    """Verdicts are told with the age of the last heartbeat; a stopped or silent monitor is not looking."""
    age = timedelta(seconds=30)
    await put(store, turn(RECEIVED, 0))
    await store.heartbeat(at(10))
    present = await store.present(at(40), max_heartbeat_age=age)
    assert (present.looking, present.seen_at, present.verdicts) == (True, at(10), {"c@g": (RECEIVED, at(0))})
    assert not (await store.present(at(41), max_heartbeat_age=age)).looking
    await store.end_run(at(42))
    assert not (await store.present(at(42), max_heartbeat_age=age)).looking


async def test_a_store_that_was_never_used_has_no_present(kept: Kept) -> None:
    """Before the first run nobody ever looked."""
    async with kept.open() as store:
        present = await store.present(BEGAN, max_heartbeat_age=timedelta(days=1))
        assert (present.looking, present.seen_at, present.verdicts) == (False, None, {})


async def test_incidents_open_and_close(store: Opened) -> None:
    """An incident is kept as it was opened; closing it again with the same commit is the same write."""
    incident = Incident(
        incident_id="gateway:g:1",
        scope=Scope.GATEWAY,
        subject="g",
        cause=Cause.GATEWAY_DOWN,
        owner=Owner.POLICE_IT,
        opened_at=at(0),
        streams=4,
    )
    closed = Incident(
        **{name: getattr(incident, name) for name in incident.__slots__} | {"closed_at": at(60)}
    )
    for _ in range(2):
        await store.commit([], [incident], source="run", first_sequence=0, now=at(5))
    assert await store.open_incidents() == [incident]
    await store.commit([], [closed], source="run", first_sequence=0, now=at(65))
    await store.commit([], [incident], source="run", first_sequence=0, now=at(70))
    assert await store.open_incidents() == []
    both = [
        Incident(**{n: getattr(i, n) for n in i.__slots__} | {"incident_id": "x"}) for i in (incident, closed)
    ]
    await store.commit([], both, source="run", first_sequence=0, now=at(65))
    assert await store.open_incidents() == []


async def test_incidents_of_a_period_are_told(store: Opened) -> None:
    """A period has the incidents that touch it, closed or not, and none that only meets its edge."""
    told = [
        Incident(
            incident_id=key,
            scope=Scope.GATEWAY,
            subject="g",
            cause=Cause.GATEWAY_DOWN,
            owner=Owner.POLICE_IT,
            opened_at=at(opened),
            closed_at=at(closed) if closed is not None else None,
        )
        for key, opened, closed in (("b", 20, 30), ("c", 25, None), ("a", 40, None))
    ]
    await store.commit([], told, source="run", first_sequence=0, now=BEGAN)
    found = [await store.incidents(at(begin), at(end)) for begin, end in ((0, 20), (20, 40), (30, 41))]
    assert found == [[], told[:2], told[1:]]


async def test_of_one_loss_the_first_cause_stands_first(store: Opened) -> None:
    """Incidents of one beginning are told in the order in which they closed, what is open last."""
    told = [
        Incident(
            incident_id=key,
            scope=Scope.CAMERA,
            subject="c",
            cause=Cause.CANNOT_TELL,
            owner=Owner.UNDECIDED,
            opened_at=at(0),
            closed_at=at(closed) if closed is not None else None,
        )
        for key, closed in (("z", 10), ("y", 20), ("a", None))
    ]
    await store.commit([], told, source="run", first_sequence=0, now=BEGAN)
    assert await store.incidents(at(0), at(60)) == told


@pytest.mark.parametrize(
    ("verdicts", "since"),
    [
        pytest.param([LOST, HUNG, LOST], 0, id="causes that were revised"),
        pytest.param([LOST, UNKNOWN, HUNG], 0, id="a gateway that was down meanwhile"),
        pytest.param([RECEIVED, LOST, BLIND], 10, id="nobody looks now"),
        pytest.param([LOST, RECEIVED, HUNG], 20, id="back meanwhile"),
        pytest.param([UNKNOWN, LOST], 10, id="not known before"),
        pytest.param([LOST, RECEIVED], None, id="back"),
        pytest.param([LOST, RECEIVED, UNKNOWN], None, id="back, and not known"),
    ],
)
async def test_a_loss_is_as_old_as_its_first_cause(
    store: Opened, verdicts: list[Verdict], since: float | None
) -> None:
    """A stream is lost since the first loss after it was last received, now and as of any moment."""
    turns = [turn(verdict, 10 * number) for number, verdict in enumerate(verdicts)]
    await put(store, *turns, turn(RECEIVED, 0, "d@g"))
    wanted = {"c@g": at(since)} if since is not None else {}
    assert await store.lost_since() == wanted
    assert await store.lost_since(["c@g", "d@g", "never@g"]) == wanted
    assert await store.lost_since([]) == {}
    first = {"c@g": at(0)} if verdicts[0].state is State.NOT_RECEIVING else {}
    assert await store.lost_since(["c@g"], at=at(5)) == first


async def test_a_stream_that_was_ever_received_is_connected(store: Opened) -> None:
    """One interval of reception is enough, however long ago and whatever came after it."""
    await put(store, turn(RECEIVED, 0), turn(LOST, 10), turn(LOST, 0, "d@g"))
    await store.close_streams(["c@g"], at(20))
    assert await store.connected() == {"c@g"}


async def test_what_does_not_match_keeps_its_age(store: Opened) -> None:
    """Lists are replaced by gateway; what stays in a list keeps the moment it was first seen."""
    assert await store.put_unmatched("g", ["stray", "both", "stray"], ["gone"], at(0)) == (2, 1)
    await store.put_unmatched("h", ["stray"], [], at(1))
    await store.put_unmatched("g", ["stray"], ["gone", "both"], at(60))
    found = [(u.gateway_id, u.stream_key, u.missing, u.since) for u in await store.unmatched()]
    assert found == [
        ("g", "stray", False, at(0)),
        ("g", "both", True, at(60)),
        ("g", "gone", True, at(0)),
        ("h", "stray", False, at(1)),
    ]


async def test_a_period_shows_what_touches_it(store: Opened) -> None:
    """A period holds the intervals that overlap it, and none that only meets its edge."""
    await put(store, turn(UNKNOWN, 0), turn(RECEIVED, 30), turn(LOST, 60), turn(RECEIVED, 0, "d@g"))
    found = await store.intervals(None, at(30), at(60))
    assert [(i.stream_id, i.verdict) for i in found] == [("c@g", RECEIVED), ("d@g", RECEIVED)]


async def test_moments_are_utc_and_aware(store: Opened) -> None:
    """Moments of another zone are the same moments; a naive one is our own mistake."""
    almaty = timezone(timedelta(hours=5))
    await put(
        store,
        Transition(stream_id="c@g", verdict=LOST, since=at(0).astimezone(almaty), decided_at=at(5)),
    )
    ((_, since),) = (await store.open_verdicts()).values()
    assert (since, since.tzinfo) == (at(0), UTC)
    with pytest.raises(ValueError, match="without a zone"):
        await store.heartbeat(datetime(2026, 1, 1))  # noqa: DTZ001, the mistake itself


async def test_a_commit_that_is_refused_leaves_nothing(store: Opened) -> None:
    """One naive moment among many, and nothing of its commit is there; the same numbers are free again."""
    good, naive = turn(RECEIVED, 0), datetime(2026, 1, 1)  # noqa: DTZ001, the mistake itself
    for bad in (
        Transition(stream_id="d@g", verdict=LOST, since=naive, decided_at=at(0)),
        Transition(stream_id="d@g", verdict=LOST, since=at(0), decided_at=naive),
    ):
        with pytest.raises(ValueError, match="without a zone"):
            await put(store, good, bad)
    told = Incident(
        incident_id="x",
        scope=Scope.GATEWAY,
        subject="g",
        cause=Cause.GATEWAY_DOWN,
        owner=Owner.POLICE_IT,
        opened_at=naive,
    )
    with pytest.raises(ValueError, match="without a zone"):
        await store.commit([good], [told], source="run", first_sequence=0, now=at(5))
    assert (await store.open_verdicts(), await store.next_sequence("run")) == ({}, 0)
    await put(store, good)
    assert await history(store) == [(RECEIVED, 0, None)]


STEP = st.tuples(
    st.sampled_from(["commit", "commit", "commit", "replay", "beat", "crash", "end", "close"]),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([RECEIVED, LOST, UNKNOWN]), st.integers(-40, 10)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 30),
)


def assert_whole(intervals: Sequence[Interval], closed: set[tuple[str, datetime]]) -> None:
    """No overlap, no gap but where the stream was closed, at most the last one open."""
    for before, after in pairwise(intervals):
        if before.stream_id != after.stream_id:
            continue
        assert before.ended_at is not None
        assert before.began_at <= before.ended_at <= after.began_at
        assert before.ended_at == after.began_at or (before.stream_id, before.ended_at) in closed


@settings(max_examples=15, deadline=None)
@given(st.lists(STEP, max_size=12))
async def test_whatever_happens_the_intervals_stay_whole(
    keepers: Keepers,
    steps: list[tuple[str, list[tuple[str, Verdict, int]], int]],
) -> None:
    """Commits dated anyhow, replays, crashes, ends and closed streams: one unbroken line per stream."""
    async with keepers.fresh() as kept, kept.open(holder()) as store:
        await _live(store, steps)


async def _live(store: Opened, steps: list[tuple[str, list[tuple[str, Verdict, int]], int]]) -> None:
    seconds, sequence, run, written, closed = 100, 0, 0, 0, set()
    last: tuple[list[Transition], int] = ([], 0)
    await store.begin_run("0", at(seconds))
    for what, entries, pause in steps:
        seconds += pause
        now = at(seconds)
        if what == "commit":
            last = ([turn(verdict, seconds + late, name) for name, verdict, late in entries], sequence)
            await store.commit(last[0], source=str(run), first_sequence=sequence, now=now)
            sequence += len(entries)
            written += len(entries)
        elif what == "replay":
            await store.commit(last[0], source=str(run), first_sequence=last[1], now=now)
        elif what == "beat":
            await store.heartbeat(now)
        elif what == "close":
            ends = {name: max(now, since) for name, (_, since) in (await store.open_verdicts()).items()}
            await store.close_streams([name for name, _, _ in entries], now)
            closed |= {(name, ends[name]) for name, _, _ in entries if name in ends}
        else:
            if what == "end":
                await store.end_run(now)
            run, sequence, last = run + 1, 0, ([], 0)
            await store.begin_run(str(run), now)
        found = await store.intervals(None, BEGAN - timedelta(days=1), FAR)
        assert_whole(found, closed)
        assert sum(interval.verdict.cause is not Cause.MONITOR_BLIND for interval in found) == written
