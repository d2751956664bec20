"""What a sheet of the register is made of: its columns, how a cell is read, what names what.

Each kind of sheet is one `Columns` in columns.py and the files beside it; reading, references, the
store's tables and docs/register.md follow them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from monitor.model.allowances import Exclusion, Maintenance
from monitor.model.channels import Channel, Contract
from monitor.model.claims import Claim
from monitor.model.estate import Camera, Centre, Enrolment, Gateway, Institution, Recorder, Site
from monitor.model.parties import Contact, Payer, Provider
from monitor.model.places import District, Region, Settlement
from monitor.register import cells
from monitor.register.said import Said, said

Entry = (
    Region
    | District
    | Settlement
    | Institution
    | Site
    | Recorder
    | Camera
    | Centre
    | Gateway
    | Enrolment
    | Provider
    | Payer
    | Channel
    | Contract
    | Contact
    | Exclusion
    | Maintenance
    | Claim
)
Key = tuple[str, ...]
Given = Mapping[str, object]
Remark = tuple[str, Said]  # column, what is wrong with it


class Kind(StrEnum):
    """The kinds of sheets, in the order in which they name each other."""

    REGIONS = "regions"
    DISTRICTS = "districts"
    SETTLEMENTS = "settlements"
    INSTITUTIONS = "institutions"
    SITES = "sites"
    RECORDERS = "recorders"
    CAMERAS = "cameras"
    CENTRES = "centres"
    GATEWAYS = "gateways"
    STREAMS = "streams"
    PROVIDERS = "providers"
    PAYERS = "payers"
    CHANNELS = "channels"
    CONTRACTS = "contracts"
    CONTACTS = "contacts"
    EXCLUSIONS = "exclusions"
    MAINTENANCE = "maintenance"
    CLAIMS = "claims"


class Cell(NamedTuple):
    """How a column's cells are read, and whether the column and every cell of it must be there."""

    read: cells.Reader
    required: bool = False


class Chosen(NamedTuple):
    """A column that holds the key of one of several kinds; another column says of which."""

    by: str
    column: str
    kinds: Mapping[str, Kind]


def _nothing(_: Given) -> list[Remark]:
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One kind of sheet. `row` is the value that a row becomes; columns are its fields."""

    row: type[Entry]
    part: str  # the field of the estate that holds its entries
    key: Key
    cells: Mapping[str, Cell]
    names: Mapping[str, Kind] = field(default_factory=dict)  # columns that hold the key of another kind
    chosen: Chosen | None = None
    wrong: Callable[[Given], list[Remark]] = _nothing  # what is wrong between cells
    odd: Callable[[Given], list[Remark]] = _nothing  # what is worth a warning

    @property
    def required(self) -> frozenset[str]:
        """The columns that must be there."""
        return frozenset(name for name, cell in self.cells.items() if cell.required)

    def references(self, entry: Entry) -> Iterator[tuple[str, Kind, Key]]:
        """Give what an entry names: in which column, of which kind, by which key."""
        for column, kind in self.names.items():
            named = getattr(entry, column)
            if named is not None:
                yield column, kind, (named,)
        if self.chosen is not None:
            kind = self.chosen.kinds[getattr(entry, self.chosen.by)]
            yield self.chosen.column, kind, (getattr(entry, self.chosen.column),)

    def targets(self) -> frozenset[Kind]:
        """Give the kinds that entries can name."""
        chosen = self.chosen.kinds.values() if self.chosen is not None else ()
        return frozenset((*self.names.values(), *chosen))


ID = Cell(cells.ident, required=True)
NAME = Cell(cells.text, required=True)
TEXT = Cell(cells.text)
KATO = Cell(cells.code(9, cells.KATO_CODE), required=True)
REGION = Cell(cells.region, required=True)
FINGERPRINT = Cell(cells.fingerprint)
BIN = cells.code(12, said("BIN"))
DAY = Cell(cells.day)
FIRST_DAY = Cell(cells.day, required=True)
MOST_KBPS = 100_000_000
MOST_PEOPLE = 1_000_000


def kbps(*, required: bool = False) -> Cell:
    """Make a cell of a rate in kbit/s."""
    return Cell(cells.number(1, MOST_KBPS), required=required)


def ordered(first: str, last: str, what: Said) -> Callable[[Given], list[Remark]]:
    """Make the check that a period of days does not end before it begins; `what` is what has the period."""

    def wrong(given: Given) -> list[Remark]:
        begins, ends = given.get(first), given.get(last)
        if begins is None or ends is None or str(begins) <= str(ends):
            return []
        said_so = said(
            "{what} ends before it starts: {ends} is before {begins}; look whether the two are swapped",
            what=what,
            ends=ends,
            begins=begins,
        )
        return [(last, said_so)]

    return wrong
