"""The whole register: places, recorders, parties, channels, allowances, claims, and the journal of imports.

Contracts, which were of sites, are of channels from here on: every site that had one gets a channel of the
same id, and nothing of a contract is lost. What the monitor writes has the part of the estate that it was
written for, so that monitors of several regions can share a database; until here there was one for all.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations.parts import add_parts
from monitor.store.migrations.regions import REGIONS
from monitor.store.migrations.tables import MOMENT, dated, identity, last_said, moment, optional, text

revision = "0002"
down_revision = "0001"

EVER = "1991-12-16 00:00:00.000000+00:00"  # the register's regions hold for every day that is asked about
UNKNOWN_BIN = "000000000000"  # of a customer that the older schema did not tell
Rows = Sequence[Any]


def upgrade() -> None:
    """Make the new tables, widen the old ones, and move the contracts."""
    _places()
    _parties()
    _allowances()
    _widen()
    _journal()
    _move_contracts()
    add_parts()
    _log_ins()


def _places() -> None:
    names = ("name_kk", "name_ru")
    dated("regions", ["region"], text("region"), *map(text, names), text("name_en"), text("time_zone"))
    dated(
        "districts",
        ["district"],
        text("district"),
        text("region"),
        *map(text, names),
        text("name_en", empty=True),
    )
    dated(
        "settlements",
        ["settlement"],
        text("settlement"),
        text("region"),
        *map(text, names),
        text("name_en", empty=True),
        text("district", empty=True),
        sa.Column("regional_centre", sa.Boolean, nullable=False),
    )
    _fill("regions", ("region", "name_kk", "name_ru", "name_en", "time_zone"), REGIONS, since=EVER)


def _parties() -> None:
    dated("providers", ["provider"], text("provider"), text("bin", empty=True))
    dated("payers", ["payer_id"], *map(text, ("payer_id", "name", "region")), text("bin", empty=True))
    dated(
        "contacts",
        ["party", "party_id", "role"],
        *map(text, ("party", "party_id", "role", "phone")),
    )
    dated(
        "channels",
        ["channel_id"],
        text("channel_id"),
        text("site_id"),
        text("technology", empty=True),
        optional("down_kbps", sa.Integer),
        optional("up_kbps", sa.Integer),
        optional("needed_from", sa.Date),
        optional("needed_until", sa.Date),
    )
    dated(
        "recorders",
        ["recorder_id"],
        *map(text, ("recorder_id", "site_id", "kind")),
        text("url", empty=True),
        optional("inputs", sa.Integer),
        text("tls_fingerprint", empty=True),
    )


def _allowances() -> None:
    dated(
        "exclusions",
        ["subject", "subject_id", "starts_on"],
        *map(text, ("subject", "subject_id")),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        *map(text, ("reason", "approver", "document")),
    )
    dated(
        "maintenance",
        ["maintenance_id"],
        *map(text, ("maintenance_id", "subject", "subject_id")),
        moment("starts_at"),
        moment("ends_at"),
        *map(text, ("approver", "reason")),
    )
    dated(
        "claims",
        ["claim_id"],
        *map(text, ("claim_id", "measure")),
        sa.Column("value", sa.Double, nullable=False),
        *map(text, ("unit", "population")),
        sa.Column("as_of", sa.Date, nullable=False),
        text("source"),
        optional("numerator", sa.Integer),
        optional("denominator", sa.Integer),
        text("region", empty=True),
        text("note", empty=True),
    )


def _widen() -> None:
    added = {
        "institutions": (
            optional("headcount_on", sa.Date),
            text("settlement", empty=True),
            text("regulator", empty=True),
        ),
        "cameras": (
            text("recorder_id", empty=True),
            optional("recorder_input", sa.Integer),
            optional("bitrate_kbps", sa.Integer),
            optional("commissioned_on", sa.Date),
            optional("decommissioned_on", sa.Date),
        ),
        "centres": (text("parent", empty=True),),
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)


def _journal() -> None:
    op.execute("ALTER TABLE revisions RENAME COLUMN removed TO ended")
    op.create_table(
        "imports",
        *identity("imports", "import_id"),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        moment("recorded_at"),
        *map(text, ("who", "command", "file", "sha256")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("rows", "refused")),
    )


def _move_contracts() -> None:
    connection = op.get_bind()
    old, customers = connection.execute(_old_contracts()).all(), _customers()
    op.drop_index("ix_contracts_current", "contracts")
    op.drop_table("contracts")
    dated(
        "contracts",
        ["customer_bin", "contract_number", "contract_date", "channel_id"],
        *map(text, ("customer_bin", "contract_number")),
        sa.Column("contract_date", sa.Date, nullable=False),
        *map(text, ("channel_id", "provider")),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        *map(text, ("form", "stage")),
        text("payer_id", empty=True),
        optional("monthly_price_kzt", sa.Integer),
        text("legal_basis", empty=True),
    )
    names = "customer_bin contract_number contract_date channel_id provider starts_on ends_on form stage"
    held = ("valid_from", "valid_to")
    moved = [
        (
            customers.get(row.site_id, UNKNOWN_BIN),
            *(row.contract_number, row.starts_on, row.site_id, row.provider),
            *(row.starts_on, row.ends_on, "tender", "signed", row.valid_from, row.valid_to),
        )
        for row in old
    ]
    _insert("contracts", (*names.split(), *held), moved)
    channels = [(site, site, *span) for site, span in _spans(old, "site_id").items()]
    _insert("channels", ("channel_id", "site_id", *held), channels)
    providers = [(provider, *span) for provider, span in _spans(old, "provider").items()]
    _insert("providers", ("provider", *held), providers)


def _old_contracts() -> sa.Select[Any]:
    contracts = sa.table(
        "contracts",
        *map(sa.column, ("row_id", "contract_number", "site_id", "provider")),
        *(sa.column(name, sa.Date()) for name in ("starts_on", "ends_on")),
        *(sa.column(name, MOMENT) for name in ("valid_from", "valid_to")),
    )
    return sa.select(contracts).order_by(contracts.c.row_id)


def _customers() -> dict[str, str]:
    """Return the BIN of each site's institution, as it was last registered."""
    numbers = last_said("institutions", "institution_id", "bin")
    institutions = last_said("sites", "site_id", "institution_id")
    return {site: numbers[key] for site, key in institutions.items() if key in numbers}


