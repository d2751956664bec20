"""Monitors of different regions side by side: who may, and that none touches what is another's."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.incident import Incident, Scope
from monitor.model.verdict import Cause, Owner, State, Transition, Verdict
from monitor.register.change import Change, Part
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from monitor.store.error import StoreLockedError
from monitor.store.lock import DEAD_AFTER, Holder
from monitor.store.store import Store
from tests.databases import PostgresServer
from tests.two_regions import CAPITAL, A, B, change_to, estate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AGE = timedelta(seconds=30)
RECEIVED = Verdict(state=State.RECEIVING)
BLIND = Verdict(state=State.UNKNOWN, cause=Cause.MONITOR_BLIND)
FAR = NOW + timedelta(days=999)
OF_A, OF_B = "c0-a@g-a", "c0-b@g-b"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def holder(name: str, seconds: float = 0) -> Holder:
    return Holder(host=name, pid=1, started_at=at(seconds))


def turn(stream_id: str, seconds: float, verdict: Verdict = RECEIVED) -> Transition:
    return Transition(stream_id=stream_id, verdict=verdict, since=at(seconds), decided_at=at(seconds))


async def put(store: Store, *turns: Transition, source: str, first: int = 0) -> None:
    await store.commit(turns, source=source, first_sequence=first, now=turns[-1].decided_at)


def incident(key: str, seconds: float) -> Incident:
    return Incident(
        incident_id=key,
        scope=Scope.GATEWAY,
        subject="shared",
        cause=Cause.GATEWAY_DOWN,
        owner=Owner.POLICE_IT,
        opened_at=at(seconds),
    )


async def begin(store: Store, name: str, seconds: float = 0) -> None:
    await store.begin_run(name, at(seconds))
    await store.load_estate(at(seconds))


async def verdicts(url: str, seconds: float) -> dict[str, tuple[Verdict, float]]:
    """Read what everybody reads: verdicts and since when, in seconds."""
    async with Store.open(url) as reader:
        present = await reader.present(at(seconds), max_heartbeat_age=AGE)
        return {
            key: (verdict, (since - NOW).total_seconds())
            for key, (verdict, since) in present.verdicts.items()
        }


@pytest.fixture
async def shared(server: PostgresServer) -> AsyncIterator[str]:
    """A server's database with both regions in its register."""
    async with server.fresh() as url, Store.open(url) as store:
        await store.apply_register(change_to(estate()), NOW)
        yield url


async def test_a_part_has_what_its_region_needs(url: str) -> None:
    """The register of a part is its institutions and all they lead to, with nothing left dangling."""
    async with Store.open(url) as store:
        await store.apply_register(change_to(estate()), NOW)
        whole = await store.load_estate(NOW)
        assert whole == replace(estate(), revision=1)
        assert await store.load_estate(NOW, regions=[A, B, CAPITAL]) == whole
        found = await store.load_estate(NOW, regions=[A])
    for kind, entries in entries_of(found).items():
        ends = {key[-1] if len(key) == 1 else "/".join(key) for key in entries}
        if kind in {Kind.REGIONS, Kind.DISTRICTS}:
            assert entries == entries_of(whole)[kind]
        else:
            assert ends, kind
            assert not {end for end in ends if end.endswith("-b") or "/i-b" in end}, kind
    assert found.centres.keys() == {"o-a", "top"}
    assert found.gateways.keys() == {"g-a", "shared"}
    assert found.providers.keys() == {"only-a", "both"}
    assert found.claims.keys() == {"k-a", "whole"}
    assert {contact.party_id for contact in found.contacts} == {"i-a", "p-a", "only-a", "o-a"}
    assert found.settlements.keys() == {"111000000"}
    assert {enrolment.stream_key for enrolment in found.enrolments} == {"c0-a", "c1-a"}


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        pytest.param([], [], "holds all regions", id="all and all"),
        pytest.param([], [A], "holds all regions", id="all and one"),
        pytest.param([A], [], f"holds region {A}", id="one and all"),
        pytest.param([A, B], [B, CAPITAL], f"holds regions {A}, {B}", id="a region shared"),
    ],
)
async def test_a_monitor_of_an_overlapping_part_is_refused(
    url: str, first: list[str], second: list[str], said: str
) -> None:
    """A second monitor that shares a region is told who holds which regions, since when, last seen when."""
    async with Store.open(url, holder=holder("one"), regions=first) as store:
        await store.heartbeat(at(20))
        words = rf"{said} here: process 1 on one, since 2026-01-01 00:00:00 UTC, last seen .*00:00:20"
        with pytest.raises(StoreLockedError, match=words):
            async with Store.open(url, holder=holder("two", 30), regions=second):
                pass
        await store.heartbeat(at(31))


