"""The services directory: what is shipped, and what its reader refuses."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.base.fold import script
from bot.base.languages import languages
from bot.base.paths import CONTENT
from bot.base.texts import Texts
from knowledge_base.content_files import Content, ContentError
from knowledge_base.directory import (
    PROVINCES,
    Directory,
    Province,
    ServiceKind,
    ServicePoint,
    load_directory,
)
from tests.support.tiny import Files, write

COLUMNS = "kind,province,district,name,address,phone,languages,hours,source,seen_on"
KIND, PROVINCE, POINT = "service_kinds.yml", "provinces.yml", "court,06,,A court,,,,,A page,2026-03-09"


def files() -> Files:
    words = {code: ["court"] for code in languages()}
    return {
        KIND: {"court": {"everywhere": "district", "words": words}},
        PROVINCE: {
            f"{number:02}": {"name": f"P{number}", "latitude": 39.0, "longitude": 33.0, "names": {"ar": "ا"}}
            for number in range(1, PROVINCES + 1)
        },
    }


def load(root: Path, changed: Files | None = None, *points: str) -> Directory:
    write(root, changed or files())
    (root / "services.csv").write_text("\n".join([COLUMNS, *(points or (POINT,))]) + "\n", encoding="utf-8")
    return load_directory(root)


def test_shipped_directory_knows_every_province_and_kind(directory: Directory, texts: Texts) -> None:
    assert sorted(directory.provinces) == [f"{number:02}" for number in range(1, 82)]
    assert {point.kind for point in directory.points} <= set(directory.kinds)
    assert {point.province for point in directory.points} <= set(directory.provinces)
    assert all(texts.has(f"place_{kind}") for kind in directory.kinds)


def test_shipped_kinds_have_words_in_each_language(directory: Directory, code: str) -> None:
    for kind, item in directory.kinds.items():
        assert item.words[code], kind
        assert all(word.strip() == word != "" for word in item.words[code]), kind


def test_shipped_kinds_everywhere_are_in_each_province(directory: Directory) -> None:
    for kind, item in directory.kinds.items():
        known = {point.province for point in directory.points if point.kind == kind}
        if item.everywhere == "province" and known:
            assert known == set(directory.provinces), kind


def test_shipped_provinces_are_named_in_each_script(directory: Directory) -> None:
    wanted = {"ar": "arabic", "fa": "arabic", "ps": "arabic", "ckb": "arabic", "ru": "cyrillic"}
    for province in directory.provinces.values():
        assert {code: script(province.names.get(code, "")) for code in wanted} == wanted, province.name
    assert len({province.name for province in directory.provinces.values()}) == PROVINCES


def test_shipped_points_stand_once(directory: Directory) -> None:
    keys = [(point.kind, point.province, point.district, point.name) for point in directory.points]
    assert len(set(keys)) == len(keys)


def test_shipped_points_with_a_source_that_was_read(directory: Directory) -> None:
    assert [point.name for point in directory.points if point.has_details and not point.seen_on] == []


def test_shipped_entries_name_places_that_have_a_text(content: Content, texts: Texts) -> None:
    places = {place for entry in content.entries.values() for place in entry.places}
    assert [place for place in places if not texts.has(f"place_{place}")] == []


def test_find_places_of_a_kind_in_a_province(tmp_path: Path) -> None:
    second = POINT.replace("A court", "Another")
    other = POINT.replace("06", "07")
    directory = load(tmp_path, None, POINT, other, second)
    assert [point.name for point in directory.find("court", "06")] == ["A court", "Another"]
    assert directory.find("court", "08") == directory.find("nothing", "06") == []


def test_load_directory_reads_what_is_known(tmp_path: Path) -> None:
    full = "court,06,Çankaya,A court,Street 1,+90 312,tr; ar,9-17,A page,2026-03-09"
    bare = "court,06,,A court,,,,,A page,"
    known, unknown = load(tmp_path, None, full, bare).points
    assert (known.district, known.address, known.phone) == ("Çankaya", "Street 1", "+90 312")
    assert (known.languages, known.hours, known.seen_on) == ("tr; ar", "9-17", date(2026, 3, 9))
    assert known.has_details
    assert not unknown.has_details
    assert unknown.seen_on is None


@pytest.mark.parametrize("detail", ["address", "phone", "languages", "hours"])
def test_point_has_details_from_the_first_on(detail: str) -> None:
    assert ServicePoint(kind="court", province="06", name="A", source="S", **{detail: "x"}).has_details
    assert not ServicePoint(kind="court", province="06", district="D", name="A", source="S").has_details


def test_name_in_a_language_keeps_the_turkish_name() -> None:
    province = Province(name="Ankara", latitude=39.9, longitude=32.9, names={"ar": "أنقرة"})
    assert province.name_in("ar") == "أنقرة (Ankara)"
    assert province.name_in("so") == "Ankara"


@pytest.mark.parametrize(
    "wrong", [{"latitude": 30.0}, {"longitude": 50.0}, {"nmaes": {}}, {"also": "Ankara"}, {"name": None}]
)
def test_load_directory_province_that_is_wrong(tmp_path: Path, wrong: dict[str, object]) -> None:
    changed = files()
    changed[PROVINCE]["06"].update(wrong)
    with pytest.raises(ContentError, match=rf"provinces\.yml: 06\.{next(iter(wrong))}: "):
        load(tmp_path, changed)


@pytest.mark.parametrize(("number", "differing"), [("06", "06"), ("82", "82"), ("6", "6")])
def test_load_directory_with_other_provinces(tmp_path: Path, number: str, differing: str) -> None:
    changed = files()
    if changed[PROVINCE].pop(number, None) is None:
        changed[PROVINCE][number] = changed[PROVINCE]["01"]
    expected = f"expected the provinces 01 to 81, differing in {differing}$"
    with pytest.raises(ContentError, match=expected):
        load(tmp_path, changed)


def test_load_directory_kind_without_words_in_a_language(tmp_path: Path, code: str) -> None:
    changed = files()
    del changed[KIND]["court"]["words"][code]
    with pytest.raises(ContentError, match=rf"service_kinds\.yml: court: expected words in {code}"):
        load(tmp_path, changed)


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (POINT.replace("court,06", "curt,06"), r"services\.csv: A court: expected a known kind and province"),
        (POINT.replace("06", "6"), r"services\.csv: A court: expected a known kind and province"),
        (POINT.replace("A page", ""), r"services\.csv: A court: source: "),
        (POINT.replace("A court", ""), r"services\.csv: : name: "),
        (POINT.replace("2026-03-09", "soon"), r"services\.csv: A court: seen_on: "),
    ],
)
def test_load_directory_point_that_is_wrong(tmp_path: Path, point: str, expected: str) -> None:
    with pytest.raises(ContentError, match=expected):
        load(tmp_path, None, POINT.replace("A court", "Right"), point)


@pytest.mark.parametrize("point", [f"{POINT},more", "court,06,,A court", f'{POINT}\ncourt,06,,"A'])
def test_load_directory_row_that_is_no_row(tmp_path: Path, point: str) -> None:
    with pytest.raises(ContentError, match=r"services\.csv: "):
        load(tmp_path, None, point)


def test_load_directory_without_its_files(tmp_path: Path) -> None:
    write(tmp_path, files())
    with pytest.raises(ContentError, match=r"services\.csv"):
        load_directory(tmp_path)


def test_shipped_files_are_read_completely(directory: Directory) -> None:
    with (CONTENT / "services.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(directory.points)
    kinds = yaml.safe_load((CONTENT / "service_kinds.yml").read_text(encoding="utf-8"))
    assert list(kinds) == list(directory.kinds)
    assert all(isinstance(kind, ServiceKind) for kind in directory.kinds.values())
