"""TRUST 14: hostile pictures are refused or made anew, and never keep where they were taken."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

from banyan.core.pictures import MAX_BYTES, NotAPicture, take_picture

GOOD, BAD = "good", "bad"
SCRIPT = b"<script>alert(document.domain)</script>"


def image(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, 120 if mode in ("L", "P", "1", "I;16") else None)  # type: ignore[arg-type]


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, body: bytes, *extra: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def with_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "At home"  # ImageDescription
    exif[0x0110] = "Camera 9"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (TiffImagePlugin.IFDRational(30), 15, 0)
    gps[3], gps[4] = "E", (TiffImagePlugin.IFDRational(120), 9, 0)
    return exif


def bombs() -> Iterator[tuple[str, bytes, str]]:
    zeros = zlib.compress(b"\0" * 4_000_000, 9)
    for width, height in (
        (50_000, 50_000),
        (2**31 - 1, 2**31 - 1),
        (100_000, 1_000),
        (8_000, 6_000),
    ):
        yield f"png of {width}x{height}", png(width, height, zeros), BAD
    yield "png of 0x0", png(0, 0, b""), BAD
    yield "png whose body never ends", png(6_000, 6_000, zlib.compress(b"\0" * 40_000_000, 9)), BAD
    yield "png with a bomb in its text", png(
        8, 8, zlib.compress(b"\0" * 200),
        chunk(b"zTXt", b"k\0\0" + zlib.compress(b"A" * 60_000_000, 9)),
    ), BAD  # fmt: skip
    gif = bytearray(saved(image((16, 16), "P"), "GIF"))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    yield "gif of 65535x65535", bytes(gif), BAD
    jpeg = bytearray(saved(image(), "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", 65_000, 65_000)
    yield "jpeg of 65000x65000", bytes(jpeg), BAD
    webp = bytearray(saved(image(), "WEBP", lossless=True))
    webp[21:25] = b"\xff\xff\xff\x0f"
    yield "webp of 16384x16384", bytes(webp), BAD
    yield "more than 15 MB", saved(image(), "JPEG") + b"\0" * MAX_BYTES, BAD


def polyglots() -> Iterator[tuple[str, bytes, str]]:
    jpeg, gif, flat = saved(image(), "JPEG"), saved(image(mode="P"), "GIF"), saved(image(), "PNG")
    yield "jpeg and script after it", jpeg + SCRIPT, GOOD
    yield "jpeg and zip after it", jpeg + b"PK\x03\x04evil.exe", GOOD
    yield "png and php after it", flat + b"<?php system($_GET[0]); ?>", GOOD
    yield "gif and script after it", gif + SCRIPT, GOOD
    yield "gif whose size is a script", b"GIF89a/*" + SCRIPT + b"*/=1;", BAD
    yield "script in a jpeg comment", jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT + jpeg[2:], GOOD  # fmt: skip  # noqa: E501
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SCRIPT.decode())
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>" + SCRIPT.decode() + "</x:xmpmeta>")
    yield "script in png text", saved(image(), "PNG", pnginfo=info), GOOD
    yield "webp with a script in its xmp", saved(image(), "WEBP", xmp=SCRIPT), GOOD
    yield "html named as picture", b"<!doctype html>" + SCRIPT, BAD
    yield "html after a png mark", b"\x89PNG\r\n\x1a\n" + SCRIPT, BAD
    yield "html after a jpeg mark", b"\xff\xd8\xff\xe0" + SCRIPT, BAD
    yield "pdf", b"%PDF-1.7\n1 0 obj<</JS(app.alert(1))>>endobj", BAD
    yield "zip", b"PK\x03\x04" + b"\0" * 60, BAD
    yield "elf", b"\x7fELF" + b"\0" * 60, BAD
    yield "windows program", b"MZ" + b"\0" * 60, BAD
    yield "shell script", b"#!/bin/sh\nrm -rf /\n", BAD
    yield "imagemagick script", b"push graphic-context\nfill 'url(https://evil.example/|id)'\n", BAD
    yield "postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(evil) print\n", BAD


def drawings() -> Iterator[tuple[str, bytes, str]]:
    frame = b'<svg xmlns="http://www.w3.org/2000/svg" %s</svg>'
    yield "svg with a script", frame % (b">" + SCRIPT), BAD
    yield "svg with onload", frame % b'onload="alert(1)">', BAD
    yield "svg that reads a file", b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + frame % b"><text>&x;</text>", BAD  # fmt: skip  # noqa: E501
    yield "svg that laughs a billion times", b'<!DOCTYPE l [<!ENTITY a "lol">]>' + frame % b">", BAD
    yield "svg with a foreign page", frame % b"><foreignObject><iframe/></foreignObject>", BAD
    yield "svgz", zlib.compress(frame % b">"), BAD


def places() -> Iterator[tuple[str, bytes, str]]:
    exif = with_place()
    yield "jpeg that knows where", saved(image(), "JPEG", exif=exif), GOOD
    yield "png that knows where", saved(image(), "PNG", exif=exif), GOOD
    yield "webp that knows where", saved(image(), "WEBP", exif=exif), GOOD
    turned = with_place()
    turned[0x0112] = 6
    yield "jpeg turned on its side", saved(image((60, 30)), "JPEG", exif=turned), GOOD
    broken = b"Exif\0\0" + b"MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 200
    yield "jpeg with broken exif", saved(image(), "JPEG", exif=broken), GOOD
    yield "jpeg with a profile", saved(image(), "JPEG", icc_profile=b"secret" * 40), GOOD


def broken() -> Iterator[tuple[str, bytes, str]]:
    jpeg, flat, webp = saved(image(), "JPEG"), saved(image(), "PNG"), saved(image(), "WEBP")
    yield "nothing", b"", BAD
    yield "one byte", b"\xff", BAD
    yield "half a jpeg", jpeg[: len(jpeg) // 2], BAD
    yield "half a png", flat[: len(flat) // 2], BAD
    yield "half a webp", webp[: len(webp) // 2], BAD
    yield "png with a wrong sum", flat[:40] + bytes([flat[40] ^ 255]) + flat[41:], BAD
    yield "noise", bytes(range(256)) * 40, BAD


def others() -> Iterator[tuple[str, bytes, str]]:
    for kind in ("BMP", "TIFF", "ICO", "PPM", "TGA", "PCX"):
        yield f"a {kind}", saved(image((32, 32)), kind), BAD
    yield "png named photo.jpg", saved(image(), "PNG"), GOOD
    yield "png of 16 bit", saved(image(mode="I;16"), "PNG"), GOOD
    yield "jpeg in four colours", saved(image(mode="CMYK"), "JPEG"), GOOD
    yield "png one pixel high", saved(image((5_000, 1)), "PNG"), GOOD
    frames = [image((40, 40), "P") for _ in range(30)]
    yield "gif of thirty frames", saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), GOOD  # fmt: skip  # noqa: E501
    yield "transparent png", saved(image(mode="RGBA"), "PNG"), GOOD


def corpus() -> list[tuple[str, bytes, str]]:
    makers = (bombs, polyglots, drawings, places, broken, others)
    return [row for make in makers for row in make()]


@pytest.mark.trust
@pytest.mark.django_db
def test_sixty_hostile_pictures_are_refused_or_made_anew(kiln: Any, cast: Any, now: Any) -> None:
    files = corpus()
    assert len(files) == 60
    wrong, slowest = [], 0.0
    for name, content, expected in files:
        began = time.perf_counter()
        try:
            picture = take_picture(content, community_id=kiln.pk, owner=cast.mei.pseudonym, now=now)
        except NotAPicture:
            outcome = BAD
        else:
            outcome = GOOD
            wrong += [f"{name}: {fault}" for fault in faults_of(picture)]
        took = time.perf_counter() - began
        slowest = max(slowest, took)
        if outcome != expected:
            wrong.append(f"{name}: {outcome}")
    print(f"{len(files)} files, the slowest took {slowest:.2f} s")
    assert wrong == []


def faults_of(picture: Any) -> list[str]:
    """What a stored picture should not be or hold."""
    found = []
    storage = picture.file.storage
    stem = picture.file.name.rsplit(".", 1)[0]
    for name in [picture.file.name, *[f"{stem}.w{w}.jpg" for w in picture.widths]]:
        with storage.open(name) as file:
            content = file.read()
        kept = Image.open(io.BytesIO(content))
        if kept.format != "JPEG" or not name.endswith(".jpg"):
            found.append("is no JPEG of ours")
        if dict(kept.getexif()) or "icc_profile" in kept.info or "xmp" in kept.info:
            found.append("keeps metadata")
        if any(
            tooth in content for tooth in (b"script", b"<?php", b"evil", b"Camera 9", b"secret")
        ):
            found.append("keeps foreign bytes")
        if max(kept.size) > 1920:
            found.append("is too large")
    return found
