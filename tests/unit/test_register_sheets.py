"""Sheets of the register: encodings, delimiters, headers, cells, and what is said of bad rows."""

import codecs
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.estate import CentreKind, InstitutionType
from monitor.register.bin import bin_holds
from monitor.register.columns import SHEETS
from monitor.register.complaint import Complaint
from monitor.register.header import find_header
from monitor.register.kinds import Kind
from monitor.register.sheet import Sheet
from monitor.register.sheets import read_sheet

CENTRES = "centre_id,name,kind,region\nocc-1,ЦОУ Алматы,occ,750000000\n"
INSTITUTION = "institution_id,name,region,type,ownership,bin,headcount\n"


def read(text: str, file: str = "x.csv") -> Sheet:
    return read_sheet(file, text.encode())


def said(sheet: Sheet) -> list[tuple[int | None, str | None, str]]:
    return [(complaint.line, complaint.column, str(complaint.text)) for complaint in sheet.bad]


def one_cell(kind: Kind, column: str, cell: str) -> list[Complaint]:
    """Read a sheet that is good but for one cell."""
    good = {
        Kind.INSTITUTIONS: {
            "institution_id": "i",
            "name": "n",
            "region": "750000000",
            "type": "school",
            "ownership": "public",
        },
        Kind.SITES: {"site_id": "s", "institution_id": "i", "name": "n"},
        Kind.CAMERAS: {"camera_id": "c", "site_id": "s", "url": "rtsp://10.0.0.1/"},
        Kind.CENTRES: {"centre_id": "o", "name": "n", "kind": "occ", "region": "750000000"},
        Kind.GATEWAYS: {"gateway_id": "g", "centre_id": "o", "kind": "mediamtx", "url": "http://g:9997"},
        Kind.STREAMS: {"camera_id": "c", "gateway_id": "g", "stream_key": "k"},
        Kind.CONTRACTS: {
            "customer_bin": "220440000009",
            "contract_number": "1",
            "contract_date": "2025-12-20",
            "channel_id": "s",
            "provider": "p",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
        },
    }[kind] | {column: cell}
    quoted = ['"' + value.replace('"', '""') + '"' for value in good.values()]
    return read(",".join(good) + "\n" + ",".join(quoted) + "\n").bad


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(CENTRES.encode(), "UTF-8", id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + CENTRES.encode(), "UTF-8", id="utf-8 with a mark, as Excel saves it"),
        pytest.param(CENTRES.encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE + CENTRES.encode("utf-16-be"), "UTF-16", id="utf-16, big end first"),
        pytest.param(CENTRES.encode("windows-1251"), "windows-1251", id="windows-1251"),
        pytest.param(CENTRES.replace("ЦОУ Алматы", "Её").encode("windows-1251"), "UTF-8", id="two letters"),
    ],
)
def test_encodings_are_found(data: bytes, encoding: str) -> None:
    """What people's programs save is read without being told the encoding."""
    sheet = read_sheet("x.csv", data)
    assert (sheet.bad, sheet.encoding, len(sheet.rows)) == ([], encoding, 1)


def test_names_survive_each_encoding() -> None:
    """The same sheet gives the same rows in every encoding."""
    sheets = [read_sheet("x", CENTRES.encode(name)) for name in ("utf-8", "utf-16", "windows-1251")]
    given = [[row.given for row in sheet.rows] for sheet in sheets]
    assert given[0] == given[1] == given[2]
    assert given[0][0]["name"] == "ЦОУ Алматы"


def test_a_short_word_does_not_make_a_file_utf8() -> None:
    """A line of windows-1251 that could pass as UTF-8 does not make its file a mixed one."""
    text = CENTRES + "occ-2,Её,occ,750000000\n"
    assert read_sheet("x.csv", text.encode("windows-1251")).encoding == "windows-1251"


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        pytest.param(
            CENTRES.encode() + "o,Қала\n".encode() + "p,ЦОУ\n".encode("windows-1251"),
            4,
            "two encodings are mixed: other lines of the file are UTF-8, but not line 4;",
            id="appended in another encoding",
        ),
        pytest.param(
            CENTRES.encode() + "p,ЦОУ\n".encode("windows-1251") * 9,
            3,
            "but not line 3, 4, 5, 6, 7 and 4 more;",
            id="many lines",
        ),
        pytest.param(
            codecs.BOM_UTF8 + b"centre_id\n" + "ЦОУ".encode("windows-1251"),
            2,
            "the file says that it is UTF-8",
            id="a mark that lies",
        ),
        pytest.param(b"a,b\nc,\x98\n", 2, "neither UTF-8 nor windows-1251", id="no encoding"),
        pytest.param(b"\xff\xfea\x00\n\x00\x00\xd8a\x00", 2, "broken UTF-16", id="broken utf-16"),
        pytest.param(b"centre_id\n\x00\n", 2, "is not text", id="NUL"),
        pytest.param(b"PK\x03\x04rest", None, "is an Excel workbook; save it as CSV", id="xlsx"),
    ],
)
def test_a_file_that_cannot_be_decoded_names_its_lines(data: bytes, line: int | None, words: str) -> None:
    """Mixed or unknown encodings are refused, with the lines that differ."""
    ((at, _, text),) = said(read_sheet("x.csv", data))
    assert at == line
    assert words in text


