"""What the steps make tables of. Steps stay as they are for good, so this only ever grows."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(name: str, *, empty: bool = False) -> sa.Column[str]:
    """Make a column of text."""
    return sa.Column(name, sa.Text, nullable=empty)


def optional(name: str, kind: type[sa.types.TypeEngine[Any]]) -> sa.Column[Any]:
    """Make a column that may be empty."""
    return sa.Column(name, kind(), nullable=True)


def moment(name: str, *, empty: bool = False) -> sa.Column[Any]:
    """Make a column of a moment in UTC; SQLite keeps it as text of one length."""
    return sa.Column(name, MOMENT, nullable=empty)


def identity(table: str, name: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    """Make the key that the database counts."""
    column: sa.Column[int] = sa.Column(name, COUNTER, autoincrement=True, nullable=False)
    return column, sa.PrimaryKeyConstraint(name, name=f"pk_{table}")


def one_open(index: str, table: str, columns: Iterable[str], ends: str) -> None:
    """Make the index by which at most one row per key has no end."""
    where = sa.text(f"{ends} IS NULL")
    op.create_index(index, table, list(columns), unique=True, sqlite_where=where, postgresql_where=where)


def dated(table: str, key: Iterable[str], *columns: sa.Column[Any]) -> None:
    """Make a table of the register."""
    op.create_table(
        table,
        *identity(table, "row_id"),
        *columns,
        moment("valid_from"),
        moment("valid_to", empty=True),
    )
    one_open(f"ix_{table}_current", table, key, "valid_to")


def last_said(table: str, key: str, value: str) -> dict[str, str]:
    """Return for each key of a table of the register what its rows said last in a column, if anything."""
    rows = sa.table(table, *map(sa.column, ("row_id", key, value)))
    query = sa.select(rows.c[key], rows.c[value]).where(rows.c[value].is_not(None)).order_by(rows.c.row_id)
    return {row[0]: row[1] for row in op.get_bind().execute(query)}
