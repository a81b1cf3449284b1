"""Settings, read from the environment and from a file named .env."""

from pathlib import Path

from pydantic import Field
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
    rasa_timeout: float = Field(default=8.0, gt=0, description="seconds to wait for Rasa before apologising")
    button_days: int = Field(default=30, ge=1, description="days that a button stays valid")
    idle_days: int = Field(
        default=30, ge=1, description="days after its last message until a chat is deleted"
    )
    cookie_secure: bool = Field(default=False, description="send the web cookie over HTTPS only")
    web_messages_per_minute: int = Field(default=20, ge=1, description="messages a minute in one web chat")

    def record_url(self) -> str:
        """SQLAlchemy URL of the record."""
        return f"sqlite+aiosqlite:///{self.data / 'record.sqlite'}"
