"""Addresses of an order: members sign in, guests carry a signature in the link."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import Signer
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from .models import Order


def token(order: Order) -> str:
    return Signer(salt="orders.link").signature(f"{order.number}:{order.oid}")


def is_signed(order: Order, given: str) -> bool:
    return bool(given) and constant_time_compare(given, token(order))


def query(order: Order) -> str:
    """What a guest's address carries; "" for members, who sign in."""
    return "" if order.person_id else f"?t={token(order)}"


def path(order: Order, name: str = "order", **more: Any) -> str:
    address = reverse(name, urlconf=settings.ROOT_URLCONF, kwargs={"no": order.number, **more})
    return address + query(order)


def full(order: Order) -> str:
    """The order's page with scheme and host, for mails and for the way back from paying."""
    community = order.community
    if community.domain:
        return f"{urlsplit(settings.SITE_URL).scheme}://{community.domain}{path(order)}"
    return settings.SITE_URL + path(order)
