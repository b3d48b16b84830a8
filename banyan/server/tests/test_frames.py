"""The protocol itself: RFC 6455 as a client sees it, byte by byte; and a fuzz."""

from __future__ import annotations

import itertools
import os
import random
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.server.hub import frames, handshake
from banyan.server.hub.frames import BINARY, CLOSE, MORE, PING, PONG, TEXT, Broken, Reader

from .live import Site, site

MOST = 16 * 1024


def masked(payload: bytes, op: int = TEXT, *, last: bool = True, mask: bytes = b"\x12\x34\x56\x78"
           ) -> bytes:  # fmt: skip
    size = len(payload)
    if size < 126:
        head = bytes((op | last << 7, 0x80 | size))
    elif size < 65536:
        head = bytes((op | last << 7, 0x80 | 126)) + size.to_bytes(2)
    else:
        head = bytes((op | last << 7, 0x80 | 127)) + size.to_bytes(8)
    key = (mask * (size // 4 + 1))[:size]
    return head + mask + bytes(a ^ b for a, b in zip(payload, key, strict=True))


def read(data: bytes) -> list[tuple[int, bytes | str]]:
    return list(Reader(MOST).feed(data))


def broken(data: bytes) -> int:
    with pytest.raises(Broken) as caught:
        read(data)
    return caught.value.code


@given(st.text(max_size=300), st.lists(st.integers(0, 300), max_size=6), st.integers(1, 40))
def test_a_text_arrives_whole_in_any_fragments_and_any_pieces(
    text: str, cuts: list[int], piece: int
) -> None:
    raw = text.encode()
    marks = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    parts = [raw[a:b] for a, b in itertools.pairwise(marks)] or [b""]
    sent = b""
    for n, part in enumerate(parts):
        sent += masked(part, TEXT if n == 0 else MORE, last=n == len(parts) - 1)
        sent += masked(b"ping", PING)  # control frames may stand between
    reader, heard = Reader(MOST), []
    for at in range(0, len(sent), piece):
        heard += list(reader.feed(sent[at : at + piece]))
    assert [payload for op, payload in heard if op == TEXT] == [text]
    assert len([op for op, _ in heard if op == PING]) == len(parts)
    assert reader.is_idle


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65535 // 4, MOST])
def test_every_form_of_length_is_read(size: int) -> None:
    assert read(masked(b"x" * size)) == [(TEXT, "x" * size)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bytes((0x81, 0x05)) + b"plain", 1002),  # not masked
        (bytes((0xC1, 0x80)) + bytes(4), 1002),  # a reserved bit
        (bytes((0x83, 0x80)) + bytes(4), 1002),  # an opcode of nobody
        (bytes((0x8B, 0x80)) + bytes(4), 1002),
        (bytes((0x09, 0x80)) + bytes(4), 1002),  # a ping in fragments
        (bytes((0x89, 0xFE)) + (126).to_bytes(2) + bytes(130), 1002),  # a long ping
        (masked(b"more", MORE), 1002),  # goes on with nothing
        (masked(b"a", last=False) + masked(b"b"), 1002),  # begins inside another
        (bytes((0x81, 0xFE)) + (5).to_bytes(2) + bytes(9), 1002),  # length not the shortest
        (bytes((0x81, 0xFF)) + (1 << 63).to_bytes(8), 1002),
        (masked(b"\x00", BINARY), 1003),
        (masked(b"\xc3\x28"), 1007),
        (masked(b"\xed\xa0\x80"), 1007),  # a lone surrogate
        (masked(b"\xe6\xa6", last=False) + masked(b"", MORE), 1007),  # cut inside a sign
        (masked(b"ok", last=False) + masked(b"\xff", MORE, last=False), 1007),  # told early
        (bytes((0x81, 0xFE)) + (MOST + 1).to_bytes(2), 1009),  # told by the head alone
        (masked(b"x" * MOST, last=False) + masked(b"y", MORE), 1009),
        (masked(b"x" * 10) + bytes((0x81, 0xFF)) + (1 << 40).to_bytes(8), 1009),
    ],
)
def test_what_breaks_the_protocol_is_answered_with_its_code(data: bytes, code: int) -> None:
    assert broken(data) == code


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"", 1005), (b"\x03\xe8", 1000), (b"\x03\xe8bye", 1000), (b"\x0b\xb8", 3000),
     (b"\x13\x87", 4999)],
)  # fmt: skip
def test_close_codes_that_may_be_sent_are_read(payload: bytes, code: int) -> None:
    assert frames.read_close(payload) == code


