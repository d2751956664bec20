"""What is inside a workbook's ZIP, looked at before it is opened.

A workbook is a ZIP of XML that somebody sent. The reader that opens it makes a whole table of every
sheet, believes what the ZIP says of sizes, and shows a formula's error as an empty cell: so how far each
sheet reaches, how large it all unfolds and where the errors are is found out here.
"""

import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath
from xml.parsers import expat

from defusedxml import ElementTree

from monitor.register.said import NotSo, said

MOST_UNFOLDED = 512 * 2**20  # bytes; a sheet of half a million cameras has a half of it
MOST_CELLS = 8_000_000  # of one sheet, empty ones between the first and the last included
MOST_ERROR = 20  # characters of the word for an error; the longest has 14
MOST_NAME = 40  # characters of a part's name that are repeated

Place = tuple[int, int]  # row and column, from 1

_CHUNK = 2**20  # bytes
_LOCAL_HEAD = 30  # bytes before the name in a ZIP's local header


class PackageError(NotSo):
    """The ZIP is no workbook that can be read."""


@dataclass(slots=True)
class Layout:
    """How far a sheet reaches, and where formulas came to an error."""

    rows: int = 0
    columns: int = 0
    errors: dict[Place, str] = field(default_factory=dict)  # each with the word that stands there

    @property
    def too_large(self) -> bool:
        """Whether the sheet cannot be opened within bounds."""
        return self.rows * self.columns > MOST_CELLS


def layouts_of(data: bytes) -> dict[str, Layout]:
    """Look at every sheet of a workbook. Raises PackageError, or what zipfile, zlib and expat raise."""
    with zipfile.ZipFile(BytesIO(data)) as packed:
        _check_kind(frozenset(packed.namelist()))
        _check_size(data, packed)
        parts = _sheet_parts(packed)
        return {name: _look(packed, part) for name, part in parts.items()}


def _check_kind(names: frozenset[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise PackageError(said("is a binary workbook (XLSB); save it again as XLSX"))
    if "mimetype" in names or "content.xml" in names:
        raise PackageError(said("is an OpenDocument file (ODS); save it again as XLSX, or as CSV UTF-8"))
    if "word/document.xml" in names:
        raise PackageError(
            said("is a text document; copy its table into a spreadsheet and save that as XLSX")
        )
    raise PackageError(said("is a ZIP archive and no workbook; take the sheets out of it and import those"))


def _check_size(data: bytes, packed: zipfile.ZipFile) -> None:
    """Unfold everything once, in small pieces: a ZIP can say anything about sizes."""
    left = MOST_UNFOLDED
    for info in packed.infolist():
        size = _unfolded(data, info, left)
        left -= size
        if left < 0:
            raise PackageError(
                said("unfolds to more than {most} MiB; split the workbook", most=MOST_UNFOLDED // 2**20)
            )
        if size != info.file_size:
            raise PackageError(
                said(
                    "is damaged: {part} is not as long as it says; save it again as XLSX",
                    part=repr(info.filename[:MOST_NAME]),
                )
            )


def _unfolded(data: bytes, info: zipfile.ZipInfo, most: int) -> int:
    """Count what a part unfolds to, as far as that is not more than `most`."""
    head = data[info.header_offset : info.header_offset + _LOCAL_HEAD]
    begin = info.header_offset + len(head) + int.from_bytes(head[26:28], "little")
    begin += int.from_bytes(head[28:30], "little")  # behind the name and what else is noted of the part
    if info.flag_bits & 1:
        raise PackageError(said("is protected with a password; save it without one"))
    if info.compress_type == zipfile.ZIP_STORED:
        return info.compress_size
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise PackageError(said("is packed in an unusual way; save it again as XLSX"))
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    folded = memoryview(data)[begin : begin + info.compress_size]
    size = len(unpack.decompress(folded[:_CHUNK], _CHUNK))
    at = _CHUNK
    while size <= most and not unpack.eof:
        rest = unpack.unconsumed_tail or folded[at : at + _CHUNK]
        if not unpack.unconsumed_tail:
            at += _CHUNK
        piece = len(unpack.decompress(rest, _CHUNK))
        if not piece and not rest:
            break  # cut off
        size += piece
    return size


def _sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the ZIP that each sheet is in, by the sheet's name."""
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    parts = {link.get("Id"): normpath(join("/xl", link.get("Target", ""))).lstrip("/") for link in links}
    found = {}
    for sheet in ElementTree.fromstring(packed.read("xl/workbook.xml")).iter():
        if _local(sheet.tag) == "sheet":
            link = next((value for name, value in sheet.attrib.items() if _local(name) == "id"), None)
            found[sheet.get("name", "")] = parts[link]
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _look(packed: zipfile.ZipFile, part: str) -> Layout:
    look = _Look()
    with packed.open(part) as xml:
        while chunk := xml.read(_CHUNK):
            look.parser.Parse(chunk, False)
        look.parser.Parse(b"", True)
    return look.layout


class _Look:
    """Goes through the XML of a sheet, element by element."""

    def __init__(self) -> None:
        self.layout = Layout()
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._locals: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._wrong = False  # whether the cell at hand holds an error

    def _refuse(self, *_: object) -> None:
        raise PackageError(said("holds a document type, which no spreadsheet writes; save it again as XLSX"))

    def _start(self, tag: str, attributes: list[str]) -> None:
        name = self._locals.get(tag) or self._locals.setdefault(tag, _local(tag))
        if self._wrong:  # only then texts are listened to: they are most of a sheet
            self.parser.CharacterDataHandler = self._hear if name == "v" else None
        if name == "c":
            self._cell(attributes)
        elif name in {"v", "is"}:  # a cell with nothing in it takes no place
            layout = self.layout
            layout.rows = max(layout.rows, self._row)
            layout.columns = max(layout.columns, self._column)
        elif name == "row":
            self._row += 1
            self._column = 0
            if "r" in attributes[::2]:
                self._row = int(attributes[attributes.index("r") + 1])

    def _cell(self, attributes: list[str]) -> None:
        self._column += 1
        wrong = False
        for at in range(0, len(attributes), 2):
            if attributes[at] == "r":
                self._place(attributes[at + 1])
            elif attributes[at] == "t":
                wrong = attributes[at + 1] == "e"
        self._wrong = wrong
        if wrong:
            self.layout.errors[self._row, self._column] = ""

    def _hear(self, text: str) -> None:
        """Note the word that an error is told by; what follows behind the value are blanks, if anything."""
        place = self._row, self._column
        self.layout.errors[place] = (self.layout.errors[place] + text.strip())[:MOST_ERROR]

    def _place(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        known = self._columns.get(letters)
        self._column = known or self._columns.setdefault(letters, _number(letters))
        self._row = int(reference[len(letters) :])


def _number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
