"""A large community needs no more memory than a small one."""

from __future__ import annotations

import io
import tempfile
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from django.core.files import File
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banyan.content import rules as content
from banyan.content.models import Comment, Post
from banyan.core.moving import answers
from banyan.moving import actions, check, pack, rules, tasks, unpack
from banyan.moving.tables import tables

pytestmark = pytest.mark.django_db

BOUND = 3_000_000  # bytes that ten times the rows may need more


def grow(community: Any, author: Any, number: int, now: Any) -> None:
    have = Post.objects.filter(community=community).count()
    words = "A bowl, thrown slowly and fired twice; the foot is left raw. " * 30
    made = Post.objects.bulk_create(
        Post(
            community=community, author=author, title=f"Bowl {n}", body=f"{n} {words}",
            published_at=now - timedelta(minutes=n), lang="en", score=content.heat(
                published_seconds=int(now.timestamp()), likes=0, comments=0
            ),
        )
        for n in range(have, number)
    )  # fmt: skip
    Comment.objects.bulk_create(
        Comment(community=community, author=author, post=post, body="Mm.", published_at=now)
        for post in made
    )


def peak(work: Any) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_the_posts_need_no_more_memory(
    kiln: Any, cast: Any, member_of: Any, now: Any
) -> None:
    jonas = member_of(kiln, cast.jonas)

    def out(into: Any) -> Any:
        return pack.Pack(kiln, into, now=now, oid="0" * 26, progress=lambda done: None).write()

    peaks = {}
    for number in (200, 2000):
        grow(kiln, jonas, number, now)
        out(io.BytesIO())  # what is made once and kept
        with tempfile.TemporaryFile() as file:
            writing = peak(lambda file=file: out(file))
            file.seek(0)
            check.look(file)
            file.seek(0)
            reading = peak(lambda file=file: check.look(file))
            file.seek(0)
            run = actions.take_file(
                by=cast.rafe, file_name="a.zip", file=File(file, "a.zip"), now=now
            )
        tasks.look(unpacking_id=run.pk)
        run.refresh_from_db()
        actions.begin(run=run, slug=f"kiln-{number}", now=now)
        bringing = peak(lambda run=run: tasks.bring_in(unpacking_id=run.pk))
        run.refresh_from_db()
        assert run.state == rules.DONE
        actions.undo(run=run, now=now)
        peaks[number] = (writing, reading, bringing)
    for what, small, large in zip(("out", "look", "in"), peaks[200], peaks[2000], strict=True):
        print(f"{what}: {small:,} bytes for 200 posts, {large:,} for 2,000")
        assert large - small < BOUND, what


def test_ten_times_the_rows_cost_ten_times_the_batches_and_no_more_each(
    kiln: Any, cast: Any, member_of: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    grow(kiln, member_of(kiln, cast.jonas), 400, now)
    table = tables()["content.post"]
    with django_assert_max_num_queries(3):
        after, seen = 0, 0
        while batch := table.batch(kiln, after, rules.BATCH):
            after, seen = batch[-1]["pk"], seen + len(batch)
    assert seen == 400
    assert "content.post" in answers


def test_ten_thousand_posts_move_in_batches_that_cost_the_same(
    kiln: Any, cast: Any, member_of: Any, now: Any
) -> None:
    """Out, looked at and in: as many statements for the last batch as for the first."""
    rows, batches = 10_000, 10_000 // rules.BATCH
    jonas = member_of(kiln, cast.jonas)
    Post.objects.bulk_create(
        (
            Post(
                community=kiln, author=jonas, title=f"Bowl {n}", body=f"Thrown slowly, {n} times.",
                published_at=now - timedelta(minutes=n), lang="en", score=0,
            )
            for n in range(rows)
        ),
        batch_size=500,
    )  # fmt: skip
    with tempfile.TemporaryFile() as file:
        writer = pack.Pack(kiln, file, now=now, oid="0" * 26, progress=lambda done: None)
        with CaptureQueriesContext(connection) as out:
            writer.write()
        read = [one for one in out if 'FROM "content_post"' in one["sql"]]
        assert len(read) == batches + 1  # and the one that finds no more
        assert len(out) < batches + 2 * len(tables()) + 20
        file.seek(0)
        run = actions.take_file(by=cast.rafe, file_name="a.zip", file=File(file, "a.zip"), now=now)
    with CaptureQueriesContext(connection) as looked:
        tasks.look(unpacking_id=run.pk)
    run.refresh_from_db()
    assert run.state == rules.SHOWN
    assert run.report["counts"]["content.post"] == rows
    assert len(looked) < rows // 500 + 20  # how far it is, every 500 lines
    actions.begin(run=run, slug="kiln-two", now=now)
    each: list[int] = []
    write = unpack._Work._write

    def counted(self: Any, table: Any, batch: Any) -> None:
        with CaptureQueriesContext(connection) as found:
            write(self, table, batch)
        if table.label == "content.post":
            each.append(len(found))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpack._Work, "_write", counted)
        tasks.bring_in(unpacking_id=run.pk)
    run.refresh_from_db()
    assert run.state == rules.DONE
    assert len(each) == batches
    assert len(set(each)) == 1
    assert Post.objects.filter(community=run.community).count() == rows
