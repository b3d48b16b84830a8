"""Slow, rude and vanishing clients against a real process."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from .processes import Running, answer, eventually

TINY = "banyan.server.tests.tiny"
SLOW = 8  # twice the threads there are


@pytest.fixture(scope="module")
def site() -> Iterator[Running]:
    limits = {"body": 8 << 20, "memory": 65536, "silence_seconds": 1.5, "waiting": 12}
    running = Running("-m", TINY, json.dumps(limits))
    yield running
    running.end()


def hello_seconds(site: Running) -> float:
    before = time.monotonic()
    assert site.get("/hello")[2] == b"hello"
    return time.monotonic() - before


def test_slow_senders_do_not_stop_the_site(site: Running) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            sock = stack.enter_context(site.connect())
            sock.sendall(b"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 1000\r\n\r\nabc")
        assert hello_seconds(site) < 2


@pytest.mark.parametrize("page", ["/stream?400", "/big", "/file?20971520"])
def test_slow_readers_do_not_stop_the_site(site: Running, page: str) -> None:
    with ExitStack() as stack:
        for _ in range(SLOW):
            sock = stack.enter_context(site.connect())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(f"GET {page} HTTP/1.1\r\nhost: t\r\n\r\n".encode())
            assert sock.recv(100)
        assert hello_seconds(site) < 2


def test_a_cut_upload_never_reaches_a_view(site: Running) -> None:
    before = site.counts()["uploads"]
    for head in ("content-length: 1000", "transfer-encoding: chunked"):
        with site.connect() as sock:
            sock.sendall(f"POST /echo HTTP/1.1\r\nhost: t\r\n{head}\r\n\r\n".encode())
            sock.sendall(b"5\r\nabcde\r\n")
    time.sleep(0.3)
    assert site.counts()["uploads"] == before


def test_a_sender_who_falls_silent_is_told_so(site: Running) -> None:
    with site.connect() as sock:
        sock.sendall(b"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 1000\r\n\r\nabc")
        status, headers, body = answer(sock)
    assert status == 408
    assert headers["connection"] == "close"
    assert "重试" in body.decode()


def test_headers_with_underscores_and_of_proxies_do_not_pass(site: Running) -> None:
    forged = "X_Forwarded_For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nX-Forwarded-Proto: https\r\n"
    env = json.loads(site.get("/echo", head=forged)[2])["env"]
    assert env["REMOTE_ADDR"] == "127.0.0.1"
    assert env["wsgi.url_scheme"] == "http"
    assert not [name for name in env if "FORWARDED" in name]


def test_a_trusted_proxy_is_believed(site: Running) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.9", 0))
        sock.connect(("127.0.0.1", site.port))
        sock.sendall(
            b"GET /echo HTTP/1.1\r\nhost: t\r\nx-forwarded-for: 203.0.113.7\r\n"
            b"x-forwarded-proto: https\r\n\r\n"
        )
        env = json.loads(answer(sock)[2])["env"]
    assert env["REMOTE_ADDR"] == "203.0.113.7"
    assert env["wsgi.url_scheme"] == "https"


def test_head_has_the_headers_and_no_body(site: Running) -> None:
    for page, length in (("/hello", "5"), ("/file?70000", "70000")):
        with site.connect() as sock:
            request = f"HEAD {page} HTTP/1.1\r\nhost: t\r\n\r\n".encode()
            sock.sendall(request + b"GET /hello HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n")
            received = b""
            while part := sock.recv(65536):
                received += part
        first, second = received.split(b"HTTP/1.1 200 OK")[1:]
        assert f"content-length: {length}\r\n".encode() in first
        assert first.endswith(b"\r\n\r\n")
        assert second.endswith(b"hello")


def test_expect_is_answered_before_the_body(site: Running) -> None:
    with site.connect() as sock:
        sock.sendall(
            b"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 5\r\nexpect: 100-continue\r\n\r\n"
        )
        assert answer(sock)[0] == 100
        sock.sendall(b"abcde")
        assert json.loads(answer(sock)[2])["length"] == 5


def test_a_body_too_large_is_refused_without_being_asked_for(site: Running) -> None:
    with site.connect() as sock:
        sock.sendall(
            b"POST /echo HTTP/1.1\r\nhost: t\r\ncontent-length: 99999999\r\n"
            b"expect: 100-continue\r\n\r\n"
        )
        status, _, body = answer(sock)
    assert status == 413
    assert "larger" in body.decode()
    assert "允许的大小" in body.decode()


def test_a_chunked_body_arrives_whole(site: Running) -> None:
    sent = bytes(range(256)) * 1000  # more than is kept in memory
    with site.connect() as sock:
        sock.sendall(b"POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n")
        for at in range(0, len(sent), 10_000):
            part = sent[at : at + 10_000]
            sock.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        sock.sendall(b"0\r\n\r\n")
        seen = json.loads(answer(sock)[2])
    assert seen["length"] == len(sent)
    assert seen["sha"] == hashlib.sha256(sent).hexdigest()
    assert seen["env"]["CONTENT_LENGTH"] == str(len(sent))


def test_a_chunked_body_has_an_end(site: Running) -> None:
    with site.connect() as sock:
        sock.sendall(b"POST /echo HTTP/1.1\r\nhost: t\r\ntransfer-encoding: chunked\r\n\r\n")
        part = b"%x\r\n%b\r\n" % (1 << 20, b"x" * (1 << 20))
        for _ in range(9):
            sock.sendall(part)
        assert answer(sock)[0] == 413


@pytest.mark.parametrize("size", [0, 10, 65536, 65537, 300_000])
def test_files_arrive_whole(site: Running, size: int) -> None:
    status, headers, body = site.get(f"/file?{size}")
    assert (status, headers["content-length"], len(body)) == (200, str(size), size)


def test_bytes_of_the_path_reach_the_view(site: Running) -> None:
    assert site.get("/%E6%A6%95%FF")[0] == 200
    env = json.loads(site.get("/ech%6F")[2])["env"]
    assert env["PATH_INFO"] == "/echo"


def test_a_client_that_leaves_the_queue_is_not_served(site: Running) -> None:
    before = site.counts()["started"]
    with ExitStack() as busy:
        for _ in range(4):
            busy.enter_context(site.connect()).sendall(b"GET /wait?2 HTTP/1.1\r\nhost: t\r\n\r\n")
        time.sleep(0.2)
        for _ in range(4):
            with site.connect() as sock:
                sock.sendall(b"GET /wait?0 HTTP/1.1\r\nhost: t\r\n\r\n")
                time.sleep(0.05)
        time.sleep(2.2)
    assert site.counts()["started"] == before + 4


def test_a_full_waiting_room_says_so_at_once(site: Running) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: site.get("/wait?0.5"), range(20)))
    statuses = [status for status, _, _ in answers]
    assert statuses.count(200) == 12
    assert statuses.count(503) == 8
    refused = next(a for a in answers if a[0] == 503)
    assert refused[1]["retry-after"] == "2"
    assert "网站繁忙" in refused[2].decode()


def test_a_stream_ends_when_its_client_leaves(site: Running) -> None:
    before = site.counts()
    with site.connect() as sock:
        sock.sendall(b"GET /stream?100000 HTTP/1.1\r\nhost: t\r\n\r\n")
        sock.recv(100)
    eventually(lambda: site.counts()["closed"] == before["closed"] + 1)
    assert site.counts()["parts"] < before["parts"] + 1000


def test_a_head_without_end_is_refused(site: Running) -> None:
    with site.connect() as sock:
        sock.sendall(b"GET /hello HTTP/1.1\r\nhost: t\r\nx-long: ")
        with pytest.raises(ConnectionError):  # refused, and the rest not taken any more
            for _ in range(200):
                sock.sendall(b"x" * 65536)
                time.sleep(0.005)
    assert hello_seconds(site) < 2


def test_many_requests_on_one_connection(site: Running) -> None:
    with site.connect() as sock:
        for _ in range(50):
            sock.sendall(b"GET /hello HTTP/1.1\r\nhost: t\r\n\r\n")
            assert answer(sock)[2] == b"hello"
