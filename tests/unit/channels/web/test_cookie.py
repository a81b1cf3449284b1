import pytest
from fastapi import HTTPException, Request, Response

from bot.base.identity import Identity
from channels.web.cookie import NAME, conversation_of, give_cookie

SECRET = "a" * 42 + "-"
IDENTITY = Identity(b"secret of a test")


def request_with(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", cookie.encode("latin-1"))]})


def given(*, secure: bool, cookie: str = "") -> str:
    response = Response()
    give_cookie(request_with(cookie), response, secure=secure)
    return response.headers["set-cookie"]


def test_cookie_opens_the_same_conversation_each_time() -> None:
    cookie = given(secure=False).split(";")[0]
    found = conversation_of(request_with(cookie), IDENTITY)
    assert found == conversation_of(request_with(f"other=1; {cookie}"), IDENTITY)
    assert found == IDENTITY.conversation("web", cookie.split("=")[1])
    assert found != conversation_of(request_with(cookie), Identity(b"another secret"))


def test_cookie_secret_does_not_stand_in_the_conversation_id() -> None:
    id = conversation_of(request_with(f"{NAME}={SECRET}"), IDENTITY)
    other = conversation_of(request_with(f"{NAME}={SECRET[:-1]}_"), IDENTITY)
    assert id != other
    assert SECRET not in id
    assert len(id) <= 64


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "other=1",
        f"{NAME}=",
        f"{NAME}=short",
        f"{NAME}={SECRET}x",
        f"{NAME}={'é' * 43}",
        f"{NAME}={'.' * 43}",
    ],
)
def test_cookie_that_is_missing_or_forged(cookie: str) -> None:
    with pytest.raises(HTTPException, match="open /chat first") as caught:
        conversation_of(request_with(cookie), IDENTITY)
    assert caught.value.status_code == 401


def test_cookie_is_hidden_from_scripts_and_other_sites() -> None:
    cookie = given(secure=False).lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert f"max-age={30 * 24 * 3600}" in cookie
    assert "secure" not in cookie.split("; ")
    assert "secure" in given(secure=True).lower().split("; ")


def test_cookie_is_renewed_at_every_visit() -> None:
    # A cookie that ran out 30 days after the first visit left chats that nobody could read or delete.
    renewed = given(secure=False, cookie=f"{NAME}={SECRET}")
    assert renewed.startswith(f"{NAME}={SECRET};")
    assert f"Max-Age={30 * 24 * 3600}" in renewed


def test_cookie_is_new_for_everyone() -> None:
    assert len({given(secure=True) for _ in range(20)}) == 20
