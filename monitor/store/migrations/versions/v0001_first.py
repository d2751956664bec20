"""The first schema: the dated register, revisions, credentials, intervals, coverage, incidents, locks."""

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.tables import COUNTER, dated, identity, moment, one_open, optional, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    _register()
    _history()
    _state()


def _register() -> None:
    dated(
        "institutions",
        ["institution_id"],
        text("institution_id"),
        text("name"),
        text("region"),
        text("type"),
        text("ownership"),
        text("bin", empty=True),
        optional("headcount", sa.Integer),
    )
    dated(
        "sites",
        ["site_id"],
        text("site_id"),
        text("institution_id"),
        text("name"),
        optional("uplink_kbps", sa.Integer),
        optional("budget_kbps", sa.Integer),
    )
    dated(
        "cameras",
        ["camera_id"],
        text("camera_id"),
        text("site_id"),
        text("url"),
        text("zone", empty=True),
        sa.Column("basic_in_clear", sa.Boolean, nullable=False),
        text("tls_fingerprint", empty=True),
    )
    dated("centres", ["centre_id"], text("centre_id"), text("name"), text("kind"), text("region"))
    dated(
        "gateways",
        ["gateway_id"],
        text("gateway_id"),
        text("centre_id"),
        text("kind"),
        text("url"),
        text("tls_fingerprint", empty=True),
    )
    dated(
        "streams",
        ["camera_id", "gateway_id"],
        text("camera_id"),
        text("gateway_id"),
        text("stream_key"),
        optional("on_demand", sa.Boolean),
        optional("enrolled_on", sa.Date),
        text("act", empty=True),
    )
    dated(
        "contracts",
        ["contract_number", "site_id"],
        text("contract_number"),
        text("site_id"),
        text("provider"),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
    )


def _history() -> None:
    op.create_table(
        "intervals",
        *identity("intervals", "interval_id"),
        text("stream_id"),
        text("state"),
        text("cause", empty=True),
        text("proof"),
        text("warnings"),
        text("evidence"),
        moment("began_at"),
        moment("ended_at", empty=True),
        moment("decided_at"),
        text("source"),
        sa.Column("sequence", COUNTER, nullable=True),
        sa.UniqueConstraint("source", "sequence", name="uq_intervals_source_sequence"),
    )
    one_open("ix_intervals_open", "intervals", ["stream_id"], "ended_at")
    op.create_index("ix_intervals_stream_id_ended_at", "intervals", ["stream_id", "ended_at"])
    op.create_table(
        "coverage",
        *identity("coverage", "run_id"),
        text("source"),
        moment("began_at"),
        moment("seen_at"),
        moment("ended_at", empty=True),
    )
    op.create_table(
        "incidents",
        text("incident_id"),
        text("scope"),
        text("subject"),
        text("cause"),
        text("owner"),
        moment("opened_at"),
        moment("closed_at", empty=True),
        sa.Column("streams", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name="pk_incidents"),
    )


def _state() -> None:
    op.create_table(
        "revisions",
        sa.Column("revision", COUNTER, autoincrement=False, nullable=False),
        moment("at"),
        text("what"),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("added", "changed", "removed")),
        sa.PrimaryKeyConstraint("revision", name="pk_revisions"),
    )
    op.create_table(
        "credentials",
        text("kind"),
        text("id"),
        text("key_id"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        moment("changed_at"),
        sa.PrimaryKeyConstraint("kind", "id", name="pk_credentials"),
    )
    op.create_table(
        "unmatched",
        text("gateway_id"),
        text("stream_key"),
        sa.Column("missing", sa.Boolean, nullable=False),
        moment("since"),
        sa.PrimaryKeyConstraint("gateway_id", "stream_key", "missing", name="pk_unmatched"),
    )
    op.create_table(
        "locks",
        text("part"),
        sa.Column("epoch", COUNTER, nullable=False),
        text("host", empty=True),
        optional("pid", sa.Integer),
        moment("started_at", empty=True),
        moment("beat_at", empty=True),
        sa.PrimaryKeyConstraint("part", name="pk_locks"),
    )
