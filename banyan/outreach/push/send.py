"""Handing a sealed message to a browser's push service."""

from __future__ import annotations

from fnmatch import fnmatch
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from . import keys, seal

TIMEOUT_SECONDS = 10
TTL_SECONDS = 24 * 3600
GONE = (404, 410)


class Gone(Exception):
    """The push service knows this browser no more."""


class NotNow(Exception):
    """The push service did not take it; another try may help."""


def is_push_service(endpoint: str) -> bool:
    """Whether the address belongs to a service we speak to: a person may name no other one.

    A name with a port in BANYAN_PUSH_HOSTS may be spoken to without https: one on this machine.
    """
    try:
        parts = urlsplit(endpoint)
        host, place = (parts.hostname or "").lower(), parts.netloc.lower()
        port = parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not host:
        return False
    for name in settings.PUSH_HOSTS:
        if ":" in name:
            if place == name and parts.scheme in ("http", "https"):
                return True
        elif fnmatch(host, name) and parts.scheme == "https" and port in (None, 443):
            return True
    return False


def are_good_keys(p256dh: str, auth: str) -> bool:
    """A point of the curve, and sixteen bytes."""
    try:
        point, secret = keys.unb64(p256dh), keys.unb64(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(secret) == 16


def send(*, endpoint: str, p256dh: str, auth: str, text: bytes, about: str = "") -> None:
    """`about` replaces an earlier message of the same name that waits. Gone, NotNow."""
    import requests  # late: six MiB, and a fifth of a second, that only a sender needs

    if not is_push_service(endpoint):
        raise Gone
    body = seal.seal(text, p256dh=keys.unb64(p256dh), auth=keys.unb64(auth))
    headers = {
        "Authorization": keys.authorization(endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_SECONDS),
        "Urgency": "normal",
    }
    if about:
        headers["Topic"] = about[:32]
    try:
        answer = requests.post(
            endpoint, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.RequestException as fault:
        raise NotNow(type(fault).__name__) from fault
    if answer.status_code in GONE:
        raise Gone
    if not 200 <= answer.status_code < 300:
        raise NotNow(f"answered {answer.status_code}")
