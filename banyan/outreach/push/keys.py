"""The key by which push services know this site (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
import json
import os
import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings

TOKEN_SECONDS = 12 * 3600


def b64(data: bytes) -> str:
    """URL-safe base64 without padding, as all of Web Push writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def own_key() -> ec.EllipticCurvePrivateKey:
    """BANYAN_PUSH_KEY, or the one kept in the private folder; made when first asked for."""
    return _key(settings.PUSH_KEY, str(Path(settings.PRIVATE_ROOT) / "push-key.pem"))


@lru_cache(maxsize=4)
def _key(given: str, place: str) -> ec.EllipticCurvePrivateKey:
    if given:
        return ec.derive_private_key(int.from_bytes(unb64(given), "big"), ec.SECP256R1())
    path = Path(place)
    if not path.exists():
        _make(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _make(path: Path) -> None:
    """Write a new key that only we can read; of two processes that try, one file stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    part = path.with_suffix(f".{os.getpid()}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(part, path)  # fails where another one was faster
    except FileExistsError:
        pass
    finally:
        part.unlink()


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def public_key() -> str:
    """What a browser is given as `applicationServerKey`."""
    return b64(public_bytes(own_key().public_key()))


def authorization(endpoint: str) -> str:
    """The header that shows a push service who sends: a token for its origin, signed by us."""
    parts = urlsplit(endpoint)
    head = {"typ": "JWT", "alg": "ES256"}
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "sub": settings.SITE_URL
        if settings.SITE_URL.startswith("https://")
        else "mailto:hello@localhost",
    }
    text = ".".join(
        b64(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims)
    )
    r, s = decode_dss_signature(own_key().sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"vapid t={text}.{b64(signature)}, k={public_key()}"
