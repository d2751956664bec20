"""Prometheus' own tool and we agree on what a web configuration may say, but for what is written here.

Our client_allowed_sans is of a newer exporter-toolkit than the one in Debian's Prometheus.
"""

import subprocess
from pathlib import Path

import pytest

from exporters.http.access import read_access
from monitor.settings.document import DocumentError
from tests.doors import CLIENTS, TLS, Door, hashed, users

ALIKE = [
    pytest.param("", True, id="empty"),
    pytest.param(users(), True, id="users"),
    pytest.param(TLS + users(), True, id="TLS and users"),
    pytest.param(TLS + CLIENTS, True, id="client certificates"),
    pytest.param(TLS + "  min_version: TLS13\n", True, id="a version"),
    pytest.param(
        TLS + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n", True, id="a cipher suite"
    ),
    pytest.param(TLS + "  prefer_server_cipher_suites: false\n", True, id="the client's order"),
    pytest.param("http_server_config: {http2: false}\n", True, id="HTTP/1.1"),
    pytest.param("http_server_config:\n  headers: {X-Frame-Options: deny}\n", True, id="a header"),
    pytest.param("tls_config: {}\n", False, id="misspelt"),
    pytest.param("tls_server_config:\n  cert_file: server.crt\n", False, id="no key"),
    pytest.param(TLS.replace("server.key", "none.key"), False, id="no such key"),
    pytest.param(TLS.replace("server.key", "ca.crt"), False, id="no key in it"),
    pytest.param(TLS + CLIENTS.replace("clients.crt", "none.crt"), False, id="no authority"),
    pytest.param(TLS + "  client_ca_file: clients.crt\n", False, id="for nothing"),
    pytest.param(TLS + "  client_auth_type: Yes\n", False, id="no such type"),
    pytest.param(TLS + "  min_version: SSL30\n", False, id="no such version"),
    pytest.param(TLS + "  cipher_suites: [RC4]\n", False, id="no such cipher suite"),
    pytest.param("http_server_config:\n  headers: {Server: x}\n", False, id="another header"),
    pytest.param("http_server_config:\n  headers: {X-Frame-Options: DENY}\n", False, id="in capitals"),
    pytest.param("basic_auth_users: {a: secret}\n", False, id="no hash"),
    pytest.param("basic_auth_users: [a]\n", False, id="no users"),
]

STRICTER = [  # what the tool takes and we do not
    pytest.param(TLS + "  min_version: TLS10\n", id="old TLS"),
    pytest.param(TLS + "  client_auth_type: RequireAnyClientCert\n", id="any certificate"),
    pytest.param(TLS + CLIENTS.splitlines(keepends=True)[0], id="certificates of whom the system trusts"),
    pytest.param(TLS + "  curve_preferences: [CurveP256]\n", id="curves"),
    pytest.param(TLS + "  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]\n", id="no forward secrecy"),
    pytest.param(f"basic_auth_users: {{a: {hashed().replace('$04$', '$31$')}}}\n", id="a hash of days"),
    pytest.param("basic_auth_users:\n", id="a key without a value"),
]


def tool(file: Path) -> bool:
    """Ask promtool."""
    command = ["promtool", "check", "web-config", str(file)]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0


def ours(file: Path) -> bool:
    """Ask ourselves."""
    try:
        read_access(file)
    except DocumentError:
        return False
    return True


@pytest.mark.parametrize(("text", "good"), ALIKE)
def test_both_agree(tmp_path: Path, text: str, good: bool) -> None:
    """What one of the two takes the other takes too, and what one refuses the other refuses."""
    file = Door(tmp_path).say(text)
    assert (tool(file), ours(file)) == (good, good)


def test_both_take_what_is_shipped() -> None:
    """The example of config/ is good to either as it stands."""
    example = Path(__file__).parents[2] / "config" / "web-config.yaml"
    assert (tool(example), ours(example)) == (True, True)


@pytest.mark.parametrize("text", STRICTER)
def test_we_are_stricter(tmp_path: Path, text: str) -> None:
    """What is weak, or what Python's TLS cannot do, is refused and not passed over."""
    file = Door(tmp_path).say(text)
    assert (tool(file), ours(file)) == (True, False)
