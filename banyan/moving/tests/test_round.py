"""Out of one place and in at another: what comes in is what went out."""

from __future__ import annotations

import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Model

from banyan.catalog.models import Product, Variant
from banyan.communities.models import Community, Member
from banyan.content.models import Comment, Like, Post, PostPhoto, Topic
from banyan.core.models import Picture
from banyan.culture.models import Acceptance, Charter
from banyan.gatherings.models import Gathering, Rsvp
from banyan.moving import actions, rules, tasks, unpack
from banyan.moving.models import Moved, Unclaimed, Unpacking
from banyan.moving.tables import tables
from banyan.people.models import Person

pytestmark = pytest.mark.django_db


def brought(run: Any, slug: str, now: Any) -> Any:
    actions.begin(run=run, slug=slug, now=now)
    tasks.bring_in(unpacking_id=run.pk)
    run.refresh_from_db()
    assert run.state == rules.DONE, run.report
    return Community.objects.get(slug=slug)


@pytest.fixture
def there(lived: Any, cast: SimpleNamespace, zipped: Any, upload: Any, now: Any) -> Any:
    """Rafe, who is nobody here, brings the file in as /kiln-two."""
    content = zipped(lived.kiln)
    run = upload(content, cast.rafe, now)
    assert run.state == rules.SHOWN, run.report["problems"]
    community = brought(run, "kiln-two", now)
    return SimpleNamespace(community=community, run=run, content=content)


