"""How each address that is told directly fares: what is owed to it, and how the last message went."""

from collections.abc import Iterable

from exporters.tables.table import Record, Table
from monitor.model.notice import Standing

COLUMNS = ("mailbox", "owed", "oldest", "sent_at", "failed_at", "failure")


def mailbox_table(standings: Iterable[Standing]) -> Table:
    """Make one row per address, as it is numbered in its receiver's file."""
    return Table(columns=COLUMNS, rows=[_row(each) for each in standings])


def _row(standing: Standing) -> Record:
    return {
        "mailbox": standing.mailbox,
        "owed": standing.owed,
        "oldest": standing.oldest,
        "sent_at": standing.sent_at,
        "failed_at": standing.failed_at,
        "failure": standing.failure,
    }
