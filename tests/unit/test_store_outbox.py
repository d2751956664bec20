"""Told or not: owed with the commit, by every store alike, until whoever told it says so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.model.incident import Incident
from monitor.model.notice import Owed, Settled, Standing, Undelivered
from monitor.store.error import StoreLockedError
from monitor.store.store import Store
from tests.keepers import Kept, Opened
from tests.side_by_side import NOW, at, holder, incident
from tests.two_regions import A, B

ONE, OTHER = incident("x", 0), incident("y", 5)
BACKLOG = replace(incident("never", 1), lost=False)


def closed(which: Incident, seconds: float) -> Incident:
    return replace(which, closed_at=at(seconds))


async def commit(store: Opened, *incidents: Incident, seconds: float = 9) -> None:
    await store.commit((), incidents, source="r", first_sequence=0, now=at(seconds))


async def owed(store: Opened, mailbox: str = "m#1") -> list[tuple[str, Owed | None, datetime | None]]:
    found = await store.notices(mailbox)
    return [(each.incident.incident_id, each.owed, each.told_at) for each in found]


async def settle(
    store: Opened, key: str, what: Owed | None, *, told: bool = True, seconds: float = 10
) -> None:
    await store.settle_notices("m#1", [Settled(incident_id=key, owed=what, told=told)], at(seconds))


@pytest.fixture
async def store(kept: Kept) -> AsyncIterator[Opened]:
    """A store with one mailbox and a run."""
    async with kept.open(holder("one")) as opened:
        await opened.begin_run("r", NOW)
        await opened.enrol_mailboxes(["m#1"], NOW)
        yield opened


async def test_what_opens_is_owed_with_its_commit(store: Opened) -> None:
    """Every mailbox is owed each outage that opens, and nobody what was never connected."""
    await store.enrol_mailboxes(["m#1", "m#2"], NOW)
    await commit(store, ONE, OTHER, BACKLOG)
    wanted = [("x", Owed.OPENING, None), ("y", Owed.OPENING, None)]
    assert [await owed(store), await owed(store, "m#2"), await owed(store, "none")] == [wanted, wanted, []]


async def test_what_was_told_is_owed_no_more(store: Opened) -> None:
    """A told opening stays as told, its closing is owed then, and afterwards nothing of it is left."""
    await commit(store, ONE)
    await settle(store, "x", Owed.OPENING)
    assert await owed(store) == [("x", None, at(10))]
    await commit(store, closed(ONE, 20))
    assert await owed(store) == [("x", Owed.CLOSING, at(10))]
    assert [each.incident.closed_at for each in await store.notices("m#1")] == [at(20)]
    await settle(store, "x", Owed.CLOSING)
    assert await owed(store) == []


async def test_what_closes_while_its_opening_is_told_is_owed(store: Opened) -> None:
    """The end of an incident that is committed between reading and settling is not lost."""
    await commit(store, ONE)
    await commit(store, closed(ONE, 20))
    await settle(store, "x", Owed.OPENING)
    assert await owed(store) == [("x", Owed.CLOSING, at(10))]


async def test_what_does_not_concern_is_not_told(store: Opened) -> None:
    """An opening that is put aside has no moment of telling, and its closing is owed to be put aside."""
    await commit(store, ONE)
    await settle(store, "x", Owed.OPENING, told=False)
    assert await owed(store) == [("x", None, None)]
    assert (await store.standings())[0].sent_at is None


async def test_told_once_more(store: Opened) -> None:
    """A reminder moves the moment of telling and pays nothing."""
    await commit(store, ONE)
    await settle(store, "x", None, seconds=11)
    assert await owed(store) == [("x", Owed.OPENING, at(11))]


async def test_a_commit_that_is_repeated_owes_nothing_again(store: Opened) -> None:
    """The same opening, and the same closing, are owed once."""
    for told in (ONE, closed(ONE, 20)):
        await commit(store, told)
        await commit(store, told)
    assert await owed(store) == [("x", Owed.CLOSING, None)]
    await settle(store, "x", Owed.CLOSING)
    await commit(store, closed(ONE, 20))
    assert await owed(store) == []


async def test_one_commit_can_open_and_close(store: Opened) -> None:
    """What is over when it is first committed is owed as such."""
    await commit(store, closed(ONE, 20))
    assert await owed(store) == [("x", Owed.CLOSING, None)]


async def test_a_new_mailbox_is_owed_what_is_open(store: Opened) -> None:
    """Who comes later is told of what lasts, not of the past; who leaves is owed nothing."""
    await commit(store, ONE, OTHER, BACKLOG)
    await commit(store, closed(ONE, 20))
    assert await store.enrol_mailboxes(["late#1"], at(30)) == 2
    assert await owed(store, "late#1") == [("y", Owed.OPENING, None)]
    assert await owed(store) == []
    assert await store.standings() == [Standing(mailbox="late#1", since=at(30), owed=1, oldest=at(5))]
    assert await store.enrol_mailboxes([], at(40)) == 1
    assert await store.standings() == []
    await commit(store, incident("z", 50))
    assert await owed(store, "late#1") == []


async def test_whoever_stays_is_not_owed_anew(store: Opened) -> None:
    """Being named again changes nothing."""
    await commit(store, ONE)
    await settle(store, "x", Owed.OPENING)
    assert await store.enrol_mailboxes(["m#1"], at(30)) == 0
    assert await owed(store) == [("x", None, at(10))]


async def test_how_a_mailbox_fares(store: Opened) -> None:
    """The last failure is kept until a message goes out."""
    await commit(store, ONE, OTHER)
    await store.note_undelivered("m#1", Undelivered.REFUSED, at(10))
    failed = Standing(
        mailbox="m#1", since=NOW, failed_at=at(10), failure=Undelivered.REFUSED, owed=2, oldest=NOW
    )
    assert await store.standings() == [failed]
    await settle(store, "x", Owed.OPENING, seconds=12)
    assert await store.standings() == [
        Standing(mailbox="m#1", since=NOW, sent_at=at(12), owed=1, oldest=at(5))
    ]


async def test_it_outlives_the_process(kept: Kept) -> None:
    """What is owed is owed after a restart, and no less."""
    async with kept.open(holder("one")) as store:
        await store.begin_run("r", NOW)
        await store.enrol_mailboxes(["m#1"], NOW)
        await commit(store, ONE, OTHER)
        await settle(store, "x", Owed.OPENING)
    async with kept.open(holder("two", 100)) as store:
        await store.begin_run("s", at(100))
        assert await store.enrol_mailboxes(["m#1"], at(100)) == 0
        assert await owed(store) == [("x", None, at(10)), ("y", Owed.OPENING, None)]


async def test_a_moment_without_a_zone_is_refused(store: Opened) -> None:
    """It is our mistake, in every store."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="without a zone"):
        await store.enrol_mailboxes(["n#1"], naive)


