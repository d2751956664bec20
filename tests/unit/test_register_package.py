"""Files that are no workbook, damaged ones, and those that mean harm."""

import io
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.register import package
from monitor.register.sheet import Sheet
from monitor.register.sheets import read_sheets
from tests.books import workbook


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


def repacked(part: str, data: bytes) -> bytes:
    """Put something else in the place of one part of a workbook."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, data if name == part else old.read(name))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet><sheetData/></worksheet>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "is an old workbook (XLS)", id="xls"),
        pytest.param(archive(mimetype=b"x", content_dot_xml=b"x"), "is an OpenDocument file (ODS)", id="ods"),
        pytest.param(archive(xl__workbook_dot_bin=b"x"), "is a binary workbook (XLSB)", id="xlsb"),
        pytest.param(archive(word__document_dot_xml=b"x"), "is a text document", id="docx"),
        pytest.param(archive(a_dot_csv=b"x"), "is a ZIP archive and no workbook", id="zip"),
        pytest.param(b"PK\x03\x04rubbish", "is not an Excel workbook, or a damaged one", id="rubbish"),
        pytest.param(workbook()[:-300], "is not an Excel workbook, or a damaged one", id="cut off"),
        pytest.param(repacked(SHEET, LAUGHS), "holds a document type", id="document type in a sheet"),
        pytest.param(repacked("xl/workbook.xml", LAUGHS), "a damaged one", id="document type in the book"),
        pytest.param(repacked(SHEET, b"<worksheet>"), "a damaged one", id="broken XML"),
        pytest.param(repacked("xl/workbook.xml", b"<workbook/>"), "holds no rows at all", id="no sheets"),
    ],
)
def test_a_file_that_is_no_workbook_says_what_to_do(data: bytes, words: str) -> None:
    """What cannot be read is refused with what it is and what to save instead."""
    ((bad,),) = [sheet.bad for sheet in read_sheets("x.xlsx", data)]
    assert words in str(bad.text)
    assert ";" in str(bad.text)


def test_a_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small ZIP that unfolds to far more than any register is refused, whatever sizes it claims."""
    monkeypatch.setattr(package, "MOST_UNFOLDED", 2**20)
    bomb = repacked(SHEET, b" " * 2**21)
    (sheet,) = read_sheets("x.xlsx", bomb)
    assert "unfolds to more than 1 MiB; split the workbook" in str(sheet.bad[0].text)
    lying = bomb.replace((2**21).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bomb
    (sheet,) = read_sheets("x.xlsx", lying)
    assert "unfolds to more than 1 MiB" in str(sheet.bad[0].text)


def test_a_part_that_lies_about_its_length_is_refused() -> None:
    """A part longer than the ZIP says would be read in full by one reader and in part by another."""
    data = b"<worksheet>" + b" " * 12345 + b"<sheetData/></worksheet>"
    honest = repacked(SHEET, data)
    crc = zlib.crc32(data[:1000])
    lying = honest.replace(len(data).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    lying = lying.replace(zlib.crc32(data).to_bytes(4, "little"), crc.to_bytes(4, "little"))
    (sheet,) = read_sheets("x.xlsx", lying)
    assert "is not as long as it says" in str(sheet.bad[0].text)


WHOLE = workbook()  # once: a workbook notes when it was made


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_workbook_makes_the_reader_fail(data: st.DataObject) -> None:
    """However a workbook is damaged, it is rows or complaints."""
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    assert all(isinstance(sheet, Sheet) for sheet in read_sheets("x.xlsx", bytes(whole)))
