"""Reading what came over the wire. What is not exactly as agreed is BadEvent, never guessed."""

from __future__ import annotations

import json
import re
from typing import Any

from . import BadEvent

LARGEST_BODY_BYTES = 32 * 1024


def _refuse_number(text: str) -> Any:
    raise BadEvent(f"{text[:20]} is no whole number")


def _whole_number(text: str) -> int:
    if len(text) > 16:
        raise BadEvent("a number is too long")
    return int(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadEvent("a name stands twice")
    return found


def parse(body: bytes) -> dict[str, Any]:
    """A JSON object of whole numbers, words, lists and objects: no fractions, no exponents."""
    if len(body) > LARGEST_BODY_BYTES:
        raise BadEvent("too large")
    try:
        found = json.loads(
            body.decode("utf-8"),
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_whole_number,
            object_pairs_hook=_once,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BadEvent("not JSON") from error
    if type(found) is not dict:
        raise BadEvent("not an object")
    return found


def whole(found: dict[str, Any], name: str, *, most: int) -> int:
    value = found.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise BadEvent(f"{name} is no amount")
    return value


def word(found: dict[str, Any], name: str, pattern: str, *, default: str | None = None) -> str:
    value = found.get(name, default)
    if type(value) is not str or not re.fullmatch(pattern, value, re.ASCII):
        raise BadEvent(f"{name} is not as agreed")
    return value


def thing(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name)
    if type(value) is not dict:
        raise BadEvent(f"{name} is no object")
    return value


def things(found: dict[str, Any], name: str, *, most: int) -> list[dict[str, Any]]:
    value = found.get(name)
    if type(value) is not list or len(value) > most or any(type(v) is not dict for v in value):
        raise BadEvent(f"{name} is no list of objects")
    return value
