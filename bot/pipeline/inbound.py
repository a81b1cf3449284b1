"""The one type every channel parses its messages into."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Channel = Literal["web", "test"]


class Inbound(BaseModel):
    """One message of a person: exactly one of text, button (opaque id), language (code), location.

    `client_id` is the sender's own number of the message; a repeated one is not answered twice.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    conversation_id: str
    channel: Channel
    client_id: str
    text: str | None = None
    button: str | None = None
    language: str | None = None
    location: tuple[float, float] | None = None  # latitude, longitude in degrees
    device_language: str | None = None  # of the person's device, a hint until a message shows the language

    @model_validator(mode="after")
    def _exactly_one(self) -> "Inbound":
        given = [
            name for name in ("text", "button", "language", "location") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError(
                f"expected exactly one of text, button, language, location; got {given or 'none'}"
            )
        return self
