"""The index over tiny content, with vectors that count a few words instead of a model's."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.centring import Centring
from knowledge_base.content_files import Content
from knowledge_base.encoder.vector_cache import VectorCache
from knowledge_base.index import Index, Views, build_index, questions_by_language
from knowledge_base.rows import rows_of
from tests.support.tiny import ANSWER, Files, load, tiny_files, translation
from tests.support.words import (
    ENTRIES,
    NEW_WORD,
    WORDS,
    WordEncoder,
    no_centring,
    vector_of,
    word_cache,
    word_index,
    word_layers,
)

NEW = "life.bread"


@pytest.fixture
def index(tiny_content: Content, tmp_path: Path) -> Index:
    return word_index(tiny_content, tmp_path)


def views(index: Index, text: str, language: str = "en") -> Views:
    return index.views(text, vector_of(text), language)


@pytest.mark.parametrize("word", WORDS)
def test_views_agree_on_the_entry_that_is_meant(index: Index, word: str) -> None:
    found = views(index, f"Question about {word}")
    for view in (found.learned_meaning, found.learned_spelling, found.meaning, found.spelling):
        assert view.shape == (len(ENTRIES),)
        assert view.argmax() == WORDS.index(word)
    assert index.ids == list(ENTRIES)
    assert [found.meaning.max(), found.spelling.max()] == pytest.approx([1, 1])


def test_widen_adds_the_meaning_in_other_languages_and_keeps_the_rest(index: Index) -> None:
    # Nobody asked about work in Turkish.
    own = views(index, "work", "tr")
    every = index.widen(own, vector_of("work"), "tr")
    assert own.meaning[3] == -1
    assert every.meaning[3] == pytest.approx(1)
    for name in ("learned_meaning", "learned_spelling", "spelling"):
        assert getattr(every, name) is getattr(own, name)


def test_widen_keeps_a_better_question_of_the_own_language(tmp_path: Path) -> None:
    files = tiny_files()
    files["translations/en/life.yml"]["work"] = translation("work at school", ANSWER)
    index = word_index(load(tmp_path / "content", files), tmp_path)
    english, turkish = views(index, "school", "en"), views(index, "school", "tr")
    expected = np.maximum(english.meaning, turkish.meaning)
    for own, code in ((english, "en"), (turkish, "tr")):
        assert index.widen(own, vector_of("school"), code).meaning == pytest.approx(expected)
    assert english.meaning[3] > turkish.meaning[3]


def test_views_of_a_language_without_questions_search_all(index: Index) -> None:
    found = views(index, "school sorusu", "ckb")
    assert found.meaning.argmax() == 1
    assert found.spelling.tolist() == [0, 0, 0, 0]
    assert index.widen(found, vector_of("school"), "ckb").meaning == pytest.approx(found.meaning)


def test_widen_where_there_is_one_language_only(tmp_path: Path) -> None:
    files = tiny_files()
    del files["translations/tr/life.yml"]
    index = word_index(load(tmp_path / "content", files), tmp_path)
    found = views(index, "school")
    assert index.widen(found, vector_of("school"), "en").meaning == pytest.approx(found.meaning)


def test_spelling_forgives_a_wrong_letter(index: Index) -> None:
    found = views(index, "docter SORUSU", "tr").spelling
    assert found.argmax() == 2
    assert views(index, "doctor sorusu", "tr").spelling[2] == pytest.approx(1)


def test_nearest_views_ignore_answers(index: Index) -> None:
    # "Within 7 days" stands in every answer and in no question.
    assert views(index, "Within 7 days").spelling.max() < 0.2


@pytest.mark.parametrize("text", ["", "你好 🙂"])
def test_views_of_text_without_known_letters(index: Index, text: str) -> None:
    found = views(index, text)
    assert found.spelling.tolist() == [0, 0, 0, 0]
    assert np.isfinite(found.learned_spelling).all()


def test_views_centre_each_language_with_its_own_mean(tiny_content: Content, tmp_path: Path) -> None:
    mean = np.asarray(vector_of("travel") / 2, np.float32)
    centring = Centring({"en": mean, "tr": np.zeros(WordEncoder.size, np.float32)})
    found = views(word_index(tiny_content, tmp_path, centring), "school")
    assert found.meaning[1] == pytest.approx(1)
    assert found.meaning[0] < 0


class Changing:
    """An index, and the same after the content files have changed."""

    def __init__(self, root: Path, files: Files) -> None:
        self.cache: VectorCache = word_cache(root / "cache")
        content = load(root / "before", files)
        layers = word_layers(content, self.cache)
        self.index = build_index(rows_of(content), self.cache, no_centring(), layers)
        self._root = root

    def after(self, files: Files) -> Index:
        return self.index.with_rows(rows_of(load(self._root / "after", files)), self.cache)


@pytest.fixture
def changing(tmp_path: Path) -> Changing:
    return Changing(tmp_path, tiny_files())


def add_bread(files: Files) -> Files:
    """`files` with an entry of new words at the front, so that all others move."""
    frame = {"facts": ["F1"], "related": ["life.travel", "life.work"]}
    files["entries/life.yml"] = {NEW_WORD: frame, **files["entries/life.yml"]}
    files["translations/en/life.yml"][NEW_WORD] = translation("Where is free bread", ANSWER)
    return files


def test_with_rows_finds_a_new_entry_without_learning_it(changing: Changing) -> None:
    index = changing.after(add_bread(tiny_files()))
    found = views(index, "bread")
    assert index.ids == [*ENTRIES, NEW]  # the others keep their numbers
    assert found.meaning.argmax() == 4
    assert np.isnan(found.learned_meaning[4])
    assert np.isnan(found.learned_spelling[4])
    assert np.isfinite(found.learned_meaning[:4]).all()


def test_with_rows_finds_a_changed_question(changing: Changing) -> None:
    files = tiny_files()
    files["translations/en/life.yml"]["work"] = translation("Where is free bread", ANSWER)
    assert views(changing.index, "bread").meaning.max() < 0.5
    assert views(changing.after(files), "bread").meaning.argmax() == 3


def test_with_rows_leaves_removed_questions_out(changing: Changing) -> None:
    files = tiny_files()
    for part in ("entries/life.yml", "translations/en/life.yml"):
        del files[part]["work"]
    found = views(changing.after(files), "work")
    assert changing.after(files).ids == list(ENTRIES)
    assert found.meaning[3] == -1
    assert found.spelling[3] == 0


def test_with_rows_keeps_the_questions_of_an_unchanged_language(changing: Changing) -> None:
    files = tiny_files()
    files["translations/en/life.yml"]["work"]["paraphrases"][0] = "another one"
    after = changing.after(files)
    assert after._nearest["tr"] is changing.index._nearest["tr"]
    assert after._nearest["en"] is not changing.index._nearest["en"]
    assert after._layers is changing.index._layers


def test_with_rows_of_a_changed_answer_keeps_all_questions(changing: Changing) -> None:
    files = tiny_files()
    files["translations/en/life.yml"]["work"]["answer"] = "Another answer."
    after = changing.after(files)
    assert all(after._nearest[code] is changing.index._nearest[code] for code in ("en", "tr"))


def test_with_rows_gives_every_language_the_number_of_a_new_entry(changing: Changing) -> None:
    found = views(changing.after(add_bread(tiny_files())), "school sorusu", "tr")
    assert found.meaning.shape == found.spelling.shape == (5,)
    assert found.spelling.argmax() == 1


def test_with_rows_scores_as_an_index_built_anew(changing: Changing, tmp_path: Path) -> None:
    files = tiny_files()
    texts = files["translations/en/life.yml"]
    texts["travel"]["paraphrases"] = [
        "a travel card",
        *texts["travel"]["paraphrases"][2:],
        "the way to travel",
    ]
    texts["work"]["question"] = "Work, please"
    after = changing.after(files)
    rows = rows_of(load(tmp_path / "anew", files))
    anew = build_index(rows, changing.cache, no_centring(), changing.index._layers)
    for text in ("travel card", "way to travel", "work please", "Question about school b"):
        found, expected = views(after, text), views(anew, text)
        assert found.spelling == pytest.approx(expected.spelling)
        assert found.meaning == pytest.approx(expected.meaning)


def test_with_rows_twice(changing: Changing) -> None:
    with_bread = changing.after(add_bread(tiny_files()))
    third = rows_of(load(changing._root / "third", tiny_files()))
    without = with_bread.with_rows(third, changing.cache)
    assert without.ids == [*ENTRIES, NEW]
    assert views(without, "bread").meaning[4] == -1
    assert views(without, "travel").meaning.argmax() == 0


def test_with_rows_computes_new_texts_only(tiny_content: Content, tmp_path: Path) -> None:
    encoder = WordEncoder()
    cache = word_cache(tmp_path, encoder)
    index = build_index(rows_of(tiny_content), cache, no_centring(), word_layers(tiny_content, cache))
    encoder.asked.clear()
    files = tiny_files()
    files["translations/en/life.yml"]["work"]["paraphrases"][0] = "another one"
    index.with_rows(rows_of(load(tmp_path / "after", files)), cache)
    assert encoder.asked == ["another one"]


def test_questions_by_language_hold_no_answers(tiny_content: Content) -> None:
    found = questions_by_language(rows_of(tiny_content))
    assert {code: len(rows) for code, rows in found.items()} == {"en": 24, "tr": 18}
    assert not any(row.is_answer for rows in found.values() for row in rows)
