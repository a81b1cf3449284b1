import pytest

from channels.whatsapp.template import Template

APPROVED = "en,tr,ar,fa,ru"


@pytest.mark.parametrize(
    ("person", "language"),
    [
        ("en", "en"),
        ("tr", "tr"),
        ("ar", "ar"),
        ("fa", "fa"),
        ("ru", "ru"),
        ("ps", "fa"),
        ("so", "en"),
        ("kmr", "tr"),
        ("ckb", "ar"),
        ("xx", "en"),
    ],
)
def test_template_language_that_a_person_reads(person: str, language: str) -> None:
    assert Template("come_back", APPROVED).language(person).value == language


def test_template_in_few_languages_falls_back_to_the_first() -> None:
    template = Template("come_back", "tr, ar")
    assert [template.language(code).value for code in ("fa", "ru", "ar")] == ["tr", "tr", "ar"]


def test_template_in_a_language_of_one_country() -> None:
    assert Template("come_back", "tr,en_US").language("en").value == "en_US"


@pytest.mark.parametrize(("codes", "got"), [("en,ps,so", "ps, so"), ("", "none"), ("english", "english")])
def test_template_in_languages_that_meta_does_not_have(codes: str, got: str) -> None:
    with pytest.raises(ValueError, match=f"MERHABA_WHATSAPP_TEMPLATE_LANGUAGES.*got {got}"):
        Template("come_back", codes)


def test_template_that_is_not_configured() -> None:
    assert Template(" ", "").name == ""
