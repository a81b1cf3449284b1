"""Places as a person reads them."""

from datetime import date
from typing import Any

import pytest

from actions.directory_text import describe
from bot.base.languages import languages
from bot.base.texts import Texts
from knowledge_base.directory import Directory, ServiceKind, ServicePoint


def point(**more: Any) -> ServicePoint:
    given = {"kind": "court", "province": "06", "name": "Adliye", "source": "A page", **more}
    return ServicePoint.model_validate(given)


def world(*points: ServicePoint, everywhere: str = "province") -> Directory:
    words = dict.fromkeys(languages(), ("court",))
    kind = ServiceKind.model_validate({"everywhere": everywhere, "words": words})
    return Directory({}, {"court": kind}, points)


def test_describe_a_place_with_all_details(texts: Texts) -> None:
    details = {"address": "Street 1", "phone": "312", "hours": "9-17", "languages": "Arabic"}
    place = point(district="Çankaya", seen_on=date(2026, 3, 9), **details)
    assert describe(world(place), "court", "06", "en", texts).split("\n") == [
        "Adliye (Çankaya)",
        "Address: Street 1",
        "Phone: 312",
        "Open: 9-17",
        "Languages: Arabic",
        "Source: A page (09.03.2026)",
    ]


def test_describe_says_what_to_do_where_a_detail_is_not_known(texts: Texts) -> None:
    text = describe(world(point(phone="312")), "court", "06", "en", texts)
    ask = texts.get("en", "service_ask")
    assert f"Address: {ask}" in text
    assert "Phone: 312" in text
    assert f"Languages: {ask}" in text
    assert text.endswith("Source: A page")


def test_describe_a_place_of_which_only_the_name_is_known(texts: Texts) -> None:
    nothing = texts.get("so", "service_nothing_known")
    assert describe(world(point()), "court", "06", "so", texts) == f"Adliye\n{nothing}"


def test_describe_many_places_in_their_order(texts: Texts) -> None:
    places = [point(name=name) for name in ("B", "A")]
    parts = describe(world(*places), "court", "06", "en", texts).split("\n\n")
    assert [part.split("\n")[0] for part in parts] == ["B", "A"]


def test_describe_a_kind_of_each_district(texts: Texts) -> None:
    each = texts.get("ru", "service_each_district")
    assert describe(world(everywhere="district"), "court", "06", "ru", texts) == each
    known = describe(world(point(), everywhere="district"), "court", "06", "ru", texts)
    assert known.endswith(f"\n\n{each}")
    assert describe(world(), "court", "06", "ru", texts) == ""


def test_describe_every_shipped_place(directory: Directory, texts: Texts, code: str) -> None:
    for place in directory.points:
        text = describe(directory, place.kind, place.province, code, texts)
        assert place.name in text
        assert "{" not in text


@pytest.mark.parametrize("number", ["157"])
def test_describe_names_the_line_to_call_where_nothing_is_known(texts: Texts, code: str, number: str) -> None:
    assert number in describe(world(point()), "court", "06", code, texts)
