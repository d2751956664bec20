"""Who each camera said it was when it was first seen, so that another device in its place is noticed.

Kept for the address at which it was seen: a camera that moved in the register is seen anew.
"""

import json
from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.identity import KnownIdentity
from monitor.store.tables import identities


async def load(connection: AsyncConnection) -> dict[str, KnownIdentity]:
    """Return the identities by camera."""
    rows = await connection.execute(select(identities))
    return {row.camera_id: KnownIdentity(url=row.url, features=json.loads(row.features)) for row in rows}


async def put(connection: AsyncConnection, known: Mapping[str, KnownIdentity]) -> None:
    """Keep the identities of these cameras in place of what was kept of them."""
    for camera_id, identity in known.items():
        await connection.execute(delete(identities).where(identities.c.camera_id == camera_id))
        features = json.dumps(dict(identity.features), ensure_ascii=False, sort_keys=True)
        await connection.execute(
            insert(identities).values(camera_id=camera_id, url=identity.url, features=features)
        )
