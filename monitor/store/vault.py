"""The logins in the database: only ever written sealed, and opened by whoever brings the keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.login import Login
from monitor.store import log_ins
from monitor.store.batch import AT_ONCE, batches
from monitor.store.error import StoreKeyError
from monitor.store.estate import add_revision
from monitor.store.secrets import Sealed, SecretBox
from monitor.store.tables import credentials

Device = tuple[str, str]  # "camera" or "gateway", and its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an import of logins did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


async def count(connection: AsyncConnection) -> int:
    """Return how many logins are kept."""
    return (await connection.execute(select(func.count()).select_from(credentials))).scalar_one()


async def load(connection: AsyncConnection, box: SecretBox | None) -> dict[Device, Login]:
    """Open every login. Raises StoreKeyError when there are some and no key, or another one, is at hand."""
    sealed = await _sealed(connection)
    if sealed and box is None:
        raise StoreKeyError("the database holds passwords, and no key file is there to read them with")
    return {device: box.open(*device, login) for device, login in sealed.items()} if box is not None else {}


async def put(
    connection: AsyncConnection, box: SecretBox | None, logins: Mapping[Device, Login], now: datetime
) -> Counts:
    """Seal and write logins. What is the same already, under the key that seals now, is left alone."""
    if box is None:
        raise StoreKeyError("passwords cannot be kept without a key file")
    before = await _sealed(connection)
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
    others = [device for device in changed if not _opens_as(box, device, before[device], changed[device])]
    await log_ins.forget(connection, [key for device in (*new, *others) for key in log_ins.keys_of(device)])
    if new or changed:
        await add_revision(connection, "credentials", now, added=len(new), changed=len(changed))
    return Counts(added=len(new), changed=len(changed), unchanged=len(logins) - len(new) - len(changed))


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


async def _sealed(connection: AsyncConnection) -> dict[Device, Sealed]:
    rows = await connection.execute(select(credentials).order_by(credentials.c.kind, credentials.c.id))
    return {(row.kind, row.id): Sealed(row.key_id, bytes(row.sealed)) for row in rows}
