from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.content import rules
from banyan.content.actions import post as actions
from banyan.content.models import Post
from banyan.core.models import Activity
from banyan.core.refusals import NotAllowed, TooMany, WrongMoment


def test_a_member_shows_a_photo_with_a_product_and_the_log_says_so(
    kiln, cast, member_of, photo_of, product, now
):
    jonas = member_of(kiln, cast.jonas)
    photos = [photo_of(jonas), photo_of(jonas)]
    jar = product()
    post = actions.publish(
        author=jonas, title="First light", photos=photos, products=[jar], now=now
    )
    assert post.cover == photos[0]
    assert post.lead == jar
    assert [row.picture for row in post.photos.all()] == photos
    row = Activity.objects.get(verb="PostPublished")
    assert row.actor == cast.jonas.pseudonym
    assert row.lang == "en"
    assert row.props["product_ids"] == [jar.pk]
    assert "First light" not in str(row.__dict__)


def test_chinese_words_are_known_as_chinese(write):
    assert write("养了三个月的朱泥，终于开始发亮").lang == "zh-Hans"


def test_an_empty_post_is_refused(kiln, cast, member_of, now):
    with pytest.raises(actions.NothingToShow):
        actions.publish(author=member_of(kiln, cast.jonas), title=" ", body="\n", now=now)


def test_somebody_elses_photo_product_or_topic_is_refused(
    kiln, tea, cast, member_of, photo_of, product, now
):
    jonas, lan, sol = (
        member_of(kiln, cast.jonas), member_of(kiln, cast.lan), member_of(tea, cast.sol),
    )  # fmt: skip
    for fields in (
        {"photos": [photo_of(lan)]},
        {"photos": [photo_of(sol)]},
        {"products": [product("Matcha", community=tea)]},
    ):
        with pytest.raises(NotAllowed):
            actions.publish(author=jonas, title="Mine", now=now, **fields)
    assert not Post.objects.exists()


def test_who_left_cannot_post(kiln, cast, member_of, now):
    from banyan.communities import actions as communities

    jonas = member_of(kiln, cast.jonas)
    communities.leave(member=jonas, now=now)
    with pytest.raises(NotAllowed):
        actions.publish(author=jonas, title="Still here", now=now)


def test_an_eleventh_post_within_ten_minutes_has_to_wait(write, now):
    for n in range(rules.POSTS_PER_WINDOW):
        write(f"Post {n}", now=now + timedelta(seconds=n))
    with pytest.raises(TooMany):
        write("One more", now=now + timedelta(minutes=5))
    assert write("Later", now=now + timedelta(minutes=11))


def test_an_edit_shows_that_it_was_one_and_makes_the_card_new(
    write, kiln, cast, member_of, photo_of, now
):
    jonas = member_of(kiln, cast.jonas)
    old, fresh = photo_of(jonas), photo_of(jonas)
    post = write(photos=[old])
    later = now + timedelta(hours=1)
    actions.edit(post=post, by=jonas, title="", body="碎了。", photos=[fresh], now=later)
    assert (post.edited_at, post.version, post.cover, post.lang) == (later, 2, fresh, "zh-Hans")
    assert [row.picture for row in post.photos.all()] == [fresh]
    assert (
        Activity.objects.get(verb="PostEdited").parent_id
        == Activity.objects.get(verb="PostPublished").pk
    )


def test_only_the_author_edits_and_deletes(write, kiln, cast, member_of, now):
    post, mei = write(), member_of(kiln, cast.mei)
    with pytest.raises(NotAllowed):
        actions.edit(post=post, by=mei, title="Mine now", body="", now=now)
    with pytest.raises(NotAllowed):
        actions.delete(post=post, by=mei, now=now)
    post.refresh_from_db()
    assert post.is_published


def test_a_deleted_post_is_gone_and_comes_back_within_the_hour(write, kiln, cast, member_of, now):
    post, jonas = write(), member_of(kiln, cast.jonas)
    actions.delete(post=post, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        actions.delete(post=post, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        actions.edit(post=post, by=jonas, title="x", body="", now=now)
    actions.undelete(post=post, by=jonas, now=now + timedelta(minutes=59))
    assert post.is_published
    with pytest.raises(WrongMoment):
        actions.undelete(post=post, by=jonas, now=now)
    actions.delete(post=post, by=jonas, now=now)
    with pytest.raises(WrongMoment):
        actions.undelete(post=post, by=jonas, now=now + timedelta(minutes=61))


def test_what_was_deleted_is_gone_for_good_after_thirty_days(
    write, kiln, cast, member_of, photo_of, now, django_capture_on_commit_callbacks
):
    from banyan.content.tasks import clear_deleted_before
    from banyan.core.models import Picture

    jonas = member_of(kiln, cast.jonas)
    post, kept = write(photos=[photo_of(jonas)]), write("Kept")
    actions.delete(post=post, by=jonas, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        assert clear_deleted_before(now) == 0
        assert clear_deleted_before(now + timedelta(seconds=1)) == 1
        assert clear_deleted_before(now + timedelta(seconds=1)) == 0
    post.refresh_from_db()
    assert (post.title, post.body, post.cover) == ("", "", None)
    assert not Picture.objects.exists()
    assert Post.objects.get(pk=kept.pk).title == "Kept"
