"""The make-believe estate and its sheets: the same for the same seed, and none of it real."""

import csv
from datetime import date
from pathlib import Path
from random import Random

import pytest

from simulator.estate import Estate
from simulator.making import make_estate
from simulator.names import PROVIDERS
from simulator.number import check_digit, make_bin
from simulator.sheets import Places, write_credentials, write_register

TODAY = date(2026, 11, 24)


def estate(institutions: int = 40, cameras: int = 200, seed: int = 1) -> Estate:
    """An estate of some size."""
    return make_estate(institutions=institutions, cameras=cameras, seed=seed, today=TODAY)


def places(of: Estate) -> Places:
    """Made-up places for everything."""
    return Places(
        cameras={each.camera_id: f"rtsp://{each.address}:8554{each.path}" for each in of.cameras},
        gateways={each.gateway_id: "http://127.0.0.1:9997" for each in of.gateways},
        edges={each.site_id: f"{each.edge}:443" for each in of.sites},
        recorders={each.recorder_id: f"http://{each.address}:80" for each in of.recorders},
    )


def rows(path: Path) -> list[dict[str, str]]:
    """A sheet as its reader gets it."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_same_seed_same_estate() -> None:
    """Size, seed and day decide the estate, and another seed makes another one."""
    assert estate() == estate()
    assert estate() != estate(seed=2)


@pytest.mark.parametrize(("institutions", "cameras"), [(1, 0), (1, 1), (5, 3), (8, 40), (120, 500)])
def test_has_the_size_asked_for(institutions: int, cameras: int) -> None:
    """There are as many institutions and cameras as asked for, and ids, numbers and addresses differ."""
    made = estate(institutions, cameras)
    assert len(made.institutions) == len({each.institution_id for each in made.institutions}) == institutions
    assert len(made.cameras) == cameras
    for name in ("camera_id", "number", "address"):
        assert len({getattr(each, name) for each in made.cameras}) == cameras
    assert all(each.address.startswith("127.") for each in made.cameras)
    assert len({camera.site_id for camera in made.cameras}) >= min(institutions, cameras)


@pytest.mark.parametrize("size", [(0, 1), (1, -1), (1, 1_000_001)])
def test_refuses_impossible_sizes(size: tuple[int, int]) -> None:
    """An estate without an institution, or with more cameras than addresses, is our own mistake."""
    with pytest.raises(ValueError, match="estate"):
        estate(*size)


def test_everything_names_something() -> None:
    """Sites, cameras, streams, gateways and contracts name only what is there."""
    made = estate()
    sites = {each.site_id for each in made.sites}
    assert {each.institution_id for each in made.sites} == {each.institution_id for each in made.institutions}
    assert {each.site_id for each in made.cameras} <= sites
    assert {each.site_id for each in made.contracts} <= sites
    assert {each.camera_id for each in made.streams} <= {each.camera_id for each in made.cameras}
    assert {each.gateway_id for each in made.streams} <= {each.gateway_id for each in made.gateways}
    assert {each.centre_id for each in made.gateways} == {each.centre_id for each in made.centres}


def test_a_few_things_are_wrong_from_the_start() -> None:
    """In an estate of some size streams, paths, enrolments and contracts do not all fit together."""
    made = estate(100, 600)
    assert 0 < len(made.cameras) - len(made.streams) < 30
    assert 0 < sum(not each.known for each in made.streams) < 30
    assert {each.on_demand_told for each in made.streams if each.on_demand} == {True, False}
    assert all(each.unknown_paths for each in made.gateways)
    assert 0 < sum(each.ends_on < TODAY for each in made.contracts) < len(made.sites) // 5
    assert len({each.site_id for each in made.contracts}) < len(made.sites)


def test_a_small_estate_is_sound() -> None:
    """Below a dozen cameras every camera is enrolled, known and pulled."""
    made = estate(3, 8)
    assert len(made.streams) == 8
    assert all(each.known and not each.on_demand for each in made.streams)


def test_sites_have_edges_and_some_have_recorders() -> None:
    """Every site has an edge at an address of its own; inputs are numbered, and two cameras hang at none."""
    made = estate()
    addresses = [each.edge for each in made.sites] + [each.address for each in made.recorders]
    assert len({*addresses, *(each.address for each in made.cameras)}) == len(addresses) + len(made.cameras)
    assert 0 < len(made.recorders) < len(made.sites)
    assert {each.dialect.value for each in made.recorders} == {"hikvision", "dahua"}
    for recorder in made.recorders:
        here = [each for each in made.cameras if each.site_id == recorder.site_id]
        inputs = [each.recorder_input for each in here if each.recorder_id == recorder.recorder_id]
        assert inputs == list(range(1, recorder.inputs + 1))
        assert sum(each.recorder_id is None for each in here) >= 2


def test_spans_regions_and_gateways() -> None:
    """Regions have KATO codes, and a larger estate has three gateways."""
    made = estate(100, 400)
    regions = {each.region for each in made.institutions}
    assert len(regions) > 3
    assert all(len(region) == 9 and region.isdigit() for region in regions)
    assert len(made.gateways) == 3
    assert len(estate(2, 2).gateways) == 1


def test_no_bin_can_be_real() -> None:
    """Every BIN has 12 digits, and its last is never the right one."""
    for seed in range(300):
        number = make_bin(Random(seed))
        assert len(number) == 12
        figures = [int(figure) for figure in number]
        assert figures[11] != check_digit(figures[:11])


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param("00000000000", 0, id="zeros"),
        pytest.param("00000000050", 6, id="first weights: 50 leaves 6"),
        pytest.param("12345678901", 3, id="first weights leave 10, second 377 leaves 3"),
        pytest.param("00000100073", None, id="both leave 10: never given out"),
    ],
)
def test_check_digit(first: str, last: int | None) -> None:
    """The check digit is the weighed sum modulo 11, by other weights when that is no digit."""
    assert check_digit([int(figure) for figure in first]) == last


def test_lapse_ends_the_contract_yesterday() -> None:
    """A lapse moves one site's last contract to yesterday, or makes one, and touches no other."""
    made = estate()
    covered = {each.site_id for each in made.contracts}
    for site in (made.contracts[5].site_id, next(s.site_id for s in made.sites if s.site_id not in covered)):
        lapsed = made.lapse(site, TODAY)
        mine = [each for each in lapsed.contracts if each.site_id == site]
        assert [each.ends_on for each in mine] == [date(2026, 11, 23)]
        assert mine[0].starts_on < mine[0].ends_on
        assert {each for each in made.contracts if each.site_id != site} < set(lapsed.contracts)


