"""Texts meet by meaning across languages, as the search compares them."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest

from knowledge_base.centring import Centring
from knowledge_base.encoder.encoder import Encoder, Vectors
from knowledge_base.examples import Example

# In each language: a lost card, a school, a doctor, unpaid wages.
SENTENCES = {
    "en": [
        "I lost my identity card.",
        "How do I enrol my child in school?",
        "I am ill and need a doctor.",
        "My employer does not pay my wages.",
    ],
    "tr": [
        "Kimlik kartımı kaybettim.",
        "Çocuğumu okula nasıl kaydederim?",
        "Hastayım, doktora ihtiyacım var.",
        "Patronum maaşımı ödemiyor.",
    ],
    "ar": [
        "فقدت بطاقة هويتي.",
        "كيف أسجل طفلي في المدرسة؟",
        "أنا مريض وأحتاج إلى طبيب.",
        "صاحب العمل لا يدفع أجري.",
    ],
    "fa": [
        "کارت شناسایی‌ام را گم کرده‌ام.",
        "چطور فرزندم را در مدرسه ثبت‌نام کنم؟",
        "مریض هستم و به پزشک نیاز دارم.",
        "کارفرما دستمزدم را نمی‌دهد.",
    ],
    "ps": [
        "ما خپل پېژندپاڼه ورکه کړې ده.",
        "خپل ماشوم په ښوونځي کې څنګه شامل کړم؟",
        "زه ناروغ یم او ډاکټر ته اړتیا لرم.",
        "کارفرما مې معاش نه راکوي.",
    ],
    "so": [
        "Waxaan lumiyay kaarkaygii aqoonsiga.",
        "Sideen ilmahayga dugsiga uga diiwaan geliyaa?",
        "Waan xanuunsanahay, dhakhtar ayaan u baahanahay.",
        "Shaqo bixiyuhu mushaharkayga ma bixiyo.",
    ],
    "kmr": [
        "Min nasnameya xwe winda kir.",
        "Ez zaroka xwe çawa li dibistanê qeyd bikim?",
        "Ez nexweş im û pêdiviya min bi doktor heye.",
        "Patronê min mûçeyê min nade.",
    ],
    "ckb": [
        "ناسنامەکەم ون کردووە.",
        "چۆن منداڵەکەم لە قوتابخانە تۆمار بکەم؟",
        "نەخۆشم و پێویستم بە پزیشکە.",
        "خاوەنکارەکەم مووچەم نادات.",
    ],
    "ru": [
        "Я потерял удостоверение личности.",
        "Как записать ребёнка в школу?",
        "Я болею, мне нужен врач.",
        "Работодатель не платит мне зарплату.",
    ],
}  # fmt: skip
SAMPLE = 6  # examples a language; all of them would take minutes without vectors on disk


@pytest.fixture(scope="module")
def vectors(encoder: Encoder, examples: Sequence[Example]) -> dict[str, Vectors]:
    by_code = defaultdict(list)
    for example in examples:
        by_code[example.language].append(example.text)
    sample = [(code, text) for code, all in by_code.items() for text in all[:: len(all) // SAMPLE]]
    means = encoder.encode([text for _, text in sample])
    centring = Centring.of(means, [code for code, _ in sample])
    return {code: centring.centre(encoder.encode(texts), code) for code, texts in SENTENCES.items()}


@pytest.mark.parametrize("other", ["en", "tr", "ru"])
def test_sentence_is_nearest_to_its_meaning_in_another_language(
    vectors: dict[str, Vectors], code: str, other: str
) -> None:
    nearest = np.argmax(vectors[code] @ vectors[other].T, axis=1)
    assert nearest.tolist() == [0, 1, 2, 3]
