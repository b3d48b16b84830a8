"""WebSocket frames (RFC 6455), both ways. Pure: bytes in, messages out."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

MORE, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
NORMAL, PROTOCOL, UNSUPPORTED, NO_STATUS, NOT_TEXT = 1000, 1002, 1003, 1005, 1007
POLICY, TOO_BIG, RESTART, TRY_LATER = 1008, 1009, 1012, 1013
LONGEST_CONTROL = 125
_SENDABLE = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}


class Broken(Exception):
    """The client breaks the protocol: close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def frame(payload: bytes, op: int = TEXT) -> bytes:
    """One whole message from us: never masked, never in fragments."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | op, size)) + payload
    if size < 65536:
        return bytes((0x80 | op, 126)) + size.to_bytes(2, "big") + payload
    return bytes((0x80 | op, 127)) + size.to_bytes(8, "big") + payload


def closing(code: int, reason: str = "") -> bytes:
    if code == NO_STATUS:
        return frame(b"", CLOSE)
    words = reason.encode()[: LONGEST_CONTROL - 2].decode(errors="ignore").encode()
    return frame(code.to_bytes(2, "big") + words, CLOSE)


class Reader:
    """Takes what a client sends in pieces of any size; gives frames that are complete.

    A text in fragments comes as one TEXT; each fragment before its last as an empty MORE, so that
    the caller can count them. `most` bounds a message, and with it what is kept here.
    """

    __slots__ = ("most", "parts", "rest", "size", "words")

    def __init__(self, most: int) -> None:
        self.most = most
        self.rest = b""
        self.words: codecs.IncrementalDecoder | None = None  # inside a text in fragments
        self.parts: list[str] = []
        self.size = 0

    @property
    def is_idle(self) -> bool:
        return not self.rest and self.words is None

    def feed(self, received: bytes) -> Iterator[tuple[int, bytes | str]]:
        """(op, payload); a TEXT is str. Raises Broken after what was whole before it."""
        buffer = self.rest + received if self.rest else received
        self.rest = b""
        at, end = 0, len(buffer)
        while end - at >= 2:
            first, second = buffer[at], buffer[at + 1]
            op, is_last, size, head = first & 0x0F, bool(first & 0x80), second & 0x7F, 2
            self._check_head(first, second, op, is_last, size)
            if size >= 126:
                head = 4 if size == 126 else 10
                if end - at < head:
                    break
                size = int.from_bytes(buffer[at + 2 : at + head], "big")
                if size < (126 if head == 4 else 65536) or size >> 63:
                    raise Broken(PROTOCOL, "length")
            if op < CLOSE and size + self.size > self.most:
                raise Broken(TOO_BIG, f"at most {self.most} bytes")
            if end - at < head + 4 + size:
                break
            body = at + head + 4
            payload = _unmasked(buffer[body : body + size], buffer[body - 4 : body])
            at = body + size
            yield self._frame(op, is_last, payload)
        self.rest = buffer[at:] if at else buffer

    def _check_head(self, first: int, second: int, op: int, is_last: bool, size: int) -> None:
        if first & 0x70:
            raise Broken(PROTOCOL, "reserved bits")
        if op not in (MORE, TEXT, BINARY, CLOSE, PING, PONG):
            raise Broken(PROTOCOL, "opcode")
        if not second & 0x80:
            raise Broken(PROTOCOL, "not masked")
        if op >= CLOSE and (not is_last or size > LONGEST_CONTROL):
            raise Broken(PROTOCOL, "control frame")
        if op == MORE and self.words is None:
            raise Broken(PROTOCOL, "nothing to go on with")
        if op in (TEXT, BINARY) and self.words is not None:
            raise Broken(PROTOCOL, "inside a message")
        if op == BINARY:
            raise Broken(UNSUPPORTED, "text only")

    def _frame(self, op: int, is_last: bool, payload: bytes) -> tuple[int, bytes | str]:
        if op >= CLOSE:
            return op, payload
        if op == TEXT and is_last:
            try:
                return TEXT, payload.decode()
            except UnicodeDecodeError:
                raise Broken(NOT_TEXT, "not UTF-8") from None
        if self.words is None:
            self.words = codecs.getincrementaldecoder("utf-8")()
        try:
            self.parts.append(self.words.decode(payload, is_last))
        except UnicodeDecodeError:
            raise Broken(NOT_TEXT, "not UTF-8") from None
        self.size += len(payload)
        if not is_last:
            return MORE, b""
        whole = "".join(self.parts)
        self.words, self.parts, self.size = None, [], 0
        return TEXT, whole


def read_close(payload: bytes) -> int:
    """The code a client closes with; NO_STATUS when it gives none."""
    if not payload:
        return NO_STATUS
    code = int.from_bytes(payload[:2], "big")
    if len(payload) == 1 or code not in _SENDABLE:
        raise Broken(PROTOCOL, "close code")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        raise Broken(NOT_TEXT, "not UTF-8") from None
    return code


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    if not size or mask == b"\0\0\0\0":
        return payload
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)
