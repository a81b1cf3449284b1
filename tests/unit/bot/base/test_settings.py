from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.base.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(f"MERHABA_{field.upper()}", raising=False)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


def test_settings_without_configuration() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.record_url() == f"sqlite+aiosqlite:///{settings.data / 'record.sqlite'}"


def test_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERHABA_PORT", "0")
    monkeypatch.setenv("MERHABA_DATA", "/somewhere")
    settings = Settings()
    assert (settings.port, settings.data) == (0, Path("/somewhere"))
    assert settings.record_url() == "sqlite+aiosqlite:////somewhere/record.sqlite"


@pytest.mark.parametrize("name", ["DATABASE_URL", "MERHABA_DATABASE_URL"])
@pytest.mark.parametrize("driver", ["", "+asyncpg"])
def test_record_url_of_postgresql_names_the_driver(
    monkeypatch: pytest.MonkeyPatch, name: str, driver: str
) -> None:
    monkeypatch.setenv(name, f"postgresql{driver}://app:word@host/db")
    assert Settings().record_url() == "postgresql+asyncpg://app:word@host/db"


def test_settings_do_not_print_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_SECRET", "WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET"):
        monkeypatch.setenv(f"MERHABA_{name}", "zugunruhe")
    assert "zugunruhe" not in repr(Settings())


def test_settings_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MERHABA_TEXT_LIMIT=50\nOTHER_PROGRAM=1\n", encoding="utf-8")
    assert Settings().text_limit == 50
    monkeypatch.setenv("MERHABA_TEXT_LIMIT", "60")
    assert Settings().text_limit == 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("TEXT_LIMIT", "0"),
        ("BUTTON_DAYS", "0"),
        ("RASA_TIMEOUT", "0"),
        ("MESSAGES_PER_MINUTE", "0"),
        ("MESSAGES_PER_MINUTE", "many"),
    ],
)
def test_settings_that_cannot_work(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    # With zero messages a minute nobody could write at all.
    monkeypatch.setenv(f"MERHABA_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()
