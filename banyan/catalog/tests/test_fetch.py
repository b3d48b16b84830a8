"""TRUST 11: no address leads the fetcher into our own network."""

from __future__ import annotations

import contextlib
import http.server
import io
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from banyan.catalog import rules
from banyan.catalog.models import ProductPhoto
from banyan.core import fetch as web
from banyan.core.jobs import run_due

PUBLIC = "93.184.215.14"

# What an address may be and must not reach: written as a number, a name, a tunnel, or a redirect.
NUMBERS = [
    "http://127.0.0.1/a.jpg", "http://127.8.9.1/a.jpg", "http://0.0.0.0/a.jpg",
    "http://localhost/a.jpg", "http://2130706433/a.jpg", "http://0x7f000001/a.jpg",
    "http://0177.0.0.1/a.jpg", "http://127.1/a.jpg", "http://10.0.0.5/a.jpg",
    "http://172.16.3.4/a.jpg", "http://192.168.1.1/a.jpg", "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/a.jpg", "http://198.18.0.1/a.jpg", "http://224.0.0.1/a.jpg",
    "http://240.0.0.1/a.jpg", "http://255.255.255.255/a.jpg", "http://[::1]/a.jpg",
    "http://[::]/a.jpg", "http://[::ffff:127.0.0.1]/a.jpg", "http://[::ffff:10.0.0.1]/a.jpg",
    "http://[fe80::1]/a.jpg", "http://[fc00::1]/a.jpg", "http://[ff02::1]/a.jpg",
    "http://[64:ff9b::7f00:1]/a.jpg", "http://[2002:7f00:1::]/a.jpg", "http://[2001:db8::1]/a.jpg",
    "http://[::127.0.0.1]/a.jpg",
]  # fmt: skip
SCHEMES = [
    "file:///etc/passwd", "ftp://pictures.example.com/a.jpg", "gopher://pictures.example.com/_a",
    "data:image/png;base64,AAAA", "//pictures.example.com/a.jpg", "http:///a.jpg",
    "http://user:word@pictures.example.com/a.jpg", "http://pictures.example.com:22/a.jpg",
]  # fmt: skip
TRICKS = ["name for loopback", "one of two addresses", "rebinding", "redirect inside"]


@pytest.fixture(autouse=True)
def no_real_network(monkeypatch: Any) -> None:
    """Numbers and `localhost` resolve as they do; any other name is somewhere public."""
    real = web.resolve

    def resolve(host: str, port: int) -> list[str]:
        named = host.endswith(".example.com")
        return [PUBLIC] if named else real(host, port)

    monkeypatch.setattr(web, "resolve", resolve)


def refused(url: str, **how: Any) -> bool:
    """Whether it was refused before anything was connected to outside the public internet."""
    reached: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address[0])
        raise OSError("no network in tests")

    with pytest.raises(web.Unfetched) as caught:
        web.fetch(url, **{"resolve": web.resolve, "connect": connect, **how})
    return caught.value.fault in ("refused", "address") and not reached


@pytest.mark.trust
def test_forty_of_forty_addresses_are_refused() -> None:
    assert len(NUMBERS) + len(SCHEMES) + len(TRICKS) == 40
    open_ones = [url for url in NUMBERS + SCHEMES if not refused(url)]
    assert open_ones == []
    name = "http://pictures.example.com/a.jpg"
    assert refused(name, resolve=lambda host, port: ["127.0.0.1"])
    assert refused(name, resolve=lambda host, port: [PUBLIC, "10.0.0.1"])
    test_a_name_that_changes_its_mind_gains_nothing()
    test_a_redirect_inside_is_refused()
    print("40 of 40 addresses refused")


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    reached: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address[0])
        raise OSError("no network in tests")

    with pytest.raises(web.Unfetched):
        web.fetch(
            "http://rebinding.example.com/a.jpg",
            resolve=lambda host, port: next(answers), connect=connect,
        )  # fmt: skip
    assert reached == [PUBLIC]  # the address that was looked at, not the name


def answering(*answers: bytes) -> Callable[[tuple[str, int], float], socket.socket]:
    """A connect() whose other side gives these raw answers, one for each connection."""
    rest = iter(answers)

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(timeout)
        answer = next(rest)

        def give() -> None:
            with theirs:
                theirs.recv(65536)
                theirs.sendall(answer)

        threading.Thread(target=give, daemon=True).start()
        return ours

    return connect


def resolves(host: str, port: int) -> list[str]:
    return {"inside.example.com": ["192.168.0.7"]}.get(host, [PUBLIC])


def test_a_redirect_inside_is_refused() -> None:
    for inside in ("http://169.254.169.254/", "http://inside.example.com/", "file:///etc/passwd"):
        answer = f"HTTP/1.1 302 Found\r\nLocation: {inside}\r\nContent-Length: 0\r\n\r\n".encode()
        resolve = resolves if "inside." in inside else lambda host, port: (
            [PUBLIC] if host.endswith("example.com") else [host]
        )  # fmt: skip
        with pytest.raises(web.Unfetched) as caught:
            web.fetch("http://a.example.com/", resolve=resolve, connect=answering(answer))
        assert caught.value.fault in ("refused", "address")


