"""The logins in the database: only ever written sealed, and opened by whoever brings the keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.login import Device, Login, accounts_of
from monitor.store import log_ins
from monitor.store.batch import AT_ONCE, batches
from monitor.store.error import StoreKeyError
from monitor.store.estate import add_revision
from monitor.store.secrets import Sealed, SecretBox
from monitor.store.tables import credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an import of logins did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    again: int = 0  # of the unchanged: they had been refused, and are tried anew


async def count(connection: AsyncConnection) -> int:
    """Return how many logins are kept."""
    return (await connection.execute(select(func.count()).select_from(credentials))).scalar_one()


async def load(connection: AsyncConnection, box: SecretBox | None) -> dict[Device, Login]:
    """Open every login. Raises StoreKeyError when there are some and no key, or another one, is at hand."""
    kept = await _kept(connection)
    if kept and box is None:
        raise StoreKeyError("the database holds passwords, and no key file is there to read them with")
    if box is None:
        return {}
    return {
        device: replace(box.open(*device, each.sealed), given_at=each.given_at)
        for device, each in kept.items()
    }


async def put(
    connection: AsyncConnection, box: SecretBox | None, logins: Mapping[Device, Login], now: datetime
) -> Counts:
    """Seal and write logins. What is the same already, under the key that seals now, is left alone.

    Whoever gives a password again that was refused says that it is to be tried anew.
    """
    if box is None:
        raise StoreKeyError("passwords cannot be kept without a key file")
    before = {device: each.sealed for device, each in (await _kept(connection)).items()}
    new = {device: login for device, login in logins.items() if device not in before}
    changed = {
        device: login
        for device, login in logins.items()
        if device in before and not _same(box, device, before[device], login)
    }
    for batch in batches(_rows(box, new, now), AT_ONCE):
        await connection.execute(insert(credentials), batch)
    which = (credentials.c.kind == bindparam("kind_")) & (credentials.c.id == bindparam("id_"))
    for batch in batches(_rows(box, changed, now, mark="_"), AT_ONCE):
        await connection.execute(update(credentials).where(which), batch)
    await log_ins.forget(connection, [key for device in (*new, *changed) for key in accounts_of(device)])
    same = logins.keys() - new.keys() - changed.keys()
    again = await _give_again(connection, same, now)
    if new or changed or again:
        await add_revision(connection, "credentials", now, added=len(new), changed=len(changed) + len(again))
    return Counts(added=len(new), changed=len(changed), unchanged=len(same), again=len(again))


async def retry(connection: AsyncConnection, devices: Iterable[Device], now: datetime) -> list[Device]:
    """Let the passwords of these devices be tried anew; returns those that had been refused."""
    again = await _give_again(connection, devices, now)
    if again:
        await add_revision(connection, "credentials", now, changed=len(again))
    return again


async def _give_again(connection: AsyncConnection, devices: Iterable[Device], now: datetime) -> list[Device]:
    refused = (await log_ins.load(connection)).keys()
    again = sorted(device for device in devices if not refused.isdisjoint(accounts_of(device)))
    await log_ins.forget(connection, [key for device in again for key in accounts_of(device)])
    which = (credentials.c.kind == bindparam("kind_")) & (credentials.c.id == bindparam("id_"))
    rows = [{"kind_": kind, "id_": ident, "changed_at": now} for kind, ident in again]
    for batch in batches(rows, AT_ONCE):
        await connection.execute(update(credentials).where(which), batch)
    return again


def _rows(
    box: SecretBox, logins: Mapping[Device, Login], now: datetime, *, mark: str = ""
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for (kind, device), login in logins.items():
        sealed = box.seal(kind, device, login)
        values = {"key_id": sealed.key_id, "sealed": sealed.data, "changed_at": now}
        rows.append({f"kind{mark}": kind, f"id{mark}": device, **values})
    return rows


def _same(box: SecretBox, device: Device, sealed: Sealed, login: Login) -> bool:
    """Say whether a sealed login is this one, under the key that seals now."""
    return sealed.key_id == box.key_id and _opens_as(box, device, sealed, login)


def _opens_as(box: SecretBox, device: Device, sealed: Sealed, login: Login) -> bool:
    """Say whether a sealed login is this one, whatever its key. One that cannot be opened is another one."""
    try:
        return box.open(*device, sealed) == login
    except StoreKeyError:
        return False


@dataclass(frozen=True, slots=True)
class _Kept:
    """A login as it is kept."""

    sealed: Sealed
    given_at: datetime


async def _kept(connection: AsyncConnection) -> dict[Device, _Kept]:
    rows = await connection.execute(select(credentials).order_by(credentials.c.kind, credentials.c.id))
    return {(row.kind, row.id): _Kept(Sealed(row.key_id, bytes(row.sealed)), row.changed_at) for row in rows}
