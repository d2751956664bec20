"""The dated register in the store: round trip, as-of, revisions, conflicts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.model.estate import Enrolment, Estate, Institution
from monitor.model.login import Refusals
from monitor.register.change import Change, Part
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from monitor.store.error import StoreChangedError
from monitor.store.lock import Holder
from tests.keepers import Kept
from tests.registered import contract
from tests.toy import estate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONTRACT = contract("s0", date(2026, 1, 1), date(2026, 12, 31), number="№ 1/2026", provider="Байланыс")


def full() -> Estate:
    """Give the toy estate a value in every field."""
    made = estate((CONTRACT,))
    made.institutions["i"] = replace(made.institutions["i"], bin="020240000556", headcount=1200)
    made.sites["s0"] = replace(made.sites["s0"], uplink_kbps=20_000, budget_kbps=256)
    made.cameras["c0"] = replace(
        made.cameras["c0"], zone="hall-2", basic_in_clear=True, tls_fingerprint="ab" * 32
    )
    made.gateways["g"] = replace(made.gateways["g"], tls_fingerprint="cd" * 32)
    first = replace(made.enrolments[0], on_demand=False, enrolled_on=date(2025, 9, 1), act="акт 7")
    return replace(made, enrolments=(first, *made.enrolments[1:]))


def from_nothing(wanted: Estate, revision: int = 0) -> Change:
    parts: dict[Kind, Part] = {
        kind: Part(added=tuple(entries.values()))
        for kind, entries in entries_of(wanted).items()
        if kind is not Kind.REGIONS  # every register begins with them
    }
    return Change(revision, parts)


async def test_every_field_comes_back(kept: Kept) -> None:
    """What is imported is loaded as it was, every kind and every field, with the new revision."""
    async with kept.open() as store:
        assert await store.load_estate(NOW) == Estate()
        assert await store.apply_register(from_nothing(full()), NOW) == 1
        assert await store.load_estate(NOW) == replace(full(), revision=1)
        assert await store.revision() == 1


async def test_the_register_is_dated(kept: Kept) -> None:
    """A change ends rows and begins others: the register of any earlier moment is still there."""
    before = full()
    moved = replace(before.cameras["c1"], url="rtsp://elsewhere/")
    gone = before.enrolments[3]
    new = Enrolment(camera_id="c4", gateway_id="g", stream_key="c4")
    async with kept.open() as store:
        await store.apply_register(from_nothing(before), NOW)
        parts = {Kind.CAMERAS: Part(changed=(moved,)), Kind.STREAMS: Part(added=(new,), ended=(gone,))}
        assert await store.apply_register(Change(1, parts), NOW + 2 * HOUR) == 2
        assert (await store.load_estate(NOW - 2 * HOUR)).cameras == {}
        then = await store.load_estate(NOW + HOUR - timedelta(seconds=1))
        assert (then.cameras, then.enrolments) == (before.cameras, before.enrolments)
        later = await store.load_estate(NOW + 2 * HOUR)
        assert later.cameras == before.cameras | {"c1": moved}
        assert set(later.enrolments) == {*before.enrolments[:3], new}


async def test_an_empty_change_is_no_revision(kept: Kept) -> None:
    """Importing what is registered already leaves the revision, so that the monitor does not reload."""
    async with kept.open() as store:
        await store.apply_register(from_nothing(full()), NOW)
        assert await store.apply_register(Change(1, {Kind.CAMERAS: Part(unchanged=5)}), NOW) == 1
        assert await store.revision() == 1


async def test_a_change_of_an_older_register_is_refused(kept: Kept) -> None:
    """Two imports at once: the second to write is told to begin again, and nothing of it is written."""
    async with kept.open() as store:
        await store.apply_register(from_nothing(full()), NOW)
        school = Institution(**{n: getattr(full().institutions["i"], n) for n in Institution.__slots__})
        change = Change(0, {Kind.INSTITUTIONS: Part(added=(replace(school, institution_id="j"),))})
        with pytest.raises(StoreChangedError, match="import again"):
            await store.apply_register(change, NOW)
        assert (await store.load_estate(NOW)).institutions.keys() == {"i"}


async def test_a_write_that_fails_leaves_nothing(kept: Kept) -> None:
    """A change that breaks in the middle is not there at all."""
    camera = full().cameras["c0"]
    twice = Change(
        0, {Kind.SITES: Part(added=(full().sites["s0"],)), Kind.CAMERAS: Part(added=(camera, camera))}
    )
    async with kept.open() as store:
        with pytest.raises(Exception, match=r"(?i)unique"):
            await store.apply_register(twice, NOW)
        assert await store.load_estate(NOW) == Estate()


async def test_a_register_from_a_clock_ahead_of_ours_holds(kept: Kept) -> None:
    """An import that is dated some minutes ahead is not overlooked; one dated far ahead waits."""
    async with kept.open() as store:
        await store.apply_register(from_nothing(full()), NOW)
        assert (await store.load_estate(NOW - HOUR)).cameras.keys() == full().cameras.keys()
        assert (await store.load_estate(NOW - HOUR - timedelta(seconds=1))).cameras == {}


async def test_a_change_by_a_clock_behind_turns_nothing_around(kept: Kept) -> None:
    """A row that is ended by an earlier clock ends where it began, and its successor holds."""
    moved = replace(full().cameras["c1"], url="rtsp://elsewhere/")
    async with kept.open() as store:
        await store.apply_register(from_nothing(full()), NOW)
        await store.apply_register(Change(1, {Kind.CAMERAS: Part(changed=(moved,))}), NOW - HOUR)
        assert (await store.load_estate(NOW)).cameras["c1"] == moved


async def test_a_camera_that_changed_or_left_has_no_refusals(kept: Kept) -> None:
    """With a camera's row in the register end the refusals that were counted of it; the others' stay."""
    holder, refused = Holder.of_this_process(NOW), Refusals(count=3, since=NOW)
    async with kept.open(holder) as store:
        await store.apply_register(from_nothing(full()), NOW)
        await store.put_refusals(dict.fromkeys(("c0", "c1", "c2"), refused), NOW)
        cameras = full().cameras
        part = Part(changed=(replace(cameras["c0"], url="rtsp://c0/other"),), ended=(cameras["c1"],))
        await store.apply_register(Change(1, {Kind.CAMERAS: part}), NOW + HOUR)
        assert await store.refusals() == {"c2": refused}


async def test_progress_is_told(kept: Kept) -> None:
    """While a large change is written, the count of its rows is told."""
    cameras = [replace(full().cameras["c0"], camera_id=f"c{n}") for n in range(2500)]
    told: list[int] = []
    async with kept.open() as store:
        change = Change(0, {Kind.CAMERAS: Part(added=tuple(cameras))})
        await store.apply_register(change, NOW, progress=told.append)
    assert told == [1000, 2000, 2500]
