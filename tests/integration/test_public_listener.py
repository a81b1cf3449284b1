"""The public listener: health, headers, cookie, and nothing internal."""

import httpx
import pytest

from tests.support.person import Person
from tests.support.stack import Stack

INTERNAL = ("/embed", "/nlg", "/actions", "/ask", "/remove/c", "/ready", "/quarantine", "/reload")
HIDDEN = ("/docs", "/redoc", "/openapi.json", "/chat/static/../chat.html", "/chat/static/..%2f..%2fcookie.py")


def test_liveness_is_given(stack: Stack) -> None:
    response = httpx.get(stack.public_url + "/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "live"})


def test_readiness_names_each_dependency(stack: Stack) -> None:
    response = httpx.get(stack.public_url + "/health/ready")
    assert response.status_code == 200
    assert response.json() == {"service": True, "record": True, "streams": True, "rasa": True}


@pytest.mark.parametrize(
    "path", ["/chat", "/health/live", "/api/chat/texts", "/chat/static/chat.js", "/none"]
)
def test_security_headers_are_on_every_answer(stack: Stack, path: str) -> None:
    headers = httpx.get(stack.public_url + path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "server" not in headers


def test_cookie_is_hidden_from_scripts_and_other_sites(stack: Stack) -> None:
    cookie = httpx.get(stack.public_url + "/chat").headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


def test_cookie_stays_the_same_when_the_page_is_opened_again(person: Person) -> None:
    secret = person.http.cookies["merhaba"]
    assert person.http.get("/chat").headers["Set-Cookie"].startswith(f"merhaba={secret};")


def test_record_does_not_hold_the_secret_of_the_cookie(person: Person, stack: Stack) -> None:
    person.say("hello")
    secret = person.http.cookies["merhaba"]
    files = [path for path in stack.data.glob("record.sqlite*") if secret.encode() in path.read_bytes()]
    assert files == []


@pytest.mark.parametrize("cookie", [None, "", "short", "x" * 43 + "é", "../" * 15])
def test_request_without_a_right_cookie_is_refused(stack: Stack, cookie: str | None) -> None:
    headers = {} if cookie is None else {"Cookie": f"merhaba={cookie}".encode()}
    with httpx.Client(base_url=stack.public_url, headers=headers) as http:
        body = {"client_id": "1", "text": "hi"}
        assert http.post("/api/chat/messages", json=body).status_code == 401
        assert http.get("/api/chat/events").status_code == 401


@pytest.mark.parametrize("path", INTERNAL + HIDDEN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_internal_or_hidden_path_is_not_found_even_with_the_secret(
    stack: Stack, path: str, method: str
) -> None:
    headers = {"Authorization": stack.secret}
    response = httpx.request(method, stack.public_url + path, headers=headers, json={})
    assert response.status_code in (404, 405)


def test_texts_of_the_page_are_given_in_every_language(stack: Stack) -> None:
    found = httpx.get(stack.public_url + "/api/chat/texts").json()
    codes = [language["code"] for language in found["languages"]]
    assert len(codes) == 9
    assert all(found["texts"][code].keys() == found["texts"]["en"].keys() for code in codes)
    assert not any(name.startswith("utter_") for name in found["texts"]["en"])


def test_root_leads_to_the_chat(stack: Stack) -> None:
    assert httpx.get(stack.public_url + "/").headers["Location"] == "/chat"
