"""Workbooks as a ministry sends them."""

import io
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from monitor.model.estate import InstitutionType, Ownership
from monitor.register.kinds import Kind
from monitor.register.sheet import Sheet
from monitor.register.sheets import read_sheet, read_sheets
from tests.books import CHANNELS, book

HEADINGS = ["№", "Ұйым коды", "Наименование", "Region (KATO)", "Тип организации", "Меншік нысаны", "БИН"]
SCHOOL = [1, "kz-1", "Мектеп № 1", 750000000.0, "школа", "мемлекеттік", "020240000556"]


def read(fill: Callable[[Any], None], file: str = "x.xlsx") -> list[Sheet]:
    """Read the workbook that a function fills."""
    out = io.BytesIO()
    with book(out) as opened:
        fill(opened)
    return read_sheets(file, out.getvalue())


def read_rows(*rows: list[Any], name: str = "Лист1") -> Sheet:
    """Read a workbook of one sheet with these rows."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet(name)
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)

    (sheet,) = read(fill)
    return sheet


def said(sheet: Sheet) -> list[tuple[int | None, str | None, str]]:
    return [(bad.line, bad.column, str(bad.text)) for bad in sheet.bad]


def test_a_ministry_sheet_is_read() -> None:
    """Title lines, merged cells, headings in three languages, a numbering column: it is read."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet("Мектептер")
        sheet.merge_range(0, 0, 0, 6, "Сведения об организациях образования")
        sheet.merge_range(1, 0, 1, 6, "по состоянию на 01.09.2026")
        sheet.write_row(3, 0, [*HEADINGS, "", ""])
        sheet.write_row(4, 0, [*SCHOOL, "", ""])
        sheet.write_row(6, 0, [2, "kz-2", "Балабақша", "город Астана", "балабақша", "private"])

    (sheet,) = read(fill)
    assert (sheet.bad, sheet.kind, [row.line for row in sheet.rows]) == ([], Kind.INSTITUTIONS, [5, 7])
    assert sheet.rows[0].given == {
        "institution_id": "kz-1",
        "name": "Мектеп № 1",
        "region": "750000000",
        "type": InstitutionType.SCHOOL,
        "ownership": Ownership.PUBLIC,
        "bin": "020240000556",
    }
    assert sheet.rows[1].given["region"] == "710000000"


def test_a_workbook_holds_a_sheet_for_each_kind() -> None:
    """Sheets are known by their columns, hidden ones too; empty ones and charts are passed over."""

    def fill(opened: Any) -> None:
        opened.add_worksheet("Лист1").write_row(0, 0, HEADINGS)
        opened.get_worksheet_by_name("Лист1").write_row(1, 0, SCHOOL)
        opened.add_worksheet("пустой")
        opened.add_chartsheet("график")
        hidden = opened.add_worksheet("каналы")
        hidden.write_row(0, 0, CHANNELS)
        hidden.write_row(1, 0, ["ch-1", "s-1", "ВОЛС"])
        hidden.hide()

    sheets = read(fill)
    assert [(sheet.name, sheet.kind, len(sheet.rows)) for sheet in sheets] == [
        ("Лист1", Kind.INSTITUTIONS, 1),
        ("каналы", Kind.CHANNELS, 1),
    ]
    assert [sheet.bad for sheet in sheets] == [[], []]


def test_a_sheet_of_notes_is_passed_over_with_a_warning() -> None:
    """A sheet without any known heading beside one of the register is told, and keeps nothing out."""

    def fill(opened: Any) -> None:
        opened.add_worksheet("Указания").write_row(0, 0, ["Заполняйте", "все строки"])
        opened.add_worksheet("каналы").write_row(0, 0, CHANNELS)

    notes, channels = read(fill)
    assert (notes.bad, channels.bad, channels.kind) == ([], [], Kind.CHANNELS)
    assert [(odd.sheet, "it was not read" in str(odd.text)) for odd in notes.odd] == [("Указания", True)]


