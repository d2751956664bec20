"""The tables. How they came to be is in migrations/; a test holds the two equal.

The register is dated: a row is never changed, it ends (`valid_to`) and another begins. History is
intervals: a row per committed transition, ended by the next one.
"""

from dataclasses import Field, fields
from datetime import date, datetime
from types import UnionType
from typing import Any, get_args, get_type_hints

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from monitor.register.columns import SHEETS
from monitor.register.kinds import Columns, Kind
from monitor.store.types import COUNTER, Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_TYPES = {bool: Boolean, int: Integer, float: Double, date: Date, datetime: Instant}  # all else is text


def plain_type(hint: Any) -> type:
    """Return the type of a field without its None."""
    if isinstance(hint, UnionType):
        hint = next(kind for kind in get_args(hint) if kind is not type(None))
    found: type = hint
    return found


def _dated(kind: Kind) -> Table:
    """Make the table of one kind of the register: the fields of its entries, and when they hold."""
    columns, hints = SHEETS[kind], get_type_hints(SHEETS[kind].row)
    table = Table(
        kind.value,
        metadata,
        Column("row_id", COUNTER, primary_key=True, autoincrement=True),
        *(
            Column(
                field.name,
                _TYPES.get(plain_type(hints[field.name]), Text)(),
                nullable=_may_be_empty(columns, field),
            )
            for field in fields(columns.row)
        ),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
    )
    current = table.c.valid_to.is_(None)
    Index(
        f"ix_{kind.value}_current",
        *(table.c[name] for name in columns.key),
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    return table


def _may_be_empty(columns: Columns, field: Field[Any]) -> bool:
    """Say whether an entry can be without a value: its cell may be empty, and nothing stands for it then."""
    return not columns.cells[field.name].required and field.default is None


REGISTER = {kind: _dated(kind) for kind in Kind}

revisions = Table(
    "revisions",
    metadata,
    Column("revision", COUNTER, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),  # "register" or "credentials"
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("import_id", COUNTER, primary_key=True, autoincrement=True),
    Column("revision", COUNTER, nullable=False),  # that it made, or found when it changed nothing
    Column("recorded_at", Instant, nullable=False),  # by the clock, whatever day it was dated to
    Column("who", Text, nullable=False),  # the user of the machine
    Column("command", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("rows", Integer, nullable=False),  # that were good
    Column("refused", Integer, nullable=False),  # that were not
)

credentials = Table(
    "credentials",
    metadata,
    Column("kind", Text, primary_key=True),  # "camera" or "gateway"
    Column("id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

log_ins = Table(
    "log_ins",
    metadata,
    Column("camera_id", Text, primary_key=True),
    Column("refused", Integer, nullable=False),  # checks in a row in which its password was refused
    Column("since", Instant, nullable=False),  # the first of them
)

identities = Table(
    "identities",
    metadata,
    Column("camera_id", Text, primary_key=True),
    Column("url", Text, nullable=False),  # where it was first seen
    Column("features", Text, nullable=False),  # JSON: serial, mac, endpoint, as it says itself
)

intervals = Table(
    "intervals",
    metadata,
    Column("interval_id", COUNTER, primary_key=True, autoincrement=True),
    Column("stream_id", Text, nullable=False),
    Column("region", Text, nullable=False, server_default=""),  # in whose name it was written; "": of none
    Column("state", Text, nullable=False),
    Column("cause", Text),
    Column("proof", Text, nullable=False),
    Column("warnings", Text, nullable=False),  # joined by commas
    Column("evidence", Text, nullable=False),  # JSON: [[what was looked at, what was seen], …]
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant),  # null: it holds now
    Column("decided_at", Instant, nullable=False),
    Column("source", Text, nullable=False),  # the run that wrote it
    Column("sequence", COUNTER),  # its number in that run; null: the store's own record of a blind time
    UniqueConstraint("source", "sequence"),
    Index("ix_intervals_stream_id_ended_at", "stream_id", "ended_at"),
)
_holds_now = intervals.c.ended_at.is_(None)
Index(
    "ix_intervals_open",
    intervals.c.stream_id,
    unique=True,
    sqlite_where=_holds_now,
    postgresql_where=_holds_now,
)

Index(
    "ix_intervals_region_open",
    intervals.c.region,
    sqlite_where=_holds_now,
    postgresql_where=_holds_now,
)

coverage = Table(
    "coverage",
    metadata,
    Column("run_id", COUNTER, primary_key=True, autoincrement=True),
    Column("part", Text, nullable=False, server_default="all"),  # the regions that were looked at
    Column("source", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),  # the last committed heartbeat
    Column("ended_at", Instant),  # null: it runs, or it was cut off at seen_at
)

incidents = Table(
    "incidents",
    metadata,
    Column("part", Text, primary_key=True),  # whose monitor told it
    Column("incident_id", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("streams", Integer, nullable=False),
    Column("severity", Text, nullable=False, server_default="critical"),
    Column("region", Text),
    Column("institution", Text),
    Column("cameras", Integer, nullable=False, server_default="0"),
    Column("pupils", Integer),  # null: nobody counted them
    Column("predecessor", Text),  # the incident whose cause this one revises
    Column("lost", Boolean, nullable=False, server_default=true()),  # false: it was never connected
)

mailboxes = Table(
    "mailboxes",
    metadata,
    Column("part", Text, primary_key=True),  # whose monitor tells it
    Column("mailbox", Text, primary_key=True),  # a receiver's name and which of its addresses
    Column("since", Instant, nullable=False),  # what closed before is not told
    Column("sent_at", Instant),  # the last message that was handed over
    Column("failed_at", Instant),  # the last try, while it failed
    Column("failure", Text),
)

notices = Table(
    "notices",
    metadata,
    Column("part", Text, primary_key=True),
    Column("incident_id", Text, primary_key=True),
    Column("mailbox", Text, primary_key=True),
    Column("owed", Text),  # "opening" or "closing"; null: nothing
    Column("told_at", Instant),  # when it was last told as open; null: it never was
)

unmatched = Table(
    "unmatched",
    metadata,
    Column("part", Text, primary_key=True),  # whose monitor saw it
    Column("gateway_id", Text, primary_key=True),
    Column("stream_key", Text, primary_key=True),
    Column("missing", Boolean, primary_key=True),  # enrolled, and the gateway does not know it
    Column("since", Instant, nullable=False),
)

samples = Table(
    "samples",
    metadata,
    Column("sample_id", COUNTER, primary_key=True, autoincrement=True),
    Column("gateway_id", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seconds", Double, nullable=False),  # until the answer was complete
    Column("paths", Integer, nullable=False),  # that the gateway told of
    Column("moved", Integer, nullable=False),  # streams of the register whose counter had grown
    Column("failure", Text),  # null: it answered
    Index("ix_samples_at", "at"),
)

locks = Table(
    "locks",
    metadata,
    Column("part", Text, primary_key=True),  # of the estate: "all", or its regions
    Column("epoch", COUNTER, nullable=False),  # grows with every holder
    Column("host", Text),  # null: nobody holds it
    Column("pid", Integer),
    Column("started_at", Instant),
    Column("beat_at", Instant),
)
