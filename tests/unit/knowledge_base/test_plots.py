"""The pictures of an evaluation."""

import xml.etree.ElementTree as ElementTree

import pytest

from knowledge_base.evaluation import Figure, risk_coverage
from knowledge_base.plots import languages_picture, reliability_picture, risk_picture

OUTCOMES = [(0.9, True), (0.8, False), (1.0, True), (0.05, False)]


def shares(top1: float) -> dict[str, Figure]:
    return {name: Figure(value, 4) for name, value in {"top1": top1, "top3": 0.9, "wrong": 0.1}.items()}


def texts(picture: str) -> set[str]:
    """Words that stand in the picture, which draws letters as shapes and keeps the text as a comment."""
    root = ElementTree.fromstring(picture, ElementTree.XMLParser(target=_Comments()))
    return {str(node.text).strip() for node in root.iter() if callable(node.tag)}


class _Comments(ElementTree.TreeBuilder):
    def __init__(self) -> None:
        super().__init__(insert_comments=True)


def test_languages_picture_shows_groups_that_have_answers() -> None:
    found = texts(
        languages_picture({"all": shares(0.8), "ar": shares(0.7), "so": {"language": Figure(1, 2)}})
    )
    assert {"all", "ar", "top1", "top3", "wrong"} <= found
    assert "so" not in found


def test_risk_picture_marks_thresholds() -> None:
    found = texts(risk_picture({"replies": risk_coverage(OUTCOMES)}, {"answer": 0.8}))
    assert {"replies", "answer 0.8"} <= found


@pytest.mark.parametrize("outcomes", [OUTCOMES, OUTCOMES[:1]])
def test_reliability_picture(outcomes: list[tuple[float, bool]]) -> None:
    assert {"perfect", "measured"} <= texts(reliability_picture(outcomes))


def test_pictures_of_the_same_figures_are_the_same() -> None:
    first, second = (languages_picture({"all": shares(0.8)}) for _ in range(2))
    assert first == second
    assert first.startswith("<svg")
    assert first != languages_picture({"all": shares(0.2)})