@pytest.mark.parametrize(
    ("heading", "cell", "value"),
    [
        pytest.param("bin", 220440000009, "220440000009", id="BIN as a number"),
        pytest.param("headcount", 1200.0, 1200, id="count as a number"),
        pytest.param("headcount", "1 200", 1200, id="count as text"),
        pytest.param("headcount_on", date(2026, 9, 1), date(2026, 9, 1), id="day as a day"),
        pytest.param(
            "headcount_on",
            datetime.combine(date(2026, 9, 1), time()),
            date(2026, 9, 1),
            id="day with midnight",
        ),
        pytest.param("headcount_on", "01.09.2026", date(2026, 9, 1), id="day as text"),
        pytest.param("headcount_on", "01.09.2026 0:00:00", date(2026, 9, 1), id="day and midnight as text"),
        pytest.param("name", "=1+2", "=1+2", id="text like a formula"),
        pytest.param("name", 17, "17", id="number as a name"),
    ],
)
def test_typed_cells_are_read_as_what_they_mean(heading: str, cell: Any, value: object) -> None:
    """Numbers, days and texts of a spreadsheet become the values that a CSV would give."""
    sheet = typed(heading, cell)
    assert sheet.bad == []
    assert sheet.rows[0].given[heading] == value


@pytest.mark.parametrize(
    ("heading", "cell", "words", "shown"),
    [
        pytest.param("bin", 20240000555, "dropped a leading 0", "20240000555", id="11 digits"),
        pytest.param("headcount", 12.5, "is not a whole number", "12.5", id="fraction of a person"),
        pytest.param(
            "headcount_on", 46266, "format the cell as a date", "46266", id="day without its format"
        ),
        pytest.param(
            "headcount_on",
            datetime.combine(date(2026, 9, 1), time(8)),
            "is not a day",
            "2026-09-01T08:00:00",
            id="time",
        ),
        pytest.param("region", 75, "write its 9 digits", "75", id="short code"),
        pytest.param("name", "a\nb", "cannot be printed", "a\nb", id="two lines"),
        pytest.param("name", "x" * 32_000, "is longer than 200", "x" * 40 + "…", id="huge cell"),
        pytest.param("type", "y" * 32_000, "is not known here", "y" * 40 + "…", id="huge word"),
    ],
)
def test_a_bad_cell_is_told_with_sheet_row_and_value(heading: str, cell: Any, words: str, shown: str) -> None:
    """A refusal names file, sheet, row and column, repeats the value, and says what to do."""
    (bad,) = typed(heading, cell).bad
    assert (bad.file, bad.sheet, bad.line, bad.column) == ("x.xlsx", "Лист1", 2, heading)
    assert words in str(bad.text)
    assert bad.value == shown


def typed(heading: str, cell: Any) -> Sheet:
    """Read a sheet of institutions that is good but for one cell, which has its type."""
    good = {
        "institution_id": "i",
        "name": "n",
        "region": "750000000",
        "type": "school",
        "ownership": "public",
    }

    def fill(opened: Any) -> None:
        sheet, day = opened.add_worksheet("Лист1"), opened.add_format({"num_format": "dd.mm.yyyy"})
        for at, (name, value) in enumerate((good | {heading: cell}).items()):
            sheet.write_string(0, at, name)
            if isinstance(value, date):
                sheet.write_datetime(1, at, value, day)
            elif isinstance(value, str):
                sheet.write_string(1, at, value)
            else:
                sheet.write(1, at, value)

    (sheet,) = read(fill)
    return sheet