def said(model: type[Model], community: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(model._base_manager.filter(community=community).order_by("pk").values_list(*names))


def test_words_people_goods_and_events_are_the_same_on_both_sides(lived: Any, there: Any) -> None:
    for model, names in (
        (Post, ("title", "lang", "state", "published_at", "like_count", "comment_count",
                "author__person__name", "topic__name")),
        (Comment, ("body", "state", "author__person__name", "parent__body", "post__title")),
        (Topic, ("slug", "name")),
        (Charter, ("version", "goal", "values", "conventions", "value_ids")),
        (Product, ("slug", "title", "description", "state", "price_from_minor")),
        (Variant, ("price_minor", "on_hand", "reserved")),
        (Gathering, ("title", "text", "place", "starts_at", "going_count")),
        (Rsvp, ("answer", "member__person__name", "gathering__title")),
        (Like, ("kind", "member__person__name", "post__title")),
        (PostPhoto, ("position", "picture__alt", "picture__width", "post__title")),
    ):  # fmt: skip
        here, other = said(model, lived.kiln, *names), said(model, there.community, *names)
        assert here == other, model
        assert here, model


def test_pictures_are_made_anew_and_their_givers_follow(lived: Any, there: Any) -> None:
    mine = Picture.objects.filter(community_id=lived.kiln.pk)
    new = Picture.objects.filter(community_id=there.community.pk)
    assert new.count() == mine.count() == 3
    assert {p.alt for p in new} == {p.alt for p in mine}
    assert not {p.file.name for p in new} & {p.file.name for p in mine}
    assert there.community.cover.community_id == there.community.pk
    stub = Person.objects.get(pseudonym=new.get(alt="A cup").owner)
    assert (stub.name, stub.email, stub.is_active) == ("Jonas", None, False)


def test_counts_are_those_of_the_manifest(there: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(there.content)) as archive:
        counts = json.loads(archive.read("manifest.json"))["counts"]
    for label, count in counts.items():
        assert Moved.objects.filter(unpacking=there.run, label=label).count() == count, label
    assert there.run.done == sum(counts.values())


def test_a_public_id_that_is_taken_gives_way_and_links_follow(lived: Any, there: Any) -> None:
    first, second = Post.objects.filter(community=there.community).order_by("pk")
    assert first.oid != lived.posts[0].oid
    assert f"(/kiln-two/p/{first.oid})" in second.body
    assert f"/kiln-two/p/{first.oid}。" in second.body
    assert lived.posts[0].oid not in second.body
    jonas = Member.objects.get(community=there.community, person__name="Jonas")
    assert second.mentions == [["Jonas", jonas.oid]]


def test_nobody_is_in_who_has_not_said_so_and_the_importer_is_owner(
    there: Any, cast: SimpleNamespace
) -> None:
    here = there.community
    owner = Member.objects.get(community=here, state="joined")
    assert (owner.person, owner.role) == (cast.rafe, "owner")
    assert here.member_count == 1
    assert owner.number == here.last_number == 5
    assert sorted(
        Member.objects.filter(community=here, state="left").values_list("number", flat=True)
    ) == [1, 2, 3, 4]
    assert not Acceptance.objects.filter(community=here).exclude(member=owner).exists()
    assert here.closed_at is None
    assert here.visibility == "public"


def test_no_address_is_in_the_zip_and_no_secret(lived: Any, zipped: Any) -> None:
    content = zipped(lived.kiln)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = b"\n".join(archive.read(name) for name in archive.namelist())
    for secret in (b"@example.org", b"pbkdf2", b"argon2", b"a-long-password"):
        assert secret not in whole
    assert str(lived.jonas.person.pseudonym).encode() not in whole


def test_a_free_public_id_is_kept(
    lived: Any, cast: SimpleNamespace, zipped: Any, upload: Any, now: Any
) -> None:
    content, oid = zipped(lived.kiln), lived.answer.oid
    Comment.objects.filter(parent=lived.answer).delete()
    Comment.objects.filter(pk=lived.answer.pk).delete()
    community = brought(upload(content, cast.rafe, now), "kiln-two", now)
    assert Comment.objects.get(community=community, body="好看！").oid == oid


def test_the_work_run_twice_changes_nothing(there: Any) -> None:
    def everything() -> dict[str, int]:
        return {label: table.model._base_manager.count() for label, table in tables().items()}

    before, people = everything(), Person.objects.count()
    tasks.bring_in(unpacking_id=there.run.pk)
    tasks.look(unpacking_id=there.run.pk)
    assert everything() == before
    assert Person.objects.count() == people


def test_work_that_was_broken_off_goes_on_without_doubling(
    lived: Any, cast: SimpleNamespace, zipped: Any, upload: Any, now: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(rules, "BATCH", 2)
    run = upload(zipped(lived.kiln), cast.rafe, now)
    actions.begin(run=run, slug="kiln-two", now=now)
    plain, calls = unpack._Work._write, []

    def fails_once(self: Any, table: Any, batch: Any) -> None:
        calls.append(table.label)
        if table.label == "content.comment" and calls.count("content.comment") == 1:
            raise RuntimeError("the power went")
        plain(self, table, batch)

    monkeypatch.setattr(unpack._Work, "_write", fails_once)
    with pytest.raises(RuntimeError):
        tasks.bring_in(unpacking_id=run.pk)
    assert not Community.objects.filter(slug="kiln-two", closed_at=None).exists()
    tasks.bring_in(unpacking_id=run.pk)
    community = Community.objects.get(slug="kiln-two", closed_at=None)
    assert Comment.objects.filter(community=community).count() == 2
    assert Post.objects.filter(community=community).count() == 2
    assert Unclaimed.objects.filter(unpacking=run).count() == 4


def test_the_same_file_comes_in_once_for_one_person(
    there: Any, cast: SimpleNamespace, upload: Any, now: Any
) -> None:
    again = upload(there.content, cast.rafe, now)
    with pytest.raises(actions.BroughtInAlready):
        actions.begin(run=again, slug="kiln-three", now=now)


def test_an_address_that_is_taken_asks_for_another(
    lived: Any, cast: SimpleNamespace, zipped: Any, upload: Any, now: Any
) -> None:
    run = upload(zipped(lived.kiln), cast.rafe, now)
    with pytest.raises(actions.SlugTaken):
        actions.begin(run=run, slug="kiln", now=now)
    assert run.state == rules.SHOWN


def test_undone_while_nothing_has_happened_it_is_gone(lived: Any, there: Any, now: Any) -> None:
    people = Person.objects.count()
    assert actions.undo(run=there.run, now=now) == "deleted"
    assert not Community.objects.filter(slug="kiln-two").exists()
    assert Person.objects.count() == people - 4
    assert Post.objects.filter(community=lived.kiln).count() == 2
    assert not Moved.objects.filter(unpacking=there.run).exists()


def test_undone_after_somebody_came_it_is_closed(
    there: Any, cast: SimpleNamespace, now: Any
) -> None:
    from banyan.culture import actions as culture

    culture.join(community=there.community, person=cast.dara, version=2, now=now)
    assert actions.undo(run=there.run, now=now) == "closed"
    assert Community.objects.get(slug="kiln-two").closed_at is not None
    assert Post.objects.filter(community=there.community).count() == 2


def test_it_is_not_undone_twice_nor_after_seven_days(there: Any, now: Any) -> None:
    from datetime import timedelta

    from banyan.core.refusals import WrongMoment

    with pytest.raises(WrongMoment):
        actions.undo(run=there.run, now=there.run.done_at + timedelta(days=8))
    actions.undo(run=there.run, now=now)
    with pytest.raises(WrongMoment):
        actions.undo(run=Unpacking.objects.get(pk=there.run.pk), now=now)
