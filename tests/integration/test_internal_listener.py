"""The internal listener of the running stack: closed without the secret, useful with it."""

import httpx
import numpy as np
import pytest

from bot.base.paths import MODELS
from bot.base.texts import Texts
from tests.support.stack import Stack

PATHS = ("/embed", "/nlg", "/actions", "/ask", "/remove/c", "/quarantine/1-1/replay")
READ_PATHS = ("/ready", "/quarantine", "/deliveries", "/metrics")


@pytest.fixture
def rasa(stack: Stack) -> httpx.Client:
    """A client that knows the secret, as Rasa does."""
    return httpx.Client(base_url=stack.internal_url, headers={"Authorization": stack.secret}, timeout=30)


@pytest.mark.parametrize("path", PATHS + READ_PATHS)
@pytest.mark.parametrize("secret", [None, "", "wrong", "ünknown"])
def test_request_without_the_secret_is_refused(stack: Stack, path: str, secret: str | None) -> None:
    headers = {} if secret is None else {"Authorization": secret.encode()}
    method = "GET" if path in READ_PATHS else "POST"
    assert httpx.request(method, stack.internal_url + path, headers=headers).status_code == 401


def test_embedding_is_one_unit_vector_a_text(rasa: httpx.Client) -> None:
    response = rasa.post("/embed", json={"texts": ["hello", "مرحبا", ""]})
    size = int(response.headers["X-Vector-Size"])
    vectors = np.frombuffer(response.content, dtype="<f4").reshape(3, size)
    assert size == 384
    assert np.allclose(np.linalg.norm(vectors[:2], axis=1), 1, atol=1e-3)


def test_text_of_a_response_is_in_the_language(rasa: httpx.Client) -> None:
    body = {"response": "utter_greet", "arguments": {"language": "ar"}, "tracker": {}, "channel": {}}
    assert rasa.post("/nlg", json=body).json() == {"text": Texts().get("ar", "utter_greet")}


def test_text_in_an_unknown_language_is_english(rasa: httpx.Client) -> None:
    body = {"response": "utter_greet", "arguments": {"language": "xx"}}
    assert rasa.post("/nlg", json=body).json() == {"text": Texts().get("en", "utter_greet")}


def test_unknown_text_is_not_found(rasa: httpx.Client) -> None:
    response = rasa.post("/nlg", json={"response": "utter_nothing", "arguments": {}})
    assert response.status_code == 404
    assert "utter_nothing" in response.text


def test_action_speaks_and_reports_one_decision(rasa: httpx.Client) -> None:
    tracker = {
        "sender_id": "c",
        "slots": {},
        "latest_message": {"text": "hi", "intent": {"name": "greet"}, "metadata": {"language": "tr"}},
        "events": [],
    }
    body = {"next_action": "action_small_talk", "sender_id": "c", "tracker": tracker, "domain": {}}
    said = rasa.post("/actions", json=body).json()
    decisions = [item["custom"] for item in said["responses"] if item.get("custom")]
    assert [item["decision"] for item in decisions] == ["smalltalk"]
    assert [item["response"] for item in said["responses"] if item.get("response")] == ["utter_greet"]


def test_unknown_action_is_not_found(rasa: httpx.Client) -> None:
    tracker = {"sender_id": "c", "slots": {}, "latest_message": {}, "events": []}
    body = {"next_action": "action_dance", "sender_id": "c", "tracker": tracker, "domain": {}}
    assert rasa.post("/actions", json=body).status_code == 404


def test_readiness_names_each_part(rasa: httpx.Client) -> None:
    assert rasa.get("/ready").json() == {"record": True, "streams": True, "rasa": True}


def test_quarantine_is_empty_and_knows_no_entry(rasa: httpx.Client) -> None:
    assert rasa.get("/quarantine").json() == []
    assert rasa.post("/quarantine/1-1/replay").status_code == 404
    assert rasa.delete("/quarantine/1-1").status_code == 404
    assert rasa.post("/quarantine/x/replay").status_code == 422


@pytest.mark.parametrize("query", ["", "?limit=0&failed_only=true", "?limit=x&failed_only=true", "?limit=5"])
def test_deliveries_are_asked_for_with_a_limit(rasa: httpx.Client, query: str) -> None:
    assert rasa.get(f"/deliveries{query}").status_code == 422
    assert rasa.get("/deliveries?limit=5&failed_only=true").status_code == 200


def test_message_of_an_unknown_channel_is_refused(rasa: httpx.Client) -> None:
    body = {"conversation_id": "c", "client_id": "1", "channel": "web", "text": "hi"}
    assert rasa.post("/ask", json=body).status_code == 422


def test_message_with_an_unknown_key_never_enters_the_cache_on_disk(rasa: httpx.Client) -> None:
    # A message whose vector was pushed out was embedded like a training example, and stayed on disk.
    before = {path: path.read_bytes() for path in MODELS.glob("vectors-*.npz")}
    assert rasa.post("/embed", json={"texts": ["zugzwang at the ferry"], "key": "gone"}).status_code == 200
    assert {path: path.read_bytes() for path in MODELS.glob("vectors-*.npz")} == before
