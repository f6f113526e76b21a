"""The key file: made once, never replaced silently, and every fault of it named."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dispatcher.vault.keys import ID_NAME, KEY_BYTES, Key, load_keys
from dispatcher.vault.vault import open_vault
from models.errors import ConfigureFirst

OLD, NEW = "ab" * KEY_BYTES, "cd" * KEY_BYTES


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.key"


def write(path: Path, *lines: str) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)


def test_the_first_start_makes_a_key_for_this_user_alone(path: Path, data: Path) -> None:
    [key] = load_keys(path, data)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(key.secret) == KEY_BYTES
    assert key.secret.hex() in path.read_text(encoding="utf-8")
    assert (data / ID_NAME).read_text(encoding="ascii") == f"{key.id}\n"
    assert load_keys(path, data) == (key,)
    assert key.secret.hex() not in repr(key)
    assert [one.name for one in path.parent.iterdir()] in (["data", "data.key"], ["data.key", "data"])


def test_many_first_starts_at_once_agree(path: Path, data: Path) -> None:
    found: list[tuple[Key, ...]] = []
    starts = threading.Barrier(8)

    def start() -> None:
        starts.wait()
        found.append(load_keys(path, data))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_lost_key_file_is_told_and_not_replaced(path: Path, data: Path) -> None:
    [key] = load_keys(path, data)
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(ConfigureFirst, match=rf"{path}: there is no such key file.*{key.id}"):
        load_keys(path, data)
    assert not path.exists()
    assert load_keys(path.with_name("elsewhere"), data) == (key,)


def test_another_key_is_told(path: Path, data: Path) -> None:
    [key] = load_keys(path, data)
    write(path, NEW)
    with pytest.raises(ConfigureFirst, match=rf"{path}: lacks key {key.id}"):
        load_keys(path, data)
    assert (data / ID_NAME).read_text(encoding="ascii") == f"{key.id}\n"


def test_a_new_key_above_the_old_one_is_remembered_as_well(path: Path, data: Path) -> None:
    write(path, OLD)
    [old] = load_keys(path, data)
    write(path, "# 2026", "", NEW, OLD)
    keys = load_keys(path, data)
    assert [key.secret.hex() for key in keys] == [NEW, OLD]
    assert (data / ID_NAME).read_text(encoding="ascii").split() == [keys[0].id, old.id]
    write(path, OLD)
    with pytest.raises(ConfigureFirst, match="lacks key"):
        load_keys(path, data)
    write(path, NEW)
    with pytest.raises(ConfigureFirst, match="lacks key"):
        load_keys(path, data)


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o666])
def test_a_key_that_everybody_can_read_is_none(path: Path, data: Path, mode: int) -> None:
    write(path, OLD)
    path.chmod(mode)
    with pytest.raises(ConfigureFirst, match=rf"{path}: everybody"):
        load_keys(path, data)
    path.chmod(0o640)  # a group of its own is how containers are given secrets
    assert load_keys(path, data)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([""], "holds no key"),
        (["# nothing"], "holds no key"),
        ([OLD[:-2]], "line 1 is no key"),
        ([OLD, OLD + "00"], "line 2 is no key"),
        (["xx" * KEY_BYTES], "line 1 is no key"),
        ([OLD, OLD], "holds a key twice"),
    ],
)
def test_what_is_no_key_file_is_told_without_its_content(path: Path, data: Path, lines: list[str], said: str) -> None:
    write(path, *lines)
    with pytest.raises(ConfigureFirst, match=said) as caught:
        load_keys(path, data)
    assert str(path) in str(caught.value)
    assert OLD[:16] not in str(caught.value)


def test_a_key_file_that_cannot_be_opened_or_made(tmp_path: Path, data: Path) -> None:
    with pytest.raises(ConfigureFirst, match="directory"):
        load_keys(tmp_path, data)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigureFirst, match=f"{tmp_path / 'file'}"):
        load_keys(tmp_path / "file" / "key", data)
    binary = tmp_path / "binary.key"
    binary.write_bytes(b"\xff\xfe")
    binary.chmod(0o600)
    with pytest.raises(ConfigureFirst, match="is no text"):
        load_keys(binary, data)


def test_a_rotated_vault_opens_and_finds_what_the_old_key_made(path: Path, data: Path) -> None:
    write(path, OLD)
    before = open_vault(path, data)
    sealed, [kept] = before.sealer.seal({"name": "王小明"}, ("a",)), before.hashes.phones("13900139000")
    write(path, NEW, OLD)
    after = open_vault(path, data)
    assert after.sealer.open(sealed, ("a",)) == {"name": "王小明"}
    assert after.sealer.seal({}, ("a",)).partition(".")[0] != sealed.partition(".")[0]
    assert after.hashes.phones("13900139000") != (kept,)
    assert kept in after.hashes.find_phone("+86 139-0013-9000")
    assert set(after.hashes.find_identity("11010519491231002x")) > set(
        before.hashes.find_identity("11010519491231002X")
    )
    with pytest.raises(ConfigureFirst, match="a: is sealed with key"):
        before.sealer.open(after.sealer.seal({}, ("a",)), ("a",))
