"""Passwords: sealed for one device each, by keys outside the database, and never in clear on disk."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model.login import Login, Refusals
from monitor.store.error import StoreKeyError
from monitor.store.journal import Author, Source
from monitor.store.lock import Holder
from monitor.store.secrets import Sealed, SecretBox, create_key_file, read_key_file, read_keys
from monitor.store.store import Store
from probes.base import Secret
from tests.keepers import Kept

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
KEY, NEW = bytes(range(32)), bytes(range(1, 33))
LOGIN = Login(username="canary-user", password=Secret("canary-пароль"))
OTHER = Login(username="canary-user", password=Secret("canary-2"))


@given(st.text(), st.text(), st.text(max_size=20))
def test_what_is_sealed_opens(username: str, password: str, device: str) -> None:
    """Any name and password come back as they were."""
    login = Login(username=username, password=Secret(password))
    box = SecretBox([KEY])
    assert box.open("camera", device, box.seal("camera", device, login)) == login


def test_a_seal_is_bound_to_its_device() -> None:
    """A sealed login that was moved to another row does not open there."""
    box = SecretBox([KEY])
    sealed = box.seal("camera", "c1", LOGIN)
    for kind, device in (("camera", "c2"), ("gateway", "c1")):
        with pytest.raises(StoreKeyError, match="belongs to another device"):
            box.open(kind, device, sealed)


@pytest.mark.parametrize("position", [0, 12, -1])
def test_a_damaged_seal_does_not_open(position: int) -> None:
    """One changed byte, in nonce, text or tag, is found."""
    box = SecretBox([KEY])
    data = bytearray(box.seal("camera", "c1", LOGIN).data)
    data[position] ^= 1
    with pytest.raises(StoreKeyError, match="damaged"):
        box.open("camera", "c1", Sealed(box.key_id, bytes(data)))


def test_a_short_seal_does_not_open() -> None:
    """A row that was cut short is told like a damaged one."""
    with pytest.raises(StoreKeyError, match="damaged"):
        SecretBox([KEY]).open("camera", "c1", Sealed(SecretBox([KEY]).key_id, b"short"))


def test_a_nonce_is_used_once() -> None:
    """The same login sealed twice looks different."""
    box = SecretBox([KEY])
    assert box.seal("camera", "c1", LOGIN) != box.seal("camera", "c1", LOGIN)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    """Keys are changed one after another; without the old one its logins are told as unreadable."""
    sealed = SecretBox([KEY]).seal("camera", "c1", LOGIN)
    both = SecretBox([NEW, KEY])
    assert both.open("camera", "c1", sealed) == LOGIN
    assert both.seal("camera", "c1", LOGIN).key_id == SecretBox([NEW]).key_id != sealed.key_id
    with pytest.raises(StoreKeyError, match=f"encrypted with key {sealed.key_id}"):
        SecretBox([NEW]).open("camera", "c1", sealed)


def test_a_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    """A new key file holds one key, belongs to its owner alone, and is never written over."""
    file = tmp_path / "monitor.key"
    create_key_file(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(read_key_file(file).key_id) == 12
    with pytest.raises(FileExistsError):
        create_key_file(file)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    """The refusal says what to run."""
    file = tmp_path / "monitor.key"
    create_key_file(file)
    file.chmod(mode)
    with pytest.raises(StoreKeyError, match=f"chmod 600 {file}"):
        read_key_file(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "holds no key", id="empty"),
        pytest.param(b"# only a comment\n\n", "holds no key", id="comment"),
        pytest.param(b64encode(bytes(31)), "not a key", id="short"),
        pytest.param(b"secret canary!", "not a key", id="words"),
        pytest.param(b"\xff\xfe canary", "not a key", id="bytes"),
    ],
)
def test_what_is_no_key_file_is_told_and_not_shown(tmp_path: Path, content: bytes, words: str) -> None:
    """A file without keys is refused, and its content is not printed."""
    file = tmp_path / "monitor.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(StoreKeyError, match=words) as caught:
        read_key_file(file)
    assert "canary" not in str(caught.value)


def everything_on_disk(folder: Path) -> Iterator[bytes]:
    for path in folder.iterdir():
        yield path.read_bytes()


async def test_logins_are_kept_sealed(tmp_path: Path) -> None:
    """Logins come back for whoever has the key, raise the revision, and are in no file in clear."""
    url = f"sqlite:///{tmp_path}/m.db"
    logins = {("camera", "c1"): LOGIN, ("gateway", "g"): Login(username="api", password=Secret("canary-2"))}
    async with Store.open(url, secrets=SecretBox([KEY])) as store:
        assert await store.logins() == {}
        counts = await store.put_logins(logins, NOW)
        assert (counts.added, counts.changed, counts.unchanged) == (2, 0, 0)
        assert (await store.logins(), await store.revision()) == (logins, 1)
        for data in everything_on_disk(tmp_path):
            assert b"canary" not in data
            assert "пароль".encode() not in data


async def test_a_second_import_of_logins_changes_what_differs(kept: Kept) -> None:
    """The same logins again are no change; another password is."""
    other = Login(username="u", password=Secret("other"))
    async with kept.open(secrets=SecretBox([KEY])) as store:
        await store.put_logins({("camera", "c1"): LOGIN, ("camera", "c2"): LOGIN}, NOW)
        again = await store.put_logins({("camera", "c1"): LOGIN}, NOW)
        assert (again.unchanged, await store.revision()) == (1, 1)
        counts = await store.put_logins({("camera", "c1"): other, ("camera", "c2"): LOGIN}, NOW)
        assert (counts.changed, counts.unchanged, await store.revision()) == (1, 1, 2)
        assert await store.logins() == {("camera", "c1"): other, ("camera", "c2"): LOGIN}
        assert await store.count_logins() == 2


async def test_the_same_login_under_a_new_key_is_a_change(url: str) -> None:
    """What is imported again is sealed by the key of now; what is not stays under the key that it had."""
    async with Store.open(url, secrets=SecretBox([KEY])) as store:
        await store.put_logins({("camera", "c1"): LOGIN, ("camera", "c2"): LOGIN}, NOW)
    async with Store.open(url, secrets=SecretBox([NEW, KEY])) as store:
        assert (await store.put_logins({("camera", "c2"): LOGIN}, NOW)).changed == 1
    async with Store.open(url, secrets=SecretBox([NEW])) as store:
        with pytest.raises(StoreKeyError, match="camera c1"):
            await store.logins()


async def test_without_a_key_nothing_is_read_or_kept(url: str) -> None:
    """A store without keys says so when there are passwords, and has none when there are none."""
    async with Store.open(url) as store:
        assert await store.logins() == {}
        with pytest.raises(StoreKeyError, match="without a key file"):
            await store.put_logins({("camera", "c1"): LOGIN}, NOW)
    async with Store.open(url, secrets=SecretBox([KEY])) as store:
        await store.put_logins({("camera", "c1"): LOGIN}, NOW)
    async with Store.open(url) as store:
        assert await store.count_logins() == 1
        with pytest.raises(StoreKeyError, match="no key file"):
            await store.logins()


async def test_a_key_file_is_read_as_it_is_when_passwords_are_opened(tmp_path: Path) -> None:
    """A store that is given a way to the keys opens what was sealed with keys younger than itself."""
    url, file = f"sqlite:///{tmp_path}/m.db", tmp_path / "key"
    async with Store.open(url, keys=partial(read_keys, file)) as store:
        assert await store.logins() == {}
        create_key_file(file, random=lambda size: KEY[:size])
        async with Store.open(url, secrets=SecretBox([KEY])) as other:
            await other.put_logins({("camera", "c1"): LOGIN}, NOW)
        assert await store.logins() == {("camera", "c1"): LOGIN}
        file.write_text(f"{b64encode(NEW).decode()}\n{b64encode(KEY).decode()}\n")
        async with Store.open(url, secrets=SecretBox([NEW, KEY])) as other:
            await other.put_logins({("camera", "c1"): LOGIN}, NOW)
        file.write_text(f"{b64encode(NEW).decode()}\n")
        assert await store.logins() == {("camera", "c1"): LOGIN}
        file.write_text("no key\n")
        with pytest.raises(StoreKeyError, match="not a key"):
            await store.logins()


async def test_refusals_are_kept_until_the_password_is_another_one(kept: Kept) -> None:
    """Refusals stay while others' passwords are imported; a new one ends them, and the same one as well."""
    again = Refusals(count=2, since=NOW, last=NOW, received=True)
    logins = {("camera", key): LOGIN for key in ("c1", "c2", "c3")}
    holder = Holder.of_this_process(NOW)
    async with kept.open(holder, secrets=SecretBox([KEY])) as store:
        await store.put_logins(logins, NOW)
        await store.put_refusals(dict.fromkeys(("c1", "c2", "c3"), again), NOW)
        assert await store.refusals() == dict.fromkeys(("c1", "c2", "c3"), again)
        await store.put_refusals({"c1": Refusals(count=3, since=NOW), "c2": None}, NOW)
        await store.put_logins({("camera", "c2"): OTHER, ("gateway", "c1"): OTHER}, NOW)
        assert await store.refusals() == {"c1": Refusals(count=3, since=NOW), "c3": again}
        assert (await store.put_logins({("camera", "c3"): OTHER}, NOW)).again == 0
        assert await store.refusals() == {"c1": Refusals(count=3, since=NOW)}
        counts = await store.put_logins({("camera", "c1"): LOGIN}, NOW)
        assert (counts.changed, counts.unchanged, counts.again) == (0, 1, 1)
        assert await store.refusals() == {}


