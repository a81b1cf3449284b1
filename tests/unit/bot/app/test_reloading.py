"""Taking over changed content while the service runs, with tiny content and real parts."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from bot.app import reloading
from bot.app.knowledge import Knowledge
from bot.app.reloading import Reloading
from bot.base.languages import languages
from bot.pipeline.message_vectors import MessageVectors
from knowledge_base.calibration import load_calibration
from knowledge_base.content_files import ContentError, load_content
from knowledge_base.encoder.encoder import Vectors
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.index import Index, build_index
from knowledge_base.indexing import index_of
from knowledge_base.rows import Row, rows_of
from knowledge_base.search import Search
from tests.support.tiny import ANSWER, Files, complete_files, load, translation, write
from tests.support.words import NEW_WORD, WordEncoder, no_centring, vector_of, word_layers

NEW = f"life.{NEW_WORD}"


class NotingEncoder(WordEncoder):
    """Notes the threads it was used in."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: set[str] = set()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.threads.add(threading.current_thread().name.rpartition("_")[0])
        return super().encode(texts)


class World:
    """Content files that a test changes, and a service's knowledge of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = complete_files(languages())
        content = load(root / "content", self.files)
        self.encoder = NotingEncoder()
        cache = VectorCache(self.encoder, root / "cache")
        index = build_index(rows_of(content), cache, no_centring(), word_layers(content, cache))
        self.encoder.threads.clear()
        self.encoder.asked.clear()
        unused = cast("Any", None)
        self.knowledge = Knowledge(
            content=content,
            directory=unused,
            cache=cache,
            encoder=self.encoder,
            centring=no_centring(),
            index=index,
            search=Search(content, index, load_calibration()),
            identification=unused,
            emergencies=unused,
            texts=unused,
        )
        self.vectors = MessageVectors(self.encoder)
        self.reloading = Reloading(self.knowledge, self.vectors)

    def write(self) -> None:
        write(self.root / "content", self.files)

    def best(self, text: str) -> str:
        return self.knowledge.search.find(text, vector_of(text), "en").candidates[0].entry

    async def learn(self) -> None:
        """Wait for the learning that is under way."""
        learning = self.reloading._learning
        assert learning
        await asyncio.wait_for(learning, 20)

    def is_learned(self, id: str) -> bool:
        index = self.knowledge.index
        found = index.views("x", vector_of("x"), "en").learned_meaning
        return bool(np.isfinite(found[index.ids.index(id)]))


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    world = World(tmp_path)
    monkeypatch.setattr(reloading, "load_content", lambda: load_content(tmp_path / "content"))
    monkeypatch.setattr(reloading, "MODELS", tmp_path / "models")
    yield world
    await world.reloading.stop()
    world.vectors.close()


def add_bread(files: Files) -> None:
    files["entries/life.yml"][NEW_WORD] = {"facts": ["F1"], "related": ["life.travel", "life.work"]}
    for code in languages():
        files[f"translations/{code}/life.yml"][NEW_WORD] = translation(f"{code} free bread?", ANSWER)


async def test_reload_finds_a_new_entry_at_once_and_learns_it_later(world: World) -> None:
    add_bread(world.files)
    world.write()
    assert await world.reloading.reload() == 5
    assert world.best("en free bread?") == NEW
    assert NEW in world.knowledge.content.entries
    await world.learn()
    assert world.is_learned(NEW)
    assert world.best("en free bread?") == NEW
    assert [path.suffix for path in (world.root / "models").iterdir()] == [".npz"]


async def test_reload_keeps_the_content_object_that_others_hold(world: World) -> None:
    held = world.knowledge.content
    values = held.values
    world.files["values.yml"]["days"]["value"] = "9"
    world.write()
    await world.reloading.reload()
    assert world.knowledge.content is held
    assert held.values is values
    assert values["days"].value == "9"


async def test_reload_of_removed_entries_never_offers_them(world: World) -> None:
    for name in ("entries/life.yml", *(f"translations/{code}/life.yml" for code in languages())):
        del world.files[name]["work"]
    for frame in world.files["entries/life.yml"].values():
        frame["related"].remove("life.work")
    world.write()
    assert await world.reloading.reload() == 3
    assert world.best("en work?") != "life.work"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda files: files["facts.yml"]["F1"].pop("sources"), r"facts\.yml: F1\.sources"),
        (lambda files: files["facts.yml"]["F1"].pop("seen_on"), r"^facts: F1: expected seen_on[^;]*$"),
        (
            lambda files: [files["translations/ar/life.yml"].pop(name) for name in ("work", "school")],
            r"life\.school \[ar\]: expected a translation, found none and 1 more; run merhaba kb check",
        ),
    ],
)
async def test_reload_of_bad_files_changes_nothing(world: World, change: Any, expected: str) -> None:
    before = (world.knowledge.index, dict(world.knowledge.content.entries))
    add_bread(world.files)
    change(world.files)
    world.write()
    with pytest.raises(ContentError, match=expected):
        await world.reloading.reload()
    assert (world.knowledge.index, world.knowledge.content.entries) == before
    assert world.best("en travel?") == "life.travel"


async def test_reload_twice_learns_the_last_change_only(world: World) -> None:
    add_bread(world.files)
    world.write()
    await world.reloading.reload()
    world.files["translations/en/life.yml"]["travel"]["question"] = "Which bus?"
    world.write()
    await world.reloading.reload()
    await world.learn()
    assert world.is_learned(NEW)
    assert world.knowledge.content.entries["life.travel"].translations["en"].question == "Which bus?"
    assert world.best("Which bus?") == "life.travel"


class Fits:
    """Holds each fit until it is let go, and notes how many entries it had and how many ran at once."""

    def __init__(self) -> None:
        self.entries: list[int] = []
        self.most = 0
        self.go = threading.Semaphore(0)
        self._started = threading.Semaphore(0)
        self._running = 0

    def fit(self, rows: Sequence[Row], *rest: Any) -> Index:
        self.entries.append(len({row.entry for row in rows}))
        self._running += 1
        self.most = max(self.most, self._running)
        self._started.release()
        assert self.go.acquire(timeout=20)
        self._running -= 1
        return index_of(rows, *rest)

    async def one_more(self) -> None:
        """Wait until another fit has started."""
        assert await asyncio.to_thread(self._started.acquire, timeout=20)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fits]:
    fits = Fits()
    monkeypatch.setattr(reloading, "index_of", fits.fit)
    yield fits
    fits.go.release(10)


async def test_reload_during_a_fit_learns_only_the_newest_content_after_it(world: World, fits: Fits) -> None:
    world.write()
    await world.reloading.reload()
    await fits.one_more()
    add_bread(world.files)
    for question in ("Which train?", "Which bus?"):
        world.files["translations/en/life.yml"]["travel"]["question"] = question
        world.write()
        assert await world.reloading.reload() == 5
    fits.go.release()
    await fits.one_more()
    assert world.best("en free bread?") == NEW  # what the first fit found is older than the content
    assert not world.is_learned(NEW)
    fits.go.release()
    await world.learn()
    assert (fits.entries, fits.most) == ([4, 5], 1)
    assert world.is_learned(NEW)
    assert world.best("Which bus?") == "life.travel"


async def test_failed_fit_leaves_the_changed_content_searchable(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> Index:
        raise OSError("disk full")

    monkeypatch.setattr(reloading, "index_of", fail)
    add_bread(world.files)
    world.write()
    await world.reloading.reload()
    await world.learn()
    assert "could not learn" in caplog.text
    assert world.best("en free bread?") == NEW
    monkeypatch.setattr(reloading, "index_of", index_of)
    await world.reloading.reload()
    await world.learn()
    assert world.is_learned(NEW)


async def test_stop_gives_up_learning_without_waiting_for_it(world: World, fits: Fits) -> None:
    await world.reloading.stop()  # nothing is under way
    add_bread(world.files)
    world.write()
    await world.reloading.reload()
    await fits.one_more()
    async with asyncio.timeout(5):
        await world.reloading.stop()
    fits.go.release()
    await asyncio.get_running_loop().shutdown_default_executor()  # until the fit has ended
    assert fits.entries == [5]
    assert not world.is_learned(NEW)


async def test_reload_uses_the_encoder_in_its_own_thread_only(world: World) -> None:
    # An encoder is not safe for use from two threads, and messages are encoded meanwhile.
    world.files["translations/en/life.yml"]["travel"]["question"] = "Which bus?"
    world.files["translations/en/life.yml"]["travel"]["answer"] = "Another {{value:days}}."
    world.write()
    await world.reloading.reload()
    await world.learn()
    assert "Another 7." in world.encoder.asked
    assert world.encoder.threads == {"encoder"}
