"""Opaque public ids: UUIDv7 (RFC 9562), written as 26 lowercase Crockford base-32 signs."""

from __future__ import annotations

import os
import time
import uuid

_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {sign: i for i, sign in enumerate(_SIGNS)}


def uuid7() -> uuid.UUID:
    """A new time-ordered id (millisecond clock, 74 random bits)."""
    ms = time.time_ns() // 1_000_000
    rand = int.from_bytes(os.urandom(10), "big")
    value = (ms & (2**48 - 1)) << 80 | 0x7 << 76 | (rand >> 68 & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | rand & (2**62 - 1))


def write_id(value: uuid.UUID) -> str:
    n, out = value.int, []
    for _ in range(26):
        out.append(_SIGNS[n & 31])
        n >>= 5
    return "".join(reversed(out))


def read_id(text: str) -> uuid.UUID:
    """The id behind `text`; ValueError when it is none."""
    if len(text) != 26:
        raise ValueError("not an id")
    n = 0
    for sign in text:
        if sign not in _VALUES:
            raise ValueError("not an id")
        n = n << 5 | _VALUES[sign]
    if n >> 128:
        raise ValueError("not an id")
    return uuid.UUID(int=n)


class IdConverter:
    """URL part `<oid:...>`: gives the UUID; what is not one does not match (404)."""

    regex = "[0-9a-hjkmnp-tv-z]{26}"

    def to_python(self, value: str) -> uuid.UUID:
        return read_id(value)

    def to_url(self, value: uuid.UUID | str) -> str:
        return value if isinstance(value, str) else write_id(value)