def test_misread_kazakh_letters_are_warned_of() -> None:
    """Letters of KZ-1048 read as windows-1251 are Serbian; the sheet is imported with a warning."""
    sheet = read_sheet("x.csv", CENTRES.replace("Алматы", "Ќала").encode("windows-1251"))
    assert sheet.bad == []
    assert [(odd.line, "letters of other languages" in str(odd.text)) for odd in sheet.odd] == [(2, True)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_line_ends_are_found(delimiter: str, end: str) -> None:
    """Comma, semicolon and tab are read, with either line end, quoted cells included."""
    text = CENTRES.replace("ЦОУ Алматы", '"ЦОУ, ""А""; 1"').replace("\n", end)
    head, row, _ = text.split(end)
    cells = ["occ-1", '"ЦОУ, ""А""; 1"', "occ", "750000000"]
    sheet = read(head.replace(",", delimiter) + end + delimiter.join(cells) + end)
    assert row
    assert sheet.bad == []
    assert sheet.rows[0].given["name"] == 'ЦОУ, "А"; 1'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sep=;\ncentre_id;name;kind;region\nx;n;occ;750000000\n", id="Excel's own first line"),
        pytest.param("centre_id;name;kind;region;;\nx;n;occ;750000000;;\n", id="empty columns at the end"),
        pytest.param("Region, KIND ,name,centre_id\n750000000,OCC, n ,x\n", id="order, case and spaces"),
        pytest.param("\n\ncentre_id,name,kind,region\n\n,,,\nx,n,occ,750000000\n\n", id="empty rows"),
        pytest.param('centre_id,name,kind,region\nx,"n",occ,750000000', id="no last line end"),
    ],
)
def test_a_spreadsheets_habits_are_read(text: str) -> None:
    """What spreadsheets add around the rows changes nothing."""
    sheet = read(text)
    assert sheet.bad == []
    assert [row.given for row in sheet.rows] == [
        {"centre_id": "x", "name": "n", "kind": CentreKind.OCC, "region": "750000000"}
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_kind_is_known_by_the_columns(kind: Kind) -> None:
    """A sheet is what its columns say, whatever the file is called."""
    assert read(",".join(SHEETS[kind].required) + "\n", file="cameras.csv").kind is kind
    assert read(",".join(SHEETS[kind].cells) + "\n", file="cameras.csv").kind is kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", ["is empty"], id="empty"),
        pytest.param(
            "Школа,a  b,c\n1,2,3\n",
            [
                "this one has 'Школа', 'a b', 'c'; docs/register.md lists those of the sheets: regions",
            ],
            id="foreign",
        ),
        pytest.param(
            ",".join(["Наименование учреждения образования", *"abcdefgh"]) + "\n",
            ["has 'Наименование учреждения …', 'a', 'b', 'c', 'd', 'e'; docs/register.md lists"],
            id="foreign, many and long",
        ),
        pytest.param(
            "camera,x,admin,canary\n",
            ["none of the first 10 lines names a known column; docs/register.md lists those"],
            id="perhaps passwords",
        ),
        pytest.param(
            "camera_id,site_id\nc,s\n", ["read as cameras, the column url is missing"], id="missing column"
        ),
        pytest.param(
            "camera_id,site_id,url,zome\n",
            ["read as cameras, there is no column 'zome'; did you mean zone?"],
            id="misspelt optional column",
        ),
        pytest.param(
            "camera_id,site_id,ulr\n",
            ["the column url is missing", "no column 'ulr'; did you mean url?"],
            id="misspelt needed column",
        ),
        pytest.param(
            "camera_id,site_id,url,qqq\n",
            ["no column 'qqq'; the columns are camera_id,"],
            id="unknown column",
        ),
        pytest.param("camera_id,site_id,url,,zone\n", ["no column without a name"], id="nameless column"),
        pytest.param("camera_id,site_id,url,url\n", ["the column url is there twice"], id="column twice"),
    ],
)
def test_a_wrong_header_is_told(text: str, words: list[str]) -> None:
    """Missing, unknown and repeated columns are named, the unknown with the nearest known one."""
    found = said(read(text))
    assert len(found) == len(words)
    assert all(word in text and line == 1 for word, (line, _, text) in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        pytest.param(["Наименование", "", "provider;BIN"], 3, id="a title like a heading"),
        pytest.param(
            ["Тип;Вид;x;y", "Код стороны;Сторона;Роль;Телефон", "P;provider;role;x"], 2, id="the best one"
        ),
        pytest.param([f"line {n}" for n in range(9)] + ["provider;bin"], 10, id="nine lines of title"),
        pytest.param(["provider", "provider"], 1, id="a row like its heading"),
    ],
)
def test_the_header_is_the_line_with_the_most_headings(lines: list[str], at: int) -> None:
    """Titles above it and rows below it may hold words that are headings as well."""
    header, _ = find_header(((n, line.split(";")) for n, line in enumerate(lines, start=1)), "x")
    assert header is not None
    assert header.line == at


