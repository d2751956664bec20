"""The configuration file: defaults, the reference, and what is said of mistakes."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from monitor.settings import Settings, SettingsError, load, parse
from monitor.settings.keys import Baseline

REFERENCE = Path(__file__).parents[2] / "config" / "monitor.yaml"


def keys_of(model: BaseModel, above: str = "") -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        value, key = getattr(model, name), above + (field.alias or name)
        yield key
        if isinstance(value, BaseModel):
            yield from keys_of(value, key + ".")


def keys_in(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in values.items():
        yield above + name
        if isinstance(value, dict):
            yield from keys_in(value, above + name + ".")


def mistakes(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(SettingsError) as caught:
        parse(text.encode())
    return [(mistake.line, str(mistake)) for mistake in caught.value.mistakes]


def test_the_reference_holds_the_defaults() -> None:
    """config/monitor.yaml says exactly what holds without it."""
    assert parse(REFERENCE.read_bytes()) == Settings()


def test_the_reference_holds_every_key() -> None:
    """No key is missing from config/monitor.yaml, and none stands there that is not read."""
    assert set(keys_in(yaml.safe_load(REFERENCE.read_text()))) == set(keys_of(Settings()))


def test_the_reference_explains_every_group() -> None:
    """Each top-level key of config/monitor.yaml has a comment above it or in its group."""
    blocks = REFERENCE.read_text().split("\n\n")[1:]
    assert [block for block in blocks if "#" not in block] == []


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_the_defaults(text: str) -> None:
    """A file without keys is no mistake."""
    assert parse(text.encode()) == Settings()


def test_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    """The same file means the same database from whatever folder the program is started."""
    file = tmp_path / "monitor.yaml"
    file.write_text(
        "database: {url: 'sqlite:///data/m.db', password_file: pw}\nkey_file: /etc/keys/m\nrules: law\n"
        "web_config_file: ../web.yaml\n"
    )
    settings = load(file)
    assert settings.database.url == f"sqlite:///{tmp_path}/data/m.db"
    assert settings.database.password_file == f"{tmp_path}/pw"
    assert settings.key_file == "/etc/keys/m"
    assert settings.rules == f"{tmp_path}/law"
    assert settings.web_config_file == f"{tmp_path}/../web.yaml"


def test_a_server_url_is_left_alone(tmp_path: Path) -> None:
    """Only paths of files are made absolute."""
    url = "postgresql://monitor@db.invalid/monitor"
    assert Settings.model_validate({"database": {"url": url}}).at(tmp_path).database.url == url


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param(
            "sweep:\n  intervall_seconds: 3\n",
            2,
            "sweep.intervall_seconds: is not a key; did you mean sweep.interval_seconds?",
            id="misspelt",
        ),
        pytest.param("swep: {}\n", 1, "swep: is not a key; did you mean sweep?", id="misspelt group"),
        pytest.param(
            "\ninterval_seconds: 3\n",
            2,
            "interval_seconds: is not a key; did you mean sweep.interval_seconds?",
            id="key of another group",
        ),
        pytest.param(
            "log:\n  zzzzzz: 1\n",
            2,
            "log.zzzzzz: is not a key; the keys here are level",
            id="nothing near",
        ),
        pytest.param(
            "baseline:\n- unit: cameras\n  as_of: 2023-03-07\n  ratoi: 0.5\n",
            4,
            "baseline.0.ratoi: is not a key; did you mean baseline.0.ratio?",
            id="misspelt in a list",
        ),
        pytest.param(
            "regions: ['110000000', '11000000']\n",
            1,
            "regions.1: is not the KATO code of a region; write its 9 digits in quotes",
            id="no region",
        ),
        pytest.param(
            "regions: ['110000000', '110000000']\n",
            1,
            "regions: names a region twice",
            id="one region twice",
        ),
        pytest.param(
            "sweep: {interval_seconds: fast}\n",
            1,
            "sweep.interval_seconds: must be a number; it is 'fast'",
            id="words for a number",
        ),
        pytest.param(
            "sweep: {interval_seconds: '30'}\n",
            1,
            "sweep.interval_seconds: must be a number; it is '30'",
            id="quoted number",
        ),
        pytest.param(
            "polls: {concurrency: true}\n",
            1,
            "polls.concurrency: must be a whole number; it is True",
            id="truth for a number",
        ),
        pytest.param(
            "polls: {concurrency: 0}\n",
            1,
            "polls.concurrency: must be at least 1; it is 0",
            id="too small",
        ),
        pytest.param(
            "polls: {timeout_seconds: 0}\n",
            1,
            "polls.timeout_seconds: must be greater than 0; it is 0",
            id="no time",
        ),
        pytest.param(
            "polls: {timeout_seconds: .nan}\n",
            1,
            "polls.timeout_seconds: must be a number; it is nan",
            id="not a number",
        ),
        pytest.param(
            "polls: {timeout_seconds: }\n",
            1,
            "polls.timeout_seconds: must be a number; it is empty",
            id="empty",
        ),
        pytest.param("sweep: 30\n", 1, "sweep: must be a group of keys", id="no group"),
        pytest.param(
            "locale: de\n", 1, "locale: must be 'en', 'ru' or 'kk'; it is 'de'", id="not in the list"
        ),
        pytest.param("zone: Asia/Almatty\n", 1, "zone: is not a time zone", id="no zone"),
        pytest.param("listen: 127.0.0.1\n", 1, "listen: must be HOST:PORT", id="no port"),
        pytest.param("listen: 127.0.0.1:70000\n", 1, "listen: must be HOST:PORT", id="no such port"),
        pytest.param("listen: 9780\n", 1, "listen: must be text", id="port alone"),
        pytest.param(
            "database: {url: 'mysql://h/x'}\n", 1, "database.url: must begin with sqlite", id="mysql"
        ),
        pytest.param("database: {url: 'sqlite://'}\n", 1, "database.url: must name a file", id="no file"),
        pytest.param(
            "sweep: {timeout_seconds: 40}\n",
            1,
            "sweep: timeout_seconds must not be longer than interval_seconds",
            id="sweeps overlap",
        ),
        pytest.param(
            "patience: {ask_again_seconds: [5, 5]}\n",
            1,
            "patience: ask_again_seconds must grow",
            id="same again",
        ),
        pytest.param(
            "heartbeat: {every_seconds: 60}\n", 1, "heartbeat: blind_gap_seconds must be", id="beat too slow"
        ),
        pytest.param(
            "selfcheck: {canaries: [10.0.0.1]}\n", 1, "selfcheck.canaries.0: must be HOST:PORT", id="no port"
        ),
        pytest.param(
            "selfcheck: {canaries: ['::1:53']}\n",
            1,
            "selfcheck.canaries.0: must be HOST:PORT",
            id="bare IPv6",
        ),
        pytest.param(
            "selfcheck: {canaries: ['u:p@10.0.0.1:53']}\n", 1, "selfcheck.canaries.0: must be", id="a log-in"
        ),
        pytest.param(
            "selfcheck: {canaries: ['a:1', 'a:1']}\n", 1, "selfcheck: canaries names", id="one canary twice"
        ),
        pytest.param(
            "selfcheck: {timeout_seconds: 11}\n", 1, "selfcheck: timeout_seconds must not", id="tests overlap"
        ),
        pytest.param(
            "baseline: [{unit: cameras, as_of: 2023-03-07}]\n",
            1,
            "baseline.0: give either ratio, or part and whole",
            id="figure without a figure",
        ),
        pytest.param(
            "baseline: [{unit: cameras, as_of: soon, ratio: 0.5}]\n",
            1,
            "baseline.0.as_of: must be a day",
            id="no day",
        ),
        pytest.param(
            "baseline: [{as_of: 2023-03-07, ratio: 0.5}]\n", 1, "baseline.0.unit: is missing", id="missing"
        ),
        pytest.param("- a\n- b\n", 1, "the file must hold keys and values", id="a list"),
        pytest.param("sweep: {}\nsweep: {}\n", 2, "sweep: is given twice (line 1)", id="twice"),
        pytest.param("sweep:\n\tinterval: 3\n", 2, "is not YAML", id="tab"),
        pytest.param("a: [1\nb: 2\n", 2, "is not YAML", id="open bracket"),
        pytest.param("? [a, b]\n: 1\n", 1, "a key must be one word", id="list as key"),
    ],
)
def test_a_mistake_names_line_key_and_remedy(text: str, line: int, said: str) -> None:
    """What is wrong is told with its line, its dotted key and what to write instead."""
    (found,) = mistakes(text)
    assert found[0] == line
    assert found[1].startswith(said)


@pytest.mark.parametrize("address", ["10.0.0.1:53", "[fd00::1]:443", "router.invalid:80"])
def test_canaries_are_addresses(address: str) -> None:
    """A host and a port, as everywhere."""
    assert parse(f"selfcheck: {{canaries: ['{address}']}}".encode()).selfcheck.canaries == [address]


def test_every_mistake_is_told_at_once() -> None:
    """A file with three mistakes is mended in one go, from the top."""
    text = "listen: here\nsweep:\n  interval_seconds: -1\npols: {}\n"
    assert [line for line, _ in mistakes(text)] == [1, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("database: {url: 'postgresql://u:canary-7@h/x'}", id="in the URL"),
        pytest.param("database: {url: 'postgresql://u@h/x?password=canary-7'}", id="in the query"),
        pytest.param("database: {url: 'sqlite://u:canary-7@/x'}", id="in a file's URL"),
        pytest.param("database: {url: 'mysql://u:canary-7@h/x'}", id="in an unknown URL"),
        pytest.param("database: {url: 'postgresql://u:canary-7@[h/x'}", id="in a broken URL"),
        pytest.param("database: {password: canary-7}", id="as a key"),
        pytest.param("database: {password: [canary-7]}", id="as a list"),
        pytest.param("api_token: canary-7", id="as a token"),
        pytest.param("key_file: [canary-7]", id="in the place of a path"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(text: str) -> None:
    """A password in the YAML is a mistake, and the mistake does not print it."""
    ((_, said),) = mistakes(text)
    assert "canary" not in said


def test_a_password_key_is_answered_with_where_it_belongs() -> None:
    """Who writes a password into the file is told of the files that hold secrets."""
    ((_, said),) = mistakes("smtp_passwd: x")
    assert "secrets are never in this file" in said


@pytest.mark.parametrize("text", ["127.0.0.1:1", "localhost:9780", "[::1]:65535", "0.0.0.0:80", "host:1"])
def test_an_address_to_listen_on(text: str) -> None:
    """An address is HOST:PORT; whether it may be listened on is a question to the web configuration."""
    host, port = parse(f"listen: '{text}'".encode()).address
    assert text in {f"{host}:{port}", f"[{host}]:{port}"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"a: &x 1\nb: *x\n", id="references"),
        pytest.param(b"zone: \xc0\xc0\n", id="not UTF-8"),
        pytest.param(b"zone: !!python/object:os.system x\n", id="an object"),
        pytest.param(b"[" * 5000, id="deep"),
        pytest.param(b"baseline: [{as_of: 2023-99-99}]", id="impossible day"),
        pytest.param(b"zone: \x00", id="control character"),
        pytest.param(b"a: 1\n---\nb: 2\n", id="two documents"),
    ],
)
def test_what_is_not_a_plain_file_is_refused(data: bytes) -> None:
    """References, objects, other encodings and endless nesting are told as mistakes."""
    with pytest.raises(SettingsError):
        parse(data)


def test_an_endless_file_is_not_read(tmp_path: Path) -> None:
    """A file far larger than any configuration is refused by its size."""
    file = tmp_path / "big.yaml"
    file.write_bytes(b"#" * 300_000)
    with pytest.raises(SettingsError, match="larger"):
        load(file)


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!|>'\"# \n\t0.", max_size=60).map(str.encode))
def test_any_bytes_are_settings_or_mistakes(data: bytes) -> None:
    """No file makes the reader raise anything but SettingsError."""
    with contextlib.suppress(SettingsError):
        assert isinstance(parse(data), Settings)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        pytest.param({"ratio": 0.62}, 0.62, id="quoted"),
        pytest.param({"part": 4360, "whole": 6936}, 4360 / 6936, id="counted"),
        pytest.param({"ratio": 0.0}, 0.0, id="none"),
    ],
)
def test_a_baseline_is_a_share(figure: dict[str, Any], value: float) -> None:
    """A figure is told as it was quoted, or computed from what was counted."""
    day = date(2023, 3, 7)
    assert Baseline.model_validate({"unit": "cameras", "as_of": day, **figure}).value == value


RECEIVER = "notify:\n  receivers:\n  - "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "{name: a, urls_file: 'json://u:s3cret@x/'}", "urls_file: must name a file", id="address"
        ),
        pytest.param(
            "{name: a, urls: ['json://s3cret@x/']}", "did you mean notify.receivers.0.urls_file?", id="list"
        ),
        pytest.param("'json://u:s3cret@x/'", "notify.receivers.0: must be a group of keys", id="bare"),
        pytest.param(
            "{name: a, urls_file: x, owners: [headmaster]}", "owners.0: must be 'school'", id="owner"
        ),
        pytest.param("{name: a, urls_file: x, owners: []}", "owners: must not be empty", id="of nobody"),
        pytest.param("{name: 'a#1', urls_file: x}", "name: must be letters without a #", id="name"),
        pytest.param("{name: a, urls_file: x, regions: ['1']}", "regions.0: is not the KATO", id="region"),
        pytest.param(
            "{name: a, urls_file: x}\n  - {name: a, urls_file: y}", "two receivers are called a", id="twice"
        ),
    ],
)
def test_mistakes_in_receivers(text: str, said: str) -> None:
    """A receiver that cannot be told is named with what to do; an address is refused, and never repeated."""
    found = " ".join(told for _, told in mistakes(f"{RECEIVER}{text}\n"))
    assert said in found
    assert "s3cret" not in found


@pytest.mark.parametrize(
    "url", ["http://u:s3cret@h:1", "ftp://h", "h:9093", "http://h/?token=s3cret", "http://[x"]
)
def test_an_alertmanager_is_an_address_without_secrets(url: str) -> None:
    """Anything else is refused, and not repeated."""
    ((_, said),) = mistakes(f"notify: {{alertmanager: '{url}'}}\n")
    assert "s3cret" not in said
    assert "Alertmanager" in said


def test_a_receiver_as_the_reference_shows_it(tmp_path: Path) -> None:
    """The example of config/monitor.yaml, without its remarks, is one; its file counts from the folder."""
    lines = REFERENCE.read_text().split("  # receivers:\n")[1].split("\n\n")[0].splitlines()
    keys = [line.removeprefix("  # ") for line in lines]
    text = "\n".join(["notify:", "  receivers:", *(f"  {line}" for line in keys)])
    file = tmp_path / "monitor.yaml"
    file.write_text(text)
    (receiver,) = load(file).notify.receivers
    assert receiver.urls_file == f"{tmp_path}/police-it.urls"
    assert (receiver.locale, receiver.repeat_hours) == ("kk", 24)
