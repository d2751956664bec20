"""`cctv-monitor discover` as a person meets it: a list beside the register, in three languages and forms."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from exporters.tables.discovered import cameras_sheet, registered_at
from monitor.cli.app import app
from monitor.cli.register import app as register_app
from monitor.model.estate import Camera, Estate, Recorder, RecorderKind
from probes.discovered import Discovered
from simulator.discovery import Device, Manner, Responder
from tests.networks import played

ONVIF = "onvif://www.onvif.org/"
DEVICES = [
    Device(
        address="127.0.9.1",
        uuid="a0000000-0000-4000-8000-000000000001",
        scopes=f"{ONVIF}name/Hall {ONVIF}hardware/X-1",
    ),
    Device(
        address="127.0.9.2",
        uuid="a0000000-0000-4000-8000-000000000002",
        scopes=f"{ONVIF}name/=1+1",
        xaddrs="http://10.1.1.1/onvif",
    ),
    Device(address="127.0.9.3", uuid="a0000000-0000-4000-8000-000000000003", manner=Manner.BOMB),
]
SHEETS = {
    "institutions.csv": "institution_id,name,region,type,ownership\ni,School,750000000,school,public\n",
    "sites.csv": "site_id,institution_id,name\ns,i,Main\n",
    "cameras.csv": "camera_id,site_id,url\nc1,s,rtsp://127.0.9.1/\nc2,s,rtsp://127.0.9.1:554/2\n",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with no configuration of anybody's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCTV_MONITOR_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def register(here: Path) -> Path:
    """Have a register that knows two cameras at the first device's address."""
    for name, text in SHEETS.items():
        (here / name).write_text(text)
    assert CliRunner().invoke(register_app, ["import", *SHEETS]).exit_code == 0
    return here


@pytest.fixture
def devices(request: pytest.FixtureRequest) -> Iterator[Responder]:
    """Play the devices on loopback."""
    responder = Responder("lo", getattr(request, "param", DEVICES))
    with played(responder):
        yield responder


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["discover", "--interface", "lo", "--seconds", "0.8", *args])


@pytest.mark.usefixtures("register", "devices")
def test_beside_the_register() -> None:
    """Each device stands beside what the register has at its address; what is odd about it is said."""
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    head, unread, columns, first, second, *_ = result.stdout.splitlines()
    assert head == "lo (127.0.0.1/8, ::1/128): devices 2, not in the register 1"
    assert unread.endswith("no question of ours: 2")
    assert columns.split() == ["Address", "Name", "Model", "Registered", "ONVIF", "Remark"]
    assert first.split()[:5] == ["127.0.9.1", "Hall", "X-1", "c1", "c2"]
    assert "not in the register" in second
    assert second.endswith("names another host: http://10.1.1.1/onvif")


@pytest.mark.usefixtures("register", "devices")
def test_a_sheet_to_fill_in(register: Path) -> None:
    """CSV has those that are not in the register; filled in, it is imported, and all are known."""
    result = run("--format", "csv")
    assert list(csv.reader(result.stdout.splitlines())) == [
        ["camera_id", "site_id", "url"],
        ["", "", "rtsp://127.0.9.2/"],
    ]
    assert "Fill in camera_id" in result.stderr
    sheet = register / "found.csv"
    sheet.write_text(result.stdout)
    refused = CliRunner().invoke(register_app, ["import", "found.csv"])
    assert refused.exit_code == 1
    sheet.write_text(result.stdout.replace(",,", "c3,s,"))
    assert CliRunner().invoke(register_app, ["import", "found.csv"]).exit_code == 0
    assert run().stdout.splitlines()[-1] == "Every device that answered is in the register."


@pytest.mark.usefixtures("register", "devices")
def test_for_programs() -> None:
    """JSON has every column of every device."""
    told = json.loads(run("--format", "json").stdout)
    assert {key: told[key] for key in ("interface", "unit", "compared", "unread", "left")} == {
        "interface": "lo",
        "unit": "devices",
        "compared": True,
        "unread": 2,
        "left": 0,
    }
    assert [(row["address"], row["cameras"], row["elsewhere"]) for row in told["rows"]] == [
        ("127.0.9.1", "c1 c2", ""),
        ("127.0.9.2", "", "http://10.1.1.1/onvif"),
    ]