def test_a_sheet_without_a_header_does_not_print_its_first_row() -> None:
    """A row in the place of the header is not repeated where it could hold a password."""
    found = said(read("camera_id,site_id,rtsp://admin:canary-1@10.0.0.1/\n"))
    assert found
    assert "canary" not in str(found)


@pytest.mark.parametrize(
    ("row", "line", "words"),
    [
        pytest.param("a,n,occ", 2, "has 3 cells, the header (line 1) has 4", id="too few"),
        pytest.param("a,n,occ,750000000,x", 2, "has 5 cells, the header (line 1) has 4", id="too many"),
        pytest.param('a,"n,occ,750000000\n', 2, "cannot be cut into cells", id="open quote"),
        pytest.param('a,"n"x,occ,750000000\n', 2, "cannot be cut into cells", id="text after a quote"),
        pytest.param('a,"n\nm",occ,75\nb,n,occ,750000000', 2, "cannot be printed", id="line break in a cell"),
    ],
)
def test_a_broken_row_is_told_by_its_first_line(row: str, line: int, words: str) -> None:
    """Rows that are no rows name the line on which they begin."""
    found = said(read("centre_id,name,kind,region\n" + row))
    assert found[0][0] == line
    assert words in found[0][2]


def test_every_bad_cell_of_every_row_is_told() -> None:
    """Nothing is left for a second try: all bad cells are listed, and the good rows are read."""
    sheet = read("centre_id,name,kind,region\n?,n,ocd,1\nb,,occ,750000000\nc,n,occ,750000000\n")
    assert [(line, column) for line, column, _ in said(sheet)] == [
        (2, "centre_id"),
        (2, "kind"),
        (2, "region"),
        (3, "name"),
    ]
    assert [row.key for row in sheet.rows] == [("c",)]
    assert sheet.bad_keys == {("b",)}


