"""From a CSV file of names and passwords to logins by device. Nothing that a cell holds is repeated."""

from collections.abc import Collection
from dataclasses import dataclass, field

from monitor.model.login import Login
from monitor.register.complaint import Complaint
from monitor.register.said import Said, either, said
from monitor.register.table import column_names, delimiter_of, fit_to, rows_of
from monitor.register.text import decode
from probes.base import Secret

COLUMNS = ("kind", "id", "username", "password")
KINDS = ("camera", "gateway", "recorder")
MOST_CELL = 200  # characters

_NOT_REGISTERED = {
    "camera": said("no camera of this id is in the register; import the register first, or correct the id"),
    "gateway": said("no gateway of this id is in the register; import the register first, or correct the id"),
    "recorder": said(
        "no recorder of this id is in the register; import the register first, or correct the id"
    ),
}

Device = tuple[str, str]  # kind and id


@dataclass(slots=True)
class Logins:
    """What a file holds. With anything bad, none of it is to be kept."""

    good: dict[Device, Login] = field(default_factory=dict)
    bad: list[Complaint] = field(default_factory=list)
    lines: dict[Device, int] = field(default_factory=dict)


def read_logins(file: str, data: bytes, known: Collection[Device]) -> Logins:
    """Read logins of known devices. Never raises for what the file holds."""
    found = Logins()
    decoded = decode(file, data)
    if isinstance(decoded, Complaint):
        found.bad.append(decoded)
        return found
    rows = rows_of(file, decoded.text, delimiter_of(decoded.text, COLUMNS), found.bad)
    line, header = next(rows, (1, []))
    names = column_names(header)
    if sorted(names) != sorted(COLUMNS):
        text = said("the first line must name the columns {columns}, each once and no other", columns=COLUMNS)
        found.bad.append(Complaint(file=file, line=line, text=text))
        return found
    for line, values in rows:
        fit_to(values, len(names))
        cells = dict(zip(names, values, strict=False)) if len(values) == len(names) else {}
        wrong = _read_row(found, cells, line, known)
        if wrong is not None:
            column, text = wrong
            found.bad.append(Complaint(file=file, line=line, column=column, text=text))
    return found


def _read_row(
    found: Logins, cells: dict[str, str], line: int, known: Collection[Device]
) -> tuple[str | None, Said] | None:
    """Take one row in, or say what is wrong with it."""
    if not cells:
        return None, said("must have {cells} cells; look for a missing quote or comma", cells=len(COLUMNS))
    kind, device = cells["kind"].strip().lower(), cells["id"].strip()
    username, password = cells["username"].strip(), cells["password"]  # spaces may belong to a password
    if kind not in KINDS:
        return "kind", said("must be {kinds}", kinds=either(KINDS))
    if (kind, device) not in known:
        return "id", _NOT_REGISTERED[kind]
    if (kind, device) in found.lines:
        return "id", said(
            "is there already, at line {line}; leave one of them", line=str(found.lines[kind, device])
        )
    if not username:
        return "username", said("is empty; fill it in")
    for column, cell in (("username", username), ("password", password)):
        if len(cell) > MOST_CELL or not all(letter.isprintable() for letter in cell):
            return column, said(
                "is longer than {most} characters, or has some that cannot be printed; correct it",
                most=MOST_CELL,
            )
    if ":" in username:
        return "username", said("must not hold a colon: no way to log in can carry one (RFC 7617)")
    found.lines[kind, device] = line
    found.good[kind, device] = Login(username=username, password=Secret(password))
    return None