async def test_a_password_given_again_is_known_by_when(kept: Kept) -> None:
    """Importing a refused password again, or telling that it be tried anew, moves when it was given, once."""
    holder = Holder.of_this_process(NOW)
    keys = ("camera", "c1"), ("recorder", "r1"), ("gateway", "g")
    author = Author(who="operator", command="credentials retry", recorded_at=NOW)
    source = Source(file="credentials retry", sha256="00", rows=0, refused=0)
    async with kept.open(holder, secrets=SecretBox([KEY])) as store:

        async def given() -> list[datetime | None]:
            logins = await store.logins()
            return [logins[key].given_at for key in keys]

        await store.put_logins(dict.fromkeys(keys, LOGIN), NOW)
        refused = Refusals(count=3, since=NOW)
        await store.put_refusals({"onvif:c1": refused, "recorder:r1": refused}, NOW)
        assert await store.retry_logins([keys[1], keys[2]], LATER, author=author, source=source) == [keys[1]]
        assert (await given(), await store.revision()) == ([NOW, LATER, NOW], 2)
        assert await store.refusals() == {"onvif:c1": refused}
        assert await store.retry_logins([keys[1]], LATER, author=author, source=source) == []
        assert await store.revision() == 2
        await store.put_logins({keys[0]: LOGIN}, LATER)
        assert (await given(), await store.refusals()) == ([LATER, LATER, NOW], {})


def test_a_key_file_that_cannot_be_read_is_a_matter_of_keys(tmp_path: Path) -> None:
    """No key file is no keys; one that is a folder, or cannot be read, is told as the keys' trouble."""
    assert read_keys(tmp_path / "none") is None
    with pytest.raises(StoreKeyError, match="cannot be read"):
        read_keys(tmp_path)


def test_keys_are_random(tmp_path: Path) -> None:
    """Two key files never hold the same key."""
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        create_key_file(file)
    assert len({read_key_file(file).key_id for file in files}) == 2
