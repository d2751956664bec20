"""Files of names and passwords: what is taken, what is refused, and that nothing of it is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.login import Login
from monitor.register.logins import Logins, read_logins
from probes.base import Secret

KNOWN = {("camera", "c1"), ("camera", "c2"), ("gateway", "g")}
HEAD = "kind,id,username,password\n"


def read(text: str) -> Logins:
    return read_logins("pw.csv", text.encode(), KNOWN)


@pytest.mark.parametrize(
    ("row", "username", "password"),
    [
        pytest.param("camera,c1,admin,p", "admin", "p", id="plain"),
        pytest.param("Camera, c1 , admin ,p", "admin", "p", id="spaces and case"),
        pytest.param('camera,c1,admin," p,;"" "', "admin", ' p,;" ', id="a password keeps its spaces"),
        pytest.param("camera,c1,admin,", "admin", "", id="an empty password, as some recorders ship"),
        pytest.param("camera,c1,Әкімші,құпия", "Әкімші", "құпия", id="Kazakh letters"),
    ],
)
def test_a_login_is_taken_as_it_is(row: str, username: str, password: str) -> None:
    """Names are trimmed, passwords are not touched."""
    found = read(HEAD + row + "\n")
    assert found.bad == []
    assert found.good == {("camera", "c1"): Login(username=username, password=Secret(password))}


def test_columns_may_be_in_any_order_and_delimiter() -> None:
    """A sheet with semicolons and other order gives the same logins."""
    found = read("password;username;id;kind\np;u;g;gateway\n")
    assert found.good == {("gateway", "g"): Login(username="u", password=Secret("p"))}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        pytest.param(
            "kind,id,username\ncamera,c1,canary\n", 1, None, "must name the columns", id="no column"
        ),
        pytest.param("camera,c1,admin,canary\n", 1, None, "must name the columns", id="no header"),
        pytest.param("", 1, None, "must name the columns", id="empty"),
        pytest.param(
            HEAD + "site,c1,u,canary\n", 2, "kind", "must be camera or gateway or recorder", id="kind"
        ),
        pytest.param(HEAD + "camera,g,u,canary\n", 2, "id", "no camera of this id", id="other kind"),
        pytest.param(HEAD + "camera,canary,u,p\n", 2, "id", "import the register first", id="unknown id"),
        pytest.param(HEAD + "camera,c1,,canary\n", 2, "username", "is empty", id="no name"),
        pytest.param(HEAD + "camera,c1,canary:x,p\n", 2, "username", "colon", id="colon in a name"),
        pytest.param(HEAD + 'camera,c1,u,"canary\n2"\n', 2, "password", "cannot be printed", id="line break"),
        pytest.param(HEAD + f"camera,c1,u,{'canary' * 40}\n", 2, "password", "longer", id="long password"),
        pytest.param(HEAD + "camera,c1,u\n", 2, None, "must have 4 cells", id="too few"),
        pytest.param(HEAD + "camera,c1,u,canary,more\n", 2, None, "must have 4 cells", id="too many"),
        pytest.param(HEAD + "camera,c1,u,p\ncamera,c1,u,canary\n", 3, "id", "at line 2", id="twice"),
        pytest.param(HEAD + 'camera,c1,u,"canary\n', 2, None, "cannot be cut", id="open quote"),
    ],
)
def test_a_bad_row_is_told_and_not_repeated(text: str, line: int, column: str | None, words: str) -> None:
    """A bad row names line and column; what its cells hold stays unsaid."""
    (complaint,) = read(text).bad
    assert (complaint.line, complaint.column) == (line, column)
    assert words in str(complaint.text)
    assert "canary" not in str(complaint)


def test_another_encoding_is_read() -> None:
    """Passwords in windows-1251 arrive as they were typed."""
    found = read_logins("pw.csv", (HEAD + "camera,c1,u,пароль\n").encode("windows-1251"), KNOWN)
    assert found.good["camera", "c1"].password.value == "пароль"


@given(st.binary(max_size=200), st.sampled_from([b"", HEAD.encode()]))
def test_any_bytes_are_logins_or_complaints(data: bytes, head: bytes) -> None:
    """No file makes the reader raise."""
    found = read_logins("pw.csv", head + data, KNOWN)
    assert found.good.keys() <= KNOWN
