"""A wish pressed before signing in: the browser carries it, and signing in keeps it.

A signed, httponly cookie for an hour; nothing is written on our side. What the person has said
since (taken it off again) stands above it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.utils.translation import gettext as _

from banyan.catalog.models import Product, Variant
from banyan.communities.models import Community, Member
from banyan.core.refusals import Refusal

from . import queries
from .actions import waiting, wishing
from .models import Wait, Wish

COOKIE = "wish_pressed"
SALT = "wishes.pressed"
KEPT_SECONDS = 3600
WISH, WAIT = "wish", "wait"


def remember(request: Any, response: Any, *, kind: str, id: int, now: datetime) -> None:
    value = signing.dumps([kind, id, int(now.timestamp())], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip


def take_up(request: Any, person: Any, *, now: datetime) -> None:
    """After signing in. What cannot be kept any more is dropped without a word."""
    text = getattr(request, "COOKIES", {}).get(COOKIE, "")
    if not text:
        return
    try:
        kind, pk, at = signing.loads(text, salt=SALT, max_age=KEPT_SECONDS)
        pressed_at = datetime.fromtimestamp(at, UTC)
        kept = _wish(pk, person, pressed_at, now) if kind == WISH else _wait(
            pk, person, pressed_at, now
        )  # fmt: skip
    except (signing.BadSignature, Refusal):
        return
    if kept and hasattr(request, "_messages"):
        said = _("It is on your list.") if kind == WISH else _("You will be told once it is back.")
        messages.success(request, said)


def _wish(pk: int, person: Any, pressed_at: datetime, now: datetime) -> bool:
    product = Product.objects.with_currency().select_related("community").filter(pk=pk).first()
    said = Wish.objects.filter(product=pk, person=person, changed_at__gt=pressed_at).exists()
    if product is None or said or not queries.may_read(product.community, person):
        return False
    member = _member(product.community, person)
    wishing.wish(product=product, person=person, member=member, now=now)
    return True


def _wait(pk: int, person: Any, pressed_at: datetime, now: datetime) -> bool:
    rows = Variant.objects.select_related("product__community").filter(pk=pk)
    variant = rows.first()
    said = Wait.objects.filter(variant=pk, person=person, changed_at__gt=pressed_at).exists()
    if variant is None or said or not queries.may_read(variant.product.community, person):
        return False
    waiting.ask(variant=variant, person=person, now=now)
    return True


def _member(community: Community, person: Any) -> Member | None:
    member = Member.objects.filter(community=community, person=person).first()
    return member if member is not None and member.is_in else None
