import re
from pathlib import Path

import pytest
from pydantic import AliasChoices, ValidationError
from pydantic.fields import FieldInfo

from bot.base.paths import PROJECT
from bot.base.settings import Settings

# Defaults by variable, as the documentation tells them.
PAGE = dict(
    re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", (PROJECT / "docs" / "settings.md").read_text("utf-8"), re.M)
)


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
    for name in (
        "TELEGRAM_TOKEN",
        "TELEGRAM_SECRET",
        "WHATSAPP_TOKEN",
        "WHATSAPP_APP_SECRET",
        "METRICS_TOKEN",
    ):
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
        ("POSTS_PER_MINUTE_AND_ADDRESS", "0"),
        ("STREAMS_PER_ADDRESS", "0"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "nginx"),
        ("TRUSTED_PROXIES", "127.0.0.1,"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
    ],
)
def test_settings_that_cannot_work(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    # With zero messages a minute nobody could write at all.
    monkeypatch.setenv(f"MERHABA_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


@pytest.mark.parametrize("value", ["", "127.0.0.1", "10.0.0.0/8, 2001:db8::/32,::1"])
def test_settings_with_proxies(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("MERHABA_TRUSTED_PROXIES", value)
    assert Settings().trusted_proxies == value


@pytest.mark.parametrize(
    ("scheme", "public_url", "expected"),
    [
        ("http", "", False),
        ("https", "", True),
        ("http", "http://merhaba.example", False),
        ("http", "HTTPS://merhaba.example", True),
    ],
)
def test_https_by_scheme_or_by_public_url(scheme: str, public_url: str, expected: bool) -> None:
    assert Settings(public_url=public_url).is_https(scheme) == expected


def variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    return str(alias.choices[-1]) if isinstance(alias, AliasChoices) else f"MERHABA_{name.upper()}"


def test_page_of_settings_names_every_setting() -> None:
    assert set(PAGE) == {variable(name, field) for name, field in Settings.model_fields.items()}


def test_page_of_settings_names_the_defaults() -> None:
    fields = {variable(name, field): field.default for name, field in Settings.model_fields.items()}
    plain = {name: default for name, default in fields.items() if isinstance(default, int | float | str)}
    told = {
        name: f"`{value:g}`" if isinstance(value, float) else f"`{value}`" for name, value in plain.items()
    }
    assert {name: PAGE[name] for name in plain if plain[name] != "" and name != "MERHABA_ENCODER"} == {
        name: default for name, default in told.items() if plain[name] != "" and name != "MERHABA_ENCODER"
    }
