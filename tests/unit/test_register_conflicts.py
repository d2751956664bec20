"""What speaks against good rows: contracts of two contents, circles, limits, what the register says."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.model.channels import Channel
from monitor.model.estate import Camera, Estate, Recorder, RecorderKind
from monitor.register.change import Plan, plan
from monitor.register.kinds import Kind
from tests.registered import contract
from tests.small_sheets import FILES, complaints, read
from tests.toy import estate

HEAD = FILES["contracts"].splitlines()[0] + "\n"
YEAR = ("2026-01-01", "2026-12-31")
DAYS = (date(2026, 1, 1), date(2026, 12, 31))


def row(channel: str, first: str = YEAR[0], last: str = YEAR[1], number: str = "1") -> str:
    return f"220440000000,{number},2025-12-20,{channel},P,{first},{last}\n"


def lay(before: Estate, **files: str) -> Plan:
    return plan(before, read(files), longest_exclusion=180)


def test_one_contract_has_one_content_in_a_file() -> None:
    """Rows of one contract that differ in its terms are all refused: either may be the right one."""
    made = lay(estate(), contracts=HEAD + row("s0") + row("s1", last="2026-06-30") + row("s1", number="2"))
    assert [(bad.line, bad.column) for bad in made.bad] == [(2, "ends_on"), (3, "ends_on")]
    assert "contract 1 has another ends_on in line 3 (channel s1)" in complaints(made)[0]
    assert "contract 1 has another ends_on in line 2 (channel s0)" in complaints(made)[1]


def test_one_contract_has_one_content_across_files() -> None:
    """The same holds for two files, and each complaint names the other file."""
    sheets = read({"a": HEAD + row("s0"), "b": HEAD + row("s1", first="2026-02-01")})
    said = [str(bad) for bad in plan(estate(), sheets).bad]
    assert ["in b.csv:2" in said[0], "in a.csv:2" in said[1], len(said)] == [True, True, 2]


def test_new_terms_need_all_channels_of_a_contract() -> None:
    """New terms for some channels contradict those registered; for all of them they are good."""
    before = estate((contract("s0", *DAYS), contract("s1", *DAYS)))
    some = lay(before, contracts=HEAD + row("s0", last="2026-06-30"))
    assert [(bad.line, bad.column) for bad in some.bad] == [(2, "ends_on")]
    assert "another ends_on in the register (channel s1)" in complaints(some)[0]
    both = lay(before, contracts=HEAD + row("s0", last="2026-06-30") + row("s1", last="2026-06-30"))
    assert both.bad == ()
    assert len(both.change.parts[Kind.CONTRACTS].changed) == 2


def test_a_contract_with_a_number_that_is_a_day_is_warned_of() -> None:
    """A spreadsheet makes days of numbers like 1-2; that is told, and the row is good."""
    (sheet,) = read({"contracts": HEAD + row("s0", number="2026-02-01")})
    assert [(odd.column, "looks like a day" in str(odd.text)) for odd in sheet.odd] == [
        ("customer_bin", False),
        ("contract_number", True),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "column", "words"),
    [
        pytest.param(
            "contracts",
            HEAD + row("s0", *reversed(YEAR)),
            "ends_on",
            "the contract ends before",
            id="contract",
        ),
        pytest.param("contracts", HEAD + row("s9"), "channel_id", "s9 is neither in", id="unknown channel"),
        pytest.param(
            "channels",
            "channel_id,site_id,needed_from,needed_until\ns0,s0,2026-02-01,2026-01-31\n",
            "needed_until",
            "ends before it starts",
            id="channel",
        ),
        pytest.param(
            "exclusions",
            "subject,subject_id,starts_on,ends_on,reason,approver,document\n"
            "camera,c0,2026-01-01,2026-02-01,other,,d\n",
            "approver",
            "is empty; fill it in",
            id="exclusion without approver",
        ),
        pytest.param(
            "exclusions",
            "subject,subject_id,starts_on,ends_on,reason,approver,document\n"
            "camera,c0,2026-01-01,2026-06-30,other,a,d\n",
            "ends_on",
            "lasts 181 days; at most 180",
            id="exclusion too long",
        ),
        pytest.param(
            "exclusions",
            "subject,subject_id,starts_on,ends_on,reason,approver,document\n"
            "site,c0,2026-01-01,2026-02-01,other,a,d\n",
            "subject_id",
            "c0 is neither in the register nor in these files; add it to a sheet of sites",
            id="exclusion of a site that is a camera",
        ),
        pytest.param(
            "exclusions",
            "subject,subject_id,starts_on,ends_on,reason,approver,document\n"
            "gateway,g,2026-01-01,2026-02-01,other,a,d\n",
            "subject",
            "write one of institution, site, camera",
            id="exclusion of a gateway",
        ),
        pytest.param(
            "contacts",
            "party,party_id,role,phone\ncentre,P,duty,+77172000000\n",
            "party_id",
            "P is neither in the register nor in these files; add it to a sheet of centres",
            id="contact of a centre that is a provider",
        ),
        pytest.param(
            "maintenance",
            "maintenance_id,subject,subject_id,starts_at,ends_at,approver,reason\n"
            "m,gateway,g,2026-01-01T06:00+05:00,2026-01-01T01:00+00:00,a,r\n",
            "ends_at",
            "the window ends before it starts",
            id="window of no length",
        ),
        pytest.param(
            "claims",
            "claim_id,measure,value,unit,population,as_of,source,numerator,denominator\n"
            "k,connected,62.9,percent,p,2026-01-01,s,6936,4360\n",
            "numerator",
            "greater than the denominator",
            id="claim turned over",
        ),
    ],
)
def test_bad_input_is_refused_with_place_and_reason(kind: str, text: str, column: str, words: str) -> None:
    """Each of these rows names its line and column, says what is wrong, and nothing is imported."""
    (bad,) = lay(estate(), **{kind: text}).bad
    assert (bad.file, bad.line, bad.column) == (f"{kind}.csv", 2, column)
    assert words in str(bad.text)


def test_good_allowances_are_taken() -> None:
    """An exclusion of exactly the longest time, a window at a gateway and a contact by its party are good."""
    made = lay(
        estate(),
        exclusions="subject,subject_id,starts_on,ends_on,reason,approver,document\n"
        "камера,c0,2026-01-01,2026-06-29,ремонт,a,d\n",
        maintenance="maintenance_id,subject,subject_id,starts_at,ends_at,approver,reason\n"
        "m,шлюз,g,2026-01-01T06:00+05:00,2026-01-01T01:01+00:00,a,r\n",
        contacts="party,party_id,role,phone\nпровайдер,P,кезекші,8 (717) 200-00-00\n",
    )
    assert made.bad == ()
    assert made.change.counts() == (3, 0, 0)


def test_a_sheet_must_go_with_what_is_registered_beside_it() -> None:
    """A sheet with one end of a period is held against the other end in the register."""
    before = estate()
    before.channels["s0"] = Channel(channel_id="s0", site_id="s0", needed_from=date(2026, 5, 1))
    made = lay(before, channels="channel_id,site_id,needed_until\ns0,s0,2026-04-30\ns1,s1,2026-04-30\n")
    assert [(bad.line, bad.column) for bad in made.bad] == [(2, "needed_until")]
    assert "with what is registered: the time in which" in complaints(made)[0]


CENTRES = "centre_id,name,kind,region,parent\n"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param("a,A,occ,110000000,a\n", [2], id="itself"),
        pytest.param("a,A,occ,110000000,b\nb,B,occ,110000000,a\n", [2, 3], id="two"),
        pytest.param(
            "a,A,occ,110000000,b\nb,B,occ,110000000,c\nc,C,occ,110000000,b\n", [3, 4], id="below a circle"
        ),
        pytest.param("a,A,occ,110000000,o\nb,B,occ,110000000,a\n", [], id="a tree"),
    ],
)
def test_centres_do_not_answer_to_themselves(rows: str, lines: list[int]) -> None:
    """Every row of a circle is refused, and none that only answers to one."""
    assert [bad.line for bad in lay(estate(), centres=CENTRES + rows).bad] == lines


def test_a_camera_hangs_at_the_site_of_its_recorder() -> None:
    """A camera at another site than its recorder is refused, whichever of the two a sheet brings."""
    before = estate()
    before = replace(
        before,
        recorders={"r": Recorder(recorder_id="r", site_id="s0", kind=RecorderKind.OTHER)},
        cameras=before.cameras
        | {"c0": Camera(camera_id="c0", site_id="s0", url="rtsp://c0/", recorder_id="r")},
    )
    camera = lay(before, cameras="camera_id,site_id,url,recorder_id\nc2,s1,rtsp://c2/,r\n")
    assert complaints(camera) == [
        "cameras.csv:2: recorder_id: recorder r stands at site s0, its camera c2 at s1; correct one of them"
    ]
    recorder = lay(before, recorders="recorder_id,site_id,kind\nr,s1,other\n")
    assert complaints(recorder) == [
        "recorders.csv:2: site_id: recorder r stands at site s1, its camera c0 at s0; correct one of them"
    ]
    assert lay(before, cameras="camera_id,site_id,url,recorder_id\nc1,s0,rtsp://c1/,r\n").bad == ()


@pytest.mark.parametrize(
    ("stage", "ends_on", "good"),
    [
        pytest.param("terminated", "2026-12-31", False, id="still the end of the agreement"),
        pytest.param("terminated", "2026-06-01", True, id="terminated today"),
        pytest.param("terminated", "2026-03-10", True, id="terminated before"),
        pytest.param("signed", "2026-12-31", True, id="in force"),
    ],
)
def test_a_terminated_contract_says_when(stage: str, ends_on: str, good: bool) -> None:
    """A contract that is terminated names the day: an end that is still to come is that of the agreement."""
    text = (
        "customer_bin,contract_number,contract_date,channel_id,provider,starts_on,ends_on,stage\n"
        f"220440000000,9,2025-12-20,s0,P,2026-01-01,{ends_on},{stage}\n"
    )
    made = plan(estate(), read({"contracts": text}), day=date(2026, 6, 1))
    assert [bad.column for bad in made.bad] == ([] if good else ["ends_on"])
    assert all(
        "would end on 2026-12-31, later than 2026-06-01, from which this import holds" in str(bad.text)
        and "in a second import, as of its day" in str(bad.text)
        for bad in made.bad
    )