async def test_many_at_once(store: Opened) -> None:
    """A country that goes dark at once is owed and settled in pieces."""
    many = [incident(f"i{n}", n / 100) for n in range(2500)]
    await commit(store, *many)
    assert len(await owed(store)) == len(many)
    told = [Settled(incident_id=each.incident_id, owed=Owed.OPENING) for each in many]
    await store.settle_notices("m#1", told, at(60))
    assert {(what, when) for _, what, when in await owed(store)} == {(None, at(60))}


async def test_only_the_holder_writes(tmp_path: Path) -> None:
    """Who does not hold the part can read what is owed, and pays nothing."""
    async with Store.open(f"sqlite:///{tmp_path}/m.db") as store:
        assert await store.standings() == []
        with pytest.raises(StoreLockedError):
            await settle(store, "x", Owed.OPENING)


async def test_parts_owe_apart_until_they_are_cut_anew(shared: str) -> None:
    """Each part owes its own; one that takes the regions over ends the mailboxes that they had."""
    for name, region in (("one", A), ("two", B)):
        async with Store.open(shared, holder=holder(name), regions=[region]) as store:
            await store.begin_run(name, NOW)
            assert await store.enrol_mailboxes(["m#1"], NOW) == 0
            await commit(store, ONE)
            assert await owed(store) == [("x", Owed.OPENING, None)]
            assert len(await store.standings()) == 1
    async with Store.open(shared, holder=holder("whole", 100)) as store:
        assert await store.enrol_mailboxes(["m#1"], at(100)) == 2
        await store.begin_run("whole", at(100))
        assert await store.standings() == [Standing(mailbox="m#1", since=at(100))]
