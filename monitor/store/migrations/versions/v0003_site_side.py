"""What is asked at a school beside its cameras, who they are, and incidents of every scope."""

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.tables import optional, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Widen sites, cameras and incidents; incidents that are there were of gateways, and were lost."""
    op.add_column("sites", text("edge", empty=True))
    op.add_column("cameras", text("onvif_url", empty=True))
    for column in (
        sa.Column("severity", sa.Text, nullable=False, server_default="critical"),
        text("region", empty=True),
        text("institution", empty=True),
        sa.Column("cameras", sa.Integer, nullable=False, server_default="0"),
        optional("pupils", sa.Integer),
        text("predecessor", empty=True),
        sa.Column("lost", sa.Boolean, nullable=False, server_default=sa.true()),
    ):
        op.add_column("incidents", column)
    op.create_table(
        "identities",
        text("camera_id"),
        text("url"),
        text("features"),
        sa.PrimaryKeyConstraint("camera_id", name="pk_identities"),
    )
