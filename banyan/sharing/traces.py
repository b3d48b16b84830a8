"""How a browser and a network are known again for 90 days: keyed one-way hashes, nothing else.

Kept only where commission can be earned: with a sharer who takes part in an offer, and with an
order that comes by such a link. Both are told (the terms, the note on the page).
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from django.utils.crypto import salted_hmac

from banyan.communities.models import Member

from . import scoring
from .models import Attribution, Trace

COOKIE = "device"
_OURS = re.compile(r"[0-9a-f]{16}\Z")
MARK = 32
Marks = tuple[tuple[str, str], ...]  # (kind, keyed hash)


def _mark(kind: str, value: str) -> str:
    return salted_hmac(f"sharing.{kind}", value, algorithm="sha256").hexdigest()[:MARK]


def network_of(address: str) -> str:
    """The neighbourhood of an address: 256 of the old kind, one customer's line of the new."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    old = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{old}/{24 if old.version == 4 else 56}", strict=False))


def marks_of(request: Any) -> Marks:
    """What a request can be known by; of a device only where it brings our cookie."""
    found = []
    device = request.COOKIES.get(COOKIE, "")
    if _OURS.match(device):
        found.append((scoring.DEVICE, _mark(scoring.DEVICE, device)))
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    if network:
        found.append((scoring.NETWORK, _mark(scoring.NETWORK, network)))
    return tuple(found)


def know_again(request: Any, response: Any) -> None:
    """Give a browser a random name that only we read, unless it has one."""
    if _OURS.match(request.COOKIES.get(COOKIE, "")):
        return
    device = secrets.token_hex(8)
    request.COOKIES[COOKIE] = device
    response.set_cookie(
        COOKIE, device, max_age=int(scoring.KEPT.total_seconds()), httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )  # fmt: skip


def keep_of_sharer(request: Any, member: Member, *, now: datetime) -> None:
    for kind, mark in marks_of(request):
        Trace.objects.update_or_create(
            member=member, attribution=None, kind=kind, mark=mark, defaults={"at": now}
        )


def keep_of_order(marks: Marks, attribution: Attribution, *, now: datetime) -> None:
    Trace.objects.bulk_create(
        Trace(attribution=attribution, kind=kind, mark=mark, at=now) for kind, mark in marks
    )


def forget(*, now: datetime) -> int:
    """Let go of what is older than 90 days."""
    return int(Trace.objects.filter(at__lte=now - scoring.KEPT).delete()[0])
