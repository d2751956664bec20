"""Sheets that are the whole of a region or of the register: what they lack ends, and only that."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.model.estate import Estate, Institution, InstitutionType, Ownership, Site
from monitor.model.parties import Contact, PartyKind, Provider, Role
from monitor.register.change import Plan, plan
from monitor.register.entries import entries_of
from monitor.register.kinds import Kind
from monitor.register.scope import Places, Scope, scope_named
from tests.registered import contract
from tests.small_sheets import FILES, complaints, counts, read
from tests.toy import estate

HERE, THERE = "110000000", "750000000"
INSTITUTIONS = "institution_id,name,region,type,ownership\n"


def two_regions() -> Estate:
    """Build the toy estate with a second school in another region, and a telephone of the provider."""
    before = estate()
    other = Institution(
        institution_id="j",
        name="Other",
        region=THERE,
        type=InstitutionType.SCHOOL,
        ownership=Ownership.PUBLIC,
    )
    return replace(
        before,
        institutions=before.institutions | {"j": other},
        sites=before.sites | {"t0": Site(site_id="t0", institution_id="j", name="t0")},
        providers=before.providers | {"Q": Provider(provider="Q")},
        contacts=(Contact(party=PartyKind.PROVIDER, party_id="P", role=Role.DUTY, phone="+77172000000"),),
    )


def complete(region: str | None, **files: str) -> Plan:
    return plan(two_regions(), read(files), complete=Scope(region))


@pytest.mark.parametrize(
    ("text", "region"),
    [
        pytest.param("all", None, id="all"),
        pytest.param("ALL", None, id="all, loudly"),
        pytest.param("750000000", THERE, id="code"),
        pytest.param("region=750000000", THERE, id="code with a word before it"),
        pytest.param("Алматы қаласы", THERE, id="Kazakh"),
        pytest.param("город алматы", THERE, id="Russian"),
        pytest.param("Almaty City", THERE, id="English"),
    ],
)
def test_a_scope_is_named_as_people_do(text: str, region: str | None) -> None:
    """All, a KATO code, or a region's whole name in one of three languages."""
    assert scope_named(text, Estate().regions.values()) == Scope(region)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Almaty", "did you mean Almaty Region or Almaty City", id="two regions"),
        pytest.param("511010000", "neither all nor a region", id="no such code"),
        pytest.param("", "write the region's KATO code", id="nothing"),
    ],
)
def test_a_scope_is_never_guessed(text: str, words: str) -> None:
    """What names no one region is refused, with what it could be."""
    with pytest.raises(ValueError, match=words):
        scope_named(text, Estate().regions.values())


def test_a_region_is_completed_without_touching_others() -> None:
    """A site that the sheets of its region lack ends; a site of another region stays."""
    made = complete(HERE, sites="site_id,institution_id,name\nt9,i,new\n", cameras=CAMERAS, channels=CHANNELS)
    assert counts(made.change)[Kind.SITES] == (1, 0, 0, 2)
    assert [site.site_id for site in sites_ended(made)] == ["s0", "s1"]
    assert (Kind.SITES, 2, 2) in [(each.kind, each.ended, each.of) for each in made.endings]


CAMERAS = "camera_id,site_id,url\nc9,t9,rtsp://c9/\n"
CHANNELS = "channel_id,site_id\nt9,t9\n"


def sites_ended(made: Plan) -> list[Site]:
    return [each for each in made.change.parts[Kind.SITES].ended if isinstance(each, Site)]


def test_rows_of_another_region_are_refused() -> None:
    """Sheets of one region do not bring schools of another."""
    rows = f"i,School,{HERE},school,public\nj,Other,{THERE},school,public\n"
    made = complete(HERE, institutions=INSTITUTIONS + rows)
    (said,) = complaints(made)
    assert (made.bad[0].column, made.bad[0].value) == ("region", THERE)
    assert said.startswith(
        f"institutions.csv:3: region: j is in region {THERE}, and the sheets are said to be the whole"
    )
    assert said.endswith(f"of region {HERE}; take it out, or complete that region")


