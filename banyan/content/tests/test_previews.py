"""Previews of links: fetched by the worker, kept as plain words and our own copy of the picture."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from banyan.communities.places import url
from banyan.content import pages, rules
from banyan.content.actions import post as posts
from banyan.content.actions import preview as actions
from banyan.content.models import LinkPreview
from banyan.content.tests.conftest import jpeg
from banyan.core import fetch as web
from banyan.core.models import Picture
from banyan.core.refusals import NotAllowed

LINK = "https://clay.example.com/ash"
HTML = """<!doctype html><html><head><title>Old</title>
<meta property="og:title" content="Ash &lt;script&gt;alert(1)&lt;/script&gt; 灰釉">
<meta name="description" content="What   wood leaves
behind."><meta property="og:image" content="/ash.jpg"></head><body>x</body></html>"""


@pytest.fixture
def far(monkeypatch):
    """The far places: address -> bytes; asked for, in order, in `far.asked`."""

    class Far(dict):
        asked: list[str] = []

    places = Far({LINK: HTML.encode(), "https://clay.example.com/ash.jpg": jpeg()})
    places.asked = []

    def fetch(address, **how):
        places.asked.append(address)
        if address not in places:
            raise web.Unfetched("unreachable")
        return places[address]

    monkeypatch.setattr(web, "fetch", fetch)
    return places


def fetched(post, now):
    row = LinkPreview.objects.get(post=post)
    actions.fetch(post_id=post.pk, url=row.url, now=now)
    row.refresh_from_db()
    return row


def test_the_first_link_of_a_text_is_found_without_the_signs_around_it():
    assert (
        rules.first_link("See (https://a.example/x_(y)), https://b.example")
        == "https://a.example/x"
    )
    assert rules.first_link("看https://a.example/釉。") == ""
    assert rules.first_link("看 https://a.example/釉。") == "https://a.example/釉"
    assert rules.first_link("http://localhost and ftp://a.example") == ""
    assert rules.first_link(f"https://a.example/{'x' * 600}") == ""


def test_a_page_says_its_title_words_and_picture_as_plain_text():
    page = pages.read(HTML.encode(), LINK)
    assert page.title == "Ash <script>alert(1)</script> 灰釉"
    assert page.text == "What wood leaves behind."
    assert page.picture == "https://clay.example.com/ash.jpg"
    chinese = '<meta charset="gb18030"><title>灰釉</title>'.encode("gb18030")
    assert pages.read(chinese, LINK).title == "灰釉"
    assert pages.read(b"\x89PNG", LINK) == pages.Page()


def test_a_link_gets_its_preview_and_readers_ask_only_us(write, kiln, cast, far, now):
    post = write("Look", body=f"Here: {LINK}")
    assert far.asked == []
    row = fetched(post, now)
    assert (row.state, row.site) == ("ready", "clay.example.com")
    page = Client().get(url(kiln, "post", id=post.public_id)).content.decode()
    assert "Ash &lt;script&gt;" in page
    assert row.picture.sized(320) in page
    assert "clay.example.com/ash.jpg" not in page
    fetched(post, now)
    assert len(far.asked) == 2


def test_what_cannot_be_fetched_is_not_shown(write, kiln, far, now):
    far.clear()
    post = write("Look", body=LINK)
    assert fetched(post, now).state == "failed"
    assert "preview card" not in Client().get(url(kiln, "post", id=post.public_id)).content.decode()


def test_a_page_with_a_false_picture_keeps_its_words(write, far, now):
    far["https://clay.example.com/ash.jpg"] = b"<svg onload=alert(1)>"
    row = fetched(write("Look", body=LINK), now)
    assert (row.state, row.picture) == ("ready", None)


def test_its_author_takes_it_out_and_it_stays_out(
    write, kiln, cast, member_of, far, now, django_capture_on_commit_callbacks
):
    post = write("Look", body=LINK)
    fetched(post, now)
    with pytest.raises(NotAllowed):
        actions.take_out(post=post, by=member_of(kiln, cast.mei))
    jonas = Client(headers={"Sec-Fetch-Site": "same-origin"})
    jonas.force_login(cast.jonas)
    with django_capture_on_commit_callbacks(execute=True):
        jonas.post(url(kiln, "post-preview", id=post.public_id), {"form_key": str(uuid4())})
    assert not Picture.objects.exists()
    posts.edit(post=post, by=member_of(kiln, cast.jonas), title="Look!", body=LINK, now=now)
    assert fetched(post, now).state == "out"
    posts.edit(post=post, by=member_of(kiln, cast.jonas), title="Look!", body="No link", now=now)
    assert not LinkPreview.objects.exists()


def test_an_inner_address_is_never_reached(write, now):
    """Through the real fetcher: it refuses before it connects."""
    row = fetched(write("Look", body="http://169.254.169.254/latest/meta-data"), now)
    assert row.state == "failed"
