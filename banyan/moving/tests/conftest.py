from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from banyan.catalog.actions import photos as photo_verbs
from banyan.catalog.actions import products as product_verbs
from banyan.content.actions import comment as comments
from banyan.content.actions import like as likes
from banyan.content.actions import post as posts
from banyan.content.models import Topic
from banyan.core.pictures import take_picture
from banyan.culture import actions as culture
from banyan.gatherings import actions as gatherings
from banyan.moving import actions, pack, tasks

SITE = "http://127.0.0.1:8000"


def picture(colour: tuple[int, int, int] = (90, 120, 100)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 50), colour).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, settings: Any) -> None:
    storages = settings.STORAGES
    for name in ("default", "private"):
        options = {**storages[name].get("OPTIONS", {}), "location": str(tmp_path / name)}
        storages = {**storages, name: {**storages[name], "OPTIONS": options}}
    settings.STORAGES = storages


def shot_of_mug(kiln: Any, cast: Any, now: Any) -> Any:
    return take_picture(
        picture((200, 180, 160)), community_id=kiln.pk, owner=cast.mei.pseudonym, now=now
    )


@pytest.fixture
def lived(kiln: Any, cast: SimpleNamespace, now: Any, member_of: Callable[..., Any]) -> Any:
    """Slow Kiln after some weeks: words, pictures, goods, an event, a second charter."""
    mei, jonas, lan = (member_of(kiln, p) for p in (cast.mei, cast.jonas, cast.lan))
    topic = Topic.objects.create(community=kiln, slug="glaze", name="Glaze", lang="en")
    shot = take_picture(
        picture(), community_id=kiln.pk, owner=cast.jonas.pseudonym, alt="A cup", lang="en", now=now
    )
    cover = take_picture(
        picture((20, 60, 90)), community_id=kiln.pk, owner=cast.mei.pseudonym, now=now
    )
    type(kiln).objects.filter(pk=kiln.pk).update(cover=cover)
    first = posts.publish(
        author=jonas, now=now, title="First light", body="See **this** #glaze", photos=[shot],
        topic=topic,
    )  # fmt: skip
    second = posts.publish(
        author=lan, now=now + timedelta(minutes=1),
        body=f"看 [这里](/kiln/p/{first.oid}) 和 {SITE}/kiln/p/{first.oid}。@Jonas 好！",
    )  # fmt: skip
    answer = comments.comment(post=first, author=lan, body="好看！", now=now)
    comments.comment(post=first, author=mei, body="谢谢", parent=answer, now=now)
    likes.like(thing=first, member=lan, now=now)
    product = product_verbs.create(
        community=kiln, by=cast.mei, title="Morning mug", now=now, price_minor=9800, on_hand=7,
        description="<p>Two hundred and eighty millilitres.</p>",
    )  # fmt: skip
    photo_verbs.hang(
        product=product, pictures=[shot_of_mug(kiln, cast, now)], by=cast.mei, alt="A mug", now=now
    )
    product_verbs.publish(product=product, by=cast.mei, now=now)
    gathering = gatherings.plan(
        by=mei, title="Opening the kiln", starts_at=now + timedelta(days=3),
        ends_at=now + timedelta(days=3, hours=2), now=now, text="Bring gloves.", place="The kiln",
    )  # fmt: skip
    gatherings.answer(gathering=gathering, member=jonas, answer="going", now=now)
    culture.publish(
        community=kiln, by=cast.mei, now=now, goal="Fewer things, kept longer.",
        values=["Make less."], conventions=["Say what broke."],
    )  # fmt: skip
    kiln.refresh_from_db()
    return SimpleNamespace(
        kiln=kiln, mei=mei, jonas=jonas, lan=lan, posts=[first, second], product=product,
        answer=answer, picture=shot, gathering=gathering,
    )  # fmt: skip


@pytest.fixture
def zipped(now: Any) -> Callable[..., bytes]:
    """A community’s zip as bytes."""

    def make(community: Any) -> bytes:
        out = io.BytesIO()
        pack.Pack(community, out, now=now, oid="0" * 26, progress=lambda done: None).write()
        return out.getvalue()

    return make


@pytest.fixture
def upload() -> Callable[..., Any]:
    """Somebody uploads a zip; it is looked at."""

    def give(content: bytes, by: Any, now: Any) -> Any:
        run = actions.take_file(
            by=by, file_name="kiln.zip", file=ContentFile(content, "kiln.zip"), now=now
        )
        tasks.look(unpacking_id=run.pk)
        run.refresh_from_db()
        return run

    return give


def changed(
    content: bytes, files: dict[str, bytes | None] | None = None, *, sums: bool = True,
    manifest: dict[str, Any] | None = None,
) -> bytes:  # fmt: skip
    """The same zip with some files others; their sums are made right unless `sums` is False."""
    files = files or {}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        said = json.loads(old.read("manifest.json"))
        names = [n for n in old.namelist() if n != "manifest.json"]
        for name in [*names, *[n for n in files if n not in names]]:
            body = files.get(name, old.read(name) if name in names else None)
            if body is None:
                said["files"].pop(name, None)
                continue
            new.writestr(name, body)
            if sums:
                said["files"][name] = {
                    "sha256": hashlib.sha256(body).hexdigest(), "size": len(body),
                }  # fmt: skip
        new.writestr("manifest.json", json.dumps(said | (manifest or {})))
    return out.getvalue()


def lines_of(content: bytes, label: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [json.loads(line) for line in archive.read(f"rows/{label}.jsonl").splitlines()]


def with_lines(content: bytes, label: str, lines: list[Any], **more: Any) -> bytes:
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        counts = json.loads(archive.read("manifest.json"))["counts"]
    counts[label] = len(lines)
    return changed(content, {f"rows/{label}.jsonl": body}, manifest={"counts": counts}, **more)