async def test_of_monitors_that_start_at_once_one_wins(url: str) -> None:
    """Of monitors that all share a region exactly one holds it, and the others are told."""
    parts: list[list[str]] = [[], [A], [A, B], [A, CAPITAL]]
    others_were_told, told = asyncio.Event(), list[str]()

    async def start(name: str, regions: list[str]) -> bool:
        try:
            async with Store.open(url, holder=holder(name), regions=regions):
                await others_were_told.wait()
                return True
        except StoreLockedError as error:
            told.append(str(error))
            if len(told) == len(parts) - 1:
                others_were_told.set()
            return False

    async with asyncio.timeout(30):
        won = await asyncio.gather(*(start(str(n), part) for n, part in enumerate(parts)))
    assert sum(won) == 1


async def test_sqlite_takes_one_monitor(tmp_path: object) -> None:
    """On SQLite a monitor of another region is refused as well, and told what would take it."""
    url = f"sqlite:///{tmp_path}/m.db"
    async with Store.open(url, holder=holder("one"), regions=[A]):
        with pytest.raises(StoreLockedError, match=r"takes one monitor.*use PostgreSQL"):
            async with Store.open(url, holder=holder("two"), regions=[B]):
                pass
    async with Store.open(url, holder=holder("two"), regions=[B]) as store:
        await store.begin_run("b", NOW)


async def test_parts_live_and_die_apart(shared: str) -> None:
    """Verdicts, blind times, ends, lists and incidents of one region leave those of the other alone."""
    async with (
        Store.open(shared, holder=holder("one"), regions=[A]) as a,
        Store.open(shared, holder=holder("two"), regions=[B]) as b,
    ):
        await begin(a, "a")
        await begin(b, "b")
        await put(a, turn(OF_A, 1), source="a")
        await put(b, turn(OF_B, 1), source="b")
        for store in (a, b):
            await store.commit([], [incident("same", 2)], source="x", first_sequence=0, now=at(2))
            assert [i.incident_id for i in await store.open_incidents()] == ["same"]
        assert (await a.open_verdicts()).keys() == {OF_A}
        await a.close_streams([OF_B], at(3))
        await a.end_run(at(10))
        closed = replace(incident("same", 2), closed_at=at(9))
        await a.commit([], [closed], source="x", first_sequence=0, now=at(10))
        assert not await a.open_incidents()
        assert await b.open_incidents()
        assert await verdicts(shared, 20) == {OF_A: (BLIND, 10), OF_B: (RECEIVED, 1)}
        await b.heartbeat(at(20))
    async with Store.open(shared) as reader:
        assert await reader.coverage(NOW, FAR) == [(at(0), at(10)), (at(0), at(20))]
    async with Store.open(shared, regions=[B]) as reader:
        assert await reader.coverage(NOW, FAR) == [(at(0), at(20))]
        assert (await reader.open_verdicts()).keys() == {OF_B}


async def test_the_present_says_of_each_part_who_looks(shared: str) -> None:
    """While one of two monitors is silent its streams are UNKNOWN since its last heartbeat."""
    async with (
        Store.open(shared, holder=holder("one"), regions=[A]) as a,
        Store.open(shared, holder=holder("two"), regions=[B]) as b,
        Store.open(shared) as reader,
    ):
        await begin(a, "a")
        await begin(b, "b")
        await put(a, turn(OF_A, 1), source="a")
        await put(b, turn(OF_B, 1), source="b")
        await b.heartbeat(at(100))
        present = await reader.present(at(110), max_heartbeat_age=AGE)
        assert (present.looking, present.seen_at) == (True, at(100))
        assert {(*part.regions, part.looking, part.seen_at) for part in present.parts} == {
            (A, False, at(1)),
            (B, True, at(100)),
        }
        assert await verdicts(shared, 110) == {OF_A: (BLIND, 1), OF_B: (RECEIVED, 1)}