def test_sheets_say_what_the_estate_is(tmp_path: Path) -> None:
    """Each sheet has the documented columns and a row for each thing, and no password is in any."""
    made = estate()
    paths = write_register(tmp_path, made, places(made))
    sheets = {path.stem: rows(path) for path in paths}
    assert {name: list(sheet[0]) for name, sheet in sheets.items()} == {
        "institutions": ["institution_id", "name", "region", "type", "ownership", "bin", "headcount"],
        "sites": ["site_id", "institution_id", "name", "uplink_kbps", "budget_kbps", "edge"],
        "recorders": ["recorder_id", "site_id", "kind", "url", "inputs"],
        "cameras": [
            *("camera_id", "site_id", "url", "zone", "basic_in_clear", "tls_fingerprint"),
            *("recorder_id", "recorder_input", "onvif_url"),
        ],
        "centres": ["centre_id", "name", "kind", "region"],
        "gateways": ["gateway_id", "centre_id", "kind", "url", "tls_fingerprint"],
        "streams": ["camera_id", "gateway_id", "stream_key", "on_demand", "enrolled_on", "act"],
        "providers": ["provider"],
        "channels": ["channel_id", "site_id", "technology", "up_kbps"],
        "contracts": [
            *("customer_bin", "contract_number", "contract_date", "channel_id", "provider"),
            *("starts_on", "ends_on"),
        ],
    }
    counted = {name: len(getattr(made, name)) for name in sheets if name not in {"providers", "channels"}}
    counted |= {"providers": len(PROVIDERS), "channels": len(made.sites)}
    assert {name: len(sheet) for name, sheet in sheets.items()} == counted
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    passwords = [row["password"] for row in rows(write_credentials(tmp_path, made))]
    assert not any(password in text for password in passwords)


def test_credentials_are_for_the_owner_only(tmp_path: Path) -> None:
    """The credentials file has every gateway, recorder and camera, and nobody but its owner can read it."""
    made = estate()
    path = write_credentials(tmp_path, made)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [(row["kind"], row["id"]) for row in rows(path)] == [
        *(("gateway", each.gateway_id) for each in made.gateways),
        *(("recorder", each.recorder_id) for each in made.recorders),
        *(("camera", each.camera_id) for each in made.cameras),
    ]
    assert list(rows(path)[0]) == ["kind", "id", "username", "password"]


def test_register_takes_the_sheets(tmp_path: Path) -> None:
    """The product's own register reads every cell of every sheet without a complaint."""
    columns = pytest.importorskip("monitor.register.columns")
    made = estate()
    for path in write_register(tmp_path, made, places(made)):
        sheet = columns.SHEETS[columns.Kind(path.stem)]
        for row in rows(path):
            for name, cell in row.items():
                assert cell or name not in sheet.required
                if cell:
                    sheet.cells[name].read(cell)