def _spans(old: Rows, name: str) -> dict[str, tuple[Any, Any]]:
    """Say of each site or provider from when until when any of its contracts was in the register."""
    spans: dict[str, tuple[Any, Any]] = {}
    for row in old:
        key = getattr(row, name)
        begins, ends = spans.get(key, (row.valid_from, row.valid_to))
        later = None if ends is None or row.valid_to is None else max(ends, row.valid_to)
        spans[key] = (min(begins, row.valid_from), later)
    return spans


def _fill(table: str, names: Sequence[str], rows: Iterable[Sequence[str]], *, since: str) -> None:
    """Put rows into a new table of the register."""
    begins: Any = since if op.get_bind().dialect.name == "sqlite" else datetime.fromisoformat(since)
    _insert(table, (*names, "valid_from", "valid_to"), [(*row, begins, None) for row in rows])


def _insert(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    types: dict[str, Any] = {"starts_on": sa.Date(), "ends_on": sa.Date(), "contract_date": sa.Date()}
    types |= {"valid_from": MOMENT, "valid_to": MOMENT}
    into = sa.table(table, *(sa.column(name, types.get(name, sa.Text())) for name in names))
    given = [dict(zip(names, row, strict=True)) for row in rows]
    if given:
        op.bulk_insert(into, given)


def _log_ins() -> None:
    op.create_table(
        "log_ins",
        text("camera_id"),
        sa.Column("refused", sa.Integer, nullable=False),
        moment("since"),
        sa.PrimaryKeyConstraint("camera_id", name="pk_log_ins"),
    )