@pytest.mark.usefixtures("here", "devices")
def test_without_a_register() -> None:
    """Without a database that is said, and the devices are listed all the same."""
    result = run()
    assert result.exit_code == 0
    assert "Not compared with the register: there is no database" in result.stdout
    assert "127.0.9.1  Hall" in result.stdout
    assert json.loads(run("--format", "json").stdout)["rows"][0]["cameras"] is None


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        pytest.param("kk", ["құрылғы саны 2, тізілімде жоғы 1", "басқа мекенжайды атайды"], id="kk"),
        pytest.param("ru", ["устройств 2, нет в реестре 1", "называет другой адрес"], id="ru"),
        pytest.param("en", ["devices 2, not in the register 1", "names another host"], id="en"),
    ],
)
@pytest.mark.usefixtures("devices")
def test_languages(register: Path, locale: str, said: list[str]) -> None:
    """The list and the next steps are in the reader's language."""
    (register / "monitor.yaml").write_text(f"locale: {locale}\n")
    told = run().stdout
    assert all(each in told for each in [*said, "`cctv-monitor discover --interface lo --format csv"])


@pytest.mark.parametrize("devices", [[]], indirect=True)
@pytest.mark.usefixtures("register", "devices")
def test_nobody_answers() -> None:
    """An empty link is no mistake: what to check is said."""
    result = run()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1] == "Nobody answered. Check:"
    assert run("--format", "csv").stdout.strip() == "camera_id,site_id,url"


@pytest.mark.usefixtures("here")
def test_an_interface_that_is_not_there() -> None:
    """Wrong use: the interfaces that there are, and exit code 2."""
    result = run("--interface", "eth77")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("There is no interface 'eth77'; there are: lo")


def device(address: str) -> Discovered:
    return Discovered(endpoint="e", address=address, foreign=False, xaddrs=(), elsewhere=(), types=())


@pytest.mark.parametrize(
    ("url", "address", "known"),
    [
        pytest.param("rtsp://10.0.0.1:8554/x", "10.0.0.1", True, id="with a port"),
        pytest.param("rtsp://10.0.0.1/", "10.0.0.11", False, id="another"),
        pytest.param("rtsp://camera/", "10.0.0.1", False, id="a name"),
        pytest.param("rtsp://[FD00:0::1]/", "fd00::1", True, id="IPv6, written otherwise"),
        pytest.param("rtsp://[fe80::1%25eth0]/", "fe80::1%eth0", True, id="link-local"),
        pytest.param("rtsp://[::/", "10.0.0.1", False, id="no URL"),
    ],
)
def test_addresses_are_compared(url: str, address: str, known: bool) -> None:
    """An address is the same however it is written; names are not looked up."""
    estate = Estate(cameras={"c": Camera(camera_id="c", site_id="s", url=url)})
    found = registered_at(estate, [device(address)]).at(device(address))
    assert (found is not None) is known


def test_a_recorder_with_its_inputs() -> None:
    """A recorder at an address is named before the cameras behind it."""
    url = "http://10.0.0.1:8080"
    recorder = Recorder(recorder_id="r", site_id="s", kind=RecorderKind.OTHER, url=url)
    cameras = {key: Camera(camera_id=key, site_id="s", url=f"rtsp://10.0.0.1/{key}") for key in ("c2", "c1")}
    found = registered_at(Estate(recorders={"r": recorder}, cameras=cameras), [device("10.0.0.1")])
    known = found.at(device("10.0.0.1"))
    assert known is not None
    assert (known.recorders, known.cameras) == (["r"], ["c1", "c2"])


def test_the_sheet_of_an_ipv6_camera() -> None:
    """An IPv6 address stands in brackets."""
    assert cameras_sheet([device("fd00::7")]).rows == [{"url": "rtsp://[fd00::7]/"}]