@pytest.mark.parametrize(
    "payload", [b"\x03", b"\x03\xe7", b"\x03\xec", b"\x03\xed", b"\x03\xee", b"\x03\xff",
                b"\x07\xd0", b"\x13\x88", b"\x00\x00", b"\x03\xe8\xff\xfe"],
)  # fmt: skip
def test_other_close_codes_are_refused(payload: bytes) -> None:
    with pytest.raises(Broken):
        frames.read_close(payload)


@given(st.binary(max_size=400))
def test_any_bytes_give_frames_or_a_code_and_keep_little(data: bytes) -> None:
    reader = Reader(MOST)
    try:
        for op, payload in reader.feed(data):
            assert op in (MORE, TEXT, CLOSE, PING, PONG)
            assert len(payload) <= MOST
    except Broken as end:
        assert end.code in (1002, 1003, 1007, 1009)
    assert len(reader.rest) <= MOST + 14


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"first": b"POST /ws HTTP/1.1"}, 405),
        ({"first": b"GET /ws HTTP/1.0"}, 400),
        ({"first": b"GET /ws"}, 400),
        ({"Upgrade": b"h2c"}, 400),
        ({"Connection": b"close"}, 400),
        ({"Sec-WebSocket-Version": b"8"}, 426),
        ({"Sec-WebSocket-Version": b""}, 426),
        ({"Sec-WebSocket-Key": b"short"}, 400),
        ({"Sec-WebSocket-Key": b"!!!!bXBsZSBub25jZQ=="}, 400),
        ({"Host": b"a\r\nHost: b"}, 400),
    ],
)
def test_a_request_that_is_none_is_refused(change: dict[str, bytes], status: int) -> None:
    with pytest.raises(handshake.Unfit) as unfit:
        handshake.read(head(change), "192.0.2.7", [])
    assert unfit.value.status == status


def head(change: dict[str, bytes] | None = None) -> bytes:
    fields = {
        "first": b"GET /ws?x=1 HTTP/1.1", "Host": b"a.example", "Upgrade": b"WebSocket",
        "Connection": b"keep-alive, Upgrade", "Sec-WebSocket-Version": b"13",
        "Sec-WebSocket-Key": b"dGhlIHNhbXBsZSBub25jZQ==", "Origin": b"https://a.example",
    } | (change or {})  # fmt: skip
    first = fields.pop("first")
    return b"\r\n".join([first, *(k.encode() + b": " + v for k, v in fields.items())])


def test_only_a_trusted_proxy_says_the_scheme_and_the_address() -> None:
    words = {"X-Forwarded-Proto": b"https", "X-Forwarded-For": b"6.6.6.6, 203.0.113.9"}
    asked = handshake.read(head(words), "192.0.2.7", ["127.0.0.1"])
    assert (asked.scheme, asked.address, asked.is_of_this_site) == ("http", "192.0.2.7", False)
    asked = handshake.read(head(words), "127.0.0.1", ["127.0.0.1"])
    assert (asked.scheme, asked.address, asked.is_of_this_site) == ("https", "203.0.113.9", True)
    assert asked.path == "/ws"


def test_the_key_is_answered_as_the_standard_says() -> None:
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in handshake.welcome(
        b"dGhlIHNhbXBsZSBub25jZQ=="
    )


# On the wire


@pytest.fixture(scope="module")
def live() -> Iterator[Site]:
    with site() as running:
        yield running


def opened(live: Site) -> socket.socket:
    sock = live.raw()
    got = b""
    while b"\r\n\r\n" not in got:
        got += sock.recv(4096)
    assert got.startswith(b"HTTP/1.1 101 ")
    return sock


