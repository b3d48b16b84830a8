"""Feeds: order, pages, who sees what, and what they cost."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache

from banyan.communities.places import url
from banyan.content.actions import like as likes
from banyan.content.models import Like, Post
from banyan.content.queries import feed
from banyan.core import cards
from banyan.core.models import Activity

HTML_BYTES = 40_000
SQL = 10
COLD_SQL = 14  # the first reader of a minute also draws cards, faces and the shop's corner


@pytest.fixture
def many(kiln, cast, member_of, photo_of, product, now):
    """A feed of `count` posts as people write them: photos, products, three authors."""

    def make(count: int, *, with_photos: bool = True) -> list[Post]:
        authors = [member_of(kiln, p) for p in (cast.jonas, cast.lan, cast.mei)]
        photos = [photo_of(author) for author in authors] if with_photos else [None] * 3
        jar = product(slug=f"jar-{uuid4().hex[:6]}")
        made = [
            Post(
                community=kiln, author=authors[n % 3], lang="en" if n % 2 else "zh-Hans",
                title=f"First light on firing {n}" if n % 2 else f"养了三个月的朱泥，第{n}次",
                body="The glaze broke to brown at the rim on every single lid of this firing.",
                cover=photos[n % 3] if n % 4 else None, lead=jar if n % 2 else None,
                published_at=now - timedelta(hours=n),
                score=int((now - timedelta(hours=n)).timestamp()),
            )
            for n in range(count)
        ]  # fmt: skip
        return Post.objects.bulk_create(made)

    return make


def walk(first, step):
    """Every post id that the pages of a feed show, in order."""
    seen, after = [], ""
    while True:
        page = step(first, after)
        seen += [row["pk"] for row in page.rows]
        after = page.after
        if not after:
            return seen


def test_pages_of_new_show_every_post_once_the_latest_first(kiln, many):
    made = many(150, with_photos=False)
    Post.objects.filter(pk__in=[p.pk for p in made[20:60]]).update(
        published_at=made[20].published_at
    )
    posts = Post.objects.of(kiln).published()
    seen = walk(posts, lambda rows, after: feed.newest(rows, [], after))
    assert sorted(seen) == sorted(p.pk for p in made)
    by_pk = Post.objects.in_bulk(seen)
    times = [by_pk[pk].published_at for pk in seen]
    assert times == sorted(times, reverse=True)


def test_pages_for_you_show_every_post_once_even_while_one_likes(kiln, cast, many, member_of, now):
    made = many(150, with_photos=False)
    Post.objects.filter(pk__in=[p.pk for p in made[50:90]]).update(score=made[50].score)
    dara = member_of(kiln, cast.kenji)
    posts = Post.objects.of(kiln).published()
    for post in made[:3]:
        likes.like(thing=post, member=dara, now=now)
    seen = walk(posts, lambda rows, after: feed.warm(rows, [dara], after))
    assert len(seen) == len(set(seen)) == 150


def test_an_author_one_likes_comes_first(kiln, cast, many, member_of, now):
    made = many(20, with_photos=False)
    kenji = member_of(kiln, cast.kenji)
    posts = Post.objects.of(kiln).published()
    assert feed.warm(posts, [kenji]).rows[0]["pk"] == made[0].pk
    Like.objects.bulk_create(
        Like(community=kiln, member=kenji, post=p, liked_at=now)
        for p in made
        if p.author_id == made[1].author_id
    )
    cache.clear()
    cards.forget()
    assert feed.warm(posts, [kenji]).rows[0]["pk"] == made[1].pk
    assert feed.warm(posts, []).rows[0]["pk"] == made[0].pk


def test_a_false_cursor_shows_the_first_page(client, kiln, write):
    write()
    for after in ("x", "1.2", "9" * 40, "1.2.3.4", "99999999999999999.1", "-1.1.1"):
        for tab in ("for-you", "new"):
            page = client.get(url(kiln, "feed"), {"feed": tab, "after": after})
            assert page.status_code == 200


def test_cards_show_the_counts_and_likes_of_this_moment_without_being_drawn_again(
    client, kiln, cast, write, member_of, now, monkeypatch
):
    post = write()
    client.get(url(kiln, "community"))
    monkeypatch.setattr(feed, "_load", lambda ids: pytest.fail("drawn again"))
    likes.like(thing=post, member=member_of(kiln, cast.lan), now=now)
    client.force_login(cast.lan)
    mine = client.get(url(kiln, "community")).content.decode()
    assert 'aria-pressed="true"' in mine
    assert '<span class="num" data-count>1</span>' in mine
    client.logout()
    assert 'aria-pressed="true"' not in client.get(url(kiln, "community")).content.decode()
    assert "\ue000" not in mine


def test_a_new_name_and_a_new_price_are_on_the_cards_at_once(client, kiln, cast, write, product):
    jar = product()
    write(products=[jar])
    assert "Jonas" in client.get(url(kiln, "community")).content.decode()
    cast.jonas.name = "Jonas B."
    cast.jonas.save()
    type(jar).objects.filter(pk=jar.pk).update(title="Sun jar", version=2)
    page = client.get(url(kiln, "community")).content.decode()
    assert "Jonas B." in page
    assert "Sun jar" in page


def test_topics_and_new_are_tabs_that_work_without_scripts(client, kiln, cast, write, now):
    from banyan.content.actions import topic as topics

    notes = topics.add(community=kiln, name="Studio notes", second_name="工作室手记", now=now)
    write("In the notes", topic=notes)
    write("Elsewhere")
    page = client.get(url(kiln, "community"), {"topic": "studio-notes"}).content.decode()
    assert "In the notes" in page
    assert "Elsewhere" not in page
    page = client.get(url(kiln, "community"), headers={"Accept-Language": "zh-Hans"})
    assert "工作室手记" in page.content.decode()


def test_more_gives_cards_alone_to_htmx_and_a_page_to_others(client, kiln, many):
    many(40, with_photos=False)
    first = client.get(url(kiln, "community")).content.decode()
    more = re.search(r'hx-get="([^"]+)"[^>]*hx-target="closest .more"', first)[1].replace(
        "&amp;", "&"
    )
    alone = client.get(more, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(more).content.decode()
    assert alone.startswith('<div class="feed">')
    assert "<html" in whole
    shown = re.findall(r'id="post-(\w+)"', first)
    assert not set(shown) & set(re.findall(r'id="post-(\w+)"', alone))
    assert re.findall(r'id="post-(\w+)"', alone) == re.findall(r'id="post-(\w+)"', whole)


def test_home_mixes_my_communities_only(client, kiln, tea, cast, write, member_of, now):
    from banyan.content.actions import post as posts

    write("From the kiln")
    posts.publish(author=member_of(tea, cast.sol), title="From the tea table", now=now)
    client.force_login(cast.jonas)
    page = client.get("/").content.decode()
    assert "From the kiln" in page
    assert "From the tea table" not in page
    assert "Tea at Four" in page  # suggested
    client.force_login(cast.rafe)
    page = client.get("/").content.decode()
    assert "From the" not in page
    assert "You are in no community yet" in page


def test_the_first_page_tells_strangers_what_this_place_is(
    client, kiln, tea, cast, write, photo_of, member_of
):
    write("A photo", photos=[photo_of(member_of(kiln, cast.jonas))])
    write("Only words")
    page = client.get("/").content.decode()
    for shown in ("Slow Kiln", "Tea at Four", "A photo", "Sign up", "Discover"):
        assert shown in page
    assert "Only words" not in page


@pytest.mark.parametrize("where", ["community", "home", "new", "topic", "stranger"])
def test_feeds_stay_within_ten_queries_and_forty_kilobytes_cold_and_warm(
    where, client, kiln, cast, many, product, django_assert_max_num_queries, now
):
    from banyan.content.actions import topic as topics

    notes = topics.add(community=kiln, name="Studio notes", now=now)
    made = many(120)
    Post.objects.filter(pk__in=[p.pk for p in made[:40]]).update(topic=notes)
    Like.objects.bulk_create(
        Like(community=kiln, member=made[1].author, post=p, liked_at=now) for p in made[:60]
    )
    address = {
        "community": url(kiln, "community"),
        "new": url(kiln, "community") + "?feed=new",
        "topic": url(kiln, "community") + "?topic=studio-notes",
        "home": "/",
        "stranger": "/",
    }[where]
    if where != "stranger":
        client.force_login(cast.jonas)
        client.get("/me")
    session = {
        k: cache.get(k) for k in [f"django.contrib.sessions.cached_db{client.session.session_key}"]
    }
    cache.clear()
    cards.forget()
    cache.set_many(session)
    before = Activity.objects.count()
    for most in (COLD_SQL if address.startswith("/kiln") else SQL, SQL):
        with django_assert_max_num_queries(most):
            page = client.get(address)
        assert page.status_code == 200
        assert len(page.content) <= HTML_BYTES, len(page.content)
    assert Activity.objects.count() == before


def test_a_post_with_everything_stays_within_ten_queries(
    client, kiln, cast, write, member_of, photo_of, product, now, django_assert_max_num_queries
):
    from banyan.content.actions.comment import comment

    jonas = member_of(kiln, cast.jonas)
    post = write(photos=[photo_of(jonas) for _ in range(6)], products=[product("A"), product("B")])
    for n in range(20):
        comment(post=post, author=member_of(kiln, cast.lan), body=f"Comment {n}", now=now)
    client.force_login(cast.lan)
    client.get("/me")
    for _ in ("cold", "warm"):
        with django_assert_max_num_queries(SQL):
            page = client.get(url(kiln, "post", id=post.public_id))
        assert page.status_code == 200


def test_reading_writes_nothing(client, kiln, write, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    post = write()
    for address in (
        "/",
        url(kiln, "community"),
        url(kiln, "feed"),
        url(kiln, "post", id=post.public_id),
    ):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        assert not [q for q in seen if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
        assert "sessionid" not in answer.cookies
