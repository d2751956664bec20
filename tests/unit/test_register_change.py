"""The change that sheets make: added, changed, removed, and what keeps all of it out."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.model.estate import Camera, Enrolment, Estate, Gateway, Institution, Site
from monitor.register.change import Part, Plan, plan
from monitor.register.columns import SHEETS
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from monitor.register.scope import Scope
from monitor.register.sheets import read_sheet
from tests.registered import contract
from tests.small_sheets import FILES, complaints, counts, read
from tests.toy import estate


def lay(before: Estate, **files: str) -> Plan:
    return plan(before, read(files))


def lay_in_place(before: Estate, **files: str) -> Plan:
    return plan(before, read(files), complete=Scope())


def test_sheets_in_any_order_make_the_estate() -> None:
    """All sheets at once, in whatever order, give an empty register all its entries."""
    forwards, backwards = lay(Estate(), **FILES), lay(Estate(), **dict(reversed(FILES.items())))
    assert forwards.bad == backwards.bad == ()
    assert counts(forwards.change) == counts(backwards.change)
    agreed = contract("s0", date(2026, 1, 1), date(2026, 12, 31))
    wanted = {kind: tuple(entries.values()) for kind, entries in entries_of(estate((agreed,))).items()}
    del wanted[Kind.REGIONS]  # they are there from the beginning
    added = {kind: part.added for kind, part in forwards.change.parts.items()}
    assert added == {kind: entries for kind, entries in wanted.items() if entries}
    assert forwards.good_rows == 18


def test_a_second_import_changes_nothing() -> None:
    """What is registered already is counted as unchanged, and the change is empty."""
    made = lay(estate(), cameras=FILES["cameras"], streams=FILES["streams"])
    assert made.change.empty
    assert counts(made.change) == {Kind.CAMERAS: (0, 0, 5, 0), Kind.STREAMS: (0, 0, 4, 0)}


def test_only_what_differs_changes() -> None:
    """A new row is added, another cell changes its row, and the change is based on what was read."""
    before = replace(estate(), revision=7)
    text = "camera_id,site_id,url\nc0,s0,rtsp://c0/sub\nc1,s0,rtsp://c1/\nc9,s1,rtsp://c9/\n"
    change = lay(before, cameras=text).change
    assert change.base_revision == 7
    assert change.parts == {
        Kind.CAMERAS: Part(
            added=(Camera(camera_id="c9", site_id="s1", url="rtsp://c9/"),),
            changed=(Camera(camera_id="c0", site_id="s0", url="rtsp://c0/sub"),),
            unchanged=1,
        )
    }


def test_what_a_sheet_leaves_out_stays() -> None:
    """Rows that are not in the sheet stay, and so do the cells of columns that it does not have."""
    before = estate()
    before.sites["s0"] = replace(before.sites["s0"], uplink_kbps=5000, budget_kbps=100)
    change = lay(before, sites="site_id,institution_id,name,budget_kbps\ns0,i,New,\n").change
    (site,) = change.parts[Kind.SITES].changed
    assert site == Site(site_id="s0", institution_id="i", name="New", uplink_kbps=5000)
    assert change.parts[Kind.SITES].ended == ()


def test_a_reference_may_be_registered_or_in_another_file() -> None:
    """A row may name what the register holds already, or what any file of the import adds."""
    new_site = "site_id,institution_id,name\ns9,i,s9\n"
    camera = "camera_id,site_id,url\nc9,s9,rtsp://c9/\n"
    assert lay(estate(), cameras=camera, sites=new_site).bad == ()
    (complaint,) = complaints(lay(estate(), cameras=camera))
    assert complaint.startswith("cameras.csv:2: site_id: s9 is neither in the register nor in these files")


@pytest.mark.parametrize(
    ("kind", "row", "column"),
    [
        pytest.param("sites", "s9,x,n", "institution_id", id="site of no institution"),
        pytest.param("cameras", "c9,x,rtsp://h/", "site_id", id="camera of no site"),
        pytest.param("gateways", "g9,x,mediamtx,http://h/", "centre_id", id="gateway of no centre"),
        pytest.param("streams", "x,g,k", "camera_id", id="stream of no camera"),
        pytest.param("streams", "c4,x,k", "gateway_id", id="stream to no gateway"),
        pytest.param(
            "contracts",
            "220440000000,9,2025-12-20,x,P,2026-01-01,2026-02-01",
            "channel_id",
            id="contract of no channel",
        ),
        pytest.param(
            "contracts",
            "220440000000,9,2025-12-20,s0,Q,2026-01-01,2026-02-01",
            "provider",
            id="contract with no provider",
        ),
        pytest.param("channels", "x,x", "site_id", id="channel of no site"),
        pytest.param("institutions", "x,n,511010000,school,public", "region", id="institution of no region"),
    ],
)
def test_every_reference_is_checked(kind: str, row: str, column: str) -> None:
    """No entry names what is not registered."""
    text = FILES[kind].splitlines()[0] + "\n" + row + "\n"
    (complaint,) = lay(estate(), **{kind: text}).bad
    assert (complaint.file, complaint.line, complaint.column) == (f"{kind}.csv", 2, column)


def test_every_reference_is_in_the_table() -> None:
    """A column that is called like another kind's key is checked as a reference to it."""
    keys = {columns.key[0]: kind for kind, columns in SHEETS.items() if len(columns.key) == 1}
    for kind, columns in SHEETS.items():
        wanted = {name: keys[name] for name in columns.cells if name in keys and keys[name] is not kind}
        assert {name: named for name, named in columns.names.items() if name != "parent"} == wanted


