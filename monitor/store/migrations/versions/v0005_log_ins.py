"""When a device refused its password last, and whether its picture arrived all the same."""

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.tables import moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Widen the refusals; of those that are there, neither was noted."""
    op.add_column("log_ins", moment("last", empty=True))
    op.add_column("log_ins", sa.Column("received", sa.Boolean, nullable=False, server_default=sa.false()))