async def test_a_shared_gateways_paths_of_others_are_no_strays(shared: str) -> None:
    """What other regions enrolled at a gateway is not listed; a path that nobody knows is listed once."""
    async with (
        Store.open(shared, holder=holder("one"), regions=[A]) as a,
        Store.open(shared, holder=holder("two"), regions=[B]) as b,
    ):
        assert await a.put_unmatched("shared", ["c1-b", "stray"], ["c1-a"], at(5)) == (1, 1)
        assert await b.put_unmatched("shared", ["c1-a", "stray"], [], at(3)) == (1, 0)
        found = [(stray.stream_key, stray.missing, stray.since) for stray in await a.unmatched()]
        assert found == [("stray", False, at(5)), ("c1-a", True, at(5))]
        async with Store.open(shared) as reader:
            both = [(stray.stream_key, stray.missing, stray.since) for stray in await reader.unmatched()]
        assert both == [("stray", False, at(3)), ("c1-a", True, at(5))]


async def test_a_school_that_moves_is_handed_over(shared: str) -> None:
    """The new region takes a stream over with its first word; then the old one writes nothing of it."""
    moved = replace(estate().institutions["i-a"], region=B)
    async with (
        Store.open(shared, holder=holder("one"), regions=[A]) as a,
        Store.open(shared, holder=holder("two"), regions=[B]) as b,
    ):
        await begin(a, "a")
        await begin(b, "b")
        await put(a, turn(OF_A, 1), source="a")
        await b.apply_register(Change(1, {Kind.INSTITUTIONS: Part(changed=(moved,))}), at(10))
        await b.load_estate(at(11))
        await put(b, turn(OF_A, 12, BLIND), source="b")
        await put(a, turn(OF_A, 13, BLIND), turn(OF_A, 14), source="a", first=1)  # it does not know yet
        await put(b, turn(OF_A, 15, BLIND), turn(OF_A, 16), source="b", first=1)
        await a.load_estate(at(20))
        await put(a, turn(OF_A, 21), source="a", first=3)
        await a.close_streams([OF_A], at(22))
        assert (await b.open_verdicts())[OF_A] == (RECEIVED, at(16))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param([[]], [[A], [B]], id="all is cut in two"),
        pytest.param([[A], [B]], [[]], id="two become all"),
        pytest.param([[A], [B]], [[A, B]], id="two become one"),
        pytest.param([[A, B]], [[B], [A]], id="one is cut in two"),
    ],
)
async def test_an_estate_cut_anew_goes_on_where_each_region_was_seen_last(
    shared: str, before: list[list[str]], after: list[list[str]]
) -> None:
    """Whoever takes a region over finds it unseen since it was seen last, whoever that was; incidents end."""
    ends = await _lives(shared, before)
    for number, regions in enumerate(after):
        async with Store.open(shared, holder=holder(f"new{number}", 1000), regions=regions) as store:
            await store.begin_run(f"new{number}", at(1000))
            assert not await store.open_incidents()
            wanted = {
                stream: (BLIND, at(ends[region]))
                for stream, region in ((OF_A, A), (OF_B, B))
                if not regions or region in regions
            }
            assert await store.open_verdicts() == wanted


async def _lives(url: str, parts: Iterable[list[str]]) -> dict[str, float]:
    """Let a monitor of each part work and be cut off; returns when each region was seen last."""
    ends: dict[str, float] = {}
    for number, regions in enumerate(parts):
        name, last = f"old{number}", 50.0 + 10 * number
        streams = [s for s, region in ((OF_A, A), (OF_B, B)) if not regions or region in regions]
        async with Store.open(url, holder=holder(name), regions=regions) as store:
            await begin(store, name)
            await put(store, *(turn(stream, 1) for stream in streams), source=name)
            await store.commit([], [incident(name, 2)], source="x", first_sequence=0, now=at(2))
            await store.heartbeat(at(last))
            ends |= dict.fromkeys(regions or [A, B], last)
    return ends


async def test_a_holder_that_was_taken_for_dead_cannot_write(shared: str) -> None:
    """A stopped monitor whose part was taken over by one of another cut is refused when it comes back."""
    late = DEAD_AFTER.total_seconds() + 1
    async with Store.open(shared, holder=holder("one"), regions=[A, B]) as old:
        await begin(old, "old")
        async with Store.open(shared, holder=holder("two", late), regions=[A]) as new:
            await begin(new, "new", late)
            for write in (
                old.heartbeat(at(late)),
                old.end_run(at(late)),
                put(old, turn(OF_B, 1), source="o"),
            ):
                with pytest.raises(StoreLockedError, match="took this part of the estate over"):
                    await write
            async with Store.open(shared, holder=holder("three", late), regions=[B]) as third:
                await begin(third, "third", late)
            await new.heartbeat(at(late + 1))