@pytest.mark.parametrize(
    ("kind", "column", "cell", "words"),
    [
        pytest.param(Kind.CAMERAS, "camera_id", "a b", "cannot be an id", id="space in an id"),
        pytest.param(Kind.CAMERAS, "camera_id", "a@g", "cannot be an id", id="at in an id"),
        pytest.param(Kind.CAMERAS, "camera_id", "камера", "cannot be an id", id="Cyrillic id"),
        pytest.param(Kind.CAMERAS, "camera_id", "a" * 65, "cannot be an id", id="long id"),
        pytest.param(Kind.CAMERAS, "camera_id", "-a", "cannot be an id", id="id like an option"),
        pytest.param(Kind.CAMERAS, "camera_id", 'a"}', "cannot be an id", id="id that breaks a label"),
        pytest.param(Kind.CAMERAS, "url", "http://10.0.0.1/", "must begin with rtsp://", id="scheme"),
        pytest.param(Kind.CAMERAS, "url", "10.0.0.1/ch1", "must begin with rtsp://", id="no scheme"),
        pytest.param(Kind.CAMERAS, "url", "rtsp:///ch1", "names no host", id="no host"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h:0/", "port", id="port 0"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h:/", "port", id="colon without a port"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h:70000/", "port of 1 to 65535", id="no such port"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h:rtsp/", "port of 1 to 65535", id="port in words"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://300.1.1.1/", "not an address", id="no address"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://[::g]/", "is not a URL", id="no IPv6 address"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h!/", "cannot have", id="no host name"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h/a b", "spaces or letters", id="space in a URL"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h/камера", "spaces or letters", id="Cyrillic URL"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h/a#b", "#", id="fragment"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h/" + "a" * 1000, "longer than", id="long URL"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://u:canary-2@h/", "credentials import", id="credentials"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://canary-2@h/", "credentials import", id="user name"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://h/user=a&password=canary-2&ch=1", "password", id="XM path"),
        pytest.param(Kind.CAMERAS, "url", "http://u:canary-2@h/", "credentials", id="and a wrong scheme"),
        pytest.param(Kind.CAMERAS, "site_id", "rtsp://u:canary-2@h/", "not shown", id="a URL elsewhere"),
        pytest.param(Kind.CAMERAS, "basic_in_clear", "maybe", "write true or false", id="neither yes nor no"),
        pytest.param(Kind.CAMERAS, "tls_fingerprint", "ab:cd", "64 hexadecimal", id="fingerprint"),
        pytest.param(
            Kind.GATEWAYS, "url", "rtsp://g/", "asked at http:// or https://", id="mediamtx by rtsp"
        ),
        pytest.param(Kind.GATEWAYS, "kind", "relay", "asked at rtsp:// or rtsps://", id="relay by http"),
        pytest.param(Kind.GATEWAYS, "kind", "mediamxt", "did you mean mediamtx?", id="gateway kind"),
        pytest.param(Kind.STREAMS, "stream_key", "/a", "without the leading slash", id="leading slash"),
        pytest.param(Kind.STREAMS, "stream_key", "a/../b", "cannot be a stream key", id="up a folder"),
        pytest.param(Kind.STREAMS, "stream_key", "a b", "cannot be a stream key", id="space in a key"),
        pytest.param(Kind.STREAMS, "enrolled_on", "2026-02-30", "is not a day", id="30 February"),
        pytest.param(Kind.STREAMS, "enrolled_on", "1/2/2026", "is not a day", id="slashes"),
        pytest.param(Kind.STREAMS, "enrolled_on", "20260101", "is not a day", id="no dashes"),
        pytest.param(Kind.STREAMS, "enrolled_on", "1026-01-01", "the year", id="year 1026"),
        pytest.param(Kind.CONTRACTS, "ends_on", "2025-12-31", "ends before it starts", id="backwards"),
        pytest.param(Kind.CONTRACTS, "provider", "", "is empty", id="no provider"),
        pytest.param(Kind.CONTRACTS, "provider", "x" * 201, "longer than", id="long name"),
        pytest.param(
            Kind.CONTRACTS, "provider", "rtsp://u:canary-2@h/", "a URL with a name", id="slipped cell"
        ),
        pytest.param(
            Kind.STREAMS, "stream_key", "rtsp://u:canary-2@h/", "name or password", id="slipped URL"
        ),
        pytest.param(Kind.STREAMS, "stream_key", "a/password=canary-2", "name or password", id="in a key"),
        pytest.param(Kind.CONTRACTS, "provider", "a\u202eb", "cannot be printed", id="turned text"),
        pytest.param(Kind.INSTITUTIONS, "type", "scool", "did you mean school?", id="misspelt type"),
        pytest.param(Kind.INSTITUTIONS, "type", "zoo", "write one of kindergarten,", id="unknown type"),
        pytest.param(Kind.INSTITUTIONS, "region", "75", "write its 9 digits", id="KATO"),
        pytest.param(Kind.INSTITUTIONS, "bin", "12345678901", "dropped a leading 0", id="BIN without its 0"),
        pytest.param(Kind.INSTITUTIONS, "bin", "1,23E+11", "has rounded it", id="BIN rounded"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "-1", "digits only", id="negative"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "12.5", "digits only", id="half a pupil"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "٣", "digits only", id="other digits"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "10000000", "is not between", id="too many"),
        pytest.param(Kind.SITES, "uplink_kbps", "0", "is not between 1", id="no uplink"),
    ],
)
def test_a_bad_cell_is_refused_with_a_remedy(kind: Kind, column: str, cell: str, words: str) -> None:
    """A bad cell names its line, its column and what to write; a password in it is not repeated."""
    (complaint,) = one_cell(kind, column, cell)
    assert complaint.line == 2
    assert words in str(complaint.text)
    assert "canary" not in str(complaint)


@pytest.mark.parametrize(
    ("kind", "column", "cell", "value"),
    [
        pytest.param(Kind.CAMERAS, "url", "rtsps://cam.school-1.kz:322/Streaming/101?a=b", None, id="URL"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://[fd00::1]:554/", None, id="IPv6"),
        pytest.param(Kind.CAMERAS, "url", "rtsp://10.0.0.1", None, id="no path"),
        pytest.param(Kind.CAMERAS, "basic_in_clear", "Да", True, id="yes in Russian"),
        pytest.param(Kind.CAMERAS, "basic_in_clear", "жоқ", False, id="no in Kazakh"),
        pytest.param(Kind.CAMERAS, "tls_fingerprint", "AB:" * 31 + "CD", "ab" * 31 + "cd", id="colons"),
        pytest.param(Kind.STREAMS, "stream_key", "region/school-1/cam_01.sub", None, id="path"),
        pytest.param(Kind.STREAMS, "enrolled_on", "31.12.2026", date(2026, 12, 31), id="local date"),
        pytest.param(Kind.STREAMS, "enrolled_on", "2024-02-29", date(2024, 2, 29), id="leap day"),
        pytest.param(Kind.CONTRACTS, "ends_on", "2026-01-01", date(2026, 1, 1), id="one day"),
        pytest.param(Kind.CONTRACTS, "contract_number", "№ 12/2026-ИТ", None, id="number as written"),
        pytest.param(Kind.INSTITUTIONS, "bin", "020240000556", None, id="leading 0"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "1 200", 1200, id="thousands"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "0", 0, id="nobody"),
        pytest.param(Kind.INSTITUTIONS, "type", "Small_School", InstitutionType.SMALL_SCHOOL, id="case"),
        pytest.param(Kind.INSTITUTIONS, "name", "«Мектеп\xa0№\xa05»", "«Мектеп № 5»", id="hard spaces"),
        pytest.param(Kind.INSTITUTIONS, "name", "=1+2", "=1+2", id="like a formula"),
        pytest.param(Kind.INSTITUTIONS, "headcount", "", None, id="not known"),
    ],
)
def test_a_good_cell_becomes_its_value(kind: Kind, column: str, cell: str, value: object) -> None:
    """What people write is read as what they mean."""
    read_cell = SHEETS[kind].cells[column].read
    assert one_cell(kind, column, cell) == []
    assert not cell or read_cell(cell) == (cell if value is None else value)


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        pytest.param("220440000009", True, id="first weights"),
        pytest.param("220440001808", True, id="second weights"),
        pytest.param("220440000001", False, id="wrong digit"),
        *[pytest.param(f"22044000181{last}", False, id=f"never issued {last}") for last in range(10)],
    ],
)
def test_the_check_digit_of_a_bin(number: str, holds: bool) -> None:
    """The last digit follows from the others by weights; some numbers are never issued."""
    assert bin_holds(number) is holds


