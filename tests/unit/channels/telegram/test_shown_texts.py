"""Texts that Telegram shows, within its limits."""

from bot.base.texts import Texts


def test_texts_about_the_bot_fit(texts: Texts, code: str) -> None:
    assert 1 <= len(texts.of(code)["telegram_description"]) <= 512
    assert 1 <= len(texts.of(code)["telegram_short_description"]) <= 120
    assert 1 <= len(texts.of(code)["button_share_location"]) <= 64
    for command in ("start", "language", "help", "human", "delete", "privacy"):
        assert 1 <= len(texts.of(code)[f"command_{command}"]) <= 256
