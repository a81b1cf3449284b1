"""The listener that only Rasa and the command line may use: loopback, with a shared secret."""

import secrets
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header, HTTPException, Path, Query, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field
from rasa_sdk.interfaces import ActionNotFoundException

from actions.nlg import UnknownResponse, generate
from bot.app.service import Service
from bot.app.speaking import spoken
from bot.app.spoken import Spoken
from bot.pipeline.delivery_list import DeliveryList, Listed
from bot.pipeline.inbound import Inbound
from bot.pipeline.quarantine import SetAside
from knowledge_base.content_files import ContentError
from knowledge_base.encoder.encoder import Vectors

EntryId = Annotated[str, Path(pattern=r"^\d{1,20}-\d{1,20}$")]
Limit = Annotated[int, Query(ge=1, le=100_000)]


class EmbedRequest(BaseModel):
    """Texts to embed, or the key of a vector that is known already."""

    texts: list[str] = Field(max_length=1024)
    key: str | None = None


class NlgRequest(BaseModel):
    """What Rasa sends to have a text made; it holds more, which is not needed."""

    response: str
    arguments: dict[str, Any]


class AskRequest(BaseModel):
    """One message of the command line."""

    model_config = ConfigDict(hide_input_in_errors=True)

    conversation_id: str
    client_id: str
    channel: Literal["test"]
    text: str | None = None
    button: str | None = None
    language: str | None = None


def internal_app(service: Service, secret: str) -> FastAPI:
    """The internal endpoints. Every request must carry `secret`."""

    def check(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization.encode(), secret.encode()):
            raise HTTPException(401, "expected the shared secret of this data directory")

    app = FastAPI(dependencies=[Depends(check)], openapi_url=None)

    @app.post("/embed")
    async def embed(request: EmbedRequest) -> Response:
        """Vectors as little-endian float32, row by row."""
        vectors = await _vectors(service, request)
        headers = {"X-Vector-Size": str(vectors.shape[1])}
        return Response(
            vectors.astype("<f4").tobytes(), headers=headers, media_type="application/octet-stream"
        )

    @app.post("/nlg")
    async def nlg(request: NlgRequest) -> dict[str, str]:
        """The text of one response in the language of the conversation."""
        language = str(request.arguments.get("language", "en"))
        try:
            words = dict(request.arguments.get("words") or {})
            return {"text": generate(service.action_services, request.response, words, language)}
        except UnknownResponse as error:
            raise HTTPException(404, f"no text is named {error}") from None

    @app.post("/actions")
    async def actions(call: dict[str, Any]) -> dict[str, Any]:
        """Run one custom action."""
        try:
            result = await service.executor.run(call)
        except ActionNotFoundException as error:
            raise HTTPException(404, str(error)) from None
        return result.model_dump() if result else {"events": [], "responses": []}

    @app.post("/ask")
    async def ask(request: AskRequest) -> Spoken:
        """Answer one message through the whole bot."""
        return await spoken(service, Inbound(**request.model_dump()))

    @app.post("/remove/{conversation_id}")
    async def remove(conversation_id: str) -> None:
        """Delete a conversation that the command line opened."""
        await service.conversation.remove(conversation_id)

    @app.get("/quarantine")
    async def quarantine() -> list[SetAside]:
        """What was set aside, oldest first; without content."""
        return await service.quarantine.entries()

    @app.post("/quarantine/{entry}/replay")
    async def replay(entry: EntryId) -> None:
        """Try an entry again."""
        if not await service.quarantine.replay(entry):
            raise HTTPException(404, "expected the number of an entry in quarantine")

    @app.delete("/quarantine/{entry}")
    async def drop(entry: EntryId) -> None:
        """Delete an entry for good."""
        if not await service.quarantine.drop(entry):
            raise HTTPException(404, "expected the number of an entry in quarantine")

    @app.get("/deliveries")
    async def deliveries(limit: Limit, failed_only: bool) -> Sequence[Listed]:
        """What became of replies at their platforms, newest first; without content."""
        return await DeliveryList(service.stores.storage).newest(limit, failed_only=failed_only)

    @app.post("/reload")
    async def reload() -> dict[str, int]:
        """Take over changed content files."""
        try:
            return {"entries": await service.reloading.reload()}
        except ContentError as error:
            raise HTTPException(422, str(error)) from None

    @app.get("/metrics")
    async def metrics() -> Response:
        """Counts of this process."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    @app.get("/ready")
    async def ready() -> dict[str, bool]:
        """Whether each dependency answers."""
        return await service.readiness()

    return app


async def _vectors(service: Service, request: EmbedRequest) -> Vectors:
    """Vectors of a message by its key, or of training examples. Only examples may enter the cache on disk."""
    if request.key is None:
        return await service.embed_examples(request.texts)
    known = service.vectors.get(request.key)
    return known[None, :] if known is not None else await service.vectors.encode(request.texts)
