"""`config check` says whether a monitor could be served as its configuration wants."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli.config import app
from monitor.cli.web_config import mistakes_in, with_web_config
from monitor.settings import Settings
from tests.doors import CLIENTS, TLS, Door, users

OPEN = "zone: Asia/Almaty\nlisten: 0.0.0.0:9780\n"
NOBODY = "would be open to the network, and nobody is asked for a password or a certificate; name in web_con"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """A folder with certificates."""
    return Door(tmp_path)


def check(door: Door, text: str, *options: str) -> Result:
    """Check a configuration."""
    (door.folder / "monitor.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["check", str(door.folder / "monitor.yaml"), *options])


@pytest.mark.parametrize(
    ("text", "web"),
    [
        pytest.param("listen: 127.0.0.1:9780\n", "", id="this machine, nobody asked"),
        pytest.param("listen: localhost:9780\n", None, id="this machine, no web configuration"),
        pytest.param(OPEN, users(), id="the network, a password"),
        pytest.param(OPEN, TLS + CLIENTS, id="the network, a certificate"),
        pytest.param("listen: '[::]:9780'\n", TLS + users(), id="IPv6"),
    ],
)
def test_what_can_be_served(door: Door, text: str, web: str | None) -> None:
    """Beyond this machine somebody must be asked; on it nobody has to be."""
    if web is not None:
        door.say(web)
        text += "web_config_file: web.yaml\n"
    checked = check(door, text)
    assert (checked.exit_code, checked.stdout) == (0, f"{door.folder}/monitor.yaml: good\n")


@pytest.mark.parametrize(
    ("text", "web", "said"),
    [
        pytest.param(OPEN, None, f"monitor.yaml:2: listen: {NOBODY}", id="nobody is asked"),
        pytest.param("listen: '[::]:9780'\n", None, f"monitor.yaml:1: listen: {NOBODY}", id="IPv6"),
        pytest.param("listen: metrics.invalid:80\n", None, f"monitor.yaml:1: listen: {NOBODY}", id="a name"),
        pytest.param(OPEN, TLS, "web.yaml: asks nobody for a password or a certificate", id="TLS alone"),
        pytest.param(OPEN, "", "web.yaml: asks nobody for a password or a certificate", id="an empty one"),
        pytest.param(
            "listen: 127.0.0.1:1\n", "tls: {}\n", "web.yaml:1: tls: is not a key; the", id="a mistake in it"
        ),
        pytest.param(
            "listen: 127.0.0.1:1\n",
            TLS.replace("server.key", "none.key"),
            "web.yaml:3: tls_server_config.key_file: cannot be read: No such file",
            id="no key",
        ),
    ],
)
def test_what_cannot_be_served(door: Door, text: str, web: str | None, said: str) -> None:
    """What keeps it from being served is told with the file, the line and the key to mend."""
    if web is not None:
        door.say(web)
        text += "web_config_file: web.yaml\n"
    checked = check(door, text)
    assert (checked.exit_code, checked.stdout.count("\n")) == (1, 1)
    assert checked.stdout.startswith(f"{door.folder}/{said}")


def test_a_file_that_is_not_there(door: Door) -> None:
    """A web configuration that cannot be read is a mistake of the key that names it."""
    checked = check(door, "web_config_file: none.yaml\n")
    assert checked.exit_code == 1
    assert "monitor.yaml:1: web_config_file: " in checked.stdout
    assert "none.yaml cannot be read: No such file or directory" in checked.stdout


def test_the_same_for_programs(door: Door) -> None:
    """As JSON each mistake names its file too."""
    door.say("basic_auth_users: {a: canary-7}\n")
    told = json.loads(check(door, "web_config_file: web.yaml\n", "--json").stdout)
    ((mistake),) = told["mistakes"]
    assert (told["good"], mistake["line"], mistake["key"]) == (False, 1, "basic_auth_users.a")
    assert mistake["file"] == str(door.file)
    assert "canary" not in mistake["text"]


def test_the_option_goes_before_the_key(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """--web.config.file names the file from where the program is started, whatever the configuration says."""
    door.say(users())
    monkeypatch.chdir(door.folder)
    settings = Settings(listen="0.0.0.0:9780", web_config_file="/none.yaml")
    assert with_web_config(settings, None) == settings
    chosen = with_web_config(settings, Path("web.yaml"))
    assert chosen.web_config_file == str(door.file)
    assert mistakes_in(chosen) == []


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        pytest.param(None, "", "cannot be read: No such file", id="not there"),
        pytest.param(
            0o644, "json://127.0.0.1/\n", "can be read by others; run: chmod 600", id="open to others"
        ),
        pytest.param(0o600, "# nobody\n", "holds no address", id="empty"),
        pytest.param(0o600, "canary-7\n", "is not an address: SERVICE://", id="no address"),
    ],
)
def test_receivers_that_could_not_be_told(door: Door, mode: int | None, text: str, said: str) -> None:
    """A file of addresses that `run` would refuse is a mistake of its key; no address is told."""
    file = door.folder / "it.urls"
    if mode is not None:
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
    checked = check(door, "notify:\n  receivers:\n    - name: it\n      urls_file: it.urls\n")
    assert checked.exit_code == 1
    assert checked.stdout.startswith(f"{door.folder}/monitor.yaml:4: notify.receivers.0.urls_file: ")
    assert said in checked.stdout
    assert "canary" not in checked.stdout
