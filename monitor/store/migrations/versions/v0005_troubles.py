"""Refused passwords: when last, and whether the picture arrived all the same. The monitor's own trouble."""

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.tables import moment, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Widen the refusals and the runs; of what is there, none of it was noted."""
    op.add_column("log_ins", moment("last", empty=True))
    op.add_column("log_ins", sa.Column("received", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("coverage", text("trouble", empty=True))
