"""The cookie that knows a web conversation. Scripts cannot read it."""

import re
import secrets

from fastapi import HTTPException, Request, Response

from bot.base.identity import Identity

NAME = "merhaba"
_DAYS_KEPT = 30
_FORM = re.compile(r"[\w-]{43}", re.ASCII)


def conversation_of(request: Request, identity: Identity) -> str:
    """The conversation id of a request's cookie. Raises 401: the page must be opened first.

    The record never holds the cookie's secret itself."""
    secret = _secret(request)
    if secret is None:
        raise HTTPException(401, "expected the cookie that /chat sets; open /chat first")
    return identity.conversation("web", secret)


def give_cookie(request: Request, response: Response, *, secure: bool) -> None:
    """Set the secret for another 30 days, a new one where there is none.

    Lax: other sites cannot post with it, but links to the chat keep the conversation."""
    response.set_cookie(
        NAME,
        _secret(request) or secrets.token_urlsafe(32),
        max_age=_DAYS_KEPT * 24 * 3600,
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def _secret(request: Request) -> str | None:
    secret = request.cookies.get(NAME, "")
    return secret if _FORM.fullmatch(secret) else None
