"""What goes in when only the good rows may: refused rows take along what names them, and nothing else."""

from monitor.model.estate import Estate
from monitor.register.change import Plan, plan
from monitor.register.kinds import Kind
from tests.small_sheets import FILES, complaints, counts, read
from tests.toy import estate


def lay(before: Estate, **files: str) -> Plan:
    return plan(before, read(files), partial=True)


def test_good_rows_go_in_and_bad_ones_stay_out() -> None:
    """A bad row is left out of the change; the others are in it."""
    made = lay(estate(), cameras="camera_id,site_id,url\nc7,s0,rtsp://c7/\nc8,s0,http://c8/\n")
    assert counts(made.change) == {Kind.CAMERAS: (1, 0, 0, 0)}
    assert ([bad.line for bad in made.bad], made.good_rows) == ([3], 1)


def test_rows_that_name_refused_rows_are_refused_to_any_depth() -> None:
    """With a school refused, its site, its cameras, their streams and its contract stay out as well."""
    files = FILES | {"institutions": FILES["institutions"] + "j,School,nowhere,school,public\n"}
    files["sites"] += "s9,j,s9\n"
    files["cameras"] += "c9,s9,rtsp://c9/\n"
    files["streams"] += "c9,g,c9\n"
    files["channels"] += "s9,s9\n"
    files["contracts"] += "220440000000,9,2025-12-20,s9,P,2026-01-01,2026-12-31\n"
    made = lay(Estate(), **files)
    assert {(bad.file, bad.column) for bad in made.bad} == {
        ("institutions.csv", "region"),
        ("sites.csv", "institution_id"),
        ("cameras.csv", "site_id"),
        ("streams.csv", "camera_id"),
        ("channels.csv", "site_id"),
        ("contracts.csv", "channel_id"),
    }
    assert made.good_rows == 18
    assert counts(made.change) == counts(plan(Estate(), read(FILES)).change)


def test_a_chain_of_centres_falls_with_its_head() -> None:
    """However long a chain is, every row that hangs on a refused one is refused."""
    chain = "".join(f"k{n},K,occ,110000000,k{n - 1}\n" for n in range(1, 30))
    made = lay(estate(), centres="centre_id,name,kind,region,parent\nk0,K,zoo,110000000,\n" + chain)
    assert (len(made.bad), made.change.empty) == (30, True)


def test_a_row_that_names_what_is_registered_is_good() -> None:
    """A refused row leaves the registered entry as it is, and others may go on naming that."""
    made = lay(
        estate(),
        sites="site_id,institution_id,name\ns0,i,\n",
        cameras="camera_id,site_id,url\nc9,s0,rtsp://c9/\n",
    )
    assert counts(made.change) == {Kind.SITES: (0, 0, 0, 0), Kind.CAMERAS: (1, 0, 0, 0)}


def test_of_duplicates_that_differ_neither_goes_in() -> None:
    """Two rows that say two things of one key are both refused; of two alike the first is taken."""
    head = "site_id,institution_id,name\n"
    assert lay(estate(), sites=head + "s9,i,one\ns9,i,two\n").change.empty
    alike = lay(estate(), sites=head + "s9,i,one\ns9,i,one\n")
    assert counts(alike.change) == {Kind.SITES: (1, 0, 0, 0)}
    assert [bad.line for bad in alike.bad] == [3]


def test_a_refused_swap_of_stream_keys_takes_both_rows() -> None:
    """When one half of a swap is refused, the other would collide with what stays, and is refused too."""
    made = lay(estate(), streams="camera_id,gateway_id,stream_key\nc0,g,c1\nc1,gone,c0\n")
    assert [bad.line for bad in made.bad] == [2, 3]
    assert made.change.empty


def test_damage_of_one_file_leaves_the_others() -> None:
    """A file that cannot be read is told, and the good rows of the others go in."""
    made = lay(estate(), sites="site_id,institution_id,name\ns9,i,new\n", cameras="nonsense\n1\n")
    assert counts(made.change) == {Kind.SITES: (1, 0, 0, 0)}
    assert complaints(made)[0].startswith("cameras.csv:1: none of the first 10 lines names a known column")


def test_without_partial_nothing_is_refused_twice() -> None:
    """All or nothing: rows that name a bad row are not told again, for they are good once it is mended."""
    sites, cameras = "site_id,institution_id,name\ns9,i,\n", "camera_id,site_id,url\nc9,s9,rtsp://c9/\n"
    assert len(plan(estate(), read({"sites": sites, "cameras": cameras})).bad) == 1
    assert len(lay(estate(), sites=sites, cameras=cameras).bad) == 2
