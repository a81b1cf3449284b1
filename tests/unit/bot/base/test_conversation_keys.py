import multiprocessing
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet

from bot.base.conversation_keys import LOCK, SHARES, ConversationKeys, key_files
from bot.base.durable_file import locked
from bot.base.sealing import Sealer, Unreadable, new_key

WRAPPING_KEY = Fernet.generate_key()
PROCESSES, CONVERSATIONS = 8, 40


def wrapping(key: bytes = WRAPPING_KEY) -> Callable[[], MultiFernet]:
    return lambda: MultiFernet([Fernet(key)])


@pytest.fixture
def keys(tmp_path: Path) -> ConversationKeys:
    return ConversationKeys(tmp_path / "keys", wrapping())


def file_of(tmp_path: Path) -> Path:
    (path,) = key_files(tmp_path / "keys")
    return path


def opens(sealer: Sealer | None, token: str) -> bool:
    try:
        return sealer is not None and sealer.open(token) == "hello"
    except Unreadable:
        return False


def test_key_is_made_once_and_found(keys: ConversationKeys, tmp_path: Path) -> None:
    assert keys.find("web-1") is None
    token = keys.get_or_create("web-1").seal("hello")
    other = ConversationKeys(tmp_path / "keys", wrapping())
    assert opens(keys.find("web-1"), token)
    assert opens(other.find("web-1"), token)
    assert opens(other.get_or_create("web-1"), token)
    assert not opens(keys.get_or_create("web-2"), token)


def test_key_file_holds_the_key_wrapped_only(keys: ConversationKeys, tmp_path: Path) -> None:
    token = keys.get_or_create("web-1").seal("hello")
    path = file_of(tmp_path)
    assert path.name == "web-1"
    assert len(path.parent.name) == 2
    key = wrapping()().decrypt(path.read_bytes())
    assert opens(Sealer(key), token)
    assert key not in path.read_bytes()


def test_key_and_its_name_are_durable_before_use(
    keys: ConversationKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(os.fstat(number).st_ino), fsync(number)))
    keys.get_or_create("web-1")
    path = file_of(tmp_path)
    assert synced == [path.stat().st_ino, path.parent.stat().st_ino]


def test_files_and_directories_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        ConversationKeys(tmp_path / "keys", wrapping()).get_or_create("web-1")
    finally:
        os.umask(former)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").rglob("*") if path.is_file()}
    directories = [tmp_path / "keys", *(path for path in (tmp_path / "keys").iterdir() if path.is_dir())]
    assert modes == {0o600}
    assert {path.stat().st_mode & 0o777 for path in directories} == {0o700}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../web-1",
        "web/1",
        "web.new",
        "-web",
        "web 1",
        "web\n",
        "wéb",
        "٣",
        "web\0",
        "w" * 101,
        "\ud800",
    ],
)
def test_conversation_id_that_is_no_safe_file_name(keys: ConversationKeys, name: str) -> None:
    for method in (keys.find, keys.get_or_create, keys.destroy):
        with pytest.raises(ValueError, match="letters, digits and hyphens") as caught:
            method(name)
        assert len(name) < 3 or name not in str(caught.value)


def test_destroyed_key_is_gone_for_everybody(keys: ConversationKeys, tmp_path: Path) -> None:
    other = ConversationKeys(tmp_path / "keys", wrapping())
    token = keys.get_or_create("web-1").seal("hello")
    assert other.find("web-1")
    keys.destroy("web-1")
    keys.destroy("web-1")
    assert other.find("web-1") is None
    assert not opens(other.get_or_create("web-1"), token)


def test_replaced_key_opens_nothing_that_the_former_one_sealed(
    keys: ConversationKeys, tmp_path: Path
) -> None:
    token = keys.get_or_create("web-1").seal("hello")
    os.link(file_of(tmp_path), tmp_path / "same-bytes-on-disk")
    key = new_key()
    sealed = Sealer(key).seal("hello")
    for _ in range(2):
        keys.replace("web-1", key)
    assert (tmp_path / "same-bytes-on-disk").read_bytes().strip(b"-") == b""
    assert not opens(keys.get_or_create("web-1"), token)
    assert opens(keys.get_or_create("web-1"), sealed)


def test_keys_older_than_some_days_are_found(keys: ConversationKeys, tmp_path: Path) -> None:
    keys.get_or_create("web-1")
    long_ago = time.time() - 9 * 24 * 3600
    os.utime(file_of(tmp_path), (long_ago, long_ago))
    keys.get_or_create("web-2")
    assert keys.older_than(9) == ["web-1"]
    assert keys.older_than(10) == []


