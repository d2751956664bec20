"""The web configuration file: what is accepted, and what is said of mistakes."""

import contextlib
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from exporters.http.access import read_access
from monitor.settings.document import DocumentError, read_document
from monitor.settings.web_config import WebConfig, read_web_config
from tests.doors import CLIENTS, TLS, Door, hashed, users

EXAMPLE = Path(__file__).parents[2] / "config" / "web-config.yaml"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """A folder with certificates."""
    return Door(tmp_path)


GOOD = [
    pytest.param("", False, id="empty"),
    pytest.param(users(), True, id="users"),
    pytest.param(TLS, False, id="TLS"),
    pytest.param(TLS + users(), True, id="TLS and users"),
    pytest.param(TLS + CLIENTS, True, id="client certificates"),
    pytest.param(TLS + CLIENTS + "  client_allowed_sans: [a.example, 10.0.0.1]\n", True, id="of some names"),
    pytest.param(
        TLS + CLIENTS.replace("RequireAndVerify", "Verify").replace("Cert\n", "CertIfGiven\n"),
        False,
        id="client certificates, if given",
    ),
    pytest.param(TLS + "  min_version: TLS13\n  max_version: TLS13\n", False, id="versions"),
    pytest.param(TLS + "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n", False, id="ciphers"),
    pytest.param(TLS + "  cipher_suites: [TLS_AES_128_GCM_SHA256]\n", False, id="ciphers of TLS 1.3"),
    pytest.param(TLS + "  prefer_server_cipher_suites: false\n", False, id="the client's order"),
    pytest.param("http_server_config:\n  http2: true\n", False, id="HTTP/2, without effect"),
    pytest.param("http_server_config:\n  headers: {X-Frame-Options: sameorigin}\n", False, id="a header"),
    pytest.param("http_server_config:\n  headers: {X-Frame-Options: ''}\n", False, id="a blank header"),
    pytest.param(
        f"basic_auth_users: {{Алия: {hashed().replace('$2b', '$2y')}}}\n", True, id="as htpasswd does"
    ),
]


@pytest.mark.parametrize(("text", "asks"), GOOD)
def test_what_is_accepted(door: Door, text: str, asks: bool) -> None:
    """A file of exporter-toolkit's form is read with all that it names, and it is known whom it asks."""
    assert read_access(door.say(text)).config.asks_everybody is asks


BAD = [
    pytest.param(
        "tls_config: {}\n", 1, "tls_config: is not a key; did you mean tls_server_config?", id="misspelt"
    ),
    pytest.param(
        TLS + "  cert: x\n",
        4,
        "tls_server_config.cert: is not supported by this program; put the",
        id="inline certificate",
    ),
    pytest.param(
        TLS + "  key: x\n",
        4,
        "tls_server_config.key: is not supported by this program; put the key in",
        id="inline key",
    ),
    pytest.param(
        TLS + "  curve_preferences: [X25519]\n",
        4,
        "tls_server_config.curve_preferences: is not supported",
        id="curves",
    ),
    pytest.param(
        "rate_limit: {burst: 1}\n",
        1,
        "rate_limit: is not supported by this program; leave it out",
        id="rate limit",
    ),
    pytest.param(
        "tls_server_config:\n  cert_file: server.crt\n", 1, "tls_server_config: must name both", id="no key"
    ),
    pytest.param(
        TLS.replace("server.key", "none.key"),
        3,
        "tls_server_config.key_file: cannot be read: No such file",
        id="no such key",
    ),
    pytest.param(
        TLS.replace("server.crt", "web.yaml"),
        3,
        "tls_server_config.key_file: is no certificate or key",
        id="no certificate",
    ),
    pytest.param(
        TLS.replace("server.key", "ca.crt"),
        3,
        "tls_server_config.key_file: is no certificate or key",
        id="no key in it",
    ),
    pytest.param(
        TLS + CLIENTS.replace("clients.crt", "none.crt"),
        5,
        "tls_server_config.client_ca_file: cannot be read",
        id="no authority",
    ),
    pytest.param(
        TLS + CLIENTS.replace("clients.crt", "web.yaml"),
        5,
        "tls_server_config.client_ca_file: is no cert",
        id="empty authority",
    ),
    pytest.param(
        TLS + "  client_auth_type: RequireAnyClientCert\n",
        4,
        "tls_server_config.client_auth_type: would let in",
        id="any certificate",
    ),
    pytest.param(
        TLS + "  client_auth_type: Yes please\n",
        4,
        "tls_server_config.client_auth_type: must be",
        id="no such type",
    ),
    pytest.param(
        TLS + "  client_auth_type: RequireAndVerifyClientCert\n",
        1,
        "tls_server_config: client_ca_file and",
        id="whose?",
    ),
    pytest.param(
        TLS + "  client_ca_file: clients.crt\n",
        1,
        "tls_server_config: client_ca_file and client_auth",
        id="for nothing",
    ),
    pytest.param(
        TLS + "  client_allowed_sans: [a]\n",
        1,
        "tls_server_config: client_allowed_sans needs",
        id="names of nobody",
    ),
    pytest.param(
        TLS + CLIENTS + "  client_allowed_sans: []\n",
        6,
        "tls_server_config.client_allowed_sans: must not be empty",
        id="no names",
    ),
    pytest.param(
        TLS + "  min_version: TLS10\n", 4, "tls_server_config.min_version: is not safe any more", id="old TLS"
    ),
    pytest.param(
        TLS + "  min_version: TLS13\n  max_version: TLS12\n",
        1,
        "tls_server_config: min_version must not",
        id="no version",
    ),
    pytest.param(
        TLS + "  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n",
        4,
        "tls_server_config.cipher_suites.0: is not a cipher",
        id="RC4",
    ),
    pytest.param(
        "http_server_config:\n  headers: {Server: x}\n",
        2,
        "http_server_config.headers: 'Server' cannot be set",
        id="another header",
    ),
    pytest.param(
        "http_server_config:\n  headers: {X-Frame-Options: DENY}\n",
        2,
        "http_server_config.headers: X-Frame-Options must be deny",
        id="in capitals",
    ),
    pytest.param(
        'http_server_config:\n  headers: {X-XSS-Protection: "0\\r\\nA: b"}\n',
        2,
        "http_server_config.headers: X-XSS-Protection has",
        id="two headers in one",
    ),
    pytest.param(
        "basic_auth_users:\n  a: canary-7\n",
        2,
        "basic_auth_users.a: is not a bcrypt hash of a password; make one with",
        id="no hash",
    ),
    pytest.param(
        "basic_auth_users:\n  a: 4217\n",
        2,
        "basic_auth_users.a: must be text; put it in quotes",
        id="a number",
    ),
    pytest.param(
        "basic_auth_users: canary-7\n", 1, "basic_auth_users: must be a group of keys", id="no users"
    ),
    pytest.param(
        f"basic_auth_users:\n  a: {hashed().replace('$04$', '$31$')}\n",
        2,
        "basic_auth_users.a: has a cost",
        id="a hash of days",
    ),
    pytest.param(
        f"basic_auth_users:\n  'a:b': {hashed()}\n",
        1,
        "basic_auth_users: has a user whose name",
        id="a colon",
    ),
    pytest.param(users() + users(), 3, "basic_auth_users: is given twice (line 1)", id="twice"),
    pytest.param("basic_auth_users: [", 1, "is not YAML", id="no YAML"),
]


