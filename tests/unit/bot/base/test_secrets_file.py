import base64
import json
import multiprocessing
import os
import shutil
import threading
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.base.conversation_keys import ConversationKeys
from bot.base.secrets_file import SecretsFile, SecretsUnusable, open_secrets, read_secrets, replace_secrets

IDENTITY = base64.b64encode(bytes(32)).decode()
KEY = Fernet.generate_key().decode()
ROUNDS = 10


def test_secrets_are_made_at_the_first_start_only(tmp_path: Path) -> None:
    first = open_secrets(tmp_path / "data")
    content = (tmp_path / "data" / "secrets.json").read_bytes()
    again = open_secrets(tmp_path / "data")
    assert first.identity == again.identity
    assert len(first.identity) == 32
    assert again.wrapping().decrypt(first.wrapping().encrypt(b"x")) == b"x"
    assert (tmp_path / "data" / "secrets.json").read_bytes() == content


def test_secrets_of_two_installations_differ(tmp_path: Path) -> None:
    assert open_secrets(tmp_path / "a").identity != open_secrets(tmp_path / "b").identity


def test_secrets_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        open_secrets(tmp_path / "data")
        replace_secrets(tmp_path / "data" / "secrets.json", read_secrets(tmp_path / "data" / "secrets.json"))
    finally:
        os.umask(former)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert modes == {"keys": 0o700, "secrets.json": 0o600, "secrets.lock": 0o600}


def test_secrets_file_and_its_name_are_durable_before_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (synced.append(os.fstat(number).st_ino), fsync(number)))
    open_secrets(tmp_path)
    assert synced[-2:] == [(tmp_path / "secrets.json").stat().st_ino, tmp_path.stat().st_ino]
    assert (tmp_path / "keys").stat().st_ino in synced


def test_secrets_of_processes_that_start_at_the_same_time(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, identities = context.Barrier(8), context.Queue()
    processes = [context.Process(target=_open, args=(tmp_path, barrier, identities)) for _ in range(8)]
    for process in processes:
        process.start()
    found = [identities.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    for number in range(ROUNDS):
        assert len({identity[number] for identity in found}) == 1


def _open(directory: Path, barrier: Barrier, identities: "multiprocessing.Queue[list[bytes]]") -> None:
    found = []
    for number in range(ROUNDS):
        barrier.wait(30)
        found.append(open_secrets(directory / str(number)).identity)
    identities.put(found)


BAD = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"\x00" * 200,
    b"-" * 200,
    b"[" * 100_000,
    b'{"identity": "\\ud800", "keys": ["\\ud800"]}',
    json.dumps({"identity": IDENTITY, "keys": []}).encode(),
    json.dumps({"identity": IDENTITY, "keys": KEY}).encode(),
    json.dumps({"identity": IDENTITY, "keys": [KEY, 2**63]}).encode(),
    json.dumps({"identity": IDENTITY, "keys": [KEY[:-4]]}).encode(),
    json.dumps({"identity": IDENTITY, "keys": [KEY, "é"]}).encode(),
    json.dumps({"identity": IDENTITY[:-4], "keys": [KEY]}).encode(),
    json.dumps({"identity": "!" + IDENTITY[1:], "keys": [KEY]}).encode(),
    json.dumps({"identity": IDENTITY, "keys": [KEY], "more": 1}).encode(),
    json.dumps({"identity": IDENTITY, "keys": [KEY]}).encode()[:-1],
]


@pytest.mark.parametrize("content", BAD)
def test_secrets_that_are_damaged_are_refused_and_left(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secrets.json").write_bytes(content)
    with pytest.raises(
        SecretsUnusable, match=r"expected in .*secrets\.json.*unreadable.*put your copy"
    ) as caught:
        open_secrets(tmp_path)
    assert KEY[:20] not in str(caught.value)
    assert (tmp_path / "secrets.json").read_bytes() == content


def test_secrets_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").mkdir()
    with pytest.raises(SecretsUnusable, match="directory"):
        open_secrets(tmp_path)


def test_secrets_that_are_missing_beside_conversation_keys_are_not_made_anew(tmp_path: Path) -> None:
    keys = ConversationKeys(tmp_path / "keys", open_secrets(tmp_path).wrapping)
    (tmp_path / "secrets.json").unlink()
    open_secrets(tmp_path)  # no conversation yet: nothing is lost
    keys.get_or_create("web-1")
    (tmp_path / "secrets.json").unlink()
    with pytest.raises(SecretsUnusable, match="although there are conversation keys"):
        open_secrets(tmp_path)
    assert not (tmp_path / "secrets.json").exists()


def test_secrets_given_by_a_path(tmp_path: Path) -> None:
    made = open_secrets(tmp_path / "first")
    (tmp_path / "first" / "secrets.json").rename(tmp_path / "shared.json")
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "keys").symlink_to(tmp_path / "first" / "keys")
    assert open_secrets(tmp_path / "second", tmp_path / "shared.json").identity == made.identity
    assert not (tmp_path / "second" / "secrets.json").exists()


def test_secrets_given_by_a_path_that_is_missing(tmp_path: Path) -> None:
    # A share that is not mounted yet must not make a second installation.
    with pytest.raises(SecretsUnusable, match="No such file"):
        open_secrets(tmp_path, tmp_path / "absent.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("empty", [True, False])
def test_conversation_keys_that_are_missing_beside_secrets(tmp_path: Path, empty: bool) -> None:
    open_secrets(tmp_path)
    shutil.rmtree(tmp_path / "keys")
    if empty:
        (tmp_path / "keys").mkdir()  # where a disk would be mounted
    for given in (None, tmp_path / "secrets.json"):
        with pytest.raises(SecretsUnusable, match=r"got no such directory\. Put it back"):
            open_secrets(tmp_path, given)
    (tmp_path / "secrets.json").unlink()
    open_secrets(tmp_path)


def test_wrapping_follows_the_file(tmp_path: Path) -> None:
    running = open_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    before = running.wrapping().encrypt(b"x")
    replace_secrets(path, read_secrets(path).with_new_key())
    assert running.wrapping().decrypt(before) == b"x"
    after = running.wrapping().encrypt(b"y")
    replace_secrets(path, read_secrets(path).with_newest_key_only())
    newest = SecretsFile(path).wrapping()
    assert newest.decrypt(after) == b"y"
    assert newest.decrypt(running.wrapping().encrypt(b"z")) == b"z"


def test_replaced_secrets_are_overwritten(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    os.link(path, tmp_path / "same-bytes-on-disk")
    former = read_secrets(path)
    replace_secrets(path, former.with_new_key().with_newest_key_only())
    assert set((tmp_path / "same-bytes-on-disk").read_bytes()) == {ord("-")}
    assert read_secrets(path).keys != former.keys


def test_secrets_that_are_replaced_and_overwritten_while_they_are_read(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    content = (tmp_path / "secrets.json").read_bytes()
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)  # gives another content each time it is opened

    def give() -> None:
        for one in (b"-" * len(content), content):
            pipe.write_bytes(one)
            time.sleep(0.1)  # until the reader has closed it

    giver = threading.Thread(target=give, daemon=True)
    giver.start()
    assert read_secrets(pipe) == read_secrets(tmp_path / "secrets.json")
    giver.join(10)


def test_secrets_do_not_show_in_their_representation(tmp_path: Path) -> None:
    open_secrets(tmp_path)
    secrets = read_secrets(tmp_path / "secrets.json")
    assert secrets.keys[0] not in repr(secrets)
    assert secrets.identity not in repr(secrets)
