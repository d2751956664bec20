"""The register written as sheets: read back as it was, written again to the byte."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.model.allowances import Exclusion, Maintenance, Reason, Subject
from monitor.model.claims import Claim
from monitor.model.estate import Estate
from monitor.model.parties import Contact, PartyKind, Provider, Role
from monitor.register.book_writer import write_book
from monitor.register.cells import text as read_text
from monitor.register.change import Plan, plan
from monitor.register.columns import SHEETS
from monitor.register.entries import Entries, entries_of, estate_of
from monitor.register.export import text_of, write_csv
from monitor.register.guard import guarded, guarded_again, unguarded
from monitor.register.headings import LANGUAGES
from monitor.register.kinds import Kind
from monitor.register.row_reader import FORMULA_ERRORS
from monitor.register.sheet import Sheet
from monitor.register.sheets import read_sheet, read_sheets
from tests.registered import contract
from tests.toy import estate

NASTY = "\"',;=+-@'＝＋－＠ҚқӘәІі№«»_x0041_ \xa0\u00e9|\t\\/<>&0"


def _is_text(text: str) -> bool:
    try:
        return bool(text) and text not in FORMULA_ERRORS and read_text(text) == text == text.strip()
    except ValueError:
        return False


names = st.text(NASTY, min_size=1, max_size=12).map(str.strip).filter(bool)
texts = st.one_of(names.map(lambda name: name.replace("\xa0", " ").strip()), st.text(max_size=8)).filter(
    _is_text
)


def register_with(text: str, provider: str, value: float) -> Estate:
    """Build a register of every kind, with one text wherever people write freely."""
    before = estate((replace(contract("s0", date(2026, 1, 1), date(2026, 12, 31)), provider=provider),))
    days = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31)}
    moments = {
        "starts_at": datetime(2026, 5, 1, 6, tzinfo=UTC),
        "ends_at": datetime(2026, 5, 1, 9, 30, tzinfo=UTC),
    }
    return replace(
        before,
        institutions={"i": replace(before.institutions["i"], name=text, bin="020240000555", headcount=0)},
        sites={key: replace(site, name=text) for key, site in before.sites.items()},
        providers={name: Provider(provider=name) for name in {"P", provider}},
        contracts=tuple(replace(each, contract_number=text, legal_basis=text) for each in before.contracts),
        enrolments=tuple(replace(each, act=text, enrolled_on=date(2026, 9, 1)) for each in before.enrolments),
        contacts=(
            Contact(party=PartyKind.PROVIDER, party_id=provider, role=Role.DUTY, phone="+77172000000"),
        ),
        exclusions=(
            Exclusion(
                **days,
                subject=Subject.CAMERA,
                subject_id="c0",
                reason=Reason.OTHER,
                approver=text,
                document=text,
            ),
        ),
        maintenance={
            "m": Maintenance(
                **moments,
                maintenance_id="m",
                subject=Subject.SITE,
                subject_id="s0",
                approver=text,
                reason=text,
            )
        },
        claims={
            "k": Claim(
                claim_id="k",
                measure=text,
                value=value,
                unit=text,
                population=text,
                as_of=date(2026, 1, 1),
                source=text,
                note=text,
            )
        },
    )


def as_csv(
    register: Mapping[Kind, Entries], language: str | None = None, delimiter: str = ","
) -> list[bytes]:
    found = []
    for kind, entries in register.items():
        out = io.StringIO(newline="")
        write_csv(out, kind, entries, language=language, delimiter=delimiter)
        found.append(out.getvalue().encode())
    return found


def as_book(register: Mapping[Kind, Entries], language: str | None = None) -> bytes:
    out = io.BytesIO()
    write_book(out, register, language=language)
    return out.getvalue()


def register_of(made: Plan) -> Mapping[Kind, Entries]:
    """Give the register that an import into an empty one makes."""
    added = {kind: part.added for kind, part in made.change.parts.items()}
    return entries_of(estate_of({**added, Kind.REGIONS: Estate().regions.values()}, 1))


def cells_of(sheets: list[Sheet]) -> list[tuple[str | None, list[tuple[object, ...]]]]:
    return [(sheet.name, [row.values for row in sheet.rows]) for sheet in sheets]


@settings(deadline=None, max_examples=60)
@given(texts, texts, st.floats(-1e11, 1e11, allow_nan=False).map(lambda value: round(value, 6)))
@example("=1+2", "'=x", 62.9)
@example("''=x", '"', 0.000001)
@example("＝cmd|' /C calc'!A0", "_x0041_", -5.0)
@example("«Мектеп»; № 1, A", "-", 1e11)
def test_what_is_exported_is_imported_as_it_was(text: str, provider: str, value: float) -> None:
    """CSV or workbook, whatever people named things: the same entries, and the same bytes once more."""
    held = entries_of(register_with(text, provider, value))
    files = as_csv(held)
    made = plan(Estate(), [read_sheet("x.csv", file) for file in files])
    assert made.bad == ()
    assert register_of(made) == held
    assert as_csv(register_of(made)) == files
    book = as_book(held)
    sheets = read_sheets("x.xlsx", book)
    read = plan(Estate(), sheets)
    assert read.bad == ()
    assert register_of(read) == held
    assert cells_of(read_sheets("x.xlsx", as_book(register_of(read)))) == cells_of(sheets)


@pytest.mark.parametrize("language", [None, *LANGUAGES])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_an_export_changes_nothing_when_it_is_imported(language: str | None, delimiter: str) -> None:
    """In whatever language columns are headed, with either delimiter, the register says all of it already."""
    before = register_with("«Мектеп»; № 1, A", "P", 62.9)
    files = as_csv(entries_of(before), language, delimiter)
    sheets = [read_sheet("x.csv", file) for file in files]
    sheets += read_sheets("x.xlsx", as_book(entries_of(before), language))
    for half in (sheets[: len(files)], sheets[len(files) :]):
        made = plan(before, half)
        assert [sheet.kind for sheet in half] == list(Kind)
        assert made.bad == ()
        assert made.change.empty


def test_rows_are_sorted_and_have_every_column() -> None:
    """A sheet is in the order of its keys, with all columns of the kind in the order of the table."""
    held = entries_of(estate())[Kind.CAMERAS]
    (file,) = as_csv({Kind.CAMERAS: dict(reversed(held.items()))})
    head, *rows = file.decode().splitlines()
    assert head.split(",") == list(SHEETS[Kind.CAMERAS].cells)
    assert [row.split(",")[0] for row in rows] == ["c0", "c1", "c2", "c3", "c4"]
    assert rows[0] == "c0,s0,rtsp://c0/,,false,,,,,,,"


@pytest.mark.parametrize(
    ("text", "written", "typed"),
    [
        pytest.param("=1+2", "'=1+2", "=1+2", id="formula"),
        pytest.param("+77172000000", "'+77172000000", "+77172000000", id="telephone"),
        pytest.param("-", "'-", "-", id="dash"),
        pytest.param("@x", "'@x", "@x", id="at"),
        pytest.param("\tx", "'\tx", "\tx", id="tab"),
        pytest.param("\rx", "'\rx", "\rx", id="carriage return"),
        pytest.param("＝x", "'＝x", "＝x", id="full-width"),
        pytest.param("'=x", "''=x", "''=x", id="guarded by hand"),
        pytest.param("'x", "'x", "'x", id="only an apostrophe"),
        pytest.param("x=1", "x=1", "x=1", id="no formula"),
        pytest.param("", "", "", id="empty"),
    ],
)
def test_texts_like_formulas_are_guarded(text: str, written: str, typed: str) -> None:
    """What a spreadsheet would run gets an apostrophe in CSV; reading takes it off."""
    assert (guarded(text), guarded_again(text)) == (written, typed)
    assert unguarded(written) == unguarded(typed) == text


@given(st.text("'=+-@x", max_size=6))
def test_guarding_is_undone_by_reading(text: str) -> None:
    """However many apostrophes there are, what is read is what was written."""
    assert unguarded(guarded(text)) == unguarded(guarded_again(text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "", id="nothing"),
        pytest.param(True, "true", id="yes"),
        pytest.param(Subject.CAMERA, "camera", id="word"),
        pytest.param(62.9, "62.9", id="fraction"),
        pytest.param(62.0, "62", id="whole"),
        pytest.param(1e-06, "0.000001", id="small"),
        pytest.param(1e11, "100000000000", id="large"),
        pytest.param(date(2026, 1, 2), "2026-01-02", id="day"),
        pytest.param(datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00", id="moment"),
    ],
)
def test_values_are_written_as_they_are_read(value: object, text: str) -> None:
    """Every type of value has one way to be written."""
    assert text_of(value) == text
