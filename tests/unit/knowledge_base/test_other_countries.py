"""Names of other countries in what people type."""

from pathlib import Path

import pytest

from knowledge_base.other_countries import OtherCountries


@pytest.fixture
def countries(tmp_path: Path) -> OtherCountries:
    path = tmp_path / "countries.yml"
    path.write_text("germany: [Germany, Almanya, المانيا]\negypt: [Mısır]\nuk: [UK]\n", encoding="utf-8")
    return OtherCountries(path)


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Can I go to GERMANY?", True),
        ("Almanyadaki kardeşim", True),
        ("بالمانيا", True),  # "in Germany", in one word
        ("Mısıra gitmek", True),
        ("to the UK", True),
        ("ukrainian", False),  # a short name must be the whole word
        ("bukalmanya", False),
        ("germ", False),
        ("", False),
    ],
)
def test_named_in_text(countries: OtherCountries, text: str, is_named: bool) -> None:
    assert countries.named_in(text) is is_named
