"""The first schema: the dated register, revisions, credentials, intervals, coverage, incidents, locks."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table."""
    _register()
    _history()
    _state()


def _text(name: str, *, empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=empty)


def _optional(name: str, kind: type[sa.types.TypeEngine[Any]]) -> sa.Column[Any]:
    return sa.Column(name, kind(), nullable=True)


def _moment(name: str, *, empty: bool = False) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, nullable=empty)


def _id(table: str, name: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    column: sa.Column[int] = sa.Column(name, COUNTER, autoincrement=True, nullable=False)
    return column, sa.PrimaryKeyConstraint(name, name=f"pk_{table}")


def _one_open(index: str, table: str, columns: Iterable[str], ends: str) -> None:
    """Make the index by which at most one row per key has no end."""
    where = sa.text(f"{ends} IS NULL")
    op.create_index(index, table, list(columns), unique=True, sqlite_where=where, postgresql_where=where)


def _dated(table: str, key: Iterable[str], *columns: sa.Column[Any]) -> None:
    op.create_table(
        table, *_id(table, "row_id"), *columns, _moment("valid_from"), _moment("valid_to", empty=True)
    )
    _one_open(f"ix_{table}_current", table, key, "valid_to")


def _register() -> None:
    _dated(
        "institutions",
        ["institution_id"],
        _text("institution_id"),
        _text("name"),
        _text("region"),
        _text("type"),
        _text("ownership"),
        _text("bin", empty=True),
        _optional("headcount", sa.Integer),
    )
    _dated(
        "sites",
        ["site_id"],
        _text("site_id"),
        _text("institution_id"),
        _text("name"),
        _optional("uplink_kbps", sa.Integer),
        _optional("budget_kbps", sa.Integer),
    )
    _dated(
        "cameras",
        ["camera_id"],
        _text("camera_id"),
        _text("site_id"),
        _text("url"),
        _text("zone", empty=True),
        sa.Column("basic_in_clear", sa.Boolean, nullable=False),
        _text("tls_fingerprint", empty=True),
    )
    _dated("centres", ["centre_id"], _text("centre_id"), _text("name"), _text("kind"), _text("region"))
    _dated(
        "gateways",
        ["gateway_id"],
        _text("gateway_id"),
        _text("centre_id"),
        _text("kind"),
        _text("url"),
        _text("tls_fingerprint", empty=True),
    )
    _dated(
        "streams",
        ["camera_id", "gateway_id"],
        _text("camera_id"),
        _text("gateway_id"),
        _text("stream_key"),
        _optional("on_demand", sa.Boolean),
        _optional("enrolled_on", sa.Date),
        _text("act", empty=True),
    )
    _dated(
        "contracts",
        ["contract_number", "site_id"],
        _text("contract_number"),
        _text("site_id"),
        _text("provider"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
    )


def _history() -> None:
    op.create_table(
        "intervals",
        *_id("intervals", "interval_id"),
        _text("stream_id"),
        _text("state"),
        _text("cause", empty=True),
        _text("proof"),
        _text("warnings"),
        _text("evidence"),
        _moment("began_at"),
        _moment("ended_at", empty=True),
        _moment("decided_at"),
        _text("source"),
        sa.Column("sequence", COUNTER, nullable=True),
        sa.UniqueConstraint("source", "sequence", name="uq_intervals_source_sequence"),
    )
    _one_open("ix_intervals_open", "intervals", ["stream_id"], "ended_at")
    op.create_index("ix_intervals_stream_id_ended_at", "intervals", ["stream_id", "ended_at"])
    op.create_table(
        "coverage",
        *_id("coverage", "run_id"),
        _text("source"),
        _moment("began_at"),
        _moment("seen_at"),
        _moment("ended_at", empty=True),
    )
    op.create_table(
        "incidents",
        _text("incident_id"),
        _text("scope"),
        _text("subject"),
        _text("cause"),
        _text("owner"),
        _moment("opened_at"),
        _moment("closed_at", empty=True),
        sa.Column("streams", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name="pk_incidents"),
    )


def _state() -> None:
    op.create_table(
        "revisions",
        sa.Column("revision", COUNTER, autoincrement=False, nullable=False),
        _moment("at"),
        _text("what"),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("added", "changed", "removed")),
        sa.PrimaryKeyConstraint("revision", name="pk_revisions"),
    )
    op.create_table(
        "credentials",
        _text("kind"),
        _text("id"),
        _text("key_id"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_credentials"),
    )
    op.create_table(
        "unmatched",
        _text("gateway_id"),
        _text("stream_key"),
        sa.Column("missing", sa.Boolean, nullable=False),
        _moment("since"),
        sa.PrimaryKeyConstraint("gateway_id", "stream_key", "missing", name="pk_unmatched"),
    )
    op.create_table(
        "locks",
        _text("part"),
        sa.Column("epoch", COUNTER, nullable=False),
        _text("host", empty=True),
        _optional("pid", sa.Integer),
        _moment("started_at", empty=True),
        _moment("beat_at", empty=True),
        sa.PrimaryKeyConstraint("part", name="pk_locks"),
    )
