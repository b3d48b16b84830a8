"""Who a guest is between two pages: a key in a signed, httponly cookie, made by the first write."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.signing import BadSignature, Signer

from banyan.core.text import whole_number

COOKIE = "basket"
COUNT_COOKIE = "basket_count"  # pieces in all baskets, for the badge; says nothing it may not
KEPT_SECONDS = 90 * 24 * 3600


def _signer() -> Signer:
    return Signer(salt="orders.basket", sep=".")


def key_of(request: Any) -> str:
    """The guest's key, or "" for who has none yet, or brings a forged one."""
    try:
        return _signer().unsign(request.COOKIES.get(COOKIE, ""))[:24]
    except BadSignature:
        return ""


def new_key() -> str:
    return secrets.token_hex(10)


def _set(request: Any, response: Any, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip


def remember(request: Any, response: Any, key: str) -> None:
    _set(request, response, COOKIE, _signer().sign(key))


def remember_count(request: Any, response: Any, pieces: int) -> None:
    """Keep the badge's number with the browser, so that no page has to count."""
    if pieces:
        _set(request, response, COUNT_COOKIE, str(pieces))
    elif COUNT_COOKIE in request.COOKIES:
        response.delete_cookie(COUNT_COOKIE, samesite="Lax")


def count_of(request: Any) -> int:
    return whole_number(request.COOKIES.get(COUNT_COOKIE, ""), digits=4)
