"""The second half of step 0002: in whose name the monitor wrote what it wrote, and raw samples."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.tables import MOMENT, identity, last_said, moment, text

ALL = "all"
AT_ONCE = 1000  # rows of one statement


def add_parts() -> None:
    """Give intervals their region, all else the part that there was; make the table of samples."""
    op.add_column("intervals", sa.Column("region", sa.Text, nullable=False, server_default=""))
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_intervals_region_open",
        "intervals",
        ["region"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.add_column("coverage", sa.Column("part", sa.Text, nullable=False, server_default=ALL))
    _place_intervals()
    _incidents()
    _unmatched()
    op.create_table(
        "samples",
        *identity("samples", "sample_id"),
        text("gateway_id"),
        moment("at"),
        sa.Column("seconds", sa.Double, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("paths", "moved")),
        text("failure", empty=True),
    )
    op.create_index("ix_samples_at", "samples", ["at"])


def _incidents() -> None:
    names = ("incident_id", "scope", "subject", "cause", "owner")
    kept = sa.table(
        "incidents",
        *map(sa.column, names),
        *(sa.column(name, MOMENT) for name in ("opened_at", "closed_at")),
        sa.column("streams", sa.Integer()),
    )
    rows = op.get_bind().execute(sa.select(kept)).mappings().all()
    op.drop_table("incidents")
    made = op.create_table(
        "incidents",
        text("part"),
        *map(text, names),
        moment("opened_at"),
        moment("closed_at", empty=True),
        sa.Column("streams", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("part", "incident_id", name="pk_incidents"),
    )
    _insert(made, rows)


def _unmatched() -> None:
    names = ("gateway_id", "stream_key")
    kept = sa.table(
        "unmatched",
        *map(sa.column, names),
        sa.column("missing", sa.Boolean()),
        sa.column("since", MOMENT),
    )
    rows = op.get_bind().execute(sa.select(kept)).mappings().all()
    op.drop_table("unmatched")
    made = op.create_table(
        "unmatched",
        text("part"),
        *map(text, names),
        sa.Column("missing", sa.Boolean, nullable=False),
        moment("since"),
        sa.PrimaryKeyConstraint("part", "gateway_id", "stream_key", "missing", name="pk_unmatched"),
    )
    _insert(made, rows)


def _insert(table: Any, rows: Iterable[Any]) -> None:
    given = [{"part": ALL, **row} for row in rows]
    for first in range(0, len(given), AT_ONCE):
        op.bulk_insert(table, given[first : first + AT_ONCE])


def _place_intervals() -> None:
    """Write into every interval the region in which its camera was registered last."""
    connection = op.get_bind()
    intervals = sa.table("intervals", sa.column("stream_id"), sa.column("region"))
    regions = _regions_of_cameras()
    streams = connection.execute(sa.select(intervals.c.stream_id).distinct()).scalars().all()
    placed = [
        {"which": stream_id, "where": regions[camera_id]}
        for stream_id in streams
        if (camera_id := stream_id.partition("@")[0]) in regions
    ]
    change = (
        sa.update(intervals)
        .where(intervals.c.stream_id == sa.bindparam("which"))
        .values(region=sa.bindparam("where"))
    )
    for first in range(0, len(placed), AT_ONCE):
        connection.execute(change, placed[first : first + AT_ONCE])


def _regions_of_cameras() -> dict[str, str]:
    """Return the region of every camera there ever was, by its last registration."""
    institutions = last_said("institutions", "institution_id", "region")
    sites = last_said("sites", "site_id", "institution_id")
    return {
        camera: institutions[sites[site]]
        for camera, site in last_said("cameras", "camera_id", "site_id").items()
        if site in sites and sites[site] in institutions
    }
