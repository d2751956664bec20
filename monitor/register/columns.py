"""The sheets of the register: which columns each has, how a cell is read, what names what.

The one table: reading, references, the store's tables and docs/register.md follow it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from monitor.model.estate import (
    Camera,
    Centre,
    CentreKind,
    Contract,
    Enrolment,
    Gateway,
    Institution,
    InstitutionType,
    Ownership,
    Site,
)
from monitor.register import cells
from monitor.register.bin import bin_holds

Entry = Institution | Site | Camera | Centre | Gateway | Enrolment | Contract
Key = tuple[str, ...]
Given = Mapping[str, object]
Remark = tuple[str, str]  # column, what is wrong with it

GATEWAY_SCHEMES = {"mediamtx": ("http", "https"), "relay": ("rtsp", "rtsps")}
MOST_KBPS = 100_000_000
MOST_PEOPLE = 1_000_000


class Kind(StrEnum):
    """The kinds of sheets, in the order in which they name each other."""

    INSTITUTIONS = "institutions"
    SITES = "sites"
    CAMERAS = "cameras"
    CENTRES = "centres"
    GATEWAYS = "gateways"
    STREAMS = "streams"
    CONTRACTS = "contracts"


class Cell(NamedTuple):
    """How a column's cells are read, and whether the column and every cell of it must be there."""

    read: cells.Reader
    required: bool = False


def _nothing(_: Given) -> list[Remark]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One kind of sheet. `row` is the value that a row becomes; columns are its fields."""

    row: type[Entry]
    key: Key
    cells: Mapping[str, Cell]
    names: Mapping[str, Kind] = field(default_factory=dict)  # columns that hold the key of another kind
    wrong: Callable[[Given], list[Remark]] = _nothing  # what is wrong between cells
    odd: Callable[[Given], list[Remark]] = _nothing  # what is worth a warning

    @property
    def required(self) -> frozenset[str]:
        """The columns that must be there."""
        return frozenset(name for name, cell in self.cells.items() if cell.required)


def _gateway_url(given: Given) -> list[Remark]:
    kind, url = given.get("kind"), given.get("url")
    if not isinstance(kind, str) or not isinstance(url, str):
        return []
    schemes = GATEWAY_SCHEMES[kind]
    if url.split("://")[0].lower() in schemes:
        return []
    return [("url", f"a {kind} gateway is asked at {' or '.join(f'{scheme}://' for scheme in schemes)}")]


def _contract_dates(given: Given) -> list[Remark]:
    starts, ends = given.get("starts_on"), given.get("ends_on")
    if starts is None or ends is None or str(starts) <= str(ends):
        return []
    return [("ends_on", "the contract ends before it starts; look whether the two days are swapped")]


def _bin(given: Given) -> list[Remark]:
    number = given.get("bin")
    if not isinstance(number, str) or bin_holds(number):
        return []
    return [("bin", "the check digit does not fit; look whether the number is typed right")]


_ID = Cell(cells.ident, required=True)
_NAME = Cell(cells.text, required=True)
_REGION = Cell(cells.code(9, "KATO code"), required=True)
_FINGERPRINT = Cell(cells.fingerprint)

SHEETS: dict[Kind, Columns] = {
    Kind.INSTITUTIONS: Columns(
        row=Institution,
        key=("institution_id",),
        cells={
            "institution_id": _ID,
            "name": _NAME,
            "region": _REGION,
            "type": Cell(cells.member(InstitutionType), required=True),
            "ownership": Cell(cells.member(Ownership), required=True),
            "bin": Cell(cells.code(12, "BIN")),
            "headcount": Cell(cells.number(0, MOST_PEOPLE)),
        },
        odd=_bin,
    ),
    Kind.SITES: Columns(
        row=Site,
        key=("site_id",),
        cells={
            "site_id": _ID,
            "institution_id": _ID,
            "name": _NAME,
            "uplink_kbps": Cell(cells.number(1, MOST_KBPS)),
            "budget_kbps": Cell(cells.number(1, MOST_KBPS)),
        },
        names={"institution_id": Kind.INSTITUTIONS},
    ),
    Kind.CAMERAS: Columns(
        row=Camera,
        key=("camera_id",),
        cells={
            "camera_id": _ID,
            "site_id": _ID,
            "url": Cell(cells.url("rtsp", "rtsps"), required=True),
            "zone": Cell(cells.ident),
            "basic_in_clear": Cell(cells.truth),
            "tls_fingerprint": _FINGERPRINT,
        },
        names={"site_id": Kind.SITES},
    ),
    Kind.CENTRES: Columns(
        row=Centre,
        key=("centre_id",),
        cells={
            "centre_id": _ID,
            "name": _NAME,
            "kind": Cell(cells.member(CentreKind), required=True),
            "region": _REGION,
        },
    ),
    Kind.GATEWAYS: Columns(
        row=Gateway,
        key=("gateway_id",),
        cells={
            "gateway_id": _ID,
            "centre_id": _ID,
            "kind": Cell(cells.word(*GATEWAY_SCHEMES), required=True),
            "url": Cell(cells.url("http", "https", "rtsp", "rtsps"), required=True),
            "tls_fingerprint": _FINGERPRINT,
        },
        names={"centre_id": Kind.CENTRES},
        wrong=_gateway_url,
    ),
    Kind.STREAMS: Columns(
        row=Enrolment,
        key=("camera_id", "gateway_id"),
        cells={
            "camera_id": _ID,
            "gateway_id": _ID,
            "stream_key": Cell(cells.stream_key, required=True),
            "on_demand": Cell(cells.truth),
            "enrolled_on": Cell(cells.day),
            "act": Cell(cells.text),
        },
        names={"camera_id": Kind.CAMERAS, "gateway_id": Kind.GATEWAYS},
    ),
    Kind.CONTRACTS: Columns(
        row=Contract,
        key=("contract_number", "site_id"),
        cells={
            "contract_number": _NAME,
            "site_id": _ID,
            "provider": _NAME,
            "starts_on": Cell(cells.day, required=True),
            "ends_on": Cell(cells.day, required=True),
        },
        names={"site_id": Kind.SITES},
        wrong=_contract_dates,
    ),
}


def key_of(kind: Kind, entry: Entry) -> Key:
    """Return the key of an entry of the estate."""
    return tuple(getattr(entry, name) for name in SHEETS[kind].key)
