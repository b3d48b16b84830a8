"""Feeds, share cards and maps: only what everybody may read, cached, in pages."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client

from banyan.communities.models import Community
from banyan.communities.places import url
from banyan.content import syndication
from banyan.content.actions import topic as topics

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_a_public_community_has_both_feeds_and_one_a_topic(kiln, write, now, photo_of, member_of,
                                                           cast, settings):  # fmt: skip
    notes = topics.add(community=kiln, name="Notes", now=now)
    photo = photo_of(member_of(kiln, cast.jonas), alt='A "bowl"')
    write("First & last", body="A **bowl** <script>alert(1)</script>", photos=[photo])
    write("Noted", topic=notes)
    rss = Client().get(url(kiln, "feed-rss"))
    assert rss.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    items = ET.fromstring(rss.content).findall("channel/item")
    assert {item.findtext("title") for item in items} == {"First & last", "Noted"}
    first = next(item for item in items if item.findtext("title") == "First & last")
    assert first.findtext("link").startswith(settings.SITE_URL)
    assert "<strong>bowl</strong>" in first.findtext("description")
    assert "<script" not in first.findtext("description")
    atom = ET.fromstring(Client().get(url(kiln, "feed-atom") + "?topic=notes").content)
    assert [one.text for one in atom.findall(f"{ATOM}entry/{ATOM}title")] == ["Noted"]
    assert Client().get(url(kiln, "feed-rss") + "?topic=nothing").status_code == 404


def test_a_feed_that_has_not_changed_is_not_sent_again(kiln, write):
    write("Once")
    first = Client().get(url(kiln, "feed-rss"))
    again = Client().get(url(kiln, "feed-rss"), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("visibility", ["members", "hidden"])
def test_what_is_not_for_everybody_is_in_no_feed_and_no_map(kiln, cast, write, visibility, product):
    post, jar = write("Among us"), product()
    kiln.visibility = visibility
    kiln.save()
    cache.clear()
    for name in ("feed-rss", "feed-atom"):
        assert Client().get(url(kiln, name)).status_code == 404
        member = Client()
        member.force_login(cast.lan)
        assert member.get(url(kiln, name)).status_code == 404
    for kind in syndication.KINDS:
        assert Client().get(f"/sitemap/{kind}-1.xml").status_code == 404
    member = Client()
    member.force_login(cast.lan)
    page = member.get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "og:title" not in page
    assert "noindex" in page
    assert jar.pk


def test_the_map_lists_what_is_public_and_leaves_out_what_is_hidden(
    kiln, tea, write, product, settings
):
    shown, hidden = write("Shown"), write("Hidden")
    type(hidden).objects.filter(pk=hidden.pk).update(state="hidden")
    product("Moon jar")
    draft = product("Draft")
    type(draft).objects.filter(pk=draft.pk).update(state="draft")
    cache.clear()
    index = ET.fromstring(Client().get("/sitemap.xml").content)
    listed = [one.text for one in index.findall(f"{MAP}sitemap/{MAP}loc")]
    assert [one.rsplit("/", 1)[1] for one in listed] == [
        "communities-1.xml", "posts-1.xml", "products-1.xml",
    ]  # fmt: skip
    found = {
        kind: Client().get(f"/sitemap/{kind}-1.xml").content.decode() for kind in syndication.KINDS
    }
    assert f"{settings.SITE_URL}/kiln/" in found["communities"]
    assert "/four/" in found["communities"]
    assert shown.oid in found["posts"]
    assert hidden.oid not in found["posts"]
    assert "/shop/moon-jar" in found["products"]
    assert "draft" not in found["products"]
    assert Client().get("/sitemap/posts-2.xml").status_code == 404
    assert Client().get("/sitemap/people-1.xml").status_code == 404
    assert "Sitemap: http" in Client().get("/robots.txt").content.decode()


def test_a_long_map_comes_in_pages(kiln, write, monkeypatch):
    monkeypatch.setattr(syndication, "PAGE", 2)
    posts = [write(f"No {n}") for n in range(5)]
    cache.clear()
    assert syndication.pages("posts", None) == 3
    seen = "".join(syndication.map_of("posts", page, None) for page in (1, 2, 3))
    assert all(seen.count(post.oid) == 1 for post in posts)
    assert syndication.map_of("posts", 4, None) == ""


def test_a_community_of_its_own_domain_has_its_own_map(kiln, tea, write):
    post = write("Ours")
    Community.objects.filter(pk=kiln.pk).update(domain="kiln.example")
    assert post.oid not in syndication.map_of("posts", 1, None)
    assert post.oid in syndication.map_of("posts", 1, "kiln")


def test_public_pages_say_how_they_look_where_they_are_shared(kiln, write, settings):
    post = write('A "bowl"', body="Brown at the rim")
    page = Client().get(url(kiln, "post", id=post.public_id)).content.decode()
    address = f"{settings.SITE_URL}{url(kiln, 'post', id=post.public_id)}"
    assert f'<link rel="canonical" href="{address}">' in page
    assert 'property="og:title" content="A &quot;bowl&quot;"' in page
    home = Client().get(url(kiln, "community")).content.decode()
    assert 'property="og:title" content="Slow Kiln"' in home
    assert 'type="application/rss+xml"' in home
