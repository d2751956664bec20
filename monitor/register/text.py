"""From the bytes of a sheet to its text: UTF-8, UTF-16 with a byte order mark, or windows-1251.

What people export is one of these. A file that is two of them at once is refused, with the lines, because
half of its names would be rubbish.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.register.complaint import Complaint
from monitor.register.said import Said, said

ZIP = b"PK\x03\x04"  # an XLSX is a ZIP
OLE = b"\xd0\xcf\x11\xe0"  # an XLS, or a workbook with a password, is a compound file of OLE
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST_LINES = 5  # line numbers that one complaint lists
# What the Kazakh letters of KZ-1048, a sister of windows-1251, turn into when read as the latter.
FOREIGN = frozenset("ЌЋЏќћўЎЈјЄєЇїҐґЅѕ")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text and the encoding it was in; `foreign` is a line with letters that look misread."""

    text: str
    encoding: str
    foreign: int | None = None


def decode(file: str, data: bytes) -> Decoded | Complaint:
    """Find the encoding and decode. Line ends stay as they are."""
    if data.startswith(ZIP):
        text = said("is an Excel workbook; save it as CSV UTF-8 and import that")
        return Complaint(file=file, text=text)
    if data.startswith(OLE):
        text = said(
            "is an old workbook (XLS), or one with a password; save it as XLSX without one, or as CSV UTF-8"
        )
        return Complaint(file=file, text=text)
    decoded = _decode_utf16(file, data) if data.startswith(UTF16) else _decode_bytes(file, data)
    if isinstance(decoded, Decoded) and "\0" in decoded.text:
        line = decoded.text[: decoded.text.index("\0")].count("\n") + 1
        return Complaint(file=file, line=line, text=said("is not text; save the sheet as CSV UTF-8"))
    return decoded


def _decode_utf16(file: str, data: bytes) -> Decoded | Complaint:
    try:
        return Decoded(data.decode("utf-16"), "UTF-16")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode("utf-16", errors="ignore").count("\n") + 1
        return Complaint(file=file, line=line, text=said("is broken UTF-16; save the sheet as CSV UTF-8"))


def _decode_bytes(file: str, data: bytes) -> Decoded | Complaint:
    try:
        return Decoded(data.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError:
        if data.startswith(codecs.BOM_UTF8):
            return _mixed(file, data, said("the file says that it is UTF-8"))
    if any(_surely_utf8(line) for _, line in _lines(data)):
        return _mixed(file, data, said("other lines of the file are UTF-8"))
    try:
        text = data.decode("windows-1251")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        broken = said("is neither UTF-8 nor windows-1251; save the sheet as CSV UTF-8")
        return Complaint(file=file, line=line, text=broken)
    return Decoded(text, "windows-1251", _first_foreign(text))


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    return enumerate(data.split(b"\n"), start=1)


def _mixed(file: str, data: bytes, why: Said) -> Complaint:
    bad = [number for number, line in _lines(data) if not _is_utf8(line)]
    lines: Said | str = ", ".join(map(str, bad[:MOST_LINES]))
    if len(bad) > MOST_LINES:
        lines = said("{lines} and {count} more", lines=lines, count=len(bad) - MOST_LINES)
    text = said(
        "two encodings are mixed: {why}, but not line {lines}; save the whole sheet as CSV UTF-8",
        why=why,
        lines=lines,
    )
    return Complaint(file=file, line=bad[0], text=text)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _surely_utf8(line: bytes) -> bool:
    """Say whether a line is UTF-8 and means something as such: a few windows-1251 letters can pass as it."""
    if line.isascii():
        return False
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return all(
        "\u0400" <= letter <= "\u04ff" or letter in "\xa0«»–—№“”’…" for letter in text if letter > "\x7f"
    )


def _first_foreign(text: str) -> int | None:
    if FOREIGN.isdisjoint(text):
        return None
    return text[: min(text.index(letter) for letter in FOREIGN if letter in text)].count("\n") + 1
