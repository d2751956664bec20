"""Monitors of different regions side by side: each has what it needs, and none touches what is another's."""

from dataclasses import replace

from monitor.register.change import Change, Part
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from monitor.store.store import Store
from tests.side_by_side import (
    AGE,
    BLIND,
    FAR,
    NOW,
    OF_A,
    OF_B,
    RECEIVED,
    at,
    begin,
    holder,
    incident,
    put,
    turn,
    verdicts,
)
from tests.two_regions import CAPITAL, A, B, change_to, estate


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
