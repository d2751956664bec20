"""The store's twin in memory: equal to SQLite whatever happens, quick, and at home on a virtual clock."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.notice import Owed, Settled
from monitor.model.verdict import Cause, State, Transition, Verdict
from monitor.register.kinds import Kind
from monitor.run.clock import Clock
from monitor.run.meter import SilentMeter
from monitor.run.picture import Shelf
from monitor.run.service import Service
from monitor.run.surroundings import ShiftRules, Surroundings
from monitor.store.dated import Difference
from monitor.store.memory import MemoryStore
from probes.failure import Failure
from simulator.virtual_clock import VirtualLoop, run_virtual
from tests.databases import SqliteFiles
from tests.keepers import DatabaseKeepers, Opened
from tests.side_by_side import AGE, BLIND, FAR, NOW, RECEIVED, at, holder, incident
from tests.toy import Toy, estate

LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK, evidence=(("rule", "site_dark"),))
LONG_AGO = NOW - timedelta(days=999)
SECONDS = st.integers(0, 60)
MAILBOXES = ("m#1", "m#2")
SETTLED = st.builds(
    lambda key, owed, told: Settled(incident_id=key, owed=owed, told=told),
    st.sampled_from("xyz"),
    st.none() | st.sampled_from(Owed),
    st.booleans(),
)
TURN = st.builds(
    lambda stream_id, verdict, since: Transition(
        stream_id=stream_id, verdict=verdict, since=at(since), decided_at=at(since)
    ),
    st.sampled_from(["a@g", "b@g", "c@"]),
    st.sampled_from([RECEIVED, LOST, BLIND]),
    SECONDS,
)
TOLD = st.builds(
    lambda key, opened, lasted: replace(
        incident(key, opened), closed_at=None if lasted is None else at(opened + lasted)
    ),
    st.sampled_from("xy"),
    SECONDS,
    st.none() | SECONDS,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), SECONDS, st.sampled_from("rs")),
        st.tuples(st.sampled_from(["heartbeat", "end"]), SECONDS, st.none()),
        st.tuples(st.just("enrol"), SECONDS, st.lists(st.sampled_from(MAILBOXES), unique=True)),
        st.tuples(
            st.just("settle"), SECONDS, st.tuples(st.sampled_from(MAILBOXES), st.lists(SETTLED, max_size=3))
        ),
        st.tuples(st.just("close"), SECONDS, st.lists(st.sampled_from(["a@g", "b@g", "never@"]), max_size=3)),
        st.tuples(
            st.just("commit"),
            SECONDS,
            st.tuples(
                st.lists(TURN, max_size=4),
                st.lists(TOLD, max_size=2),
                st.sampled_from("rs"),
                st.integers(0, 6),
            ),
        ),
    ),
    max_size=12,
)


def _do(store: Opened, what: str, now: datetime, value: Any) -> Awaitable[object]:
    """Take one step."""
    if what == "begin":
        return store.begin_run(value, now)
    if what == "heartbeat":
        return store.heartbeat(now)
    if what == "end":
        return store.end_run(now)
    if what == "enrol":
        return store.enrol_mailboxes(value, now)
    if what == "settle":
        mailbox, settled = value
        return store.settle_notices(mailbox, settled, now)
    if what == "close":
        return store.close_streams(value, now)
    turns, told, source, first = value
    return store.commit(turns, told, source=source, first_sequence=first, now=now)


async def _everything(store: Opened) -> list[object]:
    """Ask all that can be asked of the history."""
    return [
        await store.intervals(None, LONG_AGO, FAR),
        await store.intervals("a@g", at(20), at(40)),
        await store.open_verdicts(),
        await store.runs(LONG_AGO, FAR),
        await store.coverage(at(20), at(40)),
        await store.present(at(50), max_heartbeat_age=AGE),
        [await store.at(at(seconds)) for seconds in range(0, 60, 7)],
        {told.incident_id: told for told in await store.open_incidents()},
        await store.incidents(at(20), at(40)),
        await store.connected(),
        await store.lost_since(),
        await store.lost_since(["a@g", "never@"], at=at(30)),
        [await store.next_sequence(source) for source in "rs"],
        [await store.notices(mailbox) for mailbox in MAILBOXES],
        await store.standings(),
    ]


@settings(max_examples=40, deadline=None)
@given(STEPS)
async def test_whatever_happens_the_twin_says_what_sqlite_says(steps: list[tuple[str, int, Any]]) -> None:
    """Any sequence of calls, by clocks that jump, with numbers that repeat, leaves the same history."""
    twin = MemoryStore()
    async with DatabaseKeepers(SqliteFiles()).fresh() as kept, kept.open(holder("one")) as store:
        for what, seconds, value in steps:
            said = await _do(store, what, at(seconds), value)
            assert await _do(twin, what, at(seconds), value) == said
        assert await _everything(twin) == await _everything(store)


def test_the_twin_can_be_shown() -> None:
    """What paints a board of any day can paint it of the twin, as the type checker reads it."""

    def _needs(store: MemoryStore) -> Shelf:
        return store

    assert _needs.__doc__ is None


async def test_later_estates_end_what_they_lack() -> None:
    """An estate that is applied holds from then on, whole; the same again is no revision."""
    store, first = MemoryStore(), estate()
    second = replace(
        first,
        cameras={key: camera for key, camera in first.cameras.items() if key != "c0"}
        | {"c1": replace(first.cameras["c1"], url="rtsp://elsewhere/")},
        enrolments=first.enrolments[1:],
    )
    assert [store.apply(first, NOW), store.apply(second, at(10)), store.apply(second, at(20))] == [1, 2, 2]
    assert await store.register_at(at(5)) == replace(first, revision=2)
    assert await store.load_estate(at(15)) == replace(second, revision=2)
    assert await store.register_span() == (NOW, at(10))
    assert await store.changes(NOW, at(10)) == {
        Kind.CAMERAS: Difference(
            changed=((first.cameras["c1"], second.cameras["c1"]),), ended=(first.cameras["c0"],)
        ),
        Kind.STREAMS: Difference(ended=(first.enrolments[0],)),
    }


async def test_a_country_that_turns_unknown_costs_little() -> None:
    """Of 100,000 streams each turns in microseconds, when they are told so and when nobody looks."""
    store, many = MemoryStore(), 100_000
    await store.begin_run("r", NOW)
    spent = list[float]()
    for first, verdict in enumerate((RECEIVED, LOST)):
        turns = [
            Transition(stream_id=f"c{n}@g", verdict=verdict, since=at(first), decided_at=at(first))
            for n in range(many)
        ]
        began = process_time()
        await store.commit(turns, source="r", first_sequence=first * many, now=at(first))
        spent.append(process_time() - began)
    began = process_time()
    await store.end_run(at(9))
    spent.append(process_time() - began)
    assert max(spent) < 1
    assert set((await store.open_verdicts()).values()) == {(BLIND, at(9))}


@dataclass
class Day:
    """A service over a toy and the twin, on a clock that leaps."""

    loop: VirtualLoop = field(default_factory=VirtualLoop)
    store: MemoryStore = field(default_factory=MemoryStore)

    async def live(self, toy: Toy) -> None:
        """Work for an hour; after half of it a site goes dark."""
        around = Surroundings(
            records=self.store,
            source_of=lambda _gateway, _credentials: toy,
            probe=toy.probe,
            rules=ShiftRules(),
            clock=Clock(self.loop.now),
            meter=SilentMeter(),
        )
        task = asyncio.create_task(Service(around, run_id="r").run())
        await asyncio.sleep(1800)
        toy.broken = dict.fromkeys(("c0", "c1"), Failure.CONNECT_TIMEOUT)
        await asyncio.sleep(1800)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def test_a_monitor_lives_on_the_twin() -> None:
    """A whole service works for a virtual hour on the twin, and what it committed can be read after it."""
    day = Day()
    began = day.loop.now()
    day.store.apply(estate(), began)
    run_virtual(day.live(Toy(day.loop)), day.loop)

    async def read() -> tuple[list[Cause | None], list[tuple[datetime, datetime]], int]:
        told = await day.store.intervals("c0@g", began, FAR)
        swept = await day.store.samples("g", began, day.loop.now())
        return [each.verdict.cause for each in told], await day.store.coverage(began, FAR), len(swept)

    causes, looked, sweeps = asyncio.run(read())
    assert causes == [Cause.MONITOR_BLIND, None, Cause.SITE_DARK, Cause.MONITOR_BLIND]
    assert looked == [(began.astimezone(UTC), began + timedelta(hours=1))]
    assert sweeps >= 120
