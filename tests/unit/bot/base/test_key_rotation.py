import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.base.conversation_keys import LOCK, SHARES, ConversationKeys, key_files
from bot.base.durable_file import locked, write
from bot.base.key_rotation import rotate
from bot.base.secrets_file import SecretsUnusable, open_secrets, read_secrets

KILLS = 6


@pytest.fixture
def secrets_file(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


@pytest.fixture
def keys(tmp_path: Path) -> ConversationKeys:
    return ConversationKeys(tmp_path / "keys", open_secrets(tmp_path).wrapping)


def fill(keys: ConversationKeys, count: int) -> dict[str, str]:
    """Conversation ids, each with a text that its key sealed."""
    return {name: keys.get_or_create(name).seal(name) for name in (f"web-{n}" for n in range(count))}


def unreadable(keys: ConversationKeys, tokens: dict[str, str]) -> list[str]:
    sealers = {name: keys.find(name) for name in tokens}
    return [name for name, sealer in sealers.items() if not sealer or sealer.open(tokens[name]) != name]


def test_rotation_rewraps_all_keys_and_drops_the_old_one(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    tokens = fill(keys, 30)
    former = read_secrets(secrets_file)
    wrapped = {path.name: path.read_bytes() for path in key_files(tmp_path / "keys")}
    heard: list[tuple[int, int]] = []
    result = rotate(secrets_file, tmp_path / "keys", lambda done, total: heard.append((done, total)))
    assert (result.rewrapped, result.unreadable) == (30, ())
    assert heard == [(number, 256) for number in range(1, 257)]
    (key,) = read_secrets(secrets_file).keys
    assert key not in former.keys
    assert read_secrets(secrets_file).identity == former.identity
    assert not any(path.read_bytes() == wrapped[path.name] for path in key_files(tmp_path / "keys"))
    assert unreadable(keys, tokens) == []  # of a service that runs
    assert unreadable(ConversationKeys(tmp_path / "keys", open_secrets(tmp_path).wrapping), tokens) == []


@pytest.mark.parametrize(
    "content",
    [b"damaged", b"", Fernet(Fernet.generate_key()).encrypt(b"x")],
    ids=["damaged", "empty", "another installation's"],
)
def test_rotation_with_a_key_that_cannot_be_unwrapped(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path, content: bytes
) -> None:
    tokens = fill(keys, 10)
    bad = next(key_files(tmp_path / "keys"))
    bad.write_bytes(content)
    del tokens[bad.name]
    (former,) = read_secrets(secrets_file).keys
    for kept in (2, 3):
        result = rotate(secrets_file, tmp_path / "keys")
        assert (result.rewrapped, result.unreadable) == (9, (bad,))
        assert bad.read_bytes() == content
        assert len(read_secrets(secrets_file).keys) == kept
        assert read_secrets(secrets_file).keys[-1] == former
    keys.destroy(bad.name)
    assert rotate(secrets_file, tmp_path / "keys").unreadable == ()
    assert len(read_secrets(secrets_file).keys) == 1
    assert unreadable(keys, tokens) == []


def test_rotation_removes_a_key_whose_destroyer_was_killed(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    fill(keys, 1)
    (path,) = key_files(tmp_path / "keys")
    path.write_bytes(b"-" * path.stat().st_size)
    assert rotate(secrets_file, tmp_path / "keys").rewrapped == 0
    assert not path.exists()


def test_rotation_in_a_wrong_directory_changes_nothing(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    before = secrets_file.read_bytes()
    with pytest.raises(FileNotFoundError, match="expected a directory of conversation keys"):
        rotate(secrets_file, tmp_path)
    assert secrets_file.read_bytes() == before


def test_rotation_with_damaged_secrets_changes_nothing(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    fill(keys, 1)
    (path,) = key_files(tmp_path / "keys")
    before = path.read_bytes()
    secrets_file.write_bytes(b"damaged")
    with pytest.raises(SecretsUnusable):
        rotate(secrets_file, tmp_path / "keys")
    assert (secrets_file.read_bytes(), path.read_bytes()) == (b"damaged", before)


def test_rotation_of_secrets_behind_a_link_keeps_the_link(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    (tmp_path / "link.json").symlink_to(secrets_file)
    before = secrets_file.read_bytes()
    rotate(tmp_path / "link.json", tmp_path / "keys")
    assert (tmp_path / "link.json").is_symlink()
    assert secrets_file.read_bytes() != before


def test_rotation_waits_for_a_key_that_is_being_made(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    # A service that read the old wrapping key just before the rotation began, and is slow to write.
    old = read_secrets(secrets_file).wrapping()
    share = tmp_path / "keys" / SHARES[0]
    with locked(share / LOCK):
        rotation = threading.Thread(target=rotate, args=(secrets_file, tmp_path / "keys"))
        rotation.start()
        while rotation.is_alive() and len(read_secrets(secrets_file).keys) < 2:
            time.sleep(0.01)
        time.sleep(0.2)
        write(share / "late", old.encrypt(Fernet.generate_key()))
    rotation.join()
    assert read_secrets(secrets_file).wrapping().decrypt((share / "late").read_bytes())


def test_rotation_does_not_bring_back_a_key_that_is_destroyed_meanwhile(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    fill(keys, 1)
    (path,) = key_files(tmp_path / "keys")
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)  # lets the rotation read as slowly as we like
    rotation = threading.Thread(target=rotate, args=(secrets_file, tmp_path / "keys"))
    rotation.start()
    with path.open("wb") as slowly:
        destroyer = threading.Thread(target=keys.destroy, args=("web-0",))
        destroyer.start()
        destroyer.join(0.3)
        slowly.write(content)
    rotation.join()
    destroyer.join()
    assert keys.find("web-0") is None


def test_rotation_that_is_killed_and_run_again(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    tokens = fill(keys, 150)
    killed_in_the_middle = 0
    context = multiprocessing.get_context("spawn")
    for number in range(KILLS):
        reached = context.Value("i", 0)
        process = context.Process(target=_rotate, args=(secrets_file, tmp_path / "keys", reached))
        process.start()
        while reached.value < 1 + number * 200 // KILLS and process.is_alive():
            time.sleep(0.001)
        process.kill()
        process.join()
        killed_in_the_middle += len(read_secrets(secrets_file).keys) > 1
        assert unreadable(keys, tokens) == []
    assert killed_in_the_middle > KILLS // 2
    assert rotate(secrets_file, tmp_path / "keys").rewrapped == 150
    assert len(read_secrets(secrets_file).keys) == 1
    assert unreadable(keys, tokens) == []


def test_rotation_beside_a_running_service(
    keys: ConversationKeys, tmp_path: Path, secrets_file: Path
) -> None:
    # Keys that are made meanwhile stay readable, and keys that are destroyed meanwhile do not come back.
    tokens = fill(keys, 30)
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    process = context.Process(target=_rotate_on, args=(secrets_file, tmp_path / "keys", stop))
    process.start()
    gone = []
    try:
        while process.is_alive() and len(read_secrets(secrets_file).keys) < 2:
            time.sleep(0.001)
        for number in range(500):
            name = f"new-{number}"
            tokens[name] = keys.get_or_create(name).seal(name)
            if number % 3 == 0:
                keys.destroy(name)
                del tokens[name]
                gone.append(name)
    finally:
        stop.set()
        process.join()
    assert process.exitcode == 0
    assert [name for name in gone if keys.find(name)] == []
    assert unreadable(keys, tokens) == []
    assert len(read_secrets(secrets_file).keys) == 1


def _rotate(
    secrets_file: Path, directory: Path, reached: "multiprocessing.sharedctypes.Synchronized[int]"
) -> None:
    def slowly(done: int, _all: int) -> None:
        reached.value = done
        time.sleep(0.001)

    rotate(secrets_file, directory, slowly)


def _rotate_on(secrets_file: Path, directory: Path, stop: "multiprocessing.synchronize.Event") -> None:
    while not stop.is_set():
        rotate(secrets_file, directory)