def test_destroyed_key_is_overwritten_with_what_a_killed_writer_left(
    keys: ConversationKeys, tmp_path: Path
) -> None:
    keys.get_or_create("web-1")
    path = file_of(tmp_path)
    left = path.with_name("web-1.new")
    left.write_bytes(path.read_bytes())
    os.link(path, tmp_path / "same-bytes-on-disk")
    os.link(left, tmp_path / "left-bytes-on-disk")
    keys.destroy("web-1")
    assert [one.name for one in path.parent.iterdir()] == [".lock"]
    for copy in ("same-bytes-on-disk", "left-bytes-on-disk"):
        assert set((tmp_path / copy).read_bytes()) == {ord("-")}


def test_destroying_is_durable(
    keys: ConversationKeys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.get_or_create("web-1")
    path = file_of(tmp_path)
    expected = [path.stat().st_ino, path.parent.stat().st_ino]
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(os.fstat(number).st_ino), fsync(number)))
    keys.destroy("web-1")
    assert synced == expected


def test_key_whose_destroyer_was_killed_half_way_is_gone(keys: ConversationKeys, tmp_path: Path) -> None:
    keys.get_or_create("web-1")
    path = file_of(tmp_path)
    path.write_bytes(b"-" * path.stat().st_size)
    assert keys.find("web-1") is None
    token = keys.get_or_create("web-1").seal("hello")
    assert opens(keys.find("web-1"), token)


def test_key_whose_creator_was_killed_half_way(keys: ConversationKeys, tmp_path: Path) -> None:
    keys.get_or_create("web-1")
    path = file_of(tmp_path)
    path.rename(path.with_name("web-1.new"))
    assert keys.find("web-1") is None
    token = keys.get_or_create("web-1").seal("hello")
    assert opens(keys.find("web-1"), token)


@pytest.mark.parametrize("content", [b"", b"\0" * 184, b"gAAAAA==", b"\xff" * 184, b"-" * 100 + b"x"])
def test_key_file_that_is_damaged_is_refused_and_left(
    keys: ConversationKeys, tmp_path: Path, content: bytes
) -> None:
    keys.get_or_create("web-1")
    file_of(tmp_path).write_bytes(content)
    for method in (keys.find, keys.get_or_create):
        with pytest.raises(Unreadable, match="expected a conversation key"):
            method("web-1")
    assert file_of(tmp_path).read_bytes() == content
    keys.destroy("web-1")
    assert keys.find("web-1") is None


def test_key_file_that_holds_something_else_that_is_wrapped(keys: ConversationKeys, tmp_path: Path) -> None:
    keys.get_or_create("web-1")
    file_of(tmp_path).write_bytes(wrapping()().encrypt(b"no key"))
    with pytest.raises(Unreadable):
        keys.find("web-1")


def test_check_of_keys_with_the_secrets_of_another_installation(
    keys: ConversationKeys, tmp_path: Path
) -> None:
    others = ConversationKeys(tmp_path / "keys", wrapping(Fernet.generate_key()))
    others.check()  # there is no key yet
    for number in range(20):
        keys.get_or_create(f"web-{number}")
    keys.check()
    with pytest.raises(Unreadable, match="Put back the secrets file"):
        others.check()
    file = next(key_files(tmp_path / "keys"))
    file.write_bytes(b"damaged")
    keys.check()  # one damaged file does not keep all people from being answered


def test_key_that_processes_make_at_the_same_time_is_one(tmp_path: Path) -> None:
    shared = b"B" * 43 + b"="
    keys = ConversationKeys(tmp_path / "keys", wrapping(shared))
    context = multiprocessing.get_context("spawn")
    barrier, tokens = context.Barrier(PROCESSES + 1), context.Queue()
    processes = [
        context.Process(target=_create, args=(tmp_path / "keys", shared, barrier, tokens))
        for _ in range(PROCESSES)
    ]
    with ExitStack() as locks:
        for share in SHARES:
            locks.enter_context(locked(tmp_path / "keys" / share / LOCK, shared=True))
        for process in processes:
            process.start()
        barrier.wait(60)
        time.sleep(0.5)  # now all have seen that there is no key, and wait for the lock to make one
        assert list(key_files(tmp_path / "keys")) == []
    found: list[list[str]] = [tokens.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert all(opens(keys.find(f"web-{n}"), row[n]) for row in found for n in range(CONVERSATIONS))


def _create(
    directory: Path, shared: bytes, barrier: Barrier, tokens: "multiprocessing.Queue[list[str]]"
) -> None:
    keys = ConversationKeys(directory, wrapping(shared))
    barrier.wait(60)
    tokens.put([keys.get_or_create(f"web-{n}").seal("hello") for n in range(CONVERSATIONS)])
