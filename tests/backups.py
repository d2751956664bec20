"""A database with a row in every table, and backups of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model.identity import KnownIdentity
from monitor.model.incident import Incident, Scope
from monitor.model.login import Login, Refusals
from monitor.model.sample import Sample
from monitor.model.verdict import Cause, Owner, State, Transition, Verdict
from monitor.store.backup import backup, restore
from monitor.store.container import Backup
from monitor.store.journal import Author, Source
from monitor.store.lock import Holder
from monitor.store.secrets import SecretBox
from monitor.store.store import Store
from probes.base import Secret
from tests import older
from tests.two_regions import change_to, estate

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = SecretBox([bytes(range(32))])
LOGINS = {("camera", "c0-a"): Login(username="canary-user", password=Secret("canary-password"))}
IDENTITIES = {"c0": KnownIdentity(url="http://c0/", features={"serial": "№ 1"})}
LOST = Verdict(state=State.NOT_RECEIVING, cause=Cause.SITE_DARK, evidence=(("провайдер", 'said "no"\n'),))


def holder(name: str = "monitor") -> Holder:
    return Holder(host=name, pid=1, started_at=NOW)


def turn(number: int) -> Transition:
    moment = NOW + timedelta(seconds=number)
    return Transition(stream_id=f"c{number}-a@g-a", verdict=LOST, since=moment, decided_at=moment)


async def fill(url: str) -> None:
    """Put a row into every table, as imports and a monitor do."""
    opened = Incident(
        incident_id="gateway:shared:1",
        scope=Scope.GATEWAY,
        subject="shared",
        cause=Cause.GATEWAY_DOWN,
        owner=Owner.POLICE_IT,
        opened_at=NOW,
    )
    async with Store.open(url, holder=holder(), secrets=KEYS) as store:
        author = Author(who="u", command="register import", recorded_at=NOW)
        sources = [Source(file="a.csv", sha256="00", rows=1, refused=0)]
        await store.apply_register(change_to(estate()), NOW, author=author, sources=sources)
        await store.put_logins(LOGINS, NOW)
        await store.begin_run("run", NOW)
        await store.load_estate(NOW)
        await store.enrol_mailboxes(["duty#1"], NOW)
        await store.commit([turn(0), turn(1)], [opened], source="run", first_sequence=0, now=NOW)
        await store.put_unmatched("shared", ["stray"], [], NOW)
        await store.put_samples([Sample(gateway_id="shared", at=NOW, seconds=0.25, paths=4)], NOW)
        await store.put_identities(IDENTITIES, NOW)
        await store.put_refusals({"c0": Refusals(count=2, since=NOW)}, NOW)


async def saved(url: str, file: Path) -> Backup:
    return await backup(url, file, NOW, doing=lambda _: None, told=lambda _: None)


async def restored(url: str, file: Path, *, replace: bool = False) -> Backup:
    return await restore(url, file, replace=replace, doing=lambda _: None, told=lambda _: None)


async def everything(url: str) -> dict[str, list[dict[str, Any]]]:
    found = await older.dump(url)
    del found["locks"]
    return found


async def fill_more(url: str) -> None:
    async with Store.open(url, holder=holder(), secrets=KEYS) as store:
        await store.put_logins(LOGINS, NOW)
        await store.begin_run("run", NOW)


def names_in(folder: Path) -> set[str]:
    """List what is in a folder."""
    return {path.name for path in folder.iterdir()}