def test_a_school_may_move_into_the_region() -> None:
    """A school of another region that the sheets place here moves, and ends nowhere."""
    rows = f"i,School,{HERE},school,public\nj,Other,{HERE},school,public\n"
    made = complete(HERE, institutions=INSTITUTIONS + rows)
    assert made.bad == ()
    assert counts(made.change) == {Kind.INSTITUTIONS: (0, 1, 1, 0)}


def test_what_belongs_to_no_region_never_ends_with_one() -> None:
    """Providers and their telephones stay when a region is completed; with the whole register they end."""
    files = {"providers": "provider\nP\n"}
    assert counts(complete(HERE, **files).change) == {Kind.PROVIDERS: (0, 0, 1, 0)}
    assert counts(complete(None, **files).change) == {Kind.PROVIDERS: (0, 0, 1, 1)}


def test_what_is_still_named_does_not_end() -> None:
    """A site that would end while cameras and channels stand at it is refused, each of them told."""
    made = complete(HERE, sites="site_id,institution_id,name\ns0,i,s0\n")
    assert {said.split(": ")[0] for said in complaints(made)} == {"cameras", "channels"}
    assert all(
        "of the register still names s1, which would end; end both" in said for said in complaints(made)
    )


@pytest.mark.parametrize(
    ("ended", "many"),
    [pytest.param(5, False, id="exactly 5 %"), pytest.param(6, True, id="more")],
)
def test_more_than_five_percent_wants_a_second_word(ended: int, many: bool) -> None:
    """Of a hundred sites five may end without a word, six may not."""
    before = two_regions()
    before = replace(
        before,
        sites=before.sites
        | {f"n{n}": Site(site_id=f"n{n}", institution_id="i", name="n") for n in range(98)},
    )
    rows = "".join(f"n{n},i,n\n" for n in range(98 - ended))
    sheets = read({"sites": "site_id,institution_id,name\ns0,i,s0\ns1,i,s1\n" + rows})
    made = plan(before, sheets, complete=Scope(HERE))
    assert [(each.ended, each.of, each.many) for each in made.endings] == [(ended, 100, many)]


def test_empty_sheets_of_what_there_is_none_end_nothing() -> None:
    """An export has sheets without rows; completing with them is good where nothing would end."""
    assert complete(None, recorders="recorder_id,site_id,kind\n").bad == ()
    assert "has no good rows" in complaints(complete(None, streams="camera_id,gateway_id,stream_key\n"))[0]


@pytest.mark.parametrize(
    ("kind", "key", "region"),
    [
        pytest.param(Kind.INSTITUTIONS, ("j",), THERE, id="institution"),
        pytest.param(Kind.SITES, ("t0",), THERE, id="site"),
        pytest.param(Kind.CAMERAS, ("c0",), HERE, id="camera"),
        pytest.param(Kind.STREAMS, ("c0", "g"), HERE, id="stream"),
        pytest.param(Kind.GATEWAYS, ("g",), HERE, id="gateway"),
        pytest.param(Kind.CHANNELS, ("s0",), HERE, id="channel"),
        pytest.param(Kind.REGIONS, (HERE,), HERE, id="region"),
        pytest.param(Kind.PROVIDERS, ("P",), None, id="provider"),
        pytest.param(Kind.CONTACTS, ("provider", "P", "duty"), None, id="provider's telephone"),
    ],
)
def test_an_entry_is_in_the_region_of_what_it_names(
    kind: Kind, key: tuple[str, ...], region: str | None
) -> None:
    """A camera's site, the site's institution, the institution's region: by what is named, not by ids."""
    held = entries_of(two_regions())
    assert Places(held).region_of(kind, held[kind][key]) == region


def test_the_whole_register_given_again_changes_nothing() -> None:
    """All sheets, completed over the register that they made, change nothing and end nothing."""
    agreed = contract("s0", date(2026, 1, 1), date(2026, 12, 31))
    again = plan(estate((agreed,)), read(FILES), complete=Scope())
    assert (again.bad, again.change.empty, again.endings) == ((), True, ())
