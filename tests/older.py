"""A database as an older version of the program left it: schema 0001, with rows in every table."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, DateTime, MetaData, insert, select

from monitor.store.database import Database
from monitor.store.schema import upgrade
from monitor.store.types import Instant

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
REGION, OTHER = "110000000", "190000000"
MOMENTS = {
    *("valid_from", "valid_to", "began_at", "ended_at", "decided_at", "seen_at", "opened_at", "closed_at"),
    *("at", "changed_at", "since", "started_at", "beat_at", "recorded_at"),
    *("starts_at", "ends_at"),
}
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

HELD, ENDED = {"valid_from": NOW, "valid_to": None}, {"valid_from": NOW, "valid_to": LATER}
SINCE = {"valid_from": LATER, "valid_to": None}


def _institution(key: str, region: str, number: str | None, span: Mapping[str, Any]) -> dict[str, Any]:
    kind = {"type": "school", "ownership": "public", "headcount": 300}
    return {"institution_id": key, "name": f"№ {key}", "region": region, "bin": number, **kind, **span}


def _site(key: str, institution: str, span: Mapping[str, Any]) -> dict[str, Any]:
    own = {"name": key, "uplink_kbps": 20_000, "budget_kbps": None}
    return {"site_id": key, "institution_id": institution, **own, **span}


def _camera(key: str, site: str, span: Mapping[str, Any]) -> dict[str, Any]:
    own = {"url": f"rtsp://{key}/", "zone": None, "basic_in_clear": False, "tls_fingerprint": None}
    return {"camera_id": key, "site_id": site, **own, **span}


def _contract(number: str, site: str, provider: str, span: Mapping[str, Any]) -> dict[str, Any]:
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    return {"contract_number": number, "site_id": site, "provider": provider, **days, **span}


def _interval(stream: str, began: int, ended: int | None, sequence: int | None) -> dict[str, Any]:
    moments = {
        "began_at": NOW + timedelta(hours=began),
        "ended_at": NOW + timedelta(hours=ended) if ended is not None else None,
        "decided_at": NOW + timedelta(hours=began),
    }
    verdict = {"state": "receiving", "cause": None, "proof": "progress", "warnings": "", "evidence": "[]"}
    return {"stream_id": stream, **verdict, **moments, "source": "run", "sequence": sequence}


def _incident(key: str, closed_at: datetime | None) -> dict[str, Any]:
    told = {"scope": "gateway", "subject": "g", "cause": "gateway_down", "owner": "police_it", "streams": 4}
    return {"incident_id": key, **told, "opened_at": NOW, "closed_at": closed_at}


ROWS: Rows = {
    "institutions": [
        _institution("i1", OTHER, "020240000556", ENDED),
        _institution("i1", REGION, "020240000555", SINCE),
        _institution("i2", OTHER, None, HELD),
        _institution("i3", OTHER, "990140000000", ENDED),
    ],
    "sites": [_site("s1", "i1", HELD), _site("s2", "i2", HELD), _site("s3", "i3", ENDED)],
    "cameras": [
        _camera("c1", "s2", ENDED),
        _camera("c1", "s1", SINCE),
        _camera("c2", "s2", HELD),
        _camera("c3", "s3", ENDED),
    ],
    "centres": [{"centre_id": "o", "name": "ЦОУ", "kind": "occ", "region": REGION, **HELD}],
    "gateways": [
        {
            "gateway_id": "g",
            "centre_id": "o",
            "kind": "mediamtx",
            "url": "http://g/",
            "tls_fingerprint": None,
            **HELD,
        }
    ],
    "streams": [
        {
            "camera_id": camera,
            "gateway_id": "g",
            "stream_key": camera,
            "on_demand": None,
            "enrolled_on": date(2026, 1, 1),
            "act": "№ 1",
            **span,
        }
        for camera, span in (("c1", HELD), ("c2", HELD), ("c3", ENDED))
    ],
    "contracts": [
        _contract("№ 1", "s1", "Байланыс", ENDED),
        _contract("№ 1", "s1", "Жаңа Байланыс", SINCE),
        _contract("№ 2", "s1", "Байланыс", HELD),
        _contract("№ 1", "s2", "Байланыс", HELD),
        _contract("№ 3", "s3", "Ескі", ENDED),
        _contract("№ 4", "nowhere", "Ескі", ENDED),
    ],
    "intervals": [
        _interval("c1@g", 0, 5, 0),
        _interval("c1@g", 5, None, 2),
        _interval("c2@g", 0, None, 1),
        _interval("c3@g", 0, 4, None),
        _interval("never-registered@g", 0, None, 3),
    ],
    "coverage": [
        {"source": "old", "began_at": NOW, "seen_at": NOW, "ended_at": NOW},
        {"source": "run", "began_at": NOW, "seen_at": LATER, "ended_at": None},
    ],
    "incidents": [_incident("gateway:g:1", LATER), _incident("gateway:g:2", None)],
    "revisions": [
        {"revision": 1, "at": NOW, "what": "register", "added": 20, "changed": 0, "removed": 0},
        {"revision": 2, "at": LATER, "what": "register", "added": 0, "changed": 3, "removed": 5},
    ],
    "credentials": [
        {"kind": "camera", "id": "c1", "key_id": "k", "sealed": b"\x00\xff sealed", "changed_at": NOW}
    ],
    "unmatched": [
        {"gateway_id": "g", "stream_key": "stray", "missing": False, "since": NOW},
        {"gateway_id": "g", "stream_key": "c2", "missing": True, "since": LATER},
    ],
    "locks": [{"part": "all", "epoch": 7, "host": "there", "pid": 4242, "started_at": NOW, "beat_at": LATER}],
}


async def make(url: str) -> None:
    """Make the tables of schema 0001 and fill every one of them."""
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(upgrade, "0001")
        await connection.run_sync(_fill)
    await database.close()


async def dump(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, as far as possible alike on both databases."""
    database = Database(url)
    async with database.read() as connection:
        found = await connection.run_sync(_dump)
    await database.close()
    return found


def _fill(connection: Connection) -> None:
    metadata = _reflected(connection)
    assert ROWS.keys() == metadata.tables.keys() - {"alembic_version"}
    for name, rows in ROWS.items():
        for row in rows:
            connection.execute(insert(metadata.tables[name]).values(**row))


def _dump(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    tables = _reflected(connection).tables
    return {
        name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
        for name, table in tables.items()
    }


def _reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if column.name in MOMENTS or isinstance(column.type, DateTime):
                column.type = Instant()
    return metadata