def ok(body: bytes, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def test_a_picture_is_fetched_past_three_redirects_and_not_four() -> None:
    onward = b"HTTP/1.1 301 Moved\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
    fetched = web.fetch(
        "http://a.example.com/", resolve=resolves, connect=answering(*[onward] * 3, ok(b"picture"))
    )
    assert fetched == b"picture"
    with pytest.raises(web.Unfetched, match="redirects"):
        web.fetch("http://a.example.com/", resolve=resolves, connect=answering(*[onward] * 4))


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answer"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "size"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (web.MAX_BYTES + 1), "size"),
        (ok(b"x", "Content-Encoding: gzip\r\n"), "answer"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "unreachable"),
    ],
)
def test_other_answers_are_no_picture(answer: bytes, fault: str) -> None:
    with pytest.raises(web.Unfetched) as caught:
        web.fetch("http://a.example.com/a.jpg", resolve=resolves, connect=answering(answer))
    assert caught.value.fault == fault


def test_a_side_that_drips_is_cut_off(monkeypatch: Any) -> None:
    monkeypatch.setattr(web, "TIMEOUT_SECONDS", 0.4)

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(5)
        stop = threading.Event()

        def drip() -> None:
            with theirs:
                try:
                    theirs.sendall(b"HTTP/1.1 200 OK\r\n")
                    while not stop.wait(0.05):
                        theirs.sendall(b"X-A: b\r\n")
                except OSError:
                    return

        threading.Thread(target=drip, daemon=True).start()
        return ours

    with pytest.raises(web.Unfetched) as caught:
        web.fetch("http://a.example.com/a.jpg", resolve=resolves, connect=connect)
    assert caught.value.fault == "unreachable"


# The whole way: an import's photo, its fallback, its retry


@pytest.fixture
def picture_server(picture_bytes: Any) -> Iterator[Any]:
    """A web server of our own on loopback, reached as if it were public."""

    class Give(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = picture_bytes() if self.path.endswith("good.jpg") else b"<svg onload=alert(1)>"
            self.send_response(404 if "gone" in self.path else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Give)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_a_photo_that_cannot_be_had_can_be_fetched_again(
    kiln: Any, cast: Any, now: Any, picture_server: Any, monkeypatch: Any, new_product: Any
) -> None:
    from banyan.catalog.actions import photos

    real = web.fetch

    def fetch(url: str) -> bytes:
        return real(
            url, resolve=lambda host, port: [PUBLIC],
            connect=lambda address, timeout: socket.create_connection(
                picture_server.server_address, timeout
            ),
        )  # fmt: skip

    monkeypatch.setattr(web, "fetch", fetch)
    product = new_product()
    rows = [
        ProductPhoto.objects.create(
            community=kiln, product=product, position=n, state=rules.WAITING,
            source_url=f"http://pictures.example.com/{name}",
        )
        for n, name in enumerate(["gone.jpg", "not-one.jpg", "good.jpg"], start=1)
    ]  # fmt: skip
    from banyan.catalog import tasks

    tasks.fetch_photos.later(community_id=kiln.pk)
    run_due()
    for row in rows:
        row.refresh_from_db()
    assert [(r.state, r.fault) for r in rows] == [
        ("failed", "answer"), ("failed", "picture"), ("ready", ""),
    ]  # fmt: skip
    product.refresh_from_db()
    assert product.cover_id == rows[2].picture_id
    ProductPhoto.objects.filter(pk=rows[0].pk).update(
        source_url="http://pictures.example.com/good.jpg"
    )
    photos.retry(photo=rows[0])
    run_due()
    rows[0].refresh_from_db()
    assert rows[0].state == rules.READY
    product.refresh_from_db()
    assert product.cover_id == rows[0].picture_id
    with pytest.raises(Exception, match="moment"):
        photos.retry(photo=rows[0])


@pytest.mark.django_db
def test_photos_are_taken_from_the_zip_by_their_names(
    kiln: Any, cast: Any, now: Any, fixture_bytes: Any, picture_bytes: Any, monkeypatch: Any
) -> None:
    import zipfile

    from django.core.files.base import ContentFile

    from banyan.catalog.imports import runs
    from banyan.catalog.models import Variant

    def unreachable(url: str) -> bytes:
        raise web.Unfetched("unreachable")

    monkeypatch.setattr(web, "fetch", unreachable)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("photos/Mug-Ash.JPG", picture_bytes("tan"))
        pack.writestr("photos/mug-hand.jpg", picture_bytes("teal"))
        pack.writestr("photos/readme.txt", b"not a picture")
    run = runs.begin(
        community=kiln, by=cast.mei, file_name="a.csv", now=now, publishing=True,
        content=fixture_bytes("three-options.csv"), pack=ContentFile(out.getvalue(), "a.zip"),
    )  # fmt: skip
    assert run.report["zip_count"] == 2
    runs.carry_out(run=run, now=now)
    run_due()
    photos = ProductPhoto.objects.order_by("position")
    assert [p.state for p in photos] == ["ready", "failed", "ready"]
    assert Variant.objects.get(sku="MUG-A-250-L").picture_id == photos[0].picture_id


def test_a_zip_bomb_is_refused() -> None:
    import zipfile

    from banyan.catalog.imports.pack import BadZip, Pack

    def packed(*files: tuple[str, bytes]) -> io.BytesIO:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, content in files:
                pack.writestr(name, content)
        return out

    with pytest.raises(BadZip):
        Pack(packed(("a.jpg", bytes(40 * 1024 * 1024))))
    with pytest.raises(BadZip):
        Pack(io.BytesIO(b"PK\x03\x04 not really"))
    lying = bytearray(packed(("a.jpg", b"x" * 5000)).getvalue())
    at = lying.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = (10).to_bytes(4, "little")
    with contextlib.suppress(BadZip):
        assert len(Pack(io.BytesIO(bytes(lying))).read("a.jpg") or b"") <= 10
