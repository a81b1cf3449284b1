"""The cookie that knows a web conversation. Scripts cannot read it."""

import hashlib
import re
import secrets

from fastapi import HTTPException, Request, Response

NAME = "merhaba"
_DAYS_KEPT = 30
_FORM = re.compile(r"[\w-]{43}", re.ASCII)


def conversation_of(request: Request) -> str | None:
    """The conversation id of a request's cookie. The record never holds the cookie's secret itself."""
    secret = request.cookies.get(NAME, "")
    if not _FORM.fullmatch(secret):
        return None
    return "web-" + hashlib.sha256(secret.encode()).hexdigest()[:40]


def require_conversation(request: Request) -> str:
    """The conversation id, or 401: the page must be opened first."""
    conversation_id = conversation_of(request)
    if conversation_id is None:
        raise HTTPException(401, "expected the cookie that /chat sets; open /chat first")
    return conversation_id


def give_cookie(request: Request, response: Response, *, secure: bool) -> None:
    """Set the secret for another 30 days, a new one where there is none.

    Lax: other sites cannot post with it, but links to the chat keep the conversation."""
    response.set_cookie(
        NAME,
        request.cookies[NAME] if conversation_of(request) else secrets.token_urlsafe(32),
        max_age=_DAYS_KEPT * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=secure,
    )
