"""Files that are not what they say: refused with a reason, and nothing is written."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.storage import storages

from banyan.communities.models import Community
from banyan.content.models import Comment, Post
from banyan.core.models import Picture
from banyan.core.refusals import WrongMoment
from banyan.moving import actions, check, rules, tasks
from banyan.moving.models import Moved
from banyan.people.models import Person

from .conftest import changed, lines_of, picture, with_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(lived: Any, zipped: Any) -> bytes:
    return zipped(lived.kiln)


def codes(content: bytes) -> set[str]:
    """What is wrong with a file. Looking writes nothing."""
    before = counts()
    report = check.look(io.BytesIO(content))
    assert counts() == before
    return {code for code, _file, _line, _what in report.problems}


def counts() -> list[int]:
    return [m._base_manager.count() for m in (Community, Post, Comment, Person, Picture, Moved)]


def with_file(content: bytes, name: str, body: bytes = b"x") -> bytes:
    return changed(content, {name: body})


def test_what_we_wrote_has_nothing_wrong(content: bytes) -> None:
    assert codes(content) == set()


def test_a_refused_file_is_gone_and_cannot_be_begun(
    content: bytes, cast: SimpleNamespace, upload: Any, now: Any
) -> None:
    run = upload(changed(content, {"README.txt": b"other"}, sums=False), cast.rafe, now)
    assert run.state == rules.REFUSED
    assert run.report["problems"][0][0] in ("sum", "size")
    assert run.path == ""
    assert not storages["private"].exists(f"unpackings/{run.oid}.zip")
    with pytest.raises(WrongMoment):
        actions.begin(run=run, slug="kiln-two", now=now)
    tasks.bring_in(unpacking_id=run.pk)
    assert not Community.objects.filter(slug="kiln-two").exists()


def test_a_file_that_was_tampered_with_is_refused(content: bytes) -> None:
    lines = lines_of(content, "content.post")
    lines[0]["title"] = "First Light"
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    assert codes(changed(content, {"rows/content.post.jsonl": body}, sums=False)) <= {"sum", "size"}
    shot = next(n for n in zipfile.ZipFile(io.BytesIO(content)).namelist() if "media/" in n)
    assert codes(changed(content, {shot: None})) >= {"missing-file"}  # left out


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "/etc/passwd", "rows/../../x.jsonl", "media\\1.jpg", "C:\\x", "rows/..\\x"],
)
def test_a_path_out_of_the_zip_is_refused(content: bytes, name: str) -> None:
    assert codes(with_file(content, name)) <= {"path", "unknown-file"}
    assert codes(with_file(content, name))


def test_files_and_tables_we_do_not_know_are_refused(content: bytes) -> None:
    assert codes(with_file(content, "run.sh")) == {"unknown-file"}
    assert codes(with_file(content, "media/0.jpg")) == {"unknown-file"}
    assert codes(with_file(content, "media/7.svg")) == {"unknown-file"}
    assert codes(with_file(content, "rows/people.person.jsonl")) == {"unknown-table"}
    assert codes(with_file(content, "rows/ledger.entry.jsonl")) == {"unknown-table"}


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        for n in range(1, 4):
            archive.writestr(f"media/{n}.jpg", b"\0" * 30_000_000)
    assert codes(out.getvalue()) == {"bomb"}
    lying = bytearray(out.getvalue())
    at = lying.rindex(b"PK\x01\x02")
    struct.pack_into("<I", lying, at + 24, 2**31)  # says that it holds 2 GB more
    assert codes(bytes(lying)) <= {"bomb", "not-a-zip"}


def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert codes(b"") == {"not-a-zip"}
    assert codes(b"hello") == {"not-a-zip"}
    assert codes(content[: len(content) // 2]) == {"not-a-zip"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("README.txt", "hello")
    assert codes(out.getvalue()) == {"no-manifest"}


def test_other_formats_and_versions_are_refused(content: bytes) -> None:
    assert codes(changed(content, manifest={"version": 2})) == {"version"}
    assert codes(changed(content, manifest={"version": "1"})) == {"version"}
    assert codes(changed(content, manifest={"format": "other"})) == {"no-manifest"}
    assert codes(changed(content, manifest={"package": "x"})) == {"no-manifest"}
    assert codes(changed(content, manifest={"counts": {"content.post": -1}})) == {"no-manifest"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"state": "sponsored"}, "value"),
        ({"published_at": "tomorrow"}, "value"),
        ({"published_at": "2199-01-01T00:00:00+00:00"}, "value"),
        ({"published_at": "2026-11-22T12:00:00"}, "value"),
        ({"like_count": -1}, "value"),
        ({"like_count": True}, "value"),
        ({"like_count": 10**30}, "value"),
        ({"title": "x" * 121}, "value"),
        ({"body": "x" * 20_001}, "value"),
        ({"body": "a\u0000b"}, "value"),
        ({"body": "\ud800"}, "value"),
        ({"lang": "en\" onload=\"x"}, "value"),
        ({"mentions": [["Jonas"]]}, "value"),
        ({"mentions": {"a": 1}}, "value"),
        ({"author": 999_999}, "reference"),
        ({"author": None}, "value"),
        ({"author": "1"}, "value"),
        ({"cover": 999_999}, "reference"),
        ({"oid": "nobody"}, "value"),
        ({"community": 1}, "columns"),
        ({"score": 10**9}, "columns"),
        ({"id": 0}, "value"),
    ],
)  # fmt: skip
def test_a_forged_row_is_refused(content: bytes, change: dict[str, Any], code: str) -> None:
    lines = lines_of(content, "content.post")
    assert code in codes(with_lines(content, "content.post", [lines[0] | change, *lines[1:]]))


def test_rows_that_break_a_tables_rule_are_refused(content: bytes) -> None:
    event = lines_of(content, "gatherings.gathering")[0]
    wrong = event | {"ends_at": event["starts_at"]}
    assert codes(with_lines(content, "gatherings.gathering", [wrong])) == {"rule", "reference"}
    variant = lines_of(content, "catalog.variant")[0]
    twin = variant | {"id": variant["id"] + 50, "oid": "1" * 26}
    assert codes(with_lines(content, "catalog.variant", [variant, twin])) == {"double"}
    wrong = variant | {"price_minor": -1}
    assert codes(with_lines(content, "catalog.variant", [wrong])) == {"rule"}
    wrong = event | {"link": "javascript:alert(1)"}
    assert "value" in codes(with_lines(content, "gatherings.gathering", [wrong]))
    wrong = event | {"zone": "Mars/Olympus"}
    assert "value" in codes(with_lines(content, "gatherings.gathering", [wrong]))


def test_the_same_row_twice_and_a_missing_one_are_refused(content: bytes) -> None:
    lines = lines_of(content, "content.topic")
    assert "double" in codes(with_lines(content, "content.topic", lines * 2))
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines * 2)
    assert "count" in codes(changed(content, {"rows/content.topic.jsonl": body}))
    assert "count" in codes(changed(content, {"rows/content.like.jsonl": b""}))


def test_lines_that_are_no_lines_are_refused(content: bytes) -> None:
    for body in (b"{", b"[1]\n", b"NaN\n", b'{"id":1,"id":2}\n', b"[" * 100_000, b"\xff\n"):
        assert codes(changed(content, {"rows/content.like.jsonl": body})) & {"not-json", "columns"}
    long = b'"' + b"x" * (rules.MAX_LINE_BYTES + 10) + b'"\n'
    assert "long-line" in codes(changed(content, {"rows/content.like.jsonl": long}))


def test_pictures_that_are_none_are_refused(content: bytes) -> None:
    name = next(n for n in zipfile.ZipFile(io.BytesIO(content)).namelist() if "media/" in n)
    for body in (b"<svg onload=alert(1)>", picture()[:40], b""):
        assert "picture" in codes(changed(content, {name: body}))


def test_a_community_of_nonsense_is_refused(content: bytes) -> None:
    said = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("community.json"))
    for change in (
        {"currency": "XXQ"}, {"zone": "x"}, {"brand_c": 9}, {"visibility": "all"}, {"name": ""},
        {"stage": "king"}, {"switches": {"a": "b"}}, {"founded_at": None}, {"cover": 99_999},
        {"closed_at": None}, {"capacity": 0},
    ):  # fmt: skip
        body = json.dumps(said | change).encode()
        assert codes(changed(content, {"community.json": body})) & {"no-community", "reference"}


def test_script_in_a_text_comes_in_as_text(
    content: bytes, cast: SimpleNamespace, upload: Any, now: Any, client: Any
) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    posts = lines_of(content, "content.post")
    products = lines_of(content, "catalog.product")
    forged = with_lines(content, "content.post", [p | {"title": bad, "body": bad} for p in posts])
    forged = with_lines(
        forged, "catalog.product",
        [p | {"title": bad, "description": f"<p>ok</p>{bad}<a href='javascript:x'>y</a>"}
         for p in products],
    )  # fmt: skip
    members = lines_of(forged, "communities.member")
    forged = with_lines(forged, "communities.member", [m | {"name": bad[:50]} for m in members])
    run = upload(forged, cast.rafe, now)
    assert run.state == rules.SHOWN, run.report["problems"]
    actions.begin(run=run, slug="kiln-two", now=now)
    tasks.bring_in(unpacking_id=run.pk)
    here = Community.objects.get(slug="kiln-two", closed_at=None)
    post = Post.objects.filter(community=here).first()
    for address in ("/kiln-two/", f"/kiln-two/p/{post.oid}", "/kiln-two/shop",
                    f"/kiln-two/shop/{products[0]['slug']}"):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        text = page.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "javascript:x" not in text