def test_a_wrong_check_digit_is_a_warning() -> None:
    """A mistyped BIN does not keep a school out of the register."""
    sheet = read(INSTITUTION + "i,n,750000000,school,public,220440000001,\n")
    assert (sheet.bad, len(sheet.rows)) == ([], 1)
    assert [(odd.line, odd.column) for odd in sheet.odd] == [(2, "bin")]


HEADS = [",".join(columns.cells).encode() + b"\n" for columns in SHEETS.values()]


@given(st.binary(max_size=300), st.sampled_from([b"", *HEADS]))
def test_any_bytes_are_rows_or_complaints(data: bytes, head: bytes) -> None:
    """No file makes the reader raise, and none is silently taken for an empty one."""
    sheet = read_sheet("x.csv", head + data)
    assert sheet.bad or sheet.kind is not None
    assert all(str(complaint.text) for complaint in sheet.bad)


@given(st.text(max_size=120), st.sampled_from(HEADS))
def test_any_text_is_rows_or_complaints(text: str, head: bytes) -> None:
    """The same for text in any script, under a good header."""
    sheet = read_sheet("x.csv", head + text.encode("utf-8", "surrogatepass"))
    assert sheet.bad or sheet.kind is not None


@given(st.from_regex(r"[a-z0-9._-]{1,300}!?", fullmatch=True))
def test_a_long_host_is_judged_at_once(host: str) -> None:
    """No host name, however it is put together, takes noticeable time."""
    assert isinstance(one_cell(Kind.CAMERAS, "url", f"rtsp://{host}/"), list)


@pytest.mark.parametrize(
    "head",
    ["kind,id,username,password", "kind;id;username;password", "Password,id,kind,username", "password"],
)
def test_a_file_of_passwords_is_sent_where_it_belongs(head: str) -> None:
    """A file of names and passwords beside the sheets is told as that, and nothing of it is repeated."""
    row = head.lower().replace("kind", "camera").replace("id", "c1").replace("password", "Zh4zyq-tar")
    sheet = read_sheet("passwords.csv", f"{head}\n{row}\n".encode())
    said = "this is a file of names and passwords; import it with `cctv-monitor credentials import`"
    assert [str(complaint) for complaint in sheet.bad] == [f"passwords.csv:1: {said}"]
    assert not sheet.rows