def test_booleans_are_yes_and_no() -> None:
    """A cell that is true or false is read as such, whatever the language of the spreadsheet."""
    head = ["camera_id", "site_id", "url", "basic_in_clear"]
    sheet = read_rows(head, ["c", "s", "rtsp://h/", True], ["d", "s", "rtsp://h/", False])
    assert [row.given["basic_in_clear"] for row in sheet.rows] == [True, False]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_a_formula_that_failed_is_refused(error: str) -> None:
    """The reader shows such a cell as empty; it is found and refused all the same."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet("s")
        sheet.write_row(0, 0, [*CHANNELS, "down_kbps"])
        sheet.write_row(1, 0, ["ch-1", "s-1", "ВОЛС"])
        sheet.write_formula(1, 3, "=1/0", value=error)

    (sheet,) = read(fill)
    text = f"'{error}' is a formula that came to an error; mend it, or write the value"
    assert said(sheet) == [(2, "down_kbps", text)]
    assert sheet.bad[0].value == error


def test_the_result_of_a_formula_is_read() -> None:
    """What a formula came to counts, not how."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet("s")
        sheet.write_row(0, 0, [*CHANNELS, "down_kbps"])
        sheet.write_row(1, 0, ["ch-1", "s-1", "ВОЛС"])
        sheet.write_formula(1, 3, "=100*10", value=1000)

    (sheet,) = read(fill)
    assert sheet.rows[0].given["down_kbps"] == 1000


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param(
            [["Код камеры", "site_id", "url", "Camera ID"]],
            ["column camera_id is there twice, as 'Код камеры' and 'Camera ID'; leave one"],
            id="one column in two languages",
        ),
        pytest.param(
            [["Код камеры", "site_id", "url", "БИН"]],
            ["no column 'БИН'; bin belongs to institutions, providers, payers: give each kind its own sheet"],
            id="columns of two kinds",
        ),
        pytest.param(
            [["camera_id", "site_id", "url"], ["c", "s", "rtsp://h/", "", "note"]],
            ["has something in column 5, beyond the last heading"],
            id="something beside the table",
        ),
        pytest.param(
            [["a"] * 12 + ["camera_id"]] * 2, ["the column site_id, url is missing"], id="mostly unknown"
        ),
        pytest.param([["x"]] * 30, ["none of the first 10 lines names a known column"], id="no header"),
        pytest.param([["camera_id"] * 16_000], ["has 16,000 columns"], id="too many columns"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(rows: list[list[str]], words: list[str]) -> None:
    """What is wrong with the headings or beside them is told with what to do."""
    found = said(read_rows(*rows))
    assert words[0] in found[0][2]


def test_many_columns_of_csv_are_told_at_once() -> None:
    """A header of a hundred thousand columns is one complaint, in no time."""
    assert [text for _, _, text in said(read_sheet("x.csv", b"camera_id," * 100_000 + b"url"))] == [
        "has 100,001 columns; leave those of cameras and take out the others"
    ]
    sheet = read_sheet(
        "x.csv", b"camera_id,site_id,url" + b"," * 100_000 + b"\nc,s,rtsp://h/" + b"," * 9 + b"\n"
    )
    assert (sheet.bad, len(sheet.rows)) == ([], 1)


def test_empty_rows_cost_nothing() -> None:
    """A million empty lines between two rows are passed over."""
    text = b"channel_id,site_id\na,s\n" + b",\n" * 500_000 + b"\n" * 500_000 + b"b,s\n"
    sheet = read_sheet("x.csv", text)
    assert [row.line for row in sheet.rows] == [2, 1_000_003]


def test_formatted_cells_far_away_are_no_cells() -> None:
    """Cells that only have a format, down to the last row, take no place."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet("s")
        sheet.write_row(0, 0, CHANNELS)
        sheet.write_blank(1_048_575, 100, None, opened.add_format({"bold": True}))

    (sheet,) = read(fill)
    assert (sheet.bad, sheet.kind) == ([], Kind.CHANNELS)


def test_a_cell_at_the_end_of_the_world_is_refused() -> None:
    """One value in the last cell would make a table of seventeen thousand million cells."""

    def fill(opened: Any) -> None:
        sheet = opened.add_worksheet("s")
        sheet.write_row(0, 0, CHANNELS)
        sheet.write(1_048_575, 16_383, "x")
        opened.add_worksheet("t").write_row(0, 0, CHANNELS)

    far, near = read(fill)
    ((_, _, text),) = said(far)
    assert text.startswith("reaches to row 1,048,576 and column 16,384; delete what stands far")
    assert near.bad == []


def test_a_macro_workbook_is_read(tmp_path: Path) -> None:
    """A workbook with macros is read like one without; nothing in it is run."""
    macros = tmp_path / "vbaProject.bin"
    macros.write_bytes(b"\xd0\xcf\x11\xe0")

    def fill(opened: Any) -> None:
        opened.add_worksheet("s").write_row(0, 0, CHANNELS)
        opened.add_vba_project(str(macros))

    (sheet,) = read(fill, "x.xlsm")
    assert (sheet.bad, sheet.kind) == ([], Kind.CHANNELS)


def test_windows_1251_with_semicolons_and_russian_headings_is_read() -> None:
    """What a Russian Excel saves as CSV, title line included."""
    text = "Каналы связи;;\r\n№;Код канала связи;Код здания\r\n1;ch-1;s-1\r\n"
    sheet = read_sheet("x.csv", text.encode("windows-1251"))
    assert (sheet.bad, sheet.encoding, sheet.delimiter) == ([], "windows-1251", "semicolon")
    assert [(row.line, row.key) for row in sheet.rows] == [(3, ("ch-1",))]
