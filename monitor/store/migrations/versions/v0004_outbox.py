"""Who is told of incidents directly, and what each of them is still owed."""

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.tables import moment, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; nobody is told of what is over already."""
    op.create_table(
        "mailboxes",
        text("part"),
        text("mailbox"),
        moment("since"),
        moment("sent_at", empty=True),
        moment("failed_at", empty=True),
        text("failure", empty=True),
        sa.PrimaryKeyConstraint("part", "mailbox", name="pk_mailboxes"),
    )
    op.create_table(
        "notices",
        text("part"),
        text("incident_id"),
        text("mailbox"),
        text("owed", empty=True),
        moment("told_at", empty=True),
        sa.PrimaryKeyConstraint("part", "incident_id", "mailbox", name="pk_notices"),
    )