@pytest.mark.parametrize(("text", "line", "said"), BAD)
def test_a_mistake_names_line_key_and_remedy(door: Door, text: str, line: int, said: str) -> None:
    """What cannot be used is told with its line and key, and what could be a secret is not repeated."""
    with pytest.raises(DocumentError) as caught:
        read_access(door.say(text))
    (mistake,) = caught.value.mistakes
    assert (mistake.line, str(mistake)[: len(said)]) == (line, said)
    assert not [word for word in ("canary", "4217") if word in str(mistake)]


def test_an_encrypted_key_asks_nobody_at_the_terminal(door: Door) -> None:
    """A key that needs a password is a mistake; nothing waits for somebody to type one."""
    key = serialization.load_pem_private_key((door.folder / "server.key").read_bytes(), None)
    locked = serialization.BestAvailableEncryption(b"canary-7")
    pkcs8 = serialization.PrivateFormat.PKCS8
    door.write("server.key", key.private_bytes(serialization.Encoding.PEM, pkcs8, locked))
    with pytest.raises(DocumentError, match="the key is encrypted; give one without a password"):
        read_access(door.say(TLS))


def test_paths_count_from_the_folder_of_the_file(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file means the same certificates from whatever folder the program is started."""
    door.say(TLS)
    monkeypatch.chdir(door.folder.parent)
    relative = Path(door.folder.name) / "web.yaml"
    assert read_web_config(relative).path("cert_file") == door.folder / "server.crt"
    assert read_access(relative).context is not None


def test_the_example_can_be_used() -> None:
    """The file that is shipped is good as it stands, and no password in it would let anybody in."""
    assert read_web_config(EXAMPLE).config == WebConfig()


def test_the_example_knows_every_key() -> None:
    """With its # taken away the example names every key that is read, and nothing else."""
    lines = EXAMPLE.read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
    bare = [line.removeprefix("# ") for line in lines if line.startswith(("# ", "#   "))]
    text = "\n".join(line for line in bare if line.startswith(" ") or line.endswith(":"))
    found = yaml.safe_load(text.replace("REPLACE-BY-A-BCRYPT-HASH", hashed()))
    config = read_document(text.replace("REPLACE-BY-A-BCRYPT-HASH", hashed()).encode(), WebConfig).value
    assert config.asks_everybody
    assert set(found) == {"basic_auth_users", "tls_server_config", "http_server_config"}
    assert len(found["tls_server_config"]) == 9


@given(st.binary(max_size=200) | st.text(alphabet="ab_:-[]{}'\n $2y0", max_size=60).map(str.encode))
def test_any_bytes_are_a_configuration_or_mistakes(data: bytes) -> None:
    """No file makes the reader raise anything but its own error."""
    with contextlib.suppress(DocumentError):
        assert isinstance(read_document(data, WebConfig).value, WebConfig)
