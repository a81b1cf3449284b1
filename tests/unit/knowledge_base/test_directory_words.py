"""Names of kinds and provinces in what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.fold import fold
from bot.base.languages import languages
from knowledge_base.directory import Directory, Province, ServiceKind, load_directory
from knowledge_base.directory_words import DirectoryWords

SHIPPED = load_directory()
WORDS = DirectoryWords(SHIPPED)


def found(text: str) -> str | None:
    """Turkish name of the province that `text` names."""
    number = WORDS.province(text)
    return SHIPPED.provinces[number].name if number else None


def similar(text: str) -> str | None:
    number = WORDS.similar_province(text)
    return SHIPPED.provinces[number].name if number else None


def names(number: str) -> list[str]:
    province = SHIPPED.provinces[number]
    return [province.name, *province.names.values(), *province.also]


@pytest.mark.parametrize("number", SHIPPED.provinces)
def test_province_is_found_by_each_of_its_names(number: str) -> None:
    assert {name: WORDS.province(name) for name in names(number)} == dict.fromkeys(names(number), number)


@pytest.mark.parametrize("number", SHIPPED.provinces)
def test_province_is_found_in_a_sentence(number: str) -> None:
    sentences = [f"zzz {name}, qqq?" for name in names(number)]
    assert {text: WORDS.province(text) for text in sentences} == dict.fromkeys(sentences, number)


@pytest.mark.parametrize("kind", SHIPPED.kinds)
def test_kind_is_found_by_each_of_its_words(kind: str, code: str) -> None:
    words = SHIPPED.kinds[kind].words[code]
    assert {word: WORDS.kind(f"zzz {word}?") for word in words} == dict.fromkeys(words, kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ankarada göç idaresi nerede", "Ankara"),
        ("ANKARA'DAN geldim", "Ankara"),
        ("li Enqerê me", "Ankara"),
        ("в Анкаре", "Ankara"),
        ("ankara", "Ankara"),
        ("غازي عنتاب", "Gaziantep"),
        ("بغازي عنتاب", "Gaziantep"),
        ("من غازي عنتاب", "Gaziantep"),
        ("بعنتاب", "Gaziantep"),
        ("Gaziantepteki", "Gaziantep"),
        ("antepten", "Gaziantep"),
        ("li Amedê", "Diyarbakır"),
        ("لاسطنبول", "İstanbul"),
        ("İSTANBUL", "İstanbul"),
        ("istanbulda", "İstanbul"),
        ("در استانبول", "İstanbul"),
        ("Van", "Van"),
        ("li Wanê", "Van"),
        ("Kars'ta", "Kars"),
        ("Muş", "Muş"),
        ("Boluya", "Bolu"),
        ("Urfada", "Şanlıurfa"),
        ("Sanliurfa", "Şanlıurfa"),
        ("Kilisten", "Kilis"),
        ("Ağrı", "Ağrı"),
        ("izmirli", "İzmir"),
    ],
)
def test_province_with_what_is_written_together(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "karşı", "karşıda", "karısı", "karşılık", "vana", "vanilya", "müşteri", "bolum", "bölüm", "ordumuz",
        "ağrım var", "başağrısı", "usaklar", "uşaklar", "burs almak", "hata", "şiir", "kara", "batum",
        "kamer", "aydınlık", "kocam", "والله", "دوا", "يوان", "تەنیا", "توكل", "سيارة", "карта", "вана", "",
        "🙂", "Where is the nearest hospital?", "kimlik",
    ],
)  # fmt: skip
def test_other_words_are_no_province(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Samsung",  # telephones are asked about often
        "سامسونج",
        "göremedim",  # "I could not see"
        "ئەدەنەوە",  # "they give back"
        "وسواس",  # an illness
        "ez her sêşemê îmze didim",  # "I give"
        "sê kesan dizanim",  # "people"
    ],
)
def test_frequent_words_are_no_province(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from Van to Gaziantep", "Gaziantep"),
        ("Gaziantep to Van", "Gaziantep"),
        ("Afyonkarahisar", "Afyonkarahisar"),
        ("Kahramanmaraş", "Kahramanmaraş"),
    ],
)
def test_longest_name_wins(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Istanbuul", "İstanbul"),
        ("Trabzn", "Trabzon"),
        ("Gaziantap", "Gaziantep"),
        ("Diyarbakr", "Diyarbakır"),
        ("Кайсери", "Kayseri"),
        ("Kahramanmras", "Kahramanmaraş"),
        ("Ankara", "Ankara"),
    ],
)
def test_misspelt_name_is_found_as_a_whole_message(text: str, expected: str) -> None:
    assert similar(text) == expected


@pytest.mark.parametrize("text", ["Istanbuul", "Trabzn", "Gaziyantap", "Dıyrbakır"])
def test_misspelt_name_is_not_found_in_a_sentence(text: str) -> None:
    assert found(text) is None
    assert found(f"I live in {text} with my children") is None
    assert similar(f"I live in {text} with my children") is None


@pytest.mark.parametrize(
    "text", ["", "hello", "yes", "I do not know", "🙂", "x", "نعم", "не знаю", "bilmiyorum"]
)
def test_similar_finds_nothing_in_another_answer(text: str) -> None:
    assert similar(text) is None
    assert WORDS.similar_kind(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("where is the migration office in Ankara", "migration_directorate"),
        ("göç idaresine nasıl giderim", "migration_directorate"),
        ("وين دائرة الهجرة", "migration_directorate"),
        ("миграционная служба", "migration_directorate"),
        ("ADLİ YARDIM bürosu", "bar_association"),
    ],
)
def test_kind_in_a_sentence(text: str, kind: str) -> None:
    assert WORDS.kind(text) == kind


def test_similar_kind_of_a_misspelt_word() -> None:
    assert WORDS.kind("migraton ofice") is None
    assert WORDS.similar_kind("migraton office") == "migration_directorate"


def small(*provinces: tuple[str, str]) -> DirectoryWords:
    """Words of provinces given as (number, name), and of one kind."""
    kind = ServiceKind(everywhere="some", words=dict.fromkeys(languages(), ("law office",)))
    places = {number: Province(name=name, latitude=39, longitude=33, names={}) for number, name in provinces}
    return DirectoryWords(Directory(places, {"court": kind}, ()))


def test_longest_name_wins_where_one_is_part_of_another() -> None:
    words = small(("01", "Hisar"), ("02", "Karahisar"), ("03", "Kara Hisar"))
    assert [words.province(t) for t in ("hisar", "karahisar", "in karahisar", "kara hisarda")] == [
        "01", "02", "02", "03",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("Abc", "abc", True),
        ("Abc", "abca", False),  # after three letters any ending makes another word
        ("Abcd", "abcda", True),
        ("Abcd", "abcdden", True),
        ("Abcd", "abcdxyz", False),  # after a short name only endings of cases
        ("Abcdef", "abcdefxyz", False),
        ("Abcdef", "abcdeften", True),
        ("Abcdef", "abcdefuvwxyz", False),
        ("Abcdef", "xabcdef", False),
    ],
)
def test_ending_depends_on_the_length_of_the_name(name: str, text: str, is_found: bool) -> None:
    assert (small(("01", name)).province(f"zz {text}.") == "01") is is_found


@given(st.text(max_size=80))
def test_words_of_any_text(text: str) -> None:
    number, kind = WORDS.province(text), WORDS.kind(text)
    assert number is None or number in SHIPPED.provinces
    assert kind is None or kind in SHIPPED.kinds
    assert WORDS.province(fold(text)) == number


@given(
    st.sampled_from(sorted(SHIPPED.provinces)),
    st.sampled_from(["", "da", "dan", "ya", "ê", "yê", "lı", "'nin"]),
)
def test_turkish_name_is_found_with_any_ending(number: str, ending: str) -> None:
    name = SHIPPED.provinces[number].name
    endings_follow = len(fold(name)) > 3
    assert WORDS.province(f"x {name}{ending if endings_follow else ''} y") == number
