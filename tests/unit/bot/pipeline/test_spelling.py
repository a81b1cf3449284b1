import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.base.languages import languages
from bot.pipeline.spelling import spell_for_encoder


@pytest.mark.parametrize(
    ("text", "language", "spelled"),
    [
        ("كيمليك", "fa", "کیملیک"),
        ("کیملیک", "ar", "كيمليك"),
        ("علیكم", "ckb", "علیکم"),
        ("ښوونځي", "ps", "ښوونځي"),
        ("NASIL İKAMET ALIRIM", "tr", "nasıl ikamet alırım"),
        ("I LOST MY ID", "en", "i lost my id"),
        ("ПОМОГИТЕ", "ru", "помогите"),
        ("I am Ali from TR", "tr", "I am Ali from TR"),
        ("", "ar", ""),
        ("157", "fa", "157"),
    ],
)
def test_spell_for_encoder(text: str, language: str, spelled: str) -> None:
    assert spell_for_encoder(text, language) == spelled


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=100), st.sampled_from([*languages(), "xx"]))
def test_spell_any_text_twice(text: str, language: str) -> None:
    spelled = spell_for_encoder(text, language)
    assert spell_for_encoder(spelled, language) == spelled or spelled.isupper()