def test_a_bad_row_is_not_told_twice() -> None:
    """Rows that name a bad row are not bad themselves: the site is there once its row is mended."""
    sites = "site_id,institution_id,name\ns9,i,\n"
    cameras = "camera_id,site_id,url\nc9,s9,rtsp://c9/\n"
    assert complaints(lay(estate(), sites=sites, cameras=cameras)) == [
        "sites.csv:2: name: is empty; fill it in"
    ]


def test_duplicates_name_both_rows() -> None:
    """The second row of an id is bad, in the same file or in another, and names the first."""
    twice = FILES["sites"] + "s1,i,again\n"
    assert complaints(lay(Estate(), institutions=FILES["institutions"], sites=twice)) == [
        "sites.csv:3: site_id: s1 says something else at line 4; leave one of them",
        "sites.csv:4: site_id: s1 is there already, at line 3; leave one of them",
    ]
    sheets = [read_sheet(name, FILES["centres"].encode()) for name in ("a.csv", "b.csv")]
    assert [str(bad) for bad in plan(Estate(), sheets).bad] == [
        "b.csv:2: centre_id: o is there already, at a.csv:2; leave one of them"
    ]


def test_a_contract_may_cover_many_channels() -> None:
    """A number is repeated for each channel that the contract covers; the same pair is a duplicate."""
    head, row = FILES["contracts"].splitlines()
    before = estate((contract("s0", date(2026, 1, 1), date(2026, 12, 31)),))
    assert lay(before, contracts=f"{head}\n{row}\n{row.replace('s0', 's1')}\n").bad == ()
    assert len(lay(before, contracts=f"{head}\n{row}\n{row}\n").bad) == 1


def test_a_stream_key_belongs_to_one_camera() -> None:
    """Two cameras cannot claim one key at one gateway, whether registered or in the same sheet."""
    head = "camera_id,gateway_id,stream_key\n"
    assert complaints(lay(estate(), streams=head + "c4,g,c0\n")) == [
        "streams.csv:2: stream_key: c0 is the stream of camera c0; one key, one camera"
    ]
    assert complaints(lay(estate(), streams=head + "c3,g,new\nc4,g,new\n")) == [
        "streams.csv:2: stream_key: new is the stream of camera c4 (line 3); one key, one camera",
        "streams.csv:3: stream_key: new is the stream of camera c3 (line 2); one key, one camera",
    ]
    assert lay(estate(), streams=head + "c0,g,c1\nc1,g,c0\n").bad == ()


def test_a_complete_sheet_ends_what_it_lacks() -> None:
    """Sheets that are the whole of the register end entries of their kinds that they lack, and no others."""
    made = lay_in_place(
        estate(),
        cameras="\n".join(FILES["cameras"].splitlines()[:4]),
        streams="\n".join(FILES["streams"].splitlines()[:4]),
    )
    assert made.bad == ()
    assert counts(made.change) == {Kind.CAMERAS: (0, 0, 3, 2), Kind.STREAMS: (0, 0, 3, 1)}
    assert made.change.parts[Kind.STREAMS].ended == (
        Enrolment(camera_id="c3", gateway_id="g", stream_key="c3"),
    )


def test_what_is_still_named_cannot_end() -> None:
    """A complete sheet that would leave a stream without its camera is refused."""
    made = lay_in_place(estate(), cameras="\n".join(FILES["cameras"].splitlines()[:4]))
    assert complaints(made) == [
        "streams: camera_id: c3 g of the register still names c3, which would end; end both"
    ]


@pytest.mark.parametrize("rows", ["", "?,g,k\n"])
def test_a_complete_sheet_without_good_rows_is_refused(rows: str) -> None:
    """An empty file never empties the register."""
    made = lay_in_place(estate(), streams="camera_id,gateway_id,stream_key\n" + rows)
    assert any("has no good rows, and would end all streams" in said for said in complaints(made))


def test_good_rows_are_counted_beside_bad_ones() -> None:
    """A plan with anything bad says how much of it was good."""
    text = FILES["cameras"] + "c7,nowhere,rtsp://c7/\nc 8,s0,rtsp://c8/\nc9,s0,rtsp://c9/\n"
    made = lay(estate(), cameras=text)
    assert ([bad.line for bad in made.bad], made.good_rows) == ([7, 8], 6)


def test_entries_of_an_estate_are_sorted_by_kind() -> None:
    """Every kind of sheet has its place in the estate."""
    found = entries_of(estate())
    assert list(found) == list(Kind)
    assert [type(entry) for kind in (Kind.INSTITUTIONS, Kind.SITES) for entry in found[kind].values()] == [
        Institution,
        Site,
        Site,
    ]
    assert isinstance(found[Kind.GATEWAYS]["g",], Gateway)