def rest_of(sock: socket.socket) -> bytes:
    got = b""
    with suppress(ConnectionResetError):
        while part := sock.recv(4096):
            got += part
    return got


def closed_with(sock: socket.socket) -> int:
    """The code of the close frame that the server sends before it hangs up."""
    got = rest_of(sock)
    at = got.rindex(b"\x88")
    return int.from_bytes(got[at + 2 : at + 4])


def test_a_ping_between_fragments_is_answered_before_the_text_ends(live: Site) -> None:
    with opened(live) as sock:
        sock.sendall(masked(b'{"leave', last=False) + masked(b"are you there", PING))
        assert sock.recv(100) == frames.frame(b"are you there", PONG)
        sock.sendall(masked(b'":[]}', MORE) + masked(b"\x03\xe8", CLOSE))
        assert closed_with(sock) == 1000


def test_a_close_is_answered_with_its_code_and_the_line_is_hung_up(live: Site) -> None:
    for payload, code in ((b"\x03\xe8bye", 1000), (b"\x0f\xa1", 4001), (b"\x03\xed", 1002)):
        with opened(live) as sock:
            sock.sendall(masked(payload, CLOSE))
            assert closed_with(sock) == code
    with opened(live) as sock:
        sock.sendall(masked(b"", CLOSE))
        assert rest_of(sock) == b"\x88\x00"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\x81\x05plain", 1002), (masked(b"\xff"), 1007), (masked(b"1", BINARY), 1003),
     (bytes((0x81, 0xFF)) + (1 << 40).to_bytes(8), 1009)],
)  # fmt: skip
def test_a_client_that_breaks_the_protocol_hears_why(live: Site, data: bytes, code: int) -> None:
    with opened(live) as sock:
        sock.sendall(data)
        assert closed_with(sock) == code


def test_a_pong_nobody_asked_for_is_let_pass(live: Site) -> None:
    with opened(live) as sock:
        sock.sendall(masked(b"unasked", PONG) + masked(b"x", PING))
        assert sock.recv(100) == frames.frame(b"x", PONG)


def test_a_client_byte_by_byte_is_heard(live: Site) -> None:
    with opened(live) as sock:
        for byte in masked(b'{"leave":[]}') + masked(b"slow", PING):
            sock.sendall(bytes((byte,)))
            time.sleep(0.001)
        assert sock.recv(100) == frames.frame(b"slow", PONG)


def test_a_client_that_vanishes_is_forgotten(live: Site) -> None:
    socks = [opened(live) for _ in range(20)]
    for sock in socks[:10]:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
    for sock in socks:
        sock.close()
    until = time.monotonic() + 5
    while live.hub.listeners and time.monotonic() < until:
        time.sleep(0.02)
    assert not live.hub.listeners


def test_the_hub_outlives_a_thousand_clients_of_noise(live: Site) -> None:
    """Frames that are nearly right: valid ones with bits turned, cut, repeated."""
    chance = random.Random(7)
    words = [
        b'{"join":{"feed:x":1}}',
        b'{"leave":[]}',
        "榕树".encode(),
        b"\x03\xe8",
        b"",
        b"x" * 130,
    ]
    for _ in range(int(os.environ.get("BANYAN_FUZZ", "300"))):
        sent = bytearray()
        for _ in range(chance.randrange(1, 8)):
            op = chance.choice([MORE, TEXT, BINARY, CLOSE, PING, PONG, 3, 11])
            sent += masked(chance.choice(words), op, last=chance.random() < 0.7)
        for _ in range(chance.randrange(4)):
            sent[chance.randrange(len(sent))] ^= 1 << chance.randrange(8)
        with opened(live) as sock, suppress(OSError):
            sock.sendall(sent[: chance.randrange(1, len(sent) + 1)])
    with opened(live) as sock:
        sock.sendall(masked(b"still there", PING))
        assert sock.recv(100) == frames.frame(b"still there", PONG)
    until = time.monotonic() + 20  # what the last of them asked may still be in a thread
    while live.hub.lanes and time.monotonic() < until:
        time.sleep(0.02)
    assert live.in_loop(lambda: list(live.hub.lanes)) == []
