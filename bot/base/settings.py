"""Settings, read from the environment and from a file named .env."""

from ipaddress import ip_network
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.base.paths import ENCODER, PROJECT


class Settings(BaseSettings):
    """Every setting has a default that works on one machine without configuration."""

    model_config = SettingsConfigDict(env_prefix="MERHABA_", env_file=".env", extra="ignore")

    data: Path = Field(default=PROJECT / "var", description="directory of the record and the streams")
    host: str = Field(default="127.0.0.1", description="address of the public listener")
    port: int = Field(default=8000, ge=0, le=65535, description="public port; 0 picks a free one")
    encoder: str = Field(
        default=str(ENCODER), description="directory or hub name of a sentence-transformers model"
    )
    text_limit: int = Field(default=1000, ge=1, description="characters of a message that are read")
    rasa_timeout: float = Field(
        default=6.0, gt=0, le=9, description="seconds to wait for Rasa before apologising"
    )
    button_days: int = Field(default=30, ge=1, description="days that a button stays valid")
    transcript_days: int = Field(default=30, ge=1, description="days that a message is kept")
    stream_hours: int = Field(
        default=24,
        ge=1,
        description="hours that a message or reply waits for its turn; after that people take over",
    )
    quarantine_days: int = Field(
        default=8,
        ge=1,
        description="days that a message which could not be answered is kept for people to look at",
    )
    database_url: str = Field(
        default="",
        validation_alias=AliasChoices("MERHABA_DATABASE_URL", "DATABASE_URL"),
        description="SQLAlchemy URL of a PostgreSQL record (postgresql+asyncpg://…); empty: SQLite in data",
    )
    redis_url: str = Field(
        default="",
        validation_alias=AliasChoices("MERHABA_REDIS_URL", "REDIS_URL"),
        description="redis://:password@host:port/number of a Valkey or Redis server; empty: an embedded one",
    )
    messages_per_minute: int = Field(
        default=20, ge=1, description="messages a minute that a person may write"
    )
    posts_per_minute_and_address: int = Field(
        default=300, ge=1, description="messages a minute that the web chat takes from one network address"
    )
    streams_per_address: int = Field(
        default=200, ge=1, description="pages of the web chat that one network address may have open"
    )
    trusted_proxies: str = Field(
        default="127.0.0.1",
        description="addresses and networks of reverse proxies, split by commas; empty: none",
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="token that opens /metrics; empty: programs of this machine only"
    )
    public_url: str = Field(
        default="",
        description="address under which the internet reaches this server; turns on the Telegram webhook",
    )
    telegram_token: SecretStr = Field(
        default=SecretStr(""), description="token of the Telegram bot; empty: off"
    )
    telegram_secret: SecretStr = Field(
        default=SecretStr(""), description="secret of the Telegram webhook; empty: made from the token"
    )
    telegram_url: str = Field(default="https://api.telegram.org", description="address of Telegram's bot API")
    whatsapp_phone_id: str = Field(default="", description="id of the WhatsApp phone number; empty: off")
    whatsapp_token: SecretStr = Field(
        default=SecretStr(""), description="access token of the WhatsApp Cloud API"
    )
    whatsapp_app_secret: SecretStr = Field(
        default=SecretStr(""), description="secret that signs WhatsApp's requests"
    )
    whatsapp_verify_token: SecretStr = Field(
        default=SecretStr(""), description="word that Meta repeats when the webhook is set up"
    )
    whatsapp_template: str = Field(
        default="", description="name of the approved template that asks a person to write again"
    )
    whatsapp_template_languages: str = Field(
        default="en,tr,ar,fa,ru",
        description="languages in which the template is approved, the first by default",
    )
    whatsapp_url: str = Field(default="https://graph.facebook.com/v23.0", description="address of Meta's API")
    secrets_file: Path | None = Field(
        default=None,
        description="secrets file of several machines; by default secrets.json in the data directory",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        """The listener would take a wrong one without a word, and trust nobody."""
        for proxy in value.split(",") if value.strip() else ():
            try:
                ip_network(proxy.strip())
            except ValueError:
                raise ValueError("expected addresses or networks, such as 127.0.0.1,10.0.0.0/8") from None
        return value.strip()

    def is_https(self, scheme: str) -> bool:
        """Whether people reach us encrypted, for a request that came by `scheme`."""
        return scheme == "https" or self.public_url.lower().startswith("https://")

    def record_url(self) -> str:
        """SQLAlchemy URL of the record."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+asyncpg://", 1)
        return f"sqlite+aiosqlite:///{self.data / 'record.sqlite'}"
